"""Where a code becomes a label and a colour: a group keeps its style, an outcome the colour of what it means."""

from collections.abc import Iterable

import pandas as pd

from analyses.result import Outcome, Result
from analyses.words import labels_of
from charts.theme import Series, series_of_groups, series_of_outcomes
from endpoints.cohort import Group


def series_of(items: Iterable[Group | Outcome]) -> tuple[Series, ...]:
    """Groups by their declared style, outcomes by what they mean. Beside groups an outcome is a row of the table only
    (a ratio of two groups)."""
    items = list(items)
    groups = [item for item in items if isinstance(item, Group)]
    if groups or not items:
        return series_of_groups((group.label, group.style) for group in groups)
    return series_of_outcomes((item.label, item.colour_code) for item in items if not isinstance(item, Group))


def labelled(result: Result, frame: pd.DataFrame, outcomes: Iterable = ()) -> pd.DataFrame:
    """strata and outcome as the labels that the scales have."""
    named = {"strata": labels_of(result.strata), "outcome": labels_of((*result.outcomes, *outcomes))}
    there = {name: frame[name].map(labels) for name, labels in named.items() if name in frame}
    return frame.assign(**there)
