"""The R code that gives the numbers of a figure again from its file of patients; tests of rates of several
denominators from their counts."""

from collections.abc import Iterator

from analyses.effects import Effects
from analyses.result import CAUSE_SPECIFIC, MEDIAN, SUBDISTRIBUTION, Curves, Result
from analyses.time_to_event.adjusted import ADJUSTED, GROUPS, MRD, UNADJUSTED
from endpoints.covariates import COVARIATE
from endpoints.rules import DAYS_PER_MONTH
from figures.r_compared import compared
from figures.r_rates import rates, tests_of_counts
from figures.r_words import BEYOND, PAIR, TIMES, filled, grouped, read_lines, text, vector


def r_call(result: Result, name: str = "patients.csv") -> str:
    """The code, "" where the patients of the figure do not hold all it needs. name: of the file of patients."""
    lines: list[str] = []
    if isinstance(result, Effects):
        lines = [*_effects(result)] if _is_alone(result) else []
    elif isinstance(result, Curves) and _is_alone(result):
        lines = [*(_weighted(result) if "WEIGHT" in result.patients else _curves(result))]
    else:
        lines = [*rates(result)]
    if lines:
        return "\n".join([*read_lines(name), *lines])
    return "\n".join(tests_of_counts(result)) if result.homogeneity is not None else ""


def _is_alone(result: Result) -> bool:
    """Whether the figure is of one endpoint, with one row a patient, and of nothing that the rows do not say."""
    rows = result.patients
    if not result.n or "AVAL" not in rows or "ARM" in rows or rows["PARAMCD"].nunique() != 1:
        return False
    of_rows = set(rows["EVNTCD"].dropna()) <= {one.code for one in result.outcomes} or not _is_incidence(result)
    return of_rows and not rows["USUBJID"].duplicated().any() and len(result.outcomes) >= 1


def _is_incidence(result: Result) -> bool:
    return isinstance(result, Curves) and result.is_incidence


def _prepared(result: Result) -> Iterator[str]:
    """Groups in reading order, the event, and with delayed entry who is at risk from when."""
    yield grouped(result)
    if _is_incidence(result):
        yield f"d$cause <- match(d$EVNTCD, {vector(one.code for one in result.outcomes)}, nomatch = 0)"
    else:
        yield "d$event <- as.integer(d$CNSR == 0)"
    if _enters_late(result):
        yield "d$ENTRY <- ifelse(d$ENTRY <= 0, -1, d$ENTRY)"


def _enters_late(result: Result) -> bool:
    return bool((result.patients["ENTRY"] > 0).any())


def _starts(result: Curves) -> Iterator[str]:
    """A curve begins where enough are at risk: earlier events are in n and in the comparisons, not in the curve."""
    first = result.curve.groupby("strata", sort=False)["time"].min()
    days = {group.label: first[group.code] for group in result.strata if group.code in first}
    if any(days.values()):
        told = ", ".join(f"{text(label)} = {day:g}" for label, day in days.items())
        yield f"start <- c({told})  # the first day with enough at risk"
        yield "kept <- d[d$AVAL >= start[as.character(d$GROUP)], ]"


def _by(result: Result) -> str:
    return "GROUP" if len(filled(result)) > 1 else "1"


def _curves(result: Curves) -> Iterator[str]:
    late = _enters_late(result)
    starts = [*_starts(result)] if late else []
    yield from (*_prepared(result), *starts)
    rows = "kept" if starts else "d"
    yield from _incidence(result, late, rows) if result.is_incidence else _survival(result, late, rows)
    yield from compared(result, late)


def _survival(result: Curves, late: bool, rows: str) -> Iterator[str]:
    response = "Surv(ENTRY, AVAL, event)" if late else "Surv(AVAL, event)"
    yield "library(survival)"
    yield f"at <- {TIMES}"
    yield f'fit <- survfit({response} ~ {_by(result)}, data = {rows}, conf.type = "{result.conf_type}")'
    shown = "; shown is 1 minus the survival" if result.is_failure else ""
    yield f"summary(fit, times = at, extend = TRUE)  # {BEYOND}{shown}"
    if (result.numbers["measure"] == MEDIAN).any():
        yield f"quantile(fit, 0.5)  # days; divided by {DAYS_PER_MONTH:g}: months"


def _incidence(result: Curves, late: bool, rows: str) -> Iterator[str]:
    k = len(result.outcomes)
    yield f"at <- {TIMES}"
    if late:
        yield "library(survival)"
        state = f"factor(cause, 0:{k})"
        yield f"fit <- survfit(Surv(ENTRY, AVAL, {state}) ~ {_by(result)}, data = {rows}, id = USUBJID)"
        yield "summary(fit, times = at, extend = TRUE)$pstate  # its standard errors are of another kind"
        return
    yield "library(cmprsk)"
    group = "d$GROUP, " if len(filled(result)) > 1 else ""
    yield f"ci <- cuminc(d$AVAL, d$cause, {group}cencode = 0)"
    for name in ("est", "var"):
        yield f'{name} <- sapply(ci[names(ci) != "Tests"], function(x) x${name}[findInterval(at, x$time)])'
    yield f"est  # a row per time, a column per group and event (1: {result.outcomes[0].code}); {BEYOND}"
    yield "limit <- function(z) est^exp(z * sqrt(var) / (est * log(est)))"
    yield "limit(qnorm(0.025)); limit(qnorm(0.975))  # lower, upper"


# Adjusted and weighted ------------------------------------------------------------------------------------------------


def _effects(result: Effects) -> Iterator[str]:
    rows = result.rows
    if (rows["factor"] == MRD).any():
        return
    adjusted = rows[rows["model"] == ADJUSTED.code]
    terms = [_term(code, result) for code in dict.fromkeys(adjusted["factor"])]
    late = _enters_late(result)
    event = f"EVNTCD == {text(result.outcomes[0].code)}" if (rows["measure"] == CAUSE_SPECIFIC).any() else "CNSR == 0"
    yield from (line for line in _prepared(result) if "cause" not in line and "event" not in line)
    yield f"d$event <- as.integer(d${event})"
    response = "Surv(ENTRY, AVAL, event)" if late else "Surv(AVAL, event)"
    yield "library(survival)"
    if (rows["model"] == UNADJUSTED.code).any() and GROUPS in set(rows["factor"]):
        yield f'summary(coxph({response} ~ GROUP, data = d, ties = "efron"))  # unadjusted'
    yield f'summary(coxph({response} ~ {" + ".join(terms)}, data = d, ties = "efron"))  # adjusted'
    if (rows["measure"] == SUBDISTRIBUTION).any() and not late:
        first = text(result.outcomes[0].code)
        yield f'd$state <- factor(ifelse(d$EVNTCD == {first}, 1, ifelse(d$EVNTCD == "", 0, 2)))'
        yield 'long <- finegray(Surv(AVAL, state) ~ ., data = d, etype = "1")'
        yield (
            f"summary(coxph(Surv(fgstart, fgstop, fgstatus) ~ {' + '.join(terms)}, data = long, weights = fgwt, "
            "cluster = USUBJID))  # adjusted, Fine-Gray"
        )


def _term(code: str, result: Result) -> str:
    """A covariate as R takes it: per so many units, or as levels with the most frequent one as reference."""
    if code == GROUPS:
        return "GROUP"
    covariate = COVARIATE[code]
    if not covariate.filter_:
        return f"I({covariate.column} / {covariate.per:g})"
    counts = result.patients[covariate.column].astype(str).value_counts()
    first = min(counts.index, key=lambda level: (-counts[level], level))
    return f"relevel(factor({covariate.column}), ref = {text(first)})"


def _weighted(result: Curves) -> Iterator[str]:
    columns = [one for one in COVARIATE.values() if one.column in result.patients]
    terms = " + ".join(_term(one.code, result) for one in columns)
    yield from _prepared(result)
    yield "# the column WEIGHT is"
    if len(result.strata) == PAIR:
        yield f"p <- fitted(glm(as.integer(GROUP) == 2 ~ {terms}, data = d, family = binomial))"
        yield "share <- mean(as.integer(d$GROUP) == 2)"
        yield "w <- ifelse(as.integer(d$GROUP) == 2, share / p, (1 - share) / (1 - p))"
    else:
        yield f"p <- fitted(nnet::multinom(GROUP ~ {terms}, data = d, trace = FALSE, maxit = 1000, reltol = 1e-12))"
        yield "w <- as.vector(prop.table(table(d$GROUP)))[d$GROUP] / p[cbind(seq_len(nrow(d)), as.integer(d$GROUP))]"
    late = "ENTRY, " if _enters_late(result) else ""
    yield "library(survival)"
    if result.is_incidence:
        state = f"Surv({late}AVAL, factor(cause, 0:{len(result.outcomes)}))"
        yield f"fit <- survfit({state} ~ GROUP, data = d, weights = w, id = USUBJID)"
    else:
        options = 'weights = w, robust = TRUE, conf.type = "log-log"'
        yield f"fit <- survfit(Surv({late}AVAL, event) ~ GROUP, data = d, {options})"
        yield f"summary(coxph(Surv({late}AVAL, event) ~ GROUP, data = d, weights = w, robust = TRUE))"
    yield f"summary(fit, times = {TIMES}, extend = TRUE)"
