"""MRD beyond one visit: levels, re-emergence, landmark, subgroups."""

from dataclasses import replace

from analyses.course.courses import of_rows_over_time
from analyses.result import Estimates, kept, refused, remembered
from analyses.status.rates import mrd_status
from analyses.time_to_event.estimate import of_rows
from analyses.time_to_event.landmark import classed, landmark
from analyses.time_to_event.subgroups import rate_by_subgroup
from endpoints.catalogue import EFS, RFS
from endpoints.cohort import Group
from endpoints.mrd import ABBREVIATIONS, EVERY_ASSAY, Assays
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
from pages.parts.session.sidebar import Cohort

AGAIN = {"cut": REEMERGENCE, "any": REEMERGENCE_ANY}
OUTCOMES = {"efs": EFS, "rfs": RFS}
FOOT = "Triangles at the foot: failed, or neither level nor sensitivity stated. Short lines: the assay's sensitivity."


@remembered
def mrd_levels(study: Cohort, assays: Assays, last_day: int) -> Estimates:
    """The given assays after infusion."""
    if study.rules.population != "infused":
        return _infused_only(study)
    rows = kept(study, f"MRDLEVELS{assays.words}", lambda whole: derive_levels(assays.of(whole)))
    words = [_words(row) for row in rows.to_dict("records")]
    found = of_rows_over_time(
        study, rows.assign(KIND=rows["KIND"].map(KIND_WORDS), WORDS=words), last_day, "MRD assays"
    )
    return replace(found, notes=(*found.notes, FOOT) if found.n else found.notes)


def _words(row: dict) -> str:
    level = f", level {row['LEVEL']:.1g}" if row["LEVEL"] == row["LEVEL"] else ""
    limit = f"sensitivity {row['SENSITIVITY']:.0e}" if row["SENSITIVITY"] == row["SENSITIVITY"] else "no sensitivity"
    return f"{row['RESULT']}{level}; {row['METHOD'].replace('_', ' ')}, {row['SPECIMEN']}, {limit}"


@remembered
def mrd_reemergence(study: Cohort, level: str, months: str, assays: Assays = EVERY_ASSAY) -> Estimates:
    """Incidence of MRD again after MRD-negative remission, one of AGAIN, per compared group."""
    if study.rules.population != "infused":
        return _infused_only(study)
    endpoint = AGAIN[level]
    found = kept(study, endpoint.paramcd + assays.words, lambda whole: derive_reemergence(assays.of(whole), endpoint))
    return of_rows(study, endpoint, found, aalen_johansen, months, "Months from first MRD-negative remission")


@remembered
def mrd_landmark(
    study: Cohort, outcome: str, visit: Visit, day: int, months: str, assays: Assays = EVERY_ASSAY
) -> tuple[Cohort, Estimates]:
    """EFS or RFS from the landmark on, by the MRD class known then. day 0: the last day of the visit's window."""
    groups = tuple(Group(c.code, c.label, style) for style, c in enumerate(LANDMARK_CLASSES))
    members = kept(
        study,
        f"MRDLM{visit.code}{day}{assays.words}",
        lambda whole: derive_landmark_class(assays.of(whole), visit, day),
    )
    label = f"MRD at {visit.label.lower()}" if day == 0 else f"latest MRD by day {day}"
    by = classed(study, label, groups, members)
    return by, landmark(study, OUTCOMES[outcome], kaplan_meier, day or visit.last, by, months)


@remembered
def mrd_by_subgroup(study: Cohort, visit: Visit, assays: Assays = EVERY_ASSAY) -> Estimates:
    """MRD-negative remission at a visit, of all due, per declared subgroup."""
    if study.rules.population != "infused":
        return _infused_only(study)
    rows = mrd_status(study, visit, assays)
    found = rate_by_subgroup(study, rows, rows["MRDNEGRM"], rows["AVALC"] != NOT_DUE.code)
    return replace(
        found,
        left_out=found.left_out.assign(reason=NOT_DUE.label.lower()),
        notes=(*found.notes, ABBREVIATIONS) if found.n else found.notes,
    )


def _infused_only(study: Cohort) -> Estimates:
    return refused(study, "MRD status is defined for infused patients only. Choose the population Infused.")
