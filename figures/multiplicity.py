"""How many tests a figure shows: a p-value below 0.05 is expected in one of twenty of them, whatever is true."""

from collections.abc import Iterable

import pandas as pd

from analyses.effects import Effects
from analyses.result import Forest, Note, Ratios, Result

EXPECTED = 20
ONE_IN = f"one test in {EXPECTED} has p < 0.05"


def shown_tests(result: Result) -> int:
    """The p-values shown: of groups, of each pair or rate, of ratios and differences, of the factors of a forest."""
    single = int(result.test is not None and not result.test.reason)
    pairs = _known(result.pairs) + _known(result.homogeneity)
    ratios = _known(result.rows) if isinstance(result, Effects | Ratios) else 0
    factors = _known(result.tests) if isinstance(result, Forest) else 0
    compared = _known(result.comparison.rows) if result.comparison is not None else 0
    # the test of two groups and the ratio beside it are one question
    return single + pairs + ratios + factors + max(compared - single, 0)


def _known(rows: pd.DataFrame | None) -> int:
    return 0 if rows is None or "p_value" not in rows else int(rows["p_value"].notna().sum())


def in_this_view(results: Iterable[Result]) -> str:
    """How many tests the figures of a view show together; "" where they are those of one figure, which says it."""
    counts = [n for result in results if (n := shown_tests(result))]
    if len(counts) <= 1:
        return ""
    return f"Tests shown in this view: {sum(counts)}, of {len(counts)} figures. By chance alone {ONE_IN}."


def counted_tests(result: Result) -> tuple[Note, ...]:
    """How many tests are shown, where they are several."""
    n = shown_tests(result)
    corrected = result.pairs is not None or isinstance(result, Forest)
    how = "corrected by Holm's method where the table says so" if corrected else "not corrected for one another"
    words = f"Tests shown here: {n}, {how}. By chance alone {ONE_IN}."
    return (Note("tests", words),) if n > 1 else ()
