"""The R code that gives the numbers of a figure again: from its file of patients, tests of rates from their counts."""

import json
from collections.abc import Iterator

import pandas as pd

from analyses.effects import Effects
from analyses.result import CAUSE_SPECIFIC, MEDIAN, SUBDISTRIBUTION, Curves, Result
from analyses.time_to_event.adjusted import ADJUSTED, GROUPS, MRD, UNADJUSTED
from analyses.time_to_event.table import MONTHS
from analyses.words import labels_of
from endpoints.covariates import COVARIATE
from endpoints.rules import DAYS_PER_MONTH
from figures.export import safe_cell

READ = (
    'file <- "{name}"  # the file of patients of this figure',
    'd <- read.csv(file, skip = as.integer(sub("^\\\\D*(\\\\d+).*", "\\\\1", readLines(file, 1))), encoding = "UTF-8")',
)
TIMES = f"c({', '.join(f'{month:g}' for month in MONTHS)}) * {DAYS_PER_MONTH:g}"
PAIR = 2


def r_call(result: Result, name: str = "patients.csv") -> str:
    """The code, "" where the patients of the figure do not hold all it needs. name: of the file of patients."""
    lines: list[str] = []
    if isinstance(result, Effects):
        lines = [*_effects(result)] if _is_alone(result) else []
    elif isinstance(result, Curves) and _is_alone(result):
        lines = [*(_weighted(result) if "WEIGHT" in result.patients else _curves(result))]
    elif result.homogeneity is not None:
        return "\n".join(_rates(result, result.homogeneity))
    return "\n".join([READ[0].format(name=name), READ[1], *lines]) if lines else ""


def _rates(result: Result, tests: pd.DataFrame) -> Iterator[str]:
    """A test per rate that has one; their patients are not told apart in the file as each rate counts them."""
    labels = labels_of((*result.outcomes, *getattr(result, "rate_outcomes", ())))
    for row in tests[tests["reason"] == ""].to_dict("records"):
        events, n = (f"c({', '.join(f'{count:g}' for count in row[name])})" for name in ("observed", "n"))
        name = _text(labels.get(row["outcome"], row["outcome"]))
        yield f"chisq.test(rbind({events}, {n} - {events}), correct = FALSE)  # {name}"


def _is_alone(result: Result) -> bool:
    """Whether the figure is of one endpoint, with one row a patient, and of nothing that the rows do not say."""
    rows = result.patients
    if not result.n or "AVAL" not in rows or "ARM" in rows or rows["PARAMCD"].nunique() != 1:
        return False
    of_rows = set(rows["EVNTCD"].dropna()) <= {one.code for one in result.outcomes} or not _is_incidence(result)
    return of_rows and not rows["USUBJID"].duplicated().any() and len(result.outcomes) >= 1


def _is_incidence(result: Result) -> bool:
    return isinstance(result, Curves) and result.is_incidence


def _text(words: str) -> str:
    """A string of R, as the file writes it."""
    return json.dumps(safe_cell(words), ensure_ascii=False)


def _vector(words) -> str:
    return f"c({', '.join(map(_text, words))})"


def _prepared(result: Result) -> Iterator[str]:
    """Groups in reading order, the event, and with delayed entry who is at risk from when."""
    labels = [group.label for group in result.strata]
    yield f"d$GROUP <- factor(d$GROUP, levels = {_vector(labels)})"
    if _is_incidence(result):
        yield f"d$cause <- match(d$EVNTCD, {_vector(one.code for one in result.outcomes)}, nomatch = 0)"
    else:
        yield "d$event <- as.integer(d$CNSR == 0)"
    if _enters_late(result):
        yield "d$ENTRY <- ifelse(d$ENTRY <= 0, -1, d$ENTRY)"


def _enters_late(result: Result) -> bool:
    return bool((result.patients["ENTRY"] > 0).any())


def _starts(result: Curves) -> Iterator[str]:
    """A curve begins where enough are at risk: earlier events are in n and not in it."""
    first = result.curve.groupby("strata", sort=False)["time"].min()
    days = {group.label: first[group.code] for group in result.strata if group.code in first}
    if any(days.values()):
        told = ", ".join(f"{_text(label)} = {day:g}" for label, day in days.items())
        yield f"start <- c({told})  # the first day with enough at risk"
        yield "d <- d[d$AVAL >= start[as.character(d$GROUP)], ]"


def _by(result: Result) -> str:
    return "GROUP" if len(result.strata) > 1 else "1"


def _curves(result: Curves) -> Iterator[str]:
    late = _enters_late(result)
    yield from _prepared(result)
    if late:
        yield from _starts(result)
    if result.is_incidence:
        yield from _incidence(result, late)
        return
    response = "Surv(ENTRY, AVAL, event)" if late else "Surv(AVAL, event)"
    yield "library(survival)"
    yield f'fit <- survfit({response} ~ {_by(result)}, data = d, conf.type = "{result.conf_type}")'
    yield f"summary(fit, times = {TIMES}, extend = TRUE)"
    if (result.numbers["measure"] == MEDIAN).any():
        yield f"quantile(fit, 0.5)  # days; divided by {DAYS_PER_MONTH:g}: months"
    if len(result.strata) > 1 and not late:
        yield "survdiff(Surv(AVAL, event) ~ GROUP, data = d)"
    if len(result.strata) == PAIR:
        yield f'summary(coxph({response} ~ GROUP, data = d, ties = "efron"))'


def _incidence(result: Curves, late: bool) -> Iterator[str]:
    k = len(result.outcomes)
    if late:
        yield "library(survival)"
        state = f"factor(cause, 0:{k})"
        yield f"fit <- survfit(Surv(ENTRY, AVAL, {state}) ~ {_by(result)}, data = d, id = USUBJID)"
        yield f"summary(fit, times = {TIMES}, extend = TRUE)$pstate  # its standard errors are of another kind"
        return
    yield "library(cmprsk)"
    group = "d$GROUP, " if len(result.strata) > 1 else ""
    yield f"ci <- cuminc(d$AVAL, d$cause, {group}cencode = 0)"
    yield f"timepoints(ci, {TIMES})  # intervals: est^exp(c(1, -1) * 1.96 * sqrt(var) / (est * log(est)))"
    if len(result.strata) > 1:
        yield "ci$Tests  # Gray's test"


# Adjusted and weighted ------------------------------------------------------------------------------------------------


def _effects(result: Effects) -> Iterator[str]:
    rows = result.rows
    if (rows["factor"] == MRD).any():
        return
    adjusted = rows[rows["model"] == ADJUSTED.code]
    terms = [_term(code, result) for code in dict.fromkeys(adjusted["factor"])]
    late = _enters_late(result)
    event = f"EVNTCD == {_text(result.outcomes[0].code)}" if (rows["measure"] == CAUSE_SPECIFIC).any() else "CNSR == 0"
    yield from (line for line in _prepared(result) if "cause" not in line and "event" not in line)
    yield f"d$event <- as.integer(d${event})"
    response = "Surv(ENTRY, AVAL, event)" if late else "Surv(AVAL, event)"
    yield "library(survival)"
    if (rows["model"] == UNADJUSTED.code).any() and GROUPS in set(rows["factor"]):
        yield f'summary(coxph({response} ~ GROUP, data = d, ties = "efron"))  # unadjusted'
    yield f'summary(coxph({response} ~ {" + ".join(terms)}, data = d, ties = "efron"))  # adjusted'
    if (rows["measure"] == SUBDISTRIBUTION).any() and not late:
        first = _text(result.outcomes[0].code)
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
    return f"relevel(factor({covariate.column}), ref = {_text(first)})"


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
