"""The test over the compared groups, and of each pair of more than two: log-rank, or Gray's where outcomes compete."""

from collections.abc import Callable
from itertools import combinations

import pandas as pd

from analyses.result import Curves
from analyses.time_to_event.outcomes import causes_of
from endpoints.cohort import MISSING, n_in_several
from endpoints.time_to_event import EVENT, TimeToEvent
from estimators.gray import gray_test
from estimators.group_test import MIN_EVENTS, MIN_N, Test
from estimators.holm import holm
from estimators.logrank import logrank
from estimators.mantel_byar import mantel_byar
from estimators.reasons import FEW_EVENTS, FEW_PATIENTS, words

NAMES: dict[Callable | None, str] = {logrank: "log-rank", gray_test: "Gray's test", mantel_byar: "Mantel-Byar test"}


def name_of_test(result: Curves) -> str:
    """What the test of a figure is called. Events that do not compete are tested as one, also where each has a curve
    of its own."""
    if result.is_incidence and result.tested_by is logrank:
        return "log-rank of all outcomes together"
    return NAMES[result.tested_by]


def is_test_of(result: Curves, outcome: str) -> bool:
    """Whether the test of a figure is of this outcome: where outcomes compete it is of the first alone."""
    return result.tested_by is not gray_test or not outcome or outcome == result.outcomes[0].code


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


PAIRS = ["reference", "other", "p_value", "p_holm", "reason"]
PAIR = 2


def compare_pairs(arms, endpoint: TimeToEvent) -> pd.DataFrame | None:
    """PAIRS by group code, each pair tested by itself and all corrected together (Holm); None for two groups or fewer,
    or where no test is defined."""
    known = [arm for arm in arms if len(arm.rows) and arm.group.code != MISSING]
    if len(known) <= PAIR or (endpoint.competing and endpoint.entry):
        return None
    tests = [(a.group.code, b.group.code, compare([a, b], endpoint)) for a, b in combinations(known, 2)]
    rows = [(a, b, test.p_value, test.reason) for a, b, test in tests if test is not None]
    table = pd.DataFrame(rows, columns=["reference", "other", "p_value", "reason"])
    return table.assign(p_holm=holm(table["p_value"].to_numpy(float)))[PAIRS]


def pair_why(reason: str) -> str:
    """Why a pair has no p-value, in words that fit a cell."""
    facts = {
        FEW_PATIENTS: {"minimum": MIN_N, "who": "patients in a group"},
        FEW_EVENTS: {"minimum": MIN_EVENTS, "who": "events a group"},
    }
    return words(reason, **facts.get(reason, {}))
