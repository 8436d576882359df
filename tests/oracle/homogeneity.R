# What R computes for rates of several groups, for tests/oracle/homogeneity.json.
# Rscript tests/oracle/homogeneity.R, in the folder of the project.
text <- function(x) paste0("[", paste(format(x, digits = 17, trim = TRUE, scientific = NA), collapse = ", "), "]")
read <- function(name) read.csv(file.path("tests/oracle", paste0(name, ".csv")))
counted <- function(event, group) {
  event <- event[!is.na(group)]; group <- group[!is.na(group)]
  n <- table(group)
  list(successes = as.vector(tapply(event, group, sum)[names(n)]), n = as.vector(n))
}
veteran <- read("veteran"); mgus2 <- read("mgus2"); transplant <- read("transplant_pos")
sets <- list(
  three = list(successes = c(20, 8, 14), n = c(35, 20, 35)),
  alike = list(successes = c(10, 20, 40), n = c(20, 40, 80)),
  unequal = list(successes = c(5, 250, 499, 12), n = c(30, 500, 504, 17)),
  two = list(successes = c(15, 40), n = c(60, 70)),
  few = list(successes = c(1, 0, 4), n = c(9, 6, 5)),
  veteran = counted(veteran$time > 90, veteran$celltype),
  mgus2 = counted(mgus2$death, cut(mgus2$age, c(0, 50, 60, 70, 80, 200))),
  transplant = counted(as.integer(transplant$status == 1), transplant$abo)
)
analysis <- function(name) {
  d <- sets[[name]]
  r <- suppressWarnings(chisq.test(rbind(d$successes, d$n - d$successes), correct = FALSE))
  sprintf(paste0('{"id": "homogeneity.%s", "kind": "homogeneity", "r_call": "chisq.test(rbind(successes, n - successes), correct = FALSE)", ',
                 '"input": {"set": "%s", "successes": %s, "n": %s}, "values": {"statistic": %s, "df": %s, "p_value": %s, "expected": %s}}'),
          name, name, text(d$successes), text(d$n), text(unname(r$statistic)), text(unname(r$parameter)), text(r$p.value), text(unname(r$expected[1, ])))
}
rows <- vapply(names(sets), analysis, "")
writeLines(paste0('{"meta": {"versions": {"R": "', getRversion(), '"}, "script": "tests/oracle/homogeneity.R"},\n"analyses": [\n',
                  paste(rows, collapse = ",\n"), "\n]}"), "tests/oracle/homogeneity.json")
