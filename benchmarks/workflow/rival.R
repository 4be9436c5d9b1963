# The same review in one process with metafor: Rscript rival.R EXTRACTION.csv FOLDER
# From the generated rows: effects; per outcome and period the protocol's rule and REML with Hartung-Knapp,
# leave-one-out under both, a forest plot; then one HTML table.
suppressPackageStartupMessages(library(metafor))
arguments <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(arguments[1], stringsAsFactors = FALSE)
folder <- arguments[2]
dir.create(file.path(folder, "figures"), recursive = TRUE, showWarnings = FALSE)
careful <- list(maxiter = 1000, stepadj = 0.5)

by_rule <- function(y, v) {
  fixed <- rma(y, v, method = "FE")
  if (length(y) > 1 && fixed$QEp <= 0.10 && 100 * (fixed$QE - (length(y) - 1)) / fixed$QE >= 50) {
    rma(y, v, method = "DL")
  } else fixed
}
recommended <- function(y, v) suppressWarnings(rma(y, v, method = "REML", test = "knha", control = careful))
without_each <- function(y, v, fit) lapply(seq_along(y), function(i) fit(y[-i], v[-i]))
line <- function(cell, name, model, refits) {
  estimates <- vapply(refits, function(refit) c(refit$beta), 0)
  data.frame(outcome = cell$outcome[1], period = cell$period[1], model = name, k = model$k, estimate = c(model$beta),
             se = model$se, ci_low = model$ci.lb, ci_high = model$ci.ub, p = model$pval, tau2 = model$tau2,
             i2 = model$I2, q = model$QE, smallest = min(estimates), largest = max(estimates))
}

treated <- rows[rows$arm == "treated", ]
untreated <- rows[rows$arm == "untreated", ]
measures <- rep(c("MD", "OR", "SMD", "RR"), length.out = length(unique(treated$outcome)))
names(measures) <- unique(treated$outcome)
effects <- do.call(rbind, lapply(names(measures), function(outcome) {
  e <- treated[treated$outcome == outcome, ]
  u <- untreated[untreated$outcome == outcome, ]
  found <- if (measures[outcome] %in% c("MD", "SMD")) {
    escalc(measures[outcome], m1i = e$mean, sd1i = e$sd, n1i = e$n, m2i = u$mean, sd2i = u$sd, n2i = u$n)
  } else escalc(measures[outcome], ai = e$events, n1i = e$n, ci = u$events, n2i = u$n)
  months <- as.integer(sub(" m", "", e$timepoint))
  data.frame(outcome = outcome, period = c("early", "short", "medium", "long", "late")[findInterval(months, c(0, 4, 7, 13, 25))],
             study = e$study, y = c(found$yi), v = c(found$vi))
}))

rows <- list()
for (cell in split(effects, list(effects$outcome, effects$period), drop = TRUE)) {
  y <- cell$y
  v <- cell$v
  models <- list("as-published" = by_rule(y, v), "REML-HKSJ" = recommended(y, v))
  fits <- list("as-published" = by_rule, "REML-HKSJ" = recommended)
  for (name in names(models)) {
    rows[[length(rows) + 1]] <- line(cell, name, models[[name]], without_each(y, v, fits[[name]]))
  }
  file <- file.path(folder, "figures", paste0("forest.", cell$outcome[1], ".", cell$period[1], ".pdf"))
  pdf(file, width = 8, height = 2.5 + 0.2 * length(y))
  forest(models[["as-published"]], slab = cell$study, header = TRUE, addpred = FALSE)
  dev.off()
}
table <- do.call(rbind, rows)
options(digits = 17)
write.csv(table, file.path(folder, "pooled.csv"), row.names = FALSE)
shown <- table
shown[-(1:4)] <- lapply(shown[-(1:4)], function(x) formatC(x, digits = 3, format = "f"))
html <- c("<!doctype html><meta charset=utf-8><title>Pooled results</title><table>",
          paste0("<tr>", paste0("<th>", names(shown), collapse = ""), "</tr>"),
          apply(shown, 1, function(row) paste0("<tr>", paste0("<td>", row, collapse = ""), "</tr>")), "</table>")
writeLines(html, file.path(folder, "report.html"))
cat(as.character(packageVersion("metafor")))
