# What R computes beside every comparison of two groups, for tests/oracle/contrasts.json.
# Rscript tests/oracle/contrasts.R, in the folder of the project; writes the data sets that it needs beside it.
suppressMessages({library(survival); library(cmprsk)})
here <- "tests/oracle"
versions <- c(R = as.character(getRversion()), survival = as.character(packageVersion("survival")),
              cmprsk = as.character(packageVersion("cmprsk")))
DAYS <- 30.4375

# JSON, without a package ----------------------------------------------------------------------------------------------
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    parts <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(parts, collapse = ", "), "]"))
    return(paste0("{", paste0('"', names(x), '": ', parts, collapse = ", "), "}"))
  }
  if (is.matrix(x)) return(json(lapply(seq_len(nrow(x)), function(i) x[i, ])))
  text <- if (is.character(x)) paste0('"', gsub('"', '\\\\"', x), '"')
          else if (is.logical(x)) ifelse(is.na(x), "null", tolower(x))
          else ifelse(is.finite(x), format(x, digits = 17, trim = TRUE, scientific = NA), "null")
  if (length(x) == 1) text else paste0("[", paste(text, collapse = ", "), "]")
}
text_of <- function(x, digits = 17) vapply(x, function(v) json(v), "")

# Data -----------------------------------------------------------------------------------------------------------------
save_csv <- function(d, name) write.csv(d, file.path(here, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)
save_csv(data.frame(time = veteran$time, event = veteran$status, group = as.integer(veteran$trt == 2),
                    karno = veteran$karno, celltype = as.character(veteran$celltype)), "veteran")
save_csv(data.frame(time = lung$time, event = lung$status - 1L, group = as.integer(lung$sex == 2), age = lung$age), "lung")
deaths <- colon[colon$etype == 2 & colon$rx != "Lev", ]
save_csv(data.frame(time = deaths$time, event = deaths$status, group = as.integer(deaths$rx == "Lev+5FU"),
                    nodes = ifelse(is.na(deaths$node4), 0L, deaths$node4)), "colon")
randomised <- pbc[!is.na(pbc$trt), ]
save_csv(data.frame(time = randomised$time, cause = randomised$status, group = as.integer(randomised$trt == 2),
                    age = randomised$age), "pbc")
save_csv(myeloid, "myeloid")

read <- function(name) read.csv(file.path(here, paste0(name, ".csv")))
survival_sets <- list(
  ovarian = with(read("ovarian"), data.frame(time = futime, event = fustat, group = as.integer(rx == 2))),
  aml = with(read("aml"), data.frame(time, event = status, group = as.integer(x == "Nonmaintained"))),
  veteran = read("veteran"), lung = read("lung"), colon = read("colon"),
  myeloid = with(read("myeloid"), data.frame(time = futime, event = death, group = as.integer(trt == "B"))),
  mgus2 = with(read("mgus2"), data.frame(time = futime, event = death, group = as.integer(sex == "M"))))
competing_sets <- list(
  pbc = read("pbc"),
  mgus2 = with(read("mgus2"), data.frame(time = cr_time, cause = cr_status, group = as.integer(sex == "M"))),
  transplant = with(read("transplant_pos"), data.frame(time = futime, cause = status, group = as.integer(abo == "O"))))
times_of <- function(time) unname(round(quantile(time, c(0.1, 0.25, 0.5, 0.7))))

analyses <- list()
add <- function(id, kind, r_call, input, values) {
  analyses[[length(analyses) + 1]] <<- list(id = id, kind = kind, r_call = r_call, input = input, values = values)
}
z <- qnorm(0.975)
wald <- function(d, se) list(estimate = d, std_err = se, conf_low = d - z * se, conf_high = d + z * se)
at <- function(fit, t) { s <- summary(fit, times = t); list(est = s$surv, se = s$std.err) }

# Restricted mean from survfit: area and its variance, Klein and Moeschberger 4.5 (the formulas of survRM2) -------------
rmean <- function(fit, tau, from = 0) {
  keep <- fit$time > from & fit$time <= tau
  time <- c(from, fit$time[keep], tau); surv <- c(1, fit$surv[keep])
  areas <- diff(time) * surv
  right <- rev(cumsum(rev(areas)))[-1]
  d <- fit$n.event[keep]; n <- fit$n.risk[keep]
  v <- ifelse(n > d, d / (n * (n - d)), 0)
  c(sum(areas), sqrt(sum(right^2 * v)))
}

for (name in names(survival_sets)) {
  d <- survival_sets[[name]]
  fits <- lapply(0:1, function(g) survfit(Surv(time, event) ~ 1, data = d[d$group == g, ], conf.type = "log-log"))
  t <- times_of(d$time)
  read_at <- lapply(fits, at, t)
  diff_at <- wald(read_at[[2]]$est - read_at[[1]]$est, sqrt(read_at[[1]]$se^2 + read_at[[2]]$se^2))
  keep <- read_at[[1]]$est < 1 & read_at[[2]]$est < 1
  add(paste0(name, ".difference"), "difference", "summary(survfit(Surv(time, event) ~ 1), times = ): difference, sqrt of the sum of std.err^2",
      list(set = name, times = t[keep]), lapply(diff_at, function(v) v[keep]))
  taus <- round(c(0.4, 0.8) * min(tapply(d$time, d$group, max)))
  for (tau in taus) {
    m <- lapply(fits, rmean, tau)
    printed <- vapply(fits, function(f) unname(summary(f, rmean = tau)$table[c("rmean", "se(rmean)")]), c(0, 0))
    add(paste0(name, ".restricted_mean.", tau), "restricted_mean", "summary(survfit(Surv(time, event) ~ 1), rmean = tau)$table; its difference, sqrt of the sum of se^2",
        list(set = name, tau = tau),
        list(means = vapply(m, `[`, 0, 1), std_errs = vapply(m, `[`, 0, 2), printed_means = printed[1, ], printed_std_errs = printed[2, ],
             difference = wald(m[[2]][1] - m[[1]][1], sqrt(m[[1]][2]^2 + m[[2]][2]^2))))
  }
  fit <- coxph(Surv(time, event) ~ group, data = d, ties = "efron")
  s <- summary(fit)
  zph <- lapply(c("km", "identity"), function(tr) cox.zph(fit, transform = tr))
  add(paste0(name, ".proportional_hazards"), "proportional_hazards", "cox.zph(coxph(Surv(time, event) ~ group, ties = 'efron'), transform = )",
      list(set = name, x = "group"), list(hazard_ratio = s$conf.int[1], km = zph[[1]]$table[, "chisq"], km_p = zph[[1]]$table[, "p"], identity = zph[[2]]$table[, "chisq"],
      y = as.vector(zph[[1]]$y), g = zph[[1]]$x, time = zph[[1]]$time))
  if (nrow(d) < 100) next  # too few for a ratio per interval
  cuts <- times_of(d$time[d$event == 1])[2:3]
  pieces <- survSplit(Surv(time, event) ~ group, data = d, cut = cuts, episode = "piece", start = "from")
  pieces <- pieces[pieces$from < pieces$time, ]
  fit <- coxph(Surv(from, time, event) ~ group:strata(piece), data = pieces, ties = "efron")
  s <- summary(fit)
  add(paste0(name, ".piecewise"), "piecewise_hazard_ratio", "coxph(Surv(from, time, event) ~ group:strata(piece), data = survSplit(..., cut = ), ties = 'efron')",
      list(set = name, cuts = cuts), list(hazard_ratio = unname(s$conf.int[, 1]), conf_low = unname(s$conf.int[, 3]), conf_high = unname(s$conf.int[, 4]), p_value = unname(s$coefficients[, 5])))
}

# Cox: several covariates, strata, clusters, start-stop rows --------------------------------------------------------------
heart_rows <- read("heart")
cox_of <- function(id, call, input, fit) {
  s <- summary(fit)
  robust <- !is.null(fit$naive.var)
  values <- list(coef = unname(coef(fit)), se = unname(sqrt(diag(vcov(fit)))), naive_se = unname(sqrt(diag(if (robust) fit$naive.var else fit$var))),
                 var = unname(vcov(fit)), conf_low = unname(s$conf.int[, 3]), conf_high = unname(s$conf.int[, 4]), p_value = unname(s$coefficients[, ncol(s$coefficients)]),
                 loglik = fit$loglik, score = unname(s$sctest))
  add(id, "cox", call, input, values)
}
stop_rows <- "coxph(Surv(start, stop, event) ~ x + strata() , cluster = , ties = )"
for (ties in c("efron", "breslow")) {
  cox_of(paste0("veteran.strata.", ties), stop_rows, list(set = "veteran", start = NULL, stop = "time", event = "event", x = c("group", "karno"), strata = "celltype", cluster = NULL, ties = ties),
         coxph(Surv(time, event) ~ group + karno + strata(celltype), data = survival_sets$veteran, ties = ties))
  cox_of(paste0("heart.cluster.", ties), stop_rows, list(set = "heart", start = "start", stop = "stop", event = "event", x = c("age", "transplant"), strata = NULL, cluster = "id", ties = ties),
         coxph(Surv(start, stop, event) ~ age + transplant, data = heart_rows, cluster = id, ties = ties))
  cox_of(paste0("heart.strata_cluster.", ties), stop_rows, list(set = "heart", start = "start", stop = "stop", event = "event", x = c("age", "transplant"), strata = "surgery", cluster = "id", ties = ties),
         coxph(Surv(start, stop, event) ~ age + transplant + strata(surgery), data = heart_rows, cluster = id, ties = ties))
}
fit <- coxph(Surv(start, stop, event) ~ age + year + surgery + transplant, data = heart_rows, ties = "efron")
zph <- lapply(c("km", "identity"), function(tr) cox.zph(fit, transform = tr))
add("heart.proportional_hazards", "proportional_hazards", "cox.zph(coxph(Surv(start, stop, event) ~ age + year + surgery + transplant, ties = 'efron'), transform = )",
    list(set = "heart", start = "start", stop = "stop", event = "event", x = c("age", "year", "surgery", "transplant")),
    list(km = zph[[1]]$table[, "chisq"], km_p = zph[[1]]$table[, "p"], identity = zph[[2]]$table[, "chisq"], y = as.vector(zph[[1]]$y), g = zph[[1]]$x, time = zph[[1]]$time))
fit <- coxph(Surv(time, event) ~ group + karno, data = survival_sets$veteran, ties = "breslow")
zph <- lapply(c("km", "identity"), function(tr) cox.zph(fit, transform = tr))
add("veteran.proportional_hazards_breslow", "proportional_hazards", "cox.zph(coxph(Surv(time, event) ~ group + karno, ties = 'breslow'), transform = )",
    list(set = "veteran", x = c("group", "karno"), ties = "breslow"),
    list(km = zph[[1]]$table[, "chisq"], km_p = zph[[1]]$table[, "p"], identity = zph[[2]]$table[, "chisq"], y = as.vector(zph[[1]]$y), g = zph[[1]]$x, time = zph[[1]]$time))
for (L in c(30, 60)) {
  held <- transform(subset(heart_rows, stop > L), start = pmax(start, L))
  s <- summary(coxph(Surv(start, stop, event) ~ transplant, data = held, ties = "efron"))
  exact <- suppressWarnings(coxph(Surv(start, stop, event) ~ transplant, data = held, ties = "exact", iter.max = 0))$score
  add(paste0("heart.from_landmark.", L), "exposure_effect", "coxph(Surv(pmax(start, L), stop, event) ~ transplant, subset = stop > L); test: coxph(..., ties = 'exact', iter.max = 0)$score",
      list(set = "heart", landmark = L), list(hazard_ratio = unname(s$conf.int[c(1, 3, 4)]), test = c(exact, pchisq(exact, 1, lower.tail = FALSE))))
}

# Restricted means with delayed entry -----------------------------------------------------------------------------------
for (L in c(0, 30)) for (arm in 0:1) {
  held <- transform(subset(heart_rows, stop > L & transplant == arm), start = pmax(start, L))
  m <- rmean(survfit(Surv(start, stop, event) ~ 1, data = held), 400, L)
  add(paste0("heart.restricted_mean.", L, ".", arm), "restricted_mean_entry", "survfit(Surv(pmax(start, L), stop, event) ~ 1, subset = stop > L): area to 400 days and its Greenwood variance",
      list(set = "heart", landmark = L, arm = arm, tau = 400), list(mean = m[1], std_err = m[2]))
}

# Competing outcomes: difference of incidences, cause-specific and subdistribution ratio ----------------------------------
for (name in names(competing_sets)) {
  d <- competing_sets[[name]]
  for (k in sort(unique(d$cause[d$cause > 0]))) {
    t <- times_of(d$time)
    ci <- lapply(0:1, function(g) with(d[d$group == g, ], cuminc(time, cause, cencode = 0)))
    tp <- lapply(ci, function(x) { p <- timepoints(x, t); row <- paste("1", k); list(est = p$est[row, ], var = p$var[row, ]) })
    diff <- unname(tp[[2]]$est - tp[[1]]$est); se <- unname(sqrt(tp[[1]]$var + tp[[2]]$var))
    keep <- tp[[1]]$est > 0 & tp[[2]]$est > 0
    add(paste0(name, ".incidence_difference.", k), "difference_incidence", "timepoints(cuminc(time, cause), times): difference, sqrt of the sum of var",
        list(set = name, outcome = k, times = t[keep]), lapply(wald(diff, se), function(v) v[keep]))
    for (ties in c("efron", "breslow")) {
      cs <- summary(coxph(Surv(time, cause == k) ~ group, data = d, ties = ties))
      d$state <- factor(ifelse(d$cause == 0, 0, ifelse(d$cause == k, 1, 2)), 0:2, c("none", "own", "other"))
      d$id <- seq_len(nrow(d))
      long <- finegray(Surv(time, state) ~ ., data = d, etype = "own")
      fit <- coxph(Surv(fgstart, fgstop, fgstatus) ~ group, data = long, weights = fgwt, cluster = id, ties = ties)
      fg <- summary(fit)
      add(paste0(name, ".fine_gray.", k, ".", ties), "fine_gray", "coxph(Surv(fgstart, fgstop, fgstatus) ~ group, data = finegray(Surv(time, state) ~ ., etype = ), weights = fgwt, cluster = id, ties = )",
          list(set = name, outcome = k, ties = ties),
          list(cause_specific = unname(cs$conf.int[c(1, 3, 4)]), coef = unname(coef(fit)), se = unname(sqrt(diag(vcov(fit)))), hazard_ratio = unname(fg$conf.int[c(1, 3, 4)]),
               p_value = unname(fg$coefficients[, ncol(fg$coefficients)]), loglik = fit$loglik))
    }
    rank_time <- order(order(d$time, d$cause == 0, d$id))  # every day apart, events before censorings
    apart <- crr(rank_time, d$cause, matrix(d$group), failcode = k, cencode = 0, gtol = 1e-12, maxiter = 50)
    add(paste0(name, ".crr.", k), "crr", "cmprsk::crr(rank of time (events before censorings), cause, group, failcode = ): times all different, because crr counts censorings of a day before its events",
        list(set = name, outcome = k), list(coef = unname(apart$coef), se = sqrt(apart$var[1, 1])))
  }
}
two <- coxph(Surv(fgstart, fgstop, fgstatus) ~ group + age, data = finegray(Surv(time, factor(cause)) ~ ., data = transform(read("pbc"), id = seq_along(time)), etype = "2"), weights = fgwt, cluster = id)
add("pbc.fine_gray.two_covariates", "fine_gray_covariates", "coxph(Surv(fgstart, fgstop, fgstatus) ~ group + age, data = finegray(..., etype = 2), weights = fgwt, cluster = id)",
    list(set = "pbc", outcome = 2, x = c("group", "age")), list(coef = unname(coef(two)), var = unname(vcov(two))))

# Landmark super-model ------------------------------------------------------------------------------------------------
stack_at <- function(d, landmarks, window = Inf) do.call(rbind, lapply(landmarks, function(L) {
  held <- d[d$time > L, ]
  rest <- held$time - L
  data.frame(id = held$id, landmark = L, time = pmin(rest, window), event = held$event * (rest <= window), exposed = as.integer(!is.na(held$tx) & held$tx <= L))
}))
waiting <- list(jasa = with(read("jasa"), data.frame(id, time = futime, event = fustat, tx = tx_at)),
                myeloid = with(read("myeloid"), data.frame(id, time = futime, event = death, tx = txtime)))
stacks <- list(jasa = list(c(15, 30, 45, 60), Inf), jasa_window = list(c(15, 30, 45, 60), 180), myeloid = list(c(60, 90, 120, 180, 240), Inf), myeloid_window = list(c(60, 90, 120, 180, 240), 365))
for (id in names(stacks)) {
  set <- sub("_window", "", id)
  rows <- stack_at(waiting[[set]], stacks[[id]][[1]], stacks[[id]][[2]])
  fit <- coxph(Surv(time, event) ~ exposed + strata(landmark), data = rows, cluster = id, ties = "efron")
  s <- summary(fit)
  add(paste0(set, ".super_model", if (id == set) "" else ".window"), "super_model", "coxph(Surv(time, event) ~ exposed + strata(landmark), data = stacked, cluster = id, ties = 'efron')",
      list(set = set, landmarks = stacks[[id]][[1]], window = stacks[[id]][[2]]),
      list(hazard_ratio = unname(s$conf.int[c(1, 3, 4)]), se = unname(sqrt(vcov(fit)[1, 1])), naive_se = unname(sqrt(fit$naive.var[1, 1])), p_value = unname(s$coefficients[, ncol(s$coefficients)]), rows = nrow(rows)))
}

# Rates: Newcombe's interval from Wilson's, the conditional odds ratio (fisher.test solves to 1e-4 only: solved again) -----
newcombe <- function(x, n) {
  w <- vapply(1:2, function(i) prop.test(x[i], n[i], correct = FALSE)$conf.int[1:2], c(0, 0)); p <- x / n
  c(p[2] - p[1], p[2] - p[1] - sqrt((p[2] - w[1, 2])^2 + (w[2, 1] - p[1])^2), p[2] - p[1] + sqrt((w[2, 2] - p[2])^2 + (p[1] - w[1, 1])^2))
}
conditional <- function(x, n) {
  total <- sum(x); support <- max(0, total - n[1]):min(total, n[2]); logdc <- dhyper(support, n[2], n[1], total, log = TRUE)
  p <- function(b) { d <- logdc + b * support; d <- exp(d - max(d)); d / sum(d) }
  solve1 <- function(f) exp(uniroot(f, c(-30, 30), tol = 1e-14)$root)
  lowest <- x[2] == min(support); highest <- x[2] == max(support)
  c(if (lowest || highest) NA else solve1(function(b) sum(support * p(b)) - x[2]),
    if (lowest) NA else solve1(function(b) sum(p(b)[support >= x[2]]) - 0.025),
    if (highest) NA else solve1(function(b) 0.025 - sum(p(b)[support <= x[2]])))
}
tables <- list(c(48, 80, 56, 70), c(3, 10, 9, 10), c(2, 7, 6, 7), c(0, 29, 5, 56), c(1, 29, 5, 56), c(12, 300, 30, 280), c(150, 300, 145, 290), c(9, 10, 2, 11), c(10, 10, 3, 12), c(499, 500, 480, 500), c(0, 12, 7, 9), c(700, 4000, 900, 5000))
for (cell in tables) {
  x <- cell[c(1, 3)]; n <- cell[c(2, 4)]; m <- rbind(c(x[2], n[2] - x[2]), c(x[1], n[1] - x[1])); f <- fisher.test(m)
  add(paste0("rates.", paste(cell, collapse = "_")), "rates", "prop.test(x, n, correct = FALSE)$conf.int of each group (Wilson), combined after Newcombe; conditional likelihood by dhyper, uniroot(tol = 1e-14); fisher.test(m), to four digits",
      list(set = "rates", successes = x, n = n), list(newcombe = newcombe(x, n), odds_ratio = conditional(x, n), fisher = unname(c(f$estimate, f$conf.int))))
}

# Estimators that need no event: quartiles, standardised difference, start of a curve, completeness ------------------------
for (v in list(c("lung", "age"), c("veteran", "karno"), c("pbc", "age"), c("mgus2", "hgb"))) {
  d <- read(v[1]); x <- d[[v[2]]]; x <- x[!is.na(x)]
  add(paste(v[1], "quartiles", sep = "."), "quartiles", "quantile(x, c(0.5, 0.25, 0.75, 0, 1))", list(set = v[1], column = v[2]), list(quartiles = unname(quantile(x, c(0.5, 0.25, 0.75, 0, 1)))))
}
smd <- function(a, b) abs(mean(a) - mean(b)) / sqrt((var(a) + var(b)) / 2)
levels_smd <- function(p, q) { s <- (diag(p) - p %o% p + diag(q) - q %o% q) / 2; sqrt(mahalanobis(p[-1], q[-1], s[-1, -1, drop = FALSE])) }
for (v in list(c("lung", "age"), c("veteran", "karno"), c("pbc", "age"))) {
  d <- read(v[1])
  add(paste(v[1], "standardised_difference", sep = "."), "balance", "abs(mean(a) - mean(b)) / sqrt((var(a) + var(b)) / 2)", list(set = v[1], column = v[2]),
      list(difference = smd(d[[v[2]]][d$group == 0], d[[v[2]]][d$group == 1])))
}
cells <- with(read("veteran"), table(celltype, group))
add("veteran.standardised_difference_levels", "balance_levels", "sqrt(mahalanobis(p[-1], q[-1], (S_p + S_q) / 2))", list(set = "veteran", column = "celltype"),
    list(difference = levels_smd(cells[, 1] / sum(cells[, 1]), cells[, 2] / sum(cells[, 2]))))
late <- subset(read("myeloid"), !is.na(txtime) & txtime < futime)
for (arm in c("A", "B")) {
  d <- late[late$trt == arm, ]; day <- 1:max(d$futime)
  n <- vapply(day, function(u) sum((d$txtime == 0 | d$txtime < u) & u <= d$futime), 0)
  add(paste0("myeloid.first_stable_day.", arm), "risk_start", "min(which(n at risk by day >= 10))", list(set = "myeloid", arm = arm), list(day = min(which(n >= 10))))
}
jasa_rows <- read("jasa")
add("jasa.completeness", "follow_up", "sum(time) / sum(ifelse(event, time, potential))", list(set = "jasa", potential = 1800), list(clark_c = with(jasa_rows, sum(futime) / sum(ifelse(fustat == 1, futime, 1800)))))


# Rates per person-time --------------------------------------------------------------------------------------------------
for (cell in list(c(0, 1200), c(1, 850), c(7, 4321), c(137, 40213), c(29, 12), c(2500, 730000))) {
  f <- poisson.test(cell[1], cell[2] / 100)
  add(paste0("person_time.", paste(cell, collapse = "_")), "person_time", "poisson.test(x, days / 100)", list(set = "person_time", events = cell[1], days = cell[2]), list(rate = unname(c(f$estimate, f$conf.int))))
}

lines <- vapply(analyses, json, "")
meta <- json(list(versions = as.list(versions), script = "tests/oracle/contrasts.R"))
writeLines(paste0('{"meta": ', meta, ',\n"analyses": [\n', paste(lines, collapse = ",\n"), "\n]}"), file.path(here, "contrasts.json"))
cat(length(analyses), "analyses\n")
