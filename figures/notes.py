"""What a figure says about itself, in sentences made from numbers and codes: follow-up, who is excluded, the rules."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analyses.cohort import SAVED, Cohort, in_sentence
from analyses.counts import count_words
from analyses.result import Curves, Note, Result, States
from analyses.time_to_event.maturity import FollowUp
from analyses.words import in_percent, limit_words
from charts.axis_ends import intervals_cut, rows_beyond
from endpoints.cohort import n_in_several
from endpoints.rules import RULES
from figures.chart import Chart

FEW_AT_RISK = 10
PALER = Note("paler", f"Paler: fewer than {FEW_AT_RISK} at risk.", True)
NOT_BY = "not_by"  # the code of the note on a comparison that is not drawn
NOBODY = "No patient in this cohort is eligible for this figure."


def follow_up_words(one: FollowUp) -> str:
    """'Follow-up from infusion: median 24.1 months (22.0-26.3); ...'"""
    group = f", {one.group}" if one.group else ""
    shares = ", ".join(_share(*share) for share in one.under_observation)
    complete = f"{in_percent(one.completeness)} %" if one.completeness == one.completeness else "not estimable"
    return (
        f"Follow-up{one.since}{group}: {_median(one)}; completeness {complete} (Clark's C: observed of potential "
        f"time); followed to {shares}."
    )


def _median(one: FollowUp) -> str:
    if one.median != one.median:
        return "median not reached"
    low, high = limit_words(one.low, one.reason_low), limit_words(one.high, one.reason_high)
    is_number = one.low == one.low and one.high == one.high
    limits = "no interval" if one.low != one.low and one.high != one.high else None
    return f"median {one.median:.1f} months ({limits or (f'{low}-{high}' if is_number else f'{low} to {high}')})"


def _share(month: int, followed: int, due: int) -> str:
    if not due:
        return f"{month} months: nobody due"
    return f"{month} months or until death: {in_percent(followed / due)} % ({followed}/{due})"


def left_out_words(result: Result) -> str:
    """How many patients are not in the figure, and why. A figure of one patient excludes nobody and says nothing."""
    if result.of_one:
        return ""
    rows = result.left_out[result.left_out["n"] > 0]
    told = "; ".join(f"{n} {reason}" for n, reason in zip(rows["n"], rows["reason"], strict=True))
    nobody = "none overall; each row has its own denominator" if result.by_row else "nobody"
    return f"Excluded: {told or nobody}."


def rule_words(cohort: Cohort) -> tuple[str, ...]:
    """Every rule in force, as label and value."""
    return tuple(
        f"{rule.label}: {rule.words(getattr(cohort.rules, rule.code))}"
        for rule in RULES
        if rule.only_when is None or getattr(cohort.rules, rule.only_when[0]) == rule.only_when[1]
    )


def not_split_by(cohort: Cohort) -> tuple[Note, ...]:
    """A comparison that is chosen and not drawn is said."""
    words = f"Not split by {in_sentence(cohort.not_by)}: this figure has its own groups."
    return (Note(NOT_BY, words),) if cohort.not_by else ()


def emptied(cohort: Cohort) -> tuple[Note, ...]:
    """The compared groups that the filters left nobody in."""
    return tuple(Note("emptied", f"{label}: no patients.") for label in cohort.emptied)


def overlapping(cohort: Cohort) -> tuple[Note, ...]:
    """Groups that share patients: how many, and that no test can be made of them. Groups of one figure's own say it
    themselves."""
    if cohort.by is None or cohort.by.code != SAVED:
        return ()
    n = n_in_several(cohort.members)
    told = count_words(n, cohort.data.smallest)
    words = f"{told} patients are in more than one of the compared cohorts: no test and no difference between them."
    return (Note("overlap", words, True),) if n else ()


def fading(result: Result, charts: Sequence[Chart]) -> tuple[Note, ...]:
    """What paler means, where anything is paler."""
    frames = [chart.frame for chart in charts if isinstance(chart.frame, pd.DataFrame)]
    is_faded = any(bool(frame["faded"].any()) for frame in frames if "faded" in frame)
    return (PALER,) if is_faded and isinstance(result, Curves | States) else ()


def beyond(values: pd.Series | np.ndarray, low: float, high: float, axis: str = "the axis") -> tuple[Note, ...]:
    """Values outside the ends of an axis, which are drawn at its edge. axis: which one, where a figure has several."""
    found = rows_beyond(values, low, high)
    sides = ((found.above, f"above {high:,g}"), (found.below, f"below {low:g}"))
    told = ", ".join(f"{n} {side}" for n, side in sides if n)
    return (Note("beyond", f"Beyond {axis}, and so drawn at its edge: {told}.", True),) if told else ()


def cut(low: pd.Series, high: pd.Series, ends: tuple[float, float]) -> tuple[Note, ...]:
    """Intervals that go on where the axis ends."""
    n = intervals_cut(low, high, ends)
    words = f"The axis ends at {ends[0]:g} and {ends[1]:g}: {n} interval{'s' * (n != 1)} cut there."
    return (Note("cut", words, True),) if n else ()


def with_by(cohort: Cohort, title: str) -> str:
    """A figure that compares says by what: "Yes" and "No" mean nothing on a slide."""
    return title if cohort.by is None else f"{title} by {in_sentence(cohort.by.label)}"
