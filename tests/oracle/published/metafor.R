# metafor's values for the published examples: Rscript metafor.R, in this folder, writes metafor.csv.
suppressPackageStartupMessages(library(metafor))
data <- read.csv("data.csv", stringsAsFactors = FALSE)
strict <- list(threshold = 1e-13, maxiter = 100000, tol = 1e-13)
out <- NULL
for (example in unique(data$example)) {
  y <- data$y[data$example == example]
  v <- data$v[data$example == example]
  add <- function(quantity, value) {
    out <<- rbind(out, data.frame(example = example, quantity = quantity, value = as.numeric(value)))
  }
  model <- function(method, test = "z") {
    iterated <- method %in% c("PM", "EB", "REML", "ML")
    rma(yi = y, vi = v, method = method, test = test, control = if (iterated) strict else list())
  }
  for (method in c("FE", "DL", "PM", "EB", "REML", "ML", "SJ", "HE", "HS")) {
    for (test in c("z", "t", "knha")) {
      fit <- model(method, test)
      name <- paste(method, if (test == "knha") "HKSJ" else test)
      add(paste(name, "estimate"), fit$beta)
      add(paste(name, "se"), fit$se)
      add(paste(name, "ci_low"), fit$ci.lb)
      add(paste(name, "ci_high"), fit$ci.ub)
    }
    if (method != "FE") {
      add(paste(method, "tau2"), fit$tau2)
      add(paste(method, "tau"), sqrt(fit$tau2))
      add(paste(method, "tau2 se"), fit$se.tau2)
    }
    add(paste(method, "i2"), fit$I2)
    add(paste(method, "h2"), fit$H2)
  }
  # The two-step estimator: the generalised moment estimator with the weights of the first step.
  two <- rma(yi = y, vi = v, method = "GENQ", weights = 1 / (v + model("DL")$tau2))
  add("DL2 tau2", two$tau2)
  add("DL2 tau", sqrt(two$tau2))
  fe <- model("FE")
  add("q", fe$QE)
  add("q_p", fe$QEp)
  limits <- confint(model("REML"), control = list(tol = 1e-13, maxiter = 100000))$random
  for (row in list(c("tau2", 1), c("i2", 3), c("h2", 4))) {
    add(paste("Q-profile", row[1], "low"), limits[as.integer(row[2]), "ci.lb"])
    add(paste("Q-profile", row[1], "high"), limits[as.integer(row[2]), "ci.ub"])
  }
  # The profile-likelihood interval is that of the multilevel function, which does not converge for every example.
  study <- seq_along(y)
  for (method in c("ML", "REML")) {
    profile <- tryCatch({
      multilevel <- rma.mv(y, v, random = ~ 1 | study, method = method, control = list(rel.tol = 1e-12))
      confint(multilevel, control = list(tol = 1e-12, maxiter = 100000))$random
    }, error = function(e) NULL)
    if (is.null(profile)) next
    add(paste("profile", method, "low"), profile[1, "ci.lb"])
    add(paste("profile", method, "high"), profile[1, "ci.ub"])
  }
  hc <- hc(model("DL"))
  add("HC estimate", hc$beta)
  add("HC ci_low", hc$ci.lb)
  add("HC ci_high", hc$ci.ub)
  for (test in list(c("z", "S"), c("t", "V"), c("knha", "HK"))) {
    prediction <- predict(model("REML", test[1]))
    add(paste("prediction", test[2], "low"), prediction$pi.lb)
    add(paste("prediction", test[2], "high"), prediction$pi.ub)
  }
}
out$value <- sprintf("%.17g", out$value)
write.csv(out, "metafor.csv", quote = FALSE, row.names = FALSE)
