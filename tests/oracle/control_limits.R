# What R computes for control limits of a funnel plot, for tests/oracle/control_limits.json.
# Rscript tests/oracle/control_limits.R, in the folder of the project.
text <- function(x) paste0("[", paste(format(x, digits = 17, trim = TRUE, scientific = NA), collapse = ", "), "]")
n <- c(1, 2, 5, 10, 17, 33, 60, 120, 250, 504)
analysis <- function(expected, level) {
  tail <- (1 - level) / 2
  low <- qbinom(tail, n, expected) / n
  high <- qbinom(1 - tail, n, expected) / n
  sprintf(paste0('{"id": "funnel.control_limits.%g.%g", "kind": "control_limits", "r_call": "qbinom(c(tail, 1 - tail), n, expected) / n", ',
                 '"input": {"n": %s, "expected": %s, "level": %s}, "values": {"low": %s, "high": %s}}'),
          expected, level, text(n), expected, level, text(low), text(high))
}
rows <- unlist(lapply(c(0, 0.05, 0.37, 0.7, 0.93, 1), function(p) c(analysis(p, 0.95), analysis(p, 0.998))))
writeLines(paste0('{"meta": {"versions": {"R": "', getRversion(), '"}, "script": "tests/oracle/control_limits.R"},\n"analyses": [\n',
                  paste(rows, collapse = ",\n"), "\n]}"), "tests/oracle/control_limits.json")
