"""Which rows of a forest are drawn: the characteristics that matter most, as many as a screen holds, or all."""

import pandas as pd

from analyses.result import Forest, Note
from charts.forest import forest_height

HIGHEST = 780  # px of a plot that nobody asked for: one screen of a laptop, one and a half of a telephone
ALL = "all"  # the code of the choice
WHOLE = ""  # the factor of the row of everybody
FIRST = (  # what is asked for most, in this order; every other characteristic after it, as it is declared
    *("age_group", "sex", "product", "prior_transplant", "burden", "disease_status", "cytogenetics"),
    *("prior_blinatumomab", "prior_inotuzumab", "extramedullary", "cns", "year", "centre"),
)
Rows = tuple[tuple[str, str], ...]  # (words of the factor, words of the level)


def drawn_rows(result: Forest, shown: str) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """The rows of the result to draw, in their order, and how many characteristics are folded away."""
    table = result.rows
    factors = [factor for factor in dict.fromkeys(table["factor"]) if factor != WHOLE]
    kept = set(factors) if shown == ALL else _that_fit(result, factors)
    folded = len(factors) - len(kept)
    drawn = table[table["factor"].isin([WHOLE, *kept])]
    words = f"Not drawn: {folded} more characteristics. They stand under Numbers; Options draws all."
    return drawn, (Note("folded", words),) if folded else ()


def words_of(result: Forest, table: pd.DataFrame) -> Rows:
    """(factor, level) of each row in words."""
    return tuple((result.factors[factor], label) for factor, label in zip(table["factor"], table["label"], strict=True))


def _that_fit(result: Forest, factors: list[str]) -> set[str]:
    """The first factors of which all rows fit under one another; one factor at least."""
    kept: list[str] = []
    for factor in sorted(factors, key=lambda factor: FIRST.index(factor) if factor in FIRST else len(FIRST)):
        rows = result.rows[result.rows["factor"].isin([WHOLE, *kept, factor])]
        if not kept or forest_height(words_of(result, rows)) <= HIGHEST:
            kept.append(factor)
    return set(kept)
