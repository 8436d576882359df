"""The way from enrolment to month 3 as five steps, with what was lost before each."""

from collections.abc import Mapping

import pandas as pd

from analyses.result import Flow
from endpoints.flow import ENROLLED, ENROLLED_AGAIN, MADE, STAGES, STEPS

RELEASED = MADE["released"]
COLUMNS = ["step", "n", "share", "losses"]


def steps(result: Flow) -> pd.DataFrame:
    """COLUMNS, a row per step: n, its share of the enrolled, and the reasons that stand before it as (words, n). Losses
    of nobody are left out; a product that was released is no loss."""
    n = dict(zip(result.stages["stage"], result.stages["n"], strict=True))
    share = dict(zip(result.stages["stage"], result.stages["share"], strict=True))
    rows = [
        {"step": step, "n": n.get(step, 0), "share": share.get(step, float("nan")), "losses": _losses(step, n)}
        for step in STEPS
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _losses(step: str, n: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((words, n[words]) for words in _before(step) if n.get(words))


def _before(step: str) -> tuple[str, ...]:
    """The reasons between the step before and this one."""
    if step == ENROLLED:
        return (ENROLLED_AGAIN,)
    if step == RELEASED:
        return tuple(words for words in MADE.values() if words != RELEASED)
    names = [stage for stage, _ in STAGES]
    made = {RELEASED, *MADE.values(), ENROLLED_AGAIN}
    stages = [stage for stage, kind in STAGES if kind == "stage"]
    before = stages[stages.index(step) - 1]
    return tuple(one for one in names[names.index(before) + 1 : names.index(step)] if one not in made)
