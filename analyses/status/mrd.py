"""MRD per group: status at a visit, levels, re-emergence, landmark, subgroups."""

from dataclasses import replace

import pandas as pd

from analyses.cohort import Cohort
from analyses.counted import counted_in, with_mrd
from analyses.course.courses import courses_of
from analyses.members import memoised
from analyses.refusal import infused_only
from analyses.result import Courses, Curves, Forest, Note, Outcome, Refusal, Shares
from analyses.status.in_remission_with_mrd import mrd_in_remission
from analyses.status.shares import behind_rates, rates_by_group, shares_by_group, therapy_note, with_rates
from analyses.time_to_event.estimate import estimate_adtte
from analyses.time_to_event.landmark import compared_by_landmark_class, landmark
from analyses.time_to_event.subgroups import rate_by_subgroup
from endpoints.catalogue import EFS, RFS
from endpoints.cohort import Group
from endpoints.mrd import ABBREVIATIONS, CLASSES, EVERY_ASSAY, NEGATIVE, NGS_WEIGHT, Assays, derive_mrd
from endpoints.mrd_course import (
    KIND_WORDS,
    LANDMARK_CLASSES,
    REEMERGENCE,
    REEMERGENCE_ANY,
    derive_landmark_class,
    derive_levels,
    derive_reemergence,
)
from endpoints.status import NOT_DUE
from endpoints.visits import Visit
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier

SUBJECT = "MRD status"
NEGATIVE_REMISSION = Outcome("negative_of_due", "MRD-negative remission, of all due", "other")
NEGATIVE_OF_ASSAYED = Outcome("negative_of_assayed", "MRD-negative, of CR/CRi with an assay", "other")
RATES = (NEGATIVE_REMISSION, NEGATIVE_OF_ASSAYED)
AGAIN = {"cut": REEMERGENCE, "any": REEMERGENCE_ANY}
OUTCOMES = {"efs": EFS, "rfs": RFS}
ABBREVIATED = Note("abbreviations", ABBREVIATIONS, True)
FOOT = Note(
    "foot",
    "Triangles at the foot: failed, or neither level nor sensitivity stated. Short lines: the assay's sensitivity.",
    True,
)


def mrd_status(cohort: Cohort, visit: Visit, assays: Assays = EVERY_ASSAY) -> pd.DataFrame:
    """MRD status rows of the whole dataset at a visit by the given assays, remembered."""
    return cohort.derived(f"MRD{visit.code}{assays.words}", lambda whole: derive_mrd(assays.of(whole), visit))


def mrd_rates(cohort: Cohort, visit: Visit, assays: Assays = EVERY_ASSAY) -> pd.DataFrame:
    """MRD-negative remission over all due patients, and over CR/CRi with an assay that did not fail."""
    return rates_by_group(cohort, *_rates_of(cohort, visit, assays))


def _rates_of(cohort: Cohort, visit: Visit, assays: Assays) -> tuple[pd.DataFrame, list]:
    rows = mrd_status(cohort, visit, assays)
    negative, due = rows["MRDNEGRM"], rows["AVALC"] != NOT_DUE.code
    return rows, [(NEGATIVE_REMISSION, negative, due), (NEGATIVE_OF_ASSAYED, negative, rows["USABLE"] & due)]


@memoised
@infused_only(SUBJECT)
def mrd(cohort: Cohort, visit: Visit, assays: Assays = EVERY_ASSAY) -> Shares:
    """MRD status at a visit per group, every class, and MRD-negative remission beneath them in the numbers."""
    result = shares_by_group(cohort, mrd_status(cohort, visit, assays), CLASSES)
    in_remission = mrd_in_remission(cohort, result.patients["USUBJID"])
    notes = (
        with_mrd(visit),
        *_negative_elsewhere(result),
        *in_remission,
        *_ngs_note(result),
        *([ABBREVIATED] if result.n else []),
        *therapy_note(result),
    )
    behind = behind_rates(cohort, *_rates_of(cohort, visit, assays))
    return with_rates(replace(result, notes=notes), mrd_rates(cohort, visit, assays), RATES, behind)


def _negative_elsewhere(result: Shares) -> tuple[Note, ...]:
    """Why the class "MRD-negative" can count more than MRD-negative remission."""
    is_negative = result.patients["AVALC"] == NEGATIVE.code
    rows = result.patients[is_negative].drop_duplicates("USUBJID")
    n, elsewhere = len(rows), int((~rows["MRDNEGRM"].astype(bool)).sum())
    words = (
        f"MRD-negative: {n}, {elsewhere} of them not in CR or CRi at the visit; MRD-negative remission counts the "
        f"other {n - elsewhere}."
    )
    return (Note("negative_elsewhere", words, True),) if elsewhere else ()


def _ngs_note(result: Shares) -> tuple[Note, ...]:
    """The published weight of any detectable MRD, printed beside NGS only."""
    n = int((result.patients["METHOD"] == "ngs").sum())
    is_any = result.cohort.rules.mrd_cut == "any"
    return (Note("ngs", f"{NGS_WEIGHT} Here {n} of the assays are NGS."),) if n and is_any else ()


@memoised
@infused_only(SUBJECT, is_estimate=False)
def mrd_levels(cohort: Cohort, assays: Assays, last_day: int) -> Courses:
    """The given assays after infusion."""
    rows = cohort.derived(f"MRDLEVELS{assays.words}", lambda whole: derive_levels(assays.of(whole)))
    words = [_words(row) for row in rows.to_dict("records")]
    rows = rows.assign(KIND=rows["KIND"].map(KIND_WORDS), WORDS=words)
    result = courses_of(cohort, rows, last_day, "MRD assays")
    return replace(result, notes=(*result.notes, FOOT) if result.n else result.notes)


def _words(row: dict) -> str:
    level = f", level {row['LEVEL']:.1g}" if row["LEVEL"] == row["LEVEL"] else ""
    limit = f"sensitivity {row['SENSITIVITY']:.0e}" if row["SENSITIVITY"] == row["SENSITIVITY"] else "no sensitivity"
    return f"{row['RESULT']}{level}; {row['METHOD'].replace('_', ' ')}, {row['SPECIMEN']}, {limit}"


@memoised
@infused_only(SUBJECT)
def mrd_reemergence(cohort: Cohort, level: str, months: str, assays: Assays = EVERY_ASSAY) -> Curves:
    """Incidence of MRD again after MRD-negative remission, one of AGAIN, per compared group."""
    endpoint = AGAIN[level]
    derived = cohort.derived(
        endpoint.paramcd + assays.words, lambda whole: derive_reemergence(assays.of(whole), endpoint)
    )
    x_title = "Months from first MRD-negative remission"
    result = estimate_adtte(cohort, endpoint, derived, aalen_johansen, months, x_title)
    return replace(result, notes=(*counted_in(endpoint.paramcd), *result.notes)) if result.n else result


@memoised
def mrd_landmark(
    cohort: Cohort, outcome: str, visit: Visit, day: int, months: str, assays: Assays = EVERY_ASSAY
) -> Curves | Refusal:
    """EFS or RFS from the landmark on, by the MRD class known then. day 0: the last day of the visit's window."""
    groups = tuple(Group(c.code, c.label, style) for style, c in enumerate(LANDMARK_CLASSES))
    members = cohort.derived(
        f"MRDLM{visit.code}{day}{assays.words}", lambda whole: derive_landmark_class(assays.of(whole), visit, day)
    )
    label = f"MRD at {visit.label.lower()}" if day == 0 else f"latest MRD by day {day}"
    compared = compared_by_landmark_class(cohort, label, groups, members)
    return landmark(cohort, OUTCOMES[outcome], kaplan_meier, day or visit.last, compared, months)


@memoised
@infused_only(SUBJECT)
def mrd_by_subgroup(cohort: Cohort, visit: Visit, assays: Assays = EVERY_ASSAY) -> Forest:
    """MRD-negative remission at a visit, of all due, per declared subgroup."""
    rows = mrd_status(cohort, visit, assays)
    due = rows["AVALC"] != NOT_DUE.code
    result = rate_by_subgroup(cohort, rows, rows["MRDNEGRM"], due, NOT_DUE.label.lower())
    in_remission = mrd_in_remission(cohort, result.patients["USUBJID"])
    return replace(
        result, notes=(with_mrd(visit), *result.notes, *in_remission, ABBREVIATED) if result.n else result.notes
    )
