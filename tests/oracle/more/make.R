# Further reference values with metafor 3.8-1. Run from tests/oracle:  Rscript more/make.R > more/reference.json
suppressMessages(library(metafor)); stopifnot(packageVersion("metafor") == "3.8.1")
num <- function(x) { x <- as.numeric(x); ifelse(is.na(x), "null", ifelse(is.infinite(x), "null", sprintf("%.17g", x))) }
arr <- function(x) paste0("[", paste(num(x), collapse = ","), "]")
obj <- function(...) { l <- list(...); paste0("{", paste0("\"", names(l), "\":", unlist(l), collapse = ","), "}") }
ctrl <- function(y, v) { s <- max(var(y), mean(v)); list(threshold = 1e-12 * s, tol = 1e-12 * s, maxiter = 5000, tau2.max = max(100, 100 * max(v) + 10 * var(y))) }
fit <- function(y, v, m, ...) rma(y, v, method = m, control = ctrl(y, v), ...)
read <- function(set) read.csv(file.path("data", paste0(set, ".csv")))
binary <- function(set, measure) { d <- read(set); e <- escalc(measure, ai = events_experimental, n1i = n_experimental, ci = events_control, n2i = n_control, data = d); list(y = as.numeric(e$yi), v = as.numeric(e$vi)) }
given <- function(set) { d <- read(set); list(y = d$y, v = d$v) }
coefs <- function(r) obj(b = arr(r$beta), se = arr(r$se), statistic = arr(r$zval), p = arr(r$pval), tau2 = num(r$tau2), i2 = num(r$I2), r2 = num(r$R2), qe = num(r$QE), qm = num(r$QM), qm_p = num(r$QMp))
out <- c()
put <- function(name, value) out <<- c(out, paste0("\"", name, "\":", value))

# The mixed-model Egger test with a converged REML: regtest() of 3.8-1 ignores `control` and stops at 1e-5.
x <- c()
for (f in list.files("reference", full.names = TRUE)) {
  text <- readLines(f, warn = FALSE)
  set <- sub("\\.json$", "", basename(f))
  # The blocks y and v of each measure, in order.
  m <- regmatches(text, gregexpr("\"[A-Za-z_]+\":\\{\"y\":\\[[^]]*\\],\"v\":\\[[^]]*\\]", text))[[1]]
  for (block in m) {
    measure <- sub("^\"([A-Za-z_]+)\".*", "\\1", block)
    vec <- function(s) suppressWarnings(as.numeric(strsplit(s, ",")[[1]]))
    y <- vec(sub(".*\"y\":\\[([^]]*)\\].*", "\\1", block)); v <- vec(sub(".*\"v\":\\[([^]]*)\\]$", "\\1", block))
    ok <- is.finite(y) & is.finite(v) & v > 0; y <- y[ok]; v <- v[ok]
    r <- tryCatch(suppressWarnings(fit(y, v, "REML", mods = ~ sqrt(v))), error = function(e) NULL)
    if (is.null(r)) next
    x <- c(x, paste0("\"", set, " ", measure, "\":", coefs(r)))
  }
}
put("egger_reml", paste0("{", paste(x, collapse = ",\n"), "}"))

x <- c()
for (set in c("bcg", "collins1985b_pre", "hine1989")) for (m in c("FE", "REML")) {
  s <- if (set == "hine1989") binary(set, "RD") else binary(set, "RR")
  r <- fit(s$y, s$v, m); b <- baujat(r)
  x <- c(x, paste0("\"", set, " ", m, "\":", obj(x = arr(b$x), y = arr(b$y))))
}
put("baujat", paste0("{", paste(x, collapse = ",\n"), "}"))

x <- c(); s <- given("hart1999")
for (m in c("FE", "REML")) {
  g <- gosh(fit(s$y, s$v, m), progbar = FALSE)
  x <- c(x, paste0("\"", m, "\":", obj(bits = arr(as.matrix(g$incl) %*% 2^(0:5)), estimate = arr(g$res$estimate), tau2 = arr(g$res$tau2), i2 = arr(g$res$I2))))
}
put("gosh_hart1999", paste0("{", paste(x, collapse = ",\n"), "}"))

x <- c()
for (set in c("bcg", "collins1985b_pre", "nielweise2007")) for (m in c("FE", "DL", "REML")) {
  s <- binary(set, "RR"); t <- trimfill(fit(s$y, s$v, m), estimator = "Q0", control = ctrl(s$y, s$v))
  x <- c(x, paste0("\"", set, " ", m, "\":", obj(k0 = num(t$k0), estimate = num(t$beta), se = num(t$se))))
}
put("trim_fill_q0", paste0("{", paste(x, collapse = ",\n"), "}"))

s <- binary("bcg", "RR"); d <- dat.bcg; x <- c()
for (m in c("FE", "DL", "PM", "REML", "ML")) for (t in c("z", "knha"))
  x <- c(x, paste0("\"", m, " ", t, "\":", coefs(fit(s$y, s$v, m, mods = ~ ablat + year, test = t, data = d))))
put("bcg_ablat_year", paste0("{\"ablat\":", arr(d$ablat), ",\"year\":", arr(d$year), ",", paste(x, collapse = ",\n"), "}"))

s <- given("hart1999"); z <- c(1, 2, 4, 3, 6, 5); g <- c(0, 0, 1, 0, 1, 1); x <- c()
for (m in c("FE", "DL", "REML")) for (t in c("z", "knha")) {
  p <- permutest(fit(s$y, s$v, m, mods = ~ z, test = t), exact = TRUE, progbar = FALSE)
  q <- permutest(fit(s$y, s$v, m, mods = ~ g, test = t), exact = TRUE, progbar = FALSE)
  x <- c(x, paste0("\"", m, " ", t, "\":", obj(number = num(p$pval[2]), group = num(q$pval[2]))))
}
b <- binary("bcg", "RR"); y <- b$y[1:6]; v <- b$v[1:6]; a <- dat.bcg$ablat[1:6]
for (m in c("FE", "DL", "REML")) for (t in c("z", "knha"))
  x <- c(x, paste0("\"bcg ", m, " ", t, "\":", num(permutest(rma(y, v, method = m, mods = ~ a, test = t, control = ctrl(y, v)), exact = TRUE, progbar = FALSE)$pval[2])))
put("permutest", paste0("{\"number\":", arr(z), ",\"group\":", arr(g), ",", paste(x, collapse = ",\n"), "}"))

x <- c()
for (set in c("bcg", "collins1985b_pre", "nielweise2007", "li2007")) {
  d <- read(set); a <- d$events_experimental; n1 <- d$n_experimental; c <- d$events_control; n2 <- d$n_control
  ok <- !(a + c == 0 | a + c == n1 + n2); a <- a[ok]; n1 <- as.numeric(n1[ok]); c <- c[ok]; n2 <- as.numeric(n2[ok])
  e <- escalc("OR", ai = a, n1i = n1, ci = c, n2i = n2); N <- n1 + n2
  p <- coef(summary(lm(e$yi ~ I(1 / N), weights = 1 / (1 / (a + c) + 1 / (N - a - c)))))
  Z <- a - n1 * (a + c) / N; V <- n1 * n2 * (a + c) * (N - a - c) / (N^2 * (N - 1))
  h <- coef(summary(lm(I(Z / sqrt(V)) ~ sqrt(V))))
  y <- as.numeric(e$yi); v <- as.numeric(e$vi)
  pet <- coef(summary(lm(y ~ sqrt(v), weights = 1 / v))); peese <- coef(summary(lm(y ~ v, weights = 1 / v)))
  x <- c(x, paste0("\"", set, "\":", obj(peters = arr(p[2, ]), peters_limit = arr(p[1, 1:2]), harbord = arr(h[1, ]), y = arr(y), v = arr(v), pet = arr(pet[1, ]), peese = arr(peese[1, ]))))
}
put("binary_tests", paste0("{", paste(x, collapse = ",\n"), "}"))
cat("{", paste(out, collapse = ",\n"), "}\n", sep = "")
