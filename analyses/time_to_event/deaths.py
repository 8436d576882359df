"""Deaths: by cause, each competing with the others, and the sheet of those within a year of infusion."""

from dataclasses import replace

import pandas as pd

from analyses.cohort import Cohort
from analyses.identifiers import among
from analyses.members import memoised
from analyses.refusal import infused_only
from analyses.result import Curves, Note
from analyses.time_to_event.estimate import estimate_adtte
from endpoints.deaths import BY_CAUSE, CAUSES, derive_deaths, derive_deaths_by_cause
from endpoints.relapse import ABBREVIATIONS, NRM_CAUSES
from endpoints.time_to_event import EVENT
from estimators.aalen_johansen import aalen_johansen

ABBREVIATED = Note("abbreviations", f"Abbreviations: {ABBREVIATIONS[NRM_CAUSES.paramcd]}.", True)


@memoised
@infused_only("Death by cause")
def deaths_by_cause(cohort: Cohort, months: str) -> Curves:
    """Cumulative incidence of death by its recorded cause per compared group."""
    derived = cohort.derived(BY_CAUSE.paramcd, derive_deaths_by_cause)
    result = estimate_adtte(cohort, BY_CAUSE, derived, aalen_johansen, months, "Months from infusion")
    return replace(result, notes=(*_how_many(result), *result.notes, ABBREVIATED)) if result.n else result


def _how_many(result: Curves) -> tuple[Note, ...]:
    """How many died over all follow-up, of what: the picture ends with its axis."""
    died = result.patients.drop_duplicates("USUBJID")
    died = died.loc[died["CNSR"] == EVENT, "EVNTCD"].str.removeprefix("cause_")
    counts = died.value_counts()
    told = ", ".join(f"{CAUSES[code]} {counts[code]}" for code in CAUSES if code in counts)
    return (Note("deaths", f"Deaths over all follow-up: {len(died)} ({told})."),) if told else ()


@memoised
def death_rows(cohort: Cohort) -> pd.DataFrame:
    """Deaths within a year of the filtered patients, one row each, in words."""
    rows = cohort.derived("DEATHS", derive_deaths)
    rows = rows[among(rows["USUBJID"], cohort.patients["USUBJID"])].reset_index(drop=True)
    return rows.assign(CAUSE=rows["CAUSE"].map(CAUSES)).drop(columns="PRODUCT")
