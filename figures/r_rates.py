"""The R code of rates: classes per patient counted again from the file, or the tests from their counts."""

from collections.abc import Iterator

import pandas as pd

from analyses.result import Result, Shares
from analyses.words import labels_of
from figures.r_words import grouped, known_rows, text, vector

INTERVALS = (
    "rate <- function(codes) sapply(split(d$AVALC %in% codes, d$GROUP), function(x) "
    "with(binom.test(sum(x), length(x)), c(n = sum(x), total = length(x), share = estimate[[1]], "
    "conf_low = conf.int[1], conf_high = conf.int[2])))"
)


def rates(result: Result) -> Iterator[str]:
    """Nothing where the rows do not say which patients each rate counts."""
    if not isinstance(result, Shares) or not _is_told(result):
        return
    yield grouped(result)
    yield INTERVALS
    composed = [one for one in result.rate_outcomes if len(one.classes) > 1]
    for one in composed:
        yield f"rate({vector(one.classes)})  # {text(one.label)}"
    yield f"sapply({vector(one.code for one in result.outcomes)}, rate, simplify = FALSE)  # each class"
    yield from _tests(result, {one.code: one.classes for one in composed})


def _is_told(result: Shares) -> bool:
    """Whether every patient has one row with one class, every class has the number it shows, and every rate says which
    classes it counts."""
    rows = result.patients
    if not result.n or "AVALC" not in rows or rows["USUBJID"].duplicated().any():
        return False
    codes = {one.code for one in result.outcomes}
    counted = rows.groupby(["GROUP", "AVALC"]).size().to_dict()
    groups, classes = labels_of(result.strata), result.numbers[result.numbers["outcome"].isin(codes)]
    n = zip(classes["strata"], classes["outcome"], classes["n"], strict=True)
    return (
        all(counted.pop((groups[group], code), 0) == n for group, code, n in n)
        and not counted
        and _are_of_classes(result, codes)
    )


def _are_of_classes(result: Shares, codes: set[str]) -> bool:
    return all(one.code in codes or codes.issuperset(one.classes or (None,)) for one in result.rate_outcomes)


def _tests(result: Shares, classes: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """The test of each rate that has one, over the groups that are known."""
    tests = result.homogeneity
    if tests is None or tests["reason"].ne("").all():
        return
    labels = labels_of((*result.outcomes, *result.rate_outcomes))
    yield known_rows(result)
    for code in tests.loc[tests["reason"] == "", "outcome"]:
        counted = vector(classes.get(code, (code,)))
        yield f"chisq.test(table(k$GROUP, k$AVALC %in% {counted}), correct = FALSE)  # {text(labels.get(code, code))}"


def tests_of_counts(result: Result) -> Iterator[str]:
    """A test per rate that has one, where each rate counts other patients than the file has."""
    tests = result.homogeneity if result.homogeneity is not None else pd.DataFrame({"reason": []})
    labels = labels_of((*result.outcomes, *getattr(result, "rate_outcomes", ())))
    for row in tests[tests["reason"] == ""].to_dict("records"):
        events, n = (f"c({', '.join(f'{count:g}' for count in row[name])})" for name in ("observed", "n"))
        name = text(labels.get(row["outcome"], row["outcome"]))
        yield f"chisq.test(rbind({events}, {n} - {events}), correct = FALSE)  # {name}"
