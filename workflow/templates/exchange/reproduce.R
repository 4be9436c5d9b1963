# Reproduces a review's table of pooled results in R with the package metafor (Viechtbauer 2010, J Stat Softw 36(3)).
#
#   Rscript reproduce.R          from any folder; the three tables are read from beside this file
#
#   metafor.csv    one line per trial and pool: raw numbers (n1i m1i sd1i n2i m2i sd2i, ai bi ci di), effect yi and its
#                  sampling variance vi as the review computed them; group 1 is the experimental arm; left_out_by names
#                  the models that pool without the trial
#   settings.csv   how each outcome's effects are computed
#   expected.csv   the review's own table of pooled results
#
# The effects are computed again from the raw numbers, with escalc() where metafor has the convention and with the formula
# written out where it has none (RevMan's SMD, second-order ROM, RevMan's 0.5 for empty cells). Only where there are no
# raw numbers (an estimate given by its authors, arms combined, paired or averaged, a spread recovered) yi and vi are taken over. Then every
# model is fitted again. The script writes reproduced.csv beside itself, prints the largest difference per column, and ends
# with status 1 if any number differs by more than 1e-8 of its scale.

suppressMessages(library(metafor))

args <- commandArgs(FALSE)
file <- sub("^--file=", "", grep("^--file=", args, value = TRUE))
here <- if (length(file)) dirname(normalizePath(file[1])) else "."
table_ <- function(name) read.csv(file.path(here, name), colClasses = "character", check.names = FALSE, encoding = "UTF-8", na.strings = "")
num <- function(x) suppressWarnings(as.numeric(x))

data <- table_("metafor.csv")
settings <- table_("settings.csv")
expected <- table_("expected.csv")
NUMBERS <- c("estimate", "se", "ci_low", "ci_high", "statistic", "df", "p", "q", "q_df", "q_p", "i2", "h2", "i2_q",
             "tau2", "tau2_low", "tau2_high", "pi_low", "pi_high")
for (name in c("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i", "ai", "bi", "ci", "di", "ri", "ni", "yi", "vi", "sei")) data[[name]] <- num(data[[name]])

# --- effects ---------------------------------------------------------------------------------------------------------

# Every measure by its key: the word of metafor; the rule that pools it and the estimators of tau2 under which it does; where
# 0.5 is added to the cells of a table, and whether zero_scope "any_cell" widens that; yi and vi of the rows d with raw
# numbers, under the settings s, t being d with its cells corrected.
MEASURES <- list(
# <measures>
)

# RevMan's rule for empty cells: 0.5 to all four where any cell is 0, where an arm has no events, or where both arms are
# degenerate.
corrected <- function(d, m, zero_scope) {
  any0 <- d$ai == 0 | d$bi == 0 | d$ci == 0 | d$di == 0
  hit <- switch(m$zero, any_cell = any0, events = d$ai == 0 | d$ci == 0,
                degenerate = (d$ai == 0 | d$bi == 0) & (d$ci == 0 | d$di == 0))
  if (m$widened && zero_scope == "any_cell") hit <- any0
  h <- ifelse(hit, 0.5, 0)
  data.frame(ai = d$ai + h, bi = d$bi + h, ci = d$ci + h, di = d$di + h)
}

# yi and vi of one outcome's rows that have raw numbers
effects <- function(d, s) {
  m <- MEASURES[[s$measure]]
  if (is.null(m$effects)) stop("no formula for the measure ", s$measure)
  e <- m$effects(d, s, if (nzchar(m$zero)) corrected(d, m, s$zero_scope))
  list(yi = as.numeric(e$yi), vi = as.numeric(e$vi))
}

data$yi_given <- data$yi
data$vi_given <- data$vi
for (key in unique(data$outcome)) {
  s <- as.list(settings[settings$outcome == key, ])
  raw <- data$outcome == key & (!is.na(data$sd1i) | !is.na(data$ai) | (!is.na(data$ri) & !is.na(data$ni)))
  if (!any(raw)) next
  e <- effects(data[raw, ], s)
  data$yi[raw] <- e$yi
  data$vi[raw] <- e$vi
}
off <- max(0, abs(data$yi - data$yi_given) / pmax(abs(data$yi_given), sqrt(data$vi_given)), abs(data$vi / data$vi_given - 1))
cat(sprintf("%d effects; largest difference from the review's own: %.1e\n", nrow(data), off))

# --- models ----------------------------------------------------------------------------------------------------------

control <- function(y, v) {
  s <- max(var(y), mean(v))
  list(threshold = 1e-12 * s, tol = 1e-12 * s, maxiter = 10000, tau2.max = max(100, 100 * max(v) + 10 * var(y)))
}
fit <- function(y, v, ...) rma(yi = y, vi = v, control = control(y, v), ...)
dl <- function(q, w, df) max(0, (q - df) / (sum(w) - sum(w^2) / sum(w)))

# tau2 by each method, and the standard error of the pooled effect with its degrees of freedom for each interval, where they
# are not Wald's
ESTIMATORS <- list(
# <estimators>
)
INTERVALS <- list(
# <intervals>
)
tau2_of <- function(y, v, method) ESTIMATORS[[method]](y, v)

# everything of one pool under one model; tau2 and q are given where Mantel-Haenszel changes them
summarise <- function(y, v, method, interval, prediction, tau2 = NULL, q = NULL) {
  k <- length(y); df <- k - 1; w0 <- 1 / v
  if (is.null(q)) q <- fit(y, v, method = "FE")$QE
  if (is.null(tau2)) tau2 <- tau2_of(y, v, if (interval == "HC") "DL" else method)
  r <- if (method == "FE" || interval == "HC") fit(y, v, method = "FE") else fit(y, v, tau2 = tau2)
  b <- as.numeric(r$beta); wald <- as.numeric(r$se)
  factor <- sum((y - b)^2 / (v + tau2)) / df
  z <- qnorm(.975); t <- qt(.975, df)
  se <- wald; free <- NA
  if (!is.null(INTERVALS[[interval]])) {
    changed <- INTERVALS[[interval]](v, q, w0, df, factor, wald, z, t)
    se <- changed$se; free <- changed$free
  }
  critical <- if (is.na(free)) z else t
  stat <- b / se
  out <- list(estimate = b, se = se, ci_low = b - critical * se, ci_high = b + critical * se, statistic = stat, df = free,
              p = if (is.na(free)) 2 * pnorm(-abs(stat)) else 2 * pt(-abs(stat), free))
  if (interval == "HC") {
    h <- hc(fit(y, v, method = "DL"), control = list(tol = 1e-12))
    out[c("se", "ci_low", "ci_high")] <- list(NA, h$ci.lb, h$ci.ub)
    out[c("statistic", "p")] <- NA
  }
  out <- c(out, heterogeneity(y, v, method, interval, tau2, q))
  if (method != "FE" && interval != "HC") {
    # the named prediction intervals: quantile and variance of the mean; NULL where k trials are too few
    named <- switch(prediction,
      model = c(critical, se^2),
      S = c(z, wald^2),
      HK = c(t, factor * wald^2),
      V = if (k > 2) c(t, wald^2),
      HTS = if (k > 2) c(qt(.975, k - 2), wald^2),
      "HK-PR" = if (k > 2) c(qt(.975, k - 2), factor * wald^2))
    if (!is.null(named)) {
      half <- named[1] * sqrt(tau2 + named[2])
      out$pi_low <- b - half; out$pi_high <- b + half
    }
  }
  out
}

heterogeneity <- function(y, v, method, interval, tau2, q) {
  df <- length(y) - 1; w <- 1 / v
  i2_q <- if (q > 0) max(0, 100 * (q - df) / q) else 0
  out <- list(q = q, q_df = df, q_p = pchisq(q, df, lower.tail = FALSE), i2_q = i2_q)
  if (method == "FE" && interval != "HC") return(c(out, list(i2 = i2_q, h2 = q / df)))
  typical <- df / (sum(w) - sum(w^2) / sum(w))
  cc <- try(confint(fit(y, v, method = "DL"), control = list(tol = 1e-13 * max(var(y), mean(v)), maxiter = 10000, tau2.max = control(y, v)$tau2.max)), silent = TRUE)
  limits <- if (inherits(cc, "try-error") || cc$ub.sign == ">") c(NA, NA) else cc$random[1, 2:3]
  c(out, list(i2 = 100 * tau2 / (tau2 + typical), h2 = (tau2 + typical) / typical, tau2 = tau2,
              tau2_low = limits[[1]], tau2_high = limits[[2]]))
}

# Mantel-Haenszel with RevMan's conventions: corrected cells in the sums of OR and RR, Greenland and Robins' variance for
# RD, Q about the Mantel-Haenszel estimate; with mh_exact the cells as observed and metafor's own variance for RD.
mantel_haenszel <- function(d, s, method, interval) {
  m <- MEASURES[[s$measure]]; exact <- s$mh_exact == "true"
  t <- if (exact || m$metafor == "RD") d else corrected(d, m, s$zero_scope)
  # rma.mh() warns that it computes no effects of single trials with empty cells; they stand in d already
  r <- suppressWarnings(rma.mh(measure = m$metafor, ai = t$ai, bi = t$bi, ci = t$ci, di = t$di, add = 0, to = "none",
                               drop00 = FALSE, correct = FALSE))
  b <- as.numeric(r$beta); se <- as.numeric(r$se)
  if (m$metafor == "RD" && !exact) {
    n1 <- d$ai + d$bi; n2 <- d$ci + d$di; N <- n1 + n2
    se <- sqrt(sum((d$ai * d$bi * n2^3 + d$ci * d$di * n1^3) / (n1 * n2 * N^2))) / sum(n1 * n2 / N)
  }
  q <- sum((d$yi - b)^2 / d$vi)
  if (method == "DL") {
    out <- summarise(d$yi, d$vi, "DL", interval, s$prediction_interval, tau2 = dl(q, 1 / d$vi, nrow(d) - 1), q = q)
    # metafor's Henmi-Copas interval takes Q about the inverse-variance estimate: nothing to compare with
    if (interval == "HC") out[c("ci_low", "ci_high")] <- NA
    return(out)
  }
  stat <- b / se
  c(list(estimate = b, se = se, ci_low = b - qnorm(.975) * se, ci_high = b + qnorm(.975) * se, statistic = stat, df = NA,
         p = 2 * pnorm(-abs(stat))), heterogeneity(d$yi, d$vi, "FE", "z", 0, q))
}

reproduced <- expected
worst <- setNames(rep(0, length(NUMBERS)), NUMBERS)
compared <- 0; wrong <- character(0)
for (i in seq_len(nrow(expected))) {
  row <- expected[i, ]
  reproduced[i, NUMBERS] <- NA
  if (!row$status %in% c("pooled", "single_study") || is.na(row$estimate)) next
  d <- data[data$outcome == row$outcome & data$period == row$period, ]
  d <- d[!vapply(strsplit(paste(d$left_out_by), ";"), function(models) row$model %in% models, logical(1)), ]
  s <- as.list(settings[settings$outcome == row$outcome, ])
  k <- nrow(d)
  if (k == 1) {
    r <- rma(yi = d$yi, vi = d$vi, method = "FE")
    found <- list(estimate = r$beta, se = r$se, ci_low = r$ci.lb, ci_high = r$ci.ub, statistic = r$zval, df = NA, p = r$pval)
  } else if (MEASURES[[row$measure]]$pooled == "mantel_haenszel" && row$tau2_method %in% MEASURES[[row$measure]]$estimators && !anyNA(d$ai)) {
    found <- mantel_haenszel(d, s, row$tau2_method, row$interval)
  } else {
    found <- summarise(d$yi, d$vi, row$tau2_method, row$interval, s$prediction_interval)
  }
  se <- num(row$se)
  scale <- c(estimate = se, se = se, ci_low = se, ci_high = se, statistic = 1, df = 1, p = 1e-6, q = 1, q_df = 1, q_p = 1e-6,
             i2 = 100, h2 = 1, i2_q = 100, tau2 = k * se^2, tau2_low = k * se^2, tau2_high = k * se^2, pi_low = se, pi_high = se)
  for (name in NUMBERS) {
    ours <- num(row[[name]]); theirs <- if (is.null(found[[name]])) NA else as.numeric(found[[name]])
    reproduced[i, name] <- if (is.na(theirs)) NA else sprintf("%.17g", theirs)
    if (is.na(ours) || is.na(theirs)) next
    difference <- abs(ours - theirs) / max(abs(ours), scale[[name]])
    compared <- compared + 1
    worst[[name]] <- max(worst[[name]], difference)
    if (difference > 1e-8) wrong <- c(wrong, sprintf("%s, %s, %s: %s is %.15g in the review and %.15g in R", row$outcome, row$period, row$model, name, ours, theirs))
  }
}
write.csv(reproduced, file.path(here, "reproduced.csv"), row.names = FALSE, na = "", quote = TRUE)

cat(sprintf("%d rows of the table, %d numbers compared (metafor %s); largest difference per column, relative to its scale:\n",
            nrow(expected), compared, packageVersion("metafor")))
for (name in NUMBERS) cat(sprintf("  %-10s %.1e\n", name, worst[[name]]))
if (off > 1e-8) wrong <- c(wrong, "an effect differs")
if (length(wrong)) {
  cat(wrong, sep = "\n")
  quit(status = 1)
}
cat("The table is reproduced.\n")
