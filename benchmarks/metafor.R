# Times rma() on the data sets of a folder and writes its results: Rscript metafor.R FOLDER BATCHES
suppressPackageStartupMessages(library(metafor))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
batches <- as.integer(arguments[2])
methods <- c("FE", "DL", "HE", "PM", "REML", "ML", "SJ")
ladder <- c("FE", "DL", "PM", "REML", "SJ")

# metafor's own defaults are timed; a second pass with a strict criterion is what its results are compared by.
strict <- list(threshold = 1e-12, maxiter = 10000, tol = 1e-12)
fit <- function(y, v, method, test, control = list()) {
  tryCatch(suppressWarnings(rma(yi = y, vi = v, method = method, test = test, control = control)),
           error = function(e) NULL)
}
taken <- function(expression) {
  best <- Inf
  for (i in seq_len(batches)) {
    time <- system.time(eval(expression, parent.frame()))
    best <- min(best, time[["user.self"]] + time[["sys.self"]])
  }
  best
}

rates <- NULL
results <- NULL
for (file in list.files(folder, pattern = "^k[0-9]+\\.csv$")) {
  k <- as.integer(sub("^k([0-9]+)\\.csv$", "\\1", file))
  data <- read.csv(file.path(folder, file))
  y <- matrix(data$y, nrow = k)
  v <- matrix(data$v, nrow = k)
  columns <- seq_len(ncol(y))
  for (method in methods) {
    time <- taken(quote(for (i in columns) fit(y[, i], v[, i], method, "z")))
    rates <- rbind(rates, data.frame(k = k, what = method, rate = length(columns) / time))
    for (test in c("z", "knha")) for (i in columns) {
      model <- fit(y[, i], v[, i], method, test, if (method %in% c("PM", "REML", "ML")) strict else list())
      if (is.null(model)) next
      results <- rbind(results, data.frame(
        k = k, dataset = i, method = method, test = test, estimate = c(model$beta), ci_low = model$ci.lb,
        ci_high = model$ci.ub, tau2 = model$tau2))
    }
  }
  # The modified interval follows from the Hartung-Knapp fit, and the rule from two fits: ten calls a ladder.
  time <- taken(quote(for (i in columns) for (method in ladder) for (test in c("z", "knha")) {
    fit(y[, i], v[, i], method, test)
  }))
  rates <- rbind(rates, data.frame(k = k, what = "ladder", rate = length(columns) / time))
}
options(digits = 17)
write.csv(rates, file.path(folder, "rates.csv"), row.names = FALSE)
write.csv(results, file.path(folder, "results.csv"), row.names = FALSE)
cat(as.character(packageVersion("metafor")), file = file.path(folder, "version.txt"))
