"""CD19-positive and CD19-negative relapse by B-cell aplasia and MRD at month 3."""

from dataclasses import replace

import pandas as pd

from analyses.cohort import Cohort, left_out_frame
from analyses.counted import CODE
from analyses.counts import n_words
from analyses.identifiers import among
from analyses.members import in_order_of_number, memoised
from analyses.refusal import infused_only
from analyses.result import NUMBERS, Curves, Note, Refusal
from analyses.time_to_event.landmark import compared_by_landmark_class, landmark, risk_set
from analyses.time_to_event.outcomes import outcomes_of
from analyses.time_to_event.recovery_and_mrd import beside_print
from analyses.time_to_event.sampling import suspected
from analyses.time_to_event.words import bca_rule, leaving, moved_on, unconfirmed
from endpoints.catalogue import CIRCD19
from endpoints.cohort import Group
from endpoints.landmark import ends_when_moved_on
from endpoints.time_to_event import CENSORED, TimeToEvent
from endpoints.two_by_two import CELLS, LANDMARK_DAY, derive_two_by_two
from estimators.aalen_johansen import aalen_johansen
from estimators.simon_makuch import MIN_AT_RISK

DRAWN = outcomes_of(CIRCD19, aalen_johansen)[:2]  # CD19-positive, CD19-negative
MONTHS = (6, 12, 24)
EXPLORATORY = Note(
    "exploratory",
    "No test: the cells are small and were not randomised. B cells and MRD are those of the landmark day; "
    "what changes later changes no cell.",
)


@memoised
@infused_only("Relapse by B-cell aplasia and MRD")
def bca_by_mrd(cohort: Cohort, months: str, exclude_moved_on: bool = False) -> Curves | Refusal:
    """The four cells (strata) from the landmark on, relapse by CD19 status (outcomes). exclude_moved_on: without
    patients transplanted or newly treated by then."""
    cells = cohort.derived("BCAMRD", derive_two_by_two)
    members = cells.loc[cells["GROUP"].notna(), ["USUBJID", "GROUP"]]
    compared = compared_by_landmark_class(cohort, "B cells and MRD at month 3", CELLS, members)
    result = landmark(cohort, CIRCD19, aalen_johansen, LANDMARK_DAY, compared, months, MIN_AT_RISK, exclude_moved_on)
    codes = [outcome.code for outcome in DRAWN]
    shown = result.numbers[result.numbers["outcome"].isin(codes) & result.numbers["months"].isin(MONTHS)]
    return replace(
        result,
        left_out=_left_out(cohort, cells, exclude_moved_on),
        numbers=shown[NUMBERS].reset_index(drop=True),
        curve=result.curve[result.curve["outcome"].isin(codes)].reset_index(drop=True),
        strata=tuple(replace(cell, label=_title(cell, result)) for cell in CELLS),
        outcomes=DRAWN,
        risk=pd.DataFrame(),
        behind=None,
        test=None,
        tested_by=None,
        notes=_notes(cohort, result, exclude_moved_on) if result.n else (),
    )


def _title(cell: Group, result: Curves) -> str:
    """An empty panel keeps its place and says why it is empty."""
    n = int((result.patients["GROUP"] == cell.label).sum())
    told = n_words(n, result.cohort.data.smallest) if n else "none"
    return f"{cell.label} ({told}{', too few' * bool(n and cell.code in result.not_drawn)})"


def _notes(cohort: Cohort, result: Curves, exclude_moved_on: bool) -> tuple[Note, ...]:
    endpoint = ends_when_moved_on(CIRCD19) if exclude_moved_on else CIRCD19
    return (
        *_others(result, endpoint),
        *(note for note in result.notes if note.code in (CODE, "too_few")),
        moved_on(cohort, result.patients, LANDMARK_DAY, exclude_moved_on),
        *leaving(endpoint, has_numbers=False),
        *beside_print(cohort),
        bca_rule(cohort, is_locked=True),
        *unconfirmed(cohort, "in aplasia"),
        *suspected(cohort, result.patients["USUBJID"], "in aplasia", LANDMARK_DAY),
        EXPLORATORY,
    )


def _others(result: Curves, endpoint: TimeToEvent):
    """What competes, per cell: the two curves do not show it."""
    labels = {source.code: source.words for source in reversed(endpoint.causes)}
    drawn = {outcome.code for outcome in DRAWN}
    left = result.patients[result.patients["CNSR"] != CENSORED]
    other = left[~left["EVNTCD"].isin(drawn)]
    for cell in CELLS:
        counts = in_order_of_number(other.loc[other["GROUP"] == cell.label, "EVNTCD"])
        if counts:
            words = "; ".join(f"{labels[code]} {n}" for code, n in counts.items())
            yield Note("competing", f"{cell.label}, competing: {words}.")


def _left_out(cohort: Cohort, cells: pd.DataFrame, exclude_moved_on: bool) -> pd.DataFrame:
    """Everybody of the cohort who is in no cell: not at risk on the day, or at risk and not assessed."""
    everybody, at_risk = cohort.patients["USUBJID"], risk_set(cohort, CIRCD19, LANDMARK_DAY, exclude_moved_on)
    out = at_risk.left_out["REASON"][among(at_risk.left_out["USUBJID"], everybody)]
    inside = among(cells["USUBJID"], at_risk.rows["USUBJID"]) & among(cells["USUBJID"], everybody)
    reasons = in_order_of_number(out) | in_order_of_number(cells["REASON"][inside].dropna())
    return left_out_frame({reason: (reason, n) for reason, n in reasons.items()})
