"""The test over the compared groups: log-rank, or Gray's where outcomes compete."""

from collections.abc import Callable

import pandas as pd

from analyses.result import Curves
from analyses.time_to_event.outcomes import causes_of
from endpoints.cohort import MISSING, n_in_several
from endpoints.time_to_event import EVENT, TimeToEvent
from estimators.gray import gray_test
from estimators.group_test import Test
from estimators.logrank import logrank
from estimators.mantel_byar import mantel_byar

NAMES: dict[Callable | None, str] = {logrank: "log-rank", gray_test: "Gray's test", mantel_byar: "Mantel-Byar test"}


def name_of_test(result: Curves) -> str:
    """What the test of a figure is called. Events that do not compete are tested as one, also where each has a curve
    of its own."""
    if result.is_incidence and result.tested_by is logrank:
        return "log-rank of all outcomes together"
    return NAMES[result.tested_by]


def tested_by(endpoint: TimeToEvent) -> Callable:
    """The test that belongs to the endpoint."""
    return gray_test if endpoint.competing else logrank


def compare(arms, endpoint: TimeToEvent) -> Test | None:
    """The test by group code; None when there is nothing to compare, or no test is defined.

    Patients whose group is not known are shown and take no part: they are no group that anybody could belong to.
    """
    known = [arm for arm in arms if len(arm.rows) and arm.group.code != MISSING]
    if len(known) <= 1 or (endpoint.competing and endpoint.entry):
        return None
    rows = pd.concat([arm.rows for arm in known], ignore_index=True)
    if n_in_several(rows):  # the figure says so in words
        return None
    if endpoint.competing:
        return gray_test(rows["AVAL"].to_numpy(), causes_of(rows, endpoint), rows["CODE"].to_numpy(), 1)
    entry = rows["ENTRY"].to_numpy() if endpoint.entry else None
    return logrank(rows["AVAL"].to_numpy(), (rows["CNSR"] == EVENT).to_numpy(), rows["CODE"].to_numpy(), entry)
