"""The way from enrolment to month 3 as five steps, with what was lost before each."""

from collections.abc import Mapping

import pandas as pd

from analyses.counts import shown_count
from analyses.result import Flow
from endpoints.flow import (
    ENROLLED,
    ENROLLED_AGAIN,
    INFUSED,
    MADE,
    MADE_NOT_GIVEN,
    NO_APHERESIS,
    NO_REASON,
    NOT_MADE,
    REASONS,
    STAGES,
    STEPS,
)

RELEASED = MADE["released"]
BY_REASON = {
    f"{start}{words}": f"Never infused: {words}"
    for start in (MADE_NOT_GIVEN, NOT_MADE)
    for words in (*REASONS.values(), NO_REASON)
}
COLUMNS = ["step", "n", "share", "losses", "without"]


def steps(result: Flow) -> pd.DataFrame:
    """COLUMNS, a row per step: n, its share of the enrolled, the reasons that stand before it as (words, n), the
    largest first, and who is at the step without the step before, likewise. Losses of nobody are left out; a product
    that was released is no loss; who was never infused is counted by reason, whether the product was released or not.
    n is missing of a step that the viewer may not see the count of.
    """
    n = dict(zip(result.stages["stage"], result.stages["n"], strict=True))
    share = dict(zip(result.stages["stage"], result.stages["share"], strict=True))
    without = {INFUSED: _infused_without_release(result.cohort.patients, result.cohort.data.smallest)}
    rows = [
        {
            "step": step,
            "n": n.get(step),
            "share": share.get(step, float("nan")),
            "losses": _losses(step, n),
            "without": without.get(step, ()),
        }
        for step in STEPS
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"n": "Int64"})


def _losses(step: str, n: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    found = dict[str, int]()
    for words in _before(step):
        short = BY_REASON.get(words, words)
        found[short] = found.get(short, 0) + n.get(words, 0)
    return _largest_first(found)


def _largest_first(found: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((words, n) for words, n in found.items() if n), key=lambda pair: -pair[1]))


def _infused_without_release(adsl: pd.DataFrame, smallest: int) -> tuple[tuple[str, int], ...]:
    """Why more may be infused than have a released product: a product from a donor's cells needs no apheresis, another
    was given out of specification, or its release was not recorded. Without the counts that the viewer may not see."""
    apheresed = adsl["APHERDT"].notna()
    others = adsl["TRTSDT"].notna() & ~(apheresed & (adsl["MANUFOUT"] == "released"))
    why = adsl["MANUFOUT"].map(MADE).where(apheresed, NO_APHERESIS)[others]
    seen = {words: shown_count(n, smallest) for words, n in why.value_counts().to_dict().items()}
    return _largest_first({words: n for words, n in seen.items() if n})


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
