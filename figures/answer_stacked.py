"""Answer lines of events stacked up to a whole: all together, then the largest; never what is not drawn."""

import pandas as pd

from analyses.result import Curves
from analyses.words import in_percent, labels_of
from endpoints.rules import DAYS_PER_MONTH
from figures.answer_groups import SHOWN, groups_line, is_unknown, lower, more_words, value_words
from figures.sentences import sentence


def stacked_line(result: Curves, at: pd.DataFrame, when: str, what: str) -> str:
    """at: the numbers at the month that is told. Of one group the whole and its largest events, of several groups the
    largest event."""
    drawn = [code for code in _largest_first(result, at) if code in seen(result)]
    labels = labels_of(result.outcomes)
    if len(result.strata) > 1:
        first = (drawn or [result.outcomes[0].code])[0]
        rows = at[at["outcome"] == first]
        return groups_line(result, rows, when, lower(labels[first]), result.comparison, first)
    by_code = {row["outcome"]: row for row in at.to_dict("records")}
    total = sum(by_code[outcome.code]["estimate"] for outcome in result.outcomes[: result.stacked])
    shown = [f"{lower(labels[code])} {value_words(by_code[code])}" for code in drawn[:SHOWN]]
    parts = "; ".join([f"{in_percent(total)} % in all" if total == total else "not estimable", *shown])
    return sentence("stacked", when=when, what=lower(what), values=parts, more=more_words(len(drawn) - SHOWN))


def _largest_first(result: Curves, at: pd.DataFrame) -> list[str]:
    """The stacked events by their estimate, of groups on average; what is not known or is called other stands last."""
    height = at.groupby("outcome")["estimate"].mean()
    codes = [outcome.code for outcome in result.outcomes[: result.stacked] if outcome.code in height]
    return sorted(codes, key=lambda code: (is_unknown(code), code.endswith("_other"), -height[code]))


def seen(result: Curves) -> set[str]:
    """The events that anybody had within the axis: the others have no area, and no picture of their own."""
    inside = result.curve[result.curve["time"] <= result.x_max * DAYS_PER_MONTH]
    return set(inside.loc[inside["estimate"] > 0, "outcome"])
