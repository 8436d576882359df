"""The way from enrolment to month 3 as five steps, with what was lost before each: the numbers of a step and of what is
told under it give the next one."""

from collections.abc import Mapping

import pandas as pd

from analyses.counts import shown_count
from analyses.result import Flow
from endpoints.flow import (
    ENROLLED,
    ENROLLED_AGAIN,
    INFUSED,
    MADE,
    NO_APHERESIS,
    STAGES,
    STEPS,
    is_released,
    why_not_given,
)

RELEASED = MADE["released"]
GIVEN, NOT_GIVEN, WITHOUT = "given", "not_given", "without"
COLUMNS = ["step", "n", "share", "losses", "kept", "without"]


def steps(result: Flow) -> pd.DataFrame:
    """COLUMNS, a row per step: n, its share of the enrolled, the losses since the step before by reason as (words, n),
    the largest first; where some are at the step without the step before, who they are, likewise, and beside them
    `kept`: how many come from the step before. n of a step is that of the step before, minus its losses, plus those
    without. Losses of nobody are left out. n and kept are missing where the viewer may not see the count.
    """
    n = dict(zip(result.stages["stage"], result.stages["n"], strict=True))
    share = dict(zip(result.stages["stage"], result.stages["share"], strict=True))
    smallest = result.cohort.data.smallest
    release = result.cohort.derived("release", lambda whole: _release(whole.adsl)).loc[result.cohort.patients.index]
    kept = {INFUSED: shown_count(int(release[GIVEN].sum()), smallest)}
    losses = {INFUSED: _by_reason(release[NOT_GIVEN], smallest)}
    without = {INFUSED: _by_reason(release[WITHOUT], smallest)}
    rows = [
        {
            "step": step,
            "n": n.get(step),
            "share": share.get(step, float("nan")),
            "losses": losses.get(step, _losses(step, n)),
            "kept": kept.get(step),
            "without": without.get(step, ()),
        }
        for step in STEPS
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"n": "Int64", "kept": "Int64"})


def _release(adsl: pd.DataFrame) -> pd.DataFrame:
    """Of everybody enrolled, along the rows of ADSL: GIVEN (infused with a released product), and in words NOT_GIVEN
    (why a released product was not infused) and WITHOUT (why somebody is infused without one)."""
    infused = adsl[adsl["TRTSDT"].notna()]
    words = {NOT_GIVEN: why_not_given(adsl), WITHOUT: _why_without_release(infused)}
    given = is_released(adsl) & adsl["TRTSDT"].notna()
    return pd.DataFrame({GIVEN: given} | {name: why.reindex(adsl.index).astype("str") for name, why in words.items()})


def _losses(step: str, n: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return _largest_first({words: n.get(words, 0) for words in _before(step)})


def _largest_first(found: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((words, n) for words, n in found.items() if n), key=lambda pair: -pair[1]))


def _by_reason(words: pd.Series, smallest: int) -> tuple[tuple[str, int], ...]:
    """How many are lost or gained for each reason, without the counts that the viewer may not see."""
    seen = {reason: shown_count(n, smallest) for reason, n in words.value_counts().to_dict().items()}
    return _largest_first({reason: n for reason, n in seen.items() if n})


def _why_without_release(infused: pd.DataFrame) -> pd.Series:
    """Why more may be infused than have a released product: a product from a donor's cells needs no apheresis, another
    was given out of specification, or its release was not recorded."""
    others = infused[~is_released(infused)]
    return others["MANUFOUT"].map(MADE).where(others["APHERDT"].notna(), NO_APHERESIS)


def _before(step: str) -> tuple[str, ...]:
    """The reasons between the step before and this one."""
    if step == ENROLLED:
        return (ENROLLED_AGAIN,)
    if step == RELEASED:
        return tuple(words for words in MADE.values() if words != RELEASED)
    names = [stage for stage, _ in STAGES]
    stages = [stage for stage, kind in STAGES if kind == "stage"]
    before = stages[stages.index(step) - 1]
    return tuple(one for one in names[names.index(before) + 1 : names.index(step)] if one != ENROLLED_AGAIN)
