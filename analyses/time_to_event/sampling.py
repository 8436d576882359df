"""What B-cell samples cannot say: how often each group was sampled, and which last samples nothing confirms."""

import pandas as pd

from analyses.cohort import Cohort
from analyses.identifiers import among
from analyses.result import Note
from endpoints.b_cell_course import derive_sampling, derive_suspected
from estimators.quartiles import quartiles

SWITCH_WORDS = "The rule 'Wait for confirmation of B-cell loss' can take the first sample instead."


def sampling(cohort: Cohort, arms) -> tuple[Note, ...]:
    """How often each group was sampled: between two samples nobody sees a loss."""
    rows = cohort.derived("BCASAMPLING", derive_sampling)
    filled = [arm for arm in arms if len(arm.rows)]
    often = {arm.group.label: _often(rows[among(rows["USUBJID"], arm.rows["USUBJID"])]) for arm in filled}
    told = [f"{label}: {words}" for label, words in often.items()] if len(filled) > 1 else list(often.values())
    words = f"Sampled: {'; '.join(told)}. A loss is seen at the next sample, not when it happens."
    return (Note("sampling", words),) if told else ()


def _often(rows: pd.DataFrame) -> str:
    days, gap = (quartiles(rows[name].dropna().to_numpy(float)).iloc[0] for name in ("SAMPLES", "GAP"))
    number = f"{days['median']:g} day{'' if days['median'] == 1 else 's'}"
    spread = f"(quartiles {days['quartile_low']:g}-{days['quartile_high']:g})"
    apart = f", {gap['median']:g} days apart" if gap["n"] else ""
    computed = int(rows["COMPLETED"].sum())
    judged = f", {computed} judged by a computed value" if computed else ""
    return f"median {number} with a usable sample {spread}{apart}{judged}"


def suspected(cohort: Cohort, patients: pd.Series, shown_as: str, day: int | None = None) -> tuple[Note, ...]:
    """Of these patients those whose last sample (by `day`) is above the threshold and unconfirmed, and who are shown as
    `shown_as` all the same. Only under a rule that asks for confirmation."""
    found = cohort.derived(f"BCASUSPECTED{day}", lambda whole: derive_suspected(whole, day))
    n = int(among(found, patients).sum())
    by = f" by day {day}" if day is not None else ""
    words = (
        f"In {n} patient{'s' * (n != 1)} the last B-cell sample{by} is above the threshold and unconfirmed; they are "
        f"shown as {shown_as}. {SWITCH_WORDS}"
    )
    return (Note("suspected", words),) if n else ()
