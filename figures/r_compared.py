"""The R code of what stands beside curves: the test over the groups, of each pair, differences and ratios of two."""

from collections.abc import Iterator

import pandas as pd

from analyses.result import (
    CAUSE_SPECIFIC,
    DIFFERENCE,
    HAZARD_RATIO,
    MEAN_DIFFERENCE,
    PIECEWISE,
    PROPORTIONALITY,
    SUBDISTRIBUTION,
    Curves,
)
from analyses.time_to_event.differences import HORIZON, PIECES
from endpoints.rules import DAYS_PER_MONTH
from figures.r_words import filled, known, known_rows

ENTERING = "Surv(ENTRY, AVAL, event) ~ GROUP"
RATIO_P = "the p-value beside the ratio is that of the log-rank test"


def compared(result: Curves, late: bool) -> Iterator[str]:
    """`k` holds the groups that are compared. late: patients enter after time 0."""
    if len(known(result)) <= 1:
        return
    yield known_rows(result)
    if result.is_incidence:
        yield from _gray(result, late)
    else:
        yield from _logrank(result, late)
    if result.comparison is not None:
        yield from _of_two(result, late)


def _logrank(result: Curves, late: bool) -> Iterator[str]:
    if late:  # survdiff takes no entry times, and the exact method for ties takes hours
        yield f"summary(coxph({ENTERING}, data = k))$sctest  # near the log-rank test with entry times"
        return
    yield "survdiff(Surv(AVAL, event) ~ GROUP, data = k)"
    yield from _pairs(result, "pchisq(survdiff(Surv(AVAL, event) ~ GROUP, data = g)$chisq, 1, lower.tail = FALSE)")


def _gray(result: Curves, late: bool) -> Iterator[str]:
    if late:
        return
    yield "gray <- function(x) cuminc(x$AVAL, x$cause, x$GROUP, cencode = 0)$Tests"
    yield f"gray(k)  # Gray's test; row 1: {result.outcomes[0].code}"
    yield from _pairs(result, 'gray(g)[1, "pv"]')


def _pairs(result: Curves, p_value: str) -> Iterator[str]:
    """Of the pairs that have enough patients and events, which are those that are corrected for one another."""
    if result.pairs is None:
        return
    tested, place = result.pairs[result.pairs["reason"] == ""], _places(result)
    if tested.empty:
        return
    pairs = [(place[a], place[b]) for a, b in zip(tested["reference"], tested["other"], strict=True)]
    yield f"pairs <- list({', '.join(f'c({a}, {b})' for a, b in pairs)})  # levels of GROUP"
    yield f"p <- sapply(pairs, function(i) {{ g <- droplevels(d[as.integer(d$GROUP) %in% i, ]); {p_value} }})"
    yield 'p.adjust(p, "holm")'


def _places(result: Curves) -> dict[str, int]:
    return {group.code: place for place, group in enumerate(filled(result), start=1)}


def _of_two(result: Curves, late: bool) -> Iterator[str]:
    """The second known group against the first."""
    rows = result.comparison.rows if result.comparison is not None else pd.DataFrame({"reason": [], "measure": []})
    measures = set(rows.loc[rows["reason"] == "", "measure"])  # what has too few is not shown
    if result.is_incidence:
        yield "library(survival)"
        yield "k$event <- as.integer(k$cause == 1)"
    if measures & {HAZARD_RATIO, CAUSE_SPECIFIC}:
        yield f'ratio <- coxph(Surv({"ENTRY, " if late else ""}AVAL, event) ~ GROUP, data = k, ties = "efron")'
        yield f"summary(ratio)  # {RATIO_P}"
    if PROPORTIONALITY in measures:
        yield "cox.zph(ratio)"
    if PIECEWISE in measures and not late:
        yield from _pieces()
    if SUBDISTRIBUTION in measures and not late:
        yield f'long <- finegray(Surv(AVAL, factor(cause, 0:{len(result.outcomes)})) ~ ., data = k, etype = "1")'
        yield (
            "summary(coxph(Surv(fgstart, fgstop, fgstatus) ~ GROUP, data = long, weights = fgwt, cluster = USUBJID))"
            "  # Fine-Gray"
        )
    if DIFFERENCE in measures and not late:
        yield from _differences(result, MEAN_DIFFERENCE in measures)


def _pieces() -> Iterator[str]:
    """The ratio of those at risk in each interval."""
    cuts = f"c({', '.join(map(str, PIECES))}) * {DAYS_PER_MONTH:g}"
    yield f'pieces <- survSplit(Surv(AVAL, event) ~ ., data = k, cut = {cuts}, episode = "piece")'
    yield (
        "for (i in unique(pieces$piece)) print(summary(coxph(Surv(tstart, AVAL, event) ~ GROUP, data = pieces, "
        "subset = piece == i)))"
    )


def _differences(result: Curves, has_mean: bool) -> Iterator[str]:
    """At the declared months, and of the restricted means; standard errors are those of the curves."""
    places, comparison = _places(result), result.comparison
    if comparison is None:
        return
    two = f"c({places[comparison.reference.code]}, {places[comparison.other.code]})"
    if result.is_incidence:
        yield f"two <- {two}  # columns: groups of event 1"
        yield "e <- est[, two]; v <- var[, two]"
    else:
        yield f"two <- {two}; s <- summary(fit, times = at, extend = TRUE)"
        yield "e <- matrix(s$surv, length(at))[, two]; v <- matrix(s$std.err^2, length(at))[, two]"
    between = "e[, 1] - e[, 2]" if result.is_failure else "e[, 2] - e[, 1]"  # of 1 minus the survival
    yield f"difference <- {between}; half <- qnorm(0.975) * sqrt(rowSums(v))"
    yield "cbind(difference, difference - half, difference + half)"
    if has_mean:
        yield f'm <- summary(fit, rmean = {HORIZON} * {DAYS_PER_MONTH:g})$table[two, c("rmean", "se(rmean)")]'
        yield f"(diff(m[, 1]) + c(0, -1, 1) * qnorm(0.975) * sqrt(sum(m[, 2]^2))) / {DAYS_PER_MONTH:g}  # months"
