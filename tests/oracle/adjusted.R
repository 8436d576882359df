# What R computes of adjusted, weighted, interval-censored and sequential comparisons, for tests/oracle/adjusted.json.
# Rscript tests/oracle/adjusted.R, in the folder of the project. Needs survival, survey, nnet and icenReg; the data sets
# of contrasts.R stand beside it, and what only this file needs is written here.
suppressMessages({library(survival); library(survey); library(nnet); library(icenReg)})
here <- "tests/oracle"
used <- c("survival", "survey", "nnet", "icenReg")
options(error = function() {traceback(3); quit(status = 1)})
versions <- c(R = as.character(getRversion()), vapply(used, function(p) as.character(packageVersion(p)), ""))

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
analyses <- list()
add <- function(id, kind, r_call, input, values) {
  analyses[[length(analyses) + 1]] <<- list(id = id, kind = kind, r_call = r_call, input = input, values = values)
}
read <- function(name) read.csv(file.path(here, paste0(name, ".csv")))
save_csv <- function(d, name) write.csv(d, file.path(here, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)

# Data: complete cases of declared covariates; groups 0, 1, ... ---------------------------------------------------------
data(miceData); data(IR_diabetes)
save_csv(data.frame(left = miceData$l, right = ifelse(is.finite(miceData$u), miceData$u, NA), group = as.integer(miceData$grp == "ge")), "mice")
save_csv(IR_diabetes, "diabetes")
sets <- list(
  veteran = with(read("veteran"), data.frame(time, event, group, karno, squamous = as.integer(celltype == "squamous"), smallcell = as.integer(celltype == "smallcell"))),
  lung = with(read("lung"), data.frame(time, event, group, age)),
  colon = with(read("colon"), data.frame(time, event, group, nodes)),
  myeloid = with(read("myeloid"), data.frame(time = futime, event = death, group = as.integer(trt == "B"), male = as.integer(sex == "m"))),
  mgus2 = with(na.omit(read("mgus2")[c("futime", "death", "sex", "age", "hgb", "creat")]), data.frame(time = futime, event = death, group = as.integer(sex == "M"), age, hgb, creat)))
covariates <- lapply(sets, function(d) setdiff(names(d), c("time", "event", "group")))
three <- with(read("veteran"), data.frame(time, event, group = match(celltype, c("adeno", "large", "smallcell", "squamous")) - 1L, karno, arm = group))
competing <- list(pbc = with(read("pbc"), data.frame(time, cause, group, age)),
  mgus2 = with(na.omit(read("mgus2")[c("cr_time", "cr_status", "sex", "age", "hgb")]), data.frame(time = cr_time, cause = cr_status, group = as.integer(sex == "M"), age, hgb)))
formula_of <- function(left, x) reformulate(x, left)
tight <- glm.control(epsilon = 1e-14, maxit = 100)

# Logistic regression, weights, balance ----------------------------------------------------------------------------------
ess <- function(w, g) unname(tapply(w, g, function(v) sum(v)^2 / sum(v^2)))
spread <- function(v) if (all(v %in% 0:1)) mean(v) * (1 - mean(v)) else var(v)
smd <- function(d, x, w) vapply(x, function(name) max(outer(sort(unique(d$group)), sort(unique(d$group)), Vectorize(function(a, b) {
  u <- d[[name]][d$group == a]; v <- d[[name]][d$group == b]
  abs(weighted.mean(u, w[d$group == a]) - weighted.mean(v, w[d$group == b])) / sqrt((spread(u) + spread(v)) / 2)
}))), 0)
weights_of <- function(d, x) {
  fit <- glm(formula_of("group", x), binomial, d, control = tight)
  p <- fitted(fit); share <- mean(d$group)
  list(fit = fit, w = ifelse(d$group == 1, share / p, (1 - share) / (1 - p)))
}
for (name in names(sets)) {
  d <- sets[[name]]; x <- covariates[[name]]; iptw <- weights_of(d, x); w <- unname(iptw$w)
  add(paste0(name, ".logistic"), "logistic", "glm(group ~ x, binomial, epsilon = 1e-14)", list(set = name, x = x),
      list(coef = unname(coef(iptw$fit)), var = unname(vcov(iptw$fit)), loglik = -c(iptw$fit$null.deviance, iptw$fit$deviance) / 2))
  add(paste0(name, ".weights"), "weights", "ifelse(group == 1, mean(group) / p, (1 - mean(group)) / (1 - p)), p = fitted(glm(group ~ x, binomial)); sum(w)^2 / sum(w^2); weighted.mean, over the pooled standard deviation",
      list(set = name, x = x), list(weight = w, effective = ess(w, d$group), before = unname(smd(d, x, rep(1, nrow(d)))), after = unname(smd(d, x, w))))
  for (arm in 0:1) {
    held <- d$group == arm
    s <- summary(survfit(Surv(time, event) ~ 1, data = d[held, ], weights = w[held], robust = TRUE, conf.type = "log-log"), censored = TRUE)
    design <- suppressWarnings(svydesign(ids = ~1, weights = ~w, data = transform(d[held, ], w = w[held])))
    add(paste0(name, ".weighted_curve.", arm), "weighted_curve", "survfit(Surv(time, event) ~ 1, weights = w, robust = TRUE, conf.type = 'log-log'); survey::svykm(Surv(time, event) ~ 1, svydesign(ids = ~1, weights = ~w))",
        list(set = name, x = x, arm = arm), list(time = s$time, estimate = s$surv, std_err = s$std.err, conf_low = s$lower, conf_high = s$upper,
          svykm = { k <- svykm(Surv(time, event) ~ 1, design); stepfun(k$time[-1], k$surv)(s$time) }))
  }
  for (ties in c("efron", "breslow")) {
    fit <- coxph(Surv(time, event) ~ group, data = d, weights = w, robust = TRUE, ties = ties)
    s <- summary(fit)
    add(paste0(name, ".weighted_cox.", ties), "weighted_cox", "coxph(Surv(time, event) ~ group, weights = w, robust = TRUE, ties = )", list(set = name, x = x, ties = ties),
        list(coef = unname(coef(fit)), se = unname(sqrt(diag(vcov(fit)))), conf_low = unname(s$conf.int[, 3]), conf_high = unname(s$conf.int[, 4]), p_value = unname(s$coefficients[, 6]), loglik = fit$loglik))
  }
  adjusted <- coxph(formula_of("Surv(time, event)", c("group", x)), data = d, ties = "efron")
  s <- summary(adjusted)
  add(paste0(name, ".adjusted"), "adjusted_cox", "coxph(Surv(time, event) ~ group + x, ties = 'efron')", list(set = name, x = x),
      list(coef = unname(coef(adjusted)), var = unname(vcov(adjusted)), conf_low = unname(s$conf.int[, 3]), conf_high = unname(s$conf.int[, 4]), p_value = unname(s$coefficients[, 5]), loglik = adjusted$loglik))
  factor_x <- x[vapply(x, function(v) all(d[[v]] %in% 0:1), TRUE)]
  for (v in c(factor_x, if ("karno" %in% x) "karno")) {
    level <- if (v == "karno") as.integer(cut(d$karno, c(-Inf, 40, 70, Inf))) - 1L else d[[v]]
    main <- coxph(Surv(time, event) ~ group + factor(level), data = d); both <- coxph(Surv(time, event) ~ group * factor(level), data = d)
    test <- anova(main, both)
    add(paste0(name, ".interaction.", v), "interaction", "anova(coxph(Surv(time, event) ~ group + factor(level)), coxph(Surv(time, event) ~ group * factor(level)))", list(set = name, level = level),
        list(test = c(test$Chisq[2], test$Df[2], test[["Pr(>|Chi|)"]][2]), levels_test = { a <- anova(coxph(Surv(time, event) ~ factor(level), data = d)); c(a$Chisq[2], a$Df[2], a[["Pr(>|Chi|)"]][2]) }))
    yes <- as.integer(d$event == 1 & d$time <= median(d$time))
    a <- glm(yes ~ d$group + factor(level), family = binomial, control = tight); b <- glm(yes ~ d$group * factor(level), family = binomial, control = tight)
    none <- glm(yes ~ 1, family = binomial, control = tight); levels_only <- glm(yes ~ factor(level), family = binomial, control = tight)
    lr <- function(u, v) { q <- u$deviance - v$deviance; k <- u$df.residual - v$df.residual; c(q, k, pchisq(q, k, lower.tail = FALSE)) }
    add(paste0(name, ".interaction_rate.", v), "interaction_rate", "anova(glm(y ~ group + factor(level), binomial), glm(y ~ group * factor(level), binomial), test = 'Chisq')", list(set = name, level = level, yes = yes),
        list(test = lr(a, b), levels_test = lr(none, levels_only)))
  }
}
fit <- multinom(group ~ karno + arm, data = three, trace = FALSE, maxit = 5000, reltol = 1e-16, abstol = 1e-12)
p <- fitted(fit); own <- p[cbind(seq_len(nrow(three)), three$group + 1)]; w <- (table(three$group) / nrow(three))[three$group + 1] / own
add("veteran.multinomial", "multinomial", "nnet::multinom(group ~ karno + arm, reltol = 1e-16)", list(set = "veteran_cells", x = c("karno", "arm")),
    list(coef = unname(coef(fit)), weight = unname(as.vector(w)), effective = ess(w, three$group), before = unname(smd(three, c("karno", "arm"), rep(1, nrow(three)))), after = unname(smd(three, c("karno", "arm"), as.vector(w)))))

# Weighted incidences and adjusted ratios of competing outcomes; entry during follow-up ------------------------------------
for (name in names(competing)) {
  d <- competing[[name]]; x <- setdiff(names(d), c("time", "cause", "group")); w <- unname(weights_of(d, x)$w); k <- max(d$cause)
  for (arm in 0:1) {
    held <- d$group == arm
    s <- summary(survfit(Surv(time, factor(cause, 0:k)) ~ 1, data = transform(d[held, ], id = seq_len(sum(held))), weights = w[held], id = id, conf.type = "log-log"), censored = TRUE)
    add(paste0(name, ".weighted_incidence.", arm), "weighted_incidence", "survfit(Surv(time, factor(cause)) ~ 1, weights = w, id = id)", list(set = name, x = x, arm = arm),
        list(time = s$time, estimate = unname(t(s$pstate[, -1])), std_err = unname(t(s$std.err[, -1]))))
  }
  for (own in sort(unique(d$cause[d$cause > 0]))) {
    fit <- coxph(formula_of(paste0("Surv(time, cause == ", own, ")"), c("group", x)), data = d, ties = "efron")
    weighted <- coxph(formula_of(paste0("Surv(time, cause == ", own, ")"), "group"), data = d, weights = w, robust = TRUE, ties = "efron")
    long <- finegray(Surv(time, state) ~ ., data = transform(d, id = seq_along(time), state = factor(ifelse(d$cause == 0, 0, ifelse(d$cause == own, 1, 2)), 0:2, c("none", "own", "other"))), etype = "own")
    fg <- coxph(formula_of("Surv(fgstart, fgstop, fgstatus)", c("group", x)), data = long, weights = fgwt, cluster = id)
    add(paste0(name, ".adjusted_incidence.", own), "adjusted_incidence", "coxph(Surv(time, cause == k) ~ group + x); the same, weights = w, robust = TRUE, of group alone; coxph(Surv(fgstart, fgstop, fgstatus) ~ group + x, data = finegray(), weights = fgwt, cluster = id)",
        list(set = name, x = x, outcome = own), list(coef = unname(coef(fit)), var = unname(vcov(fit)), weighted = unname(c(coef(weighted), sqrt(vcov(weighted)))), fine_gray = unname(coef(fg)), fine_gray_se = unname(sqrt(diag(vcov(fg))))))
  }
}
for (name in names(competing)) {
  d <- competing[[name]]; d$id <- seq_len(nrow(d)); d$entry <- d$id %% 9 * (if (name == "pbc") 40 else 2); d <- d[d$time > d$entry, ]
  for (own in sort(unique(d$cause[d$cause > 0]))) {
    d$state <- factor(ifelse(d$cause == 0, 0, ifelse(d$cause == own, 1, 2)), 0:2, c("none", "own", "other"))
    long <- finegray(Surv(entry, time, state) ~ ., data = d, etype = "own", id = id)
    fit <- coxph(Surv(fgstart, fgstop, fgstatus) ~ group + age, data = long, weights = fgwt, cluster = id)
    add(paste0(name, ".fine_gray_entry.", own), "fine_gray_entry", "coxph(Surv(fgstart, fgstop, fgstatus) ~ group + age, data = finegray(Surv(entry, time, state) ~ ., etype = , id = id), weights = fgwt, cluster = id), entry on day (row %% 9) * 40 (mgus2: * 2)",
        list(set = name, outcome = own, x = c("group", "age")), list(coef = unname(coef(fit)), var = unname(vcov(fit))))
  }
}
rows <- read("heart"); rows$w <- 0.5 + (rows$id %% 7) / 5
for (arm in 0:1) {
  held <- rows[rows$transplant == arm, ]
  s <- summary(survfit(Surv(start, stop, event) ~ 1, data = transform(held, own = seq_len(nrow(held))), weights = w, id = own, robust = TRUE, conf.type = "log-log"), censored = TRUE)
  add(paste0("heart.weighted_entry.", arm), "weighted_entry", "survfit(Surv(start, stop, event) ~ 1, weights = 0.5 + (id %% 7) / 5, id = row, robust = TRUE)", list(set = "heart", arm = arm),
      list(time = s$time, estimate = s$surv, std_err = s$std.err))
}
for (ties in c("efron", "breslow")) {
  fit <- coxph(Surv(start, stop, event) ~ age + transplant + strata(surgery), data = rows, weights = w, cluster = id, ties = ties)
  add(paste0("heart.weighted_cox_rows.", ties), "weighted_cox_rows", "coxph(Surv(start, stop, event) ~ age + transplant + strata(surgery), weights = 0.5 + (id %% 7) / 5, cluster = id, ties = )", list(set = "heart", ties = ties),
      list(coef = unname(coef(fit)), var = unname(vcov(fit)), loglik = fit$loglik))
}

# Interval-censored curves: icenReg, and its maximum checked by the derivative (0 at the maximum) ---------------------------
interval_sets <- list(mice = with(read("mice"), cbind(left, ifelse(is.na(right), Inf, right))), diabetes = as.matrix(read("diabetes")[c("left", "right")]))
for (k in 0:1) interval_sets[[paste0("mice_", k)]] <- interval_sets$mice[read("mice")$group == k, ]
interval_sets[["diabetes_female"]] <- interval_sets$diabetes[read("diabetes")$gender == "female", ]
for (name in names(interval_sets)) {
  d <- interval_sets[[name]]
  fit <- ic_np(d, maxIter = 1e6, tol = 1e-15)
  bull <- fit$T_bull_Intervals; p <- fit$p_hat
  t <- sort(unique(c(bull[2, is.finite(bull[2, ])], d[is.finite(d)])))
  high <- vapply(t, function(u) 1 - sum(p[bull[2, ] <= u]), 0); low <- vapply(t, function(u) 1 - sum(p[bull[1, ] < u | bull[2, ] <= u]), 0)
  add(paste0(name, ".turnbull"), "turnbull", "icenReg::ic_np(cbind(left, right), maxIter = 1e6, tol = 1e-15): 1 - sum(p_hat[right ends <= t]) and 1 - sum(p_hat[left ends < t])",
      list(set = sub("_.*", "", name), part = name), list(time = t, high = high, low = low, loglik = fit$llk))
}

# Holm ----------------------------------------------------------------------------------------------------------------------
for (p in list(c(0.01, 0.04, 0.03, 0.005), c(0.5, 0.02, 0.9), c(0.2, NA, 0.01, 0.01, 1), c(1e-9, 3e-5, 0.049999, 0.05, 0.051, 0.7, 0.02), 0.03))
  add(paste0("holm.", length(analyses)), "holm", "p.adjust(p, 'holm')", list(set = "holm", p = p), list(adjusted = p.adjust(p, "holm")))
pairs <- combn(0:3, 2)
raw <- apply(pairs, 2, function(k) { d <- survdiff(Surv(time, event) ~ group, data = three[three$group %in% k, ]); pchisq(d$chisq, 1, lower.tail = FALSE) })
add("veteran.pairwise", "pairwise", "survdiff(Surv(time, event) ~ group) of each pair; p.adjust(p, 'holm')", list(set = "veteran_cells"), list(raw = raw, adjusted = p.adjust(raw, "holm")))

# Sequential trials: expanded row by row, weights written out ------------------------------------------------------------------
expand <- function(d, days, step) do.call(rbind, lapply(days, function(day) {
  held <- d[d$opens <= day & day < d$closes & d$time > day & d$change >= day, ]
  do.call(rbind, lapply(seq_len(nrow(held)), function(i) {
    r <- held[i, ]; exposed <- r$change == day; end <- if (exposed) r$time else min(r$time, r$change); length <- end - day
    starts <- if (exposed || is.null(step)) 0 else seq(0, length - 1e-4, by = step)
    stops <- c(starts[-1], length)
    data.frame(id = r$id, trial = day, start = starts, stop = stops, event = as.integer(r$event == 1 & r$time <= end & stops == length), exposed = as.integer(exposed), closes = r$closes, ratio = r$ratio)
  }))
}))
weights_seq <- function(d, rows, x) {
  begins <- d$opens <= d$change & d$change < d$closes & d$change < d$time
  d$stop <- ifelse(begins, d$change, pmin(d$closes, d$time, d$change) - 1); d$begins <- as.integer(begins)
  risk <- d[d$stop >= d$opens, ]
  fit <- coxph(formula_of("Surv(opens - 1, stop, begins)", x), data = risk, ties = "efron")
  mean_x <- colMeans(risk[x]); lp <- as.vector(sweep(as.matrix(d[x]), 2, mean_x) %*% coef(fit)); lp_risk <- as.vector(sweep(as.matrix(risk[x]), 2, mean_x) %*% coef(fit))
  days <- sort(unique(risk$stop[risk$begins == 1]))
  own <- vapply(days, function(u) sum(risk$begins == 1 & risk$stop == u) / sum(exp(lp_risk[risk$opens - 1 < u & u <= risk$stop])), 0)
  marginal <- vapply(days, function(u) sum(risk$begins == 1 & risk$stop == u) / sum(risk$opens - 1 < u & u <= risk$stop), 0)
  ratio <- exp(lp)[match(rows$id, d$id)]
  w <- vapply(seq_len(nrow(rows)), function(i) {
    r <- rows[i, ]
    on <- if (r$exposed == 1) days == r$trial else days >= r$trial & days <= r$trial + r$start & days < r$closes
    a <- sum(own[on]) * ratio[i]; b <- sum(marginal[on])
    if (r$exposed == 1) (1 - exp(-b)) / (1 - exp(-a)) else exp(a - b)
  }, 0)
  list(w = w, days = days)
}
jasa <- with(read("jasa"), data.frame(id, opens = 0, closes = Inf, time = futime, event = fustat, change = ifelse(is.na(tx_at), Inf, tx_at), age, surgery))
m <- read("myeloid")
late <- with(m, data.frame(id, opens = ifelse(is.na(crtime), NA, crtime), closes = ifelse(is.na(rltime), Inf, rltime), time = futime, event = death, change = ifelse(is.na(txtime), Inf, txtime), arm_b = as.integer(trt == "B"), male = as.integer(sex == "m")))
late <- subset(late, !is.na(opens) & time > opens)
for (name in c("jasa", "myeloid")) {
  d <- if (name == "jasa") jasa else late
  x <- if (name == "jasa") c("age", "surgery") else c("arm_b", "male")
  d$ratio <- 1
  begins <- d$opens <= d$change & d$change < d$closes & d$change < d$time
  days <- sort(unique(d$change[begins]))
  for (weighted in c(FALSE, TRUE)) {
    rows <- expand(d, days, if (weighted) 30 else NULL)
    rows$w <- if (weighted) weights_seq(d, rows, x)$w else 1
    fit <- coxph(Surv(start, stop, event) ~ exposed + strata(trial), data = rows, weights = w, cluster = id, ties = "efron", control = coxph.control(eps = 1e-14, iter.max = 50))
    s <- summary(fit)
    add(paste0(name, ".sequential", if (weighted) ".weighted" else ""), "sequential", "coxph(Surv(start, stop, event) ~ exposed + strata(trial), data = the trials, row by row, weights = w, cluster = id, ties = 'efron'); w from coxph(Surv(opens - 1, stop, begins) ~ x), Breslow's hazard, written out",
        list(set = name, x = x, weighted = weighted), list(trials = length(days), rows = nrow(rows), entries = sum(rows$start == 0), coef = unname(coef(fit)), se = unname(sqrt(vcov(fit)[1, 1])), ratio = unname(s$conf.int[c(1, 3, 4)]), p_value = unname(s$coefficients[, ncol(s$coefficients)]), weights = c(min(rows$w), max(rows$w), sum(rows$w))))
  }
}

lines <- vapply(analyses, json, "")
meta <- json(list(versions = as.list(versions), script = "tests/oracle/adjusted.R"))
writeLines(paste0('{"meta": ', meta, ',\n"analyses": [\n', paste(lines, collapse = ",\n"), "\n]}"), file.path(here, "adjusted.json"))
cat(length(analyses), "analyses\n")
