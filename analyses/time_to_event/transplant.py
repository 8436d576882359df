"""Who was transplanted after CAR-T, from a landmark on, and what a prior transplant says."""

from dataclasses import replace

import pandas as pd

from analyses.cohort import Cohort, compared_by, left_out_frame, ungrouped
from analyses.identifiers import among
from analyses.members import everybody_else, memoised
from analyses.refusal import infused_only
from analyses.result import Curves, Forest, Note, Outcome, Rates, Refusal
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.landmark import compared_by_landmark_class, landmark
from analyses.time_to_event.questions import side_fixed
from analyses.time_to_event.subgroups import rate_by_subgroup
from endpoints.catalogue import CIR, EFS, OS, RFS
from endpoints.cohort import ALL_PATIENTS, MISSING, Group
from endpoints.exposure import NOT_YET_TRANSPLANTED, TRANSPLANTED, exposed_from, not_transplanted_before
from endpoints.transplant import (
    DETAILS,
    INTERVALS,
    derive_interval,
    derive_not_in_remission,
    derive_salvage,
    derive_transplanted,
)
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion
from estimators.quartiles import quartiles
from estimators.simon_makuch import MIN_AT_RISK

OUTCOMES = {
    "os": (OS, kaplan_meier),
    "rfs": (RFS, kaplan_meier),
    "relapse": (CIR, aalen_johansen),
    "cir": (CIR, aalen_johansen),
    "efs": (EFS, kaplan_meier),
}
SUBJECT = "Transplant after CAR-T"
NO_REMISSION = "no first remission, or transplanted before it"
CRUDE = Note(
    "crude",
    "Crude counts by the cut-off: patients were followed for different times, and patients who are transplanted differ "
    "from those who are not. Observational, not causal; no test is made.",
)
PRIOR_GROUPS = tuple(
    Group(level.code, level.label, style) for style, level in enumerate(INTERVALS) if level.code != MISSING
)


@memoised
@infused_only(SUBJECT)
def transplanted_by_subgroup(cohort: Cohort) -> Forest:
    """Of those in first remission, transplanted in remission by the cut-off, per declared subgroup."""
    course = cohort.whole.course
    rows, transplanted = course[["USUBJID", "RMSDT", "HSCTRMDT"]], course["HSCTRMDT"].notna()
    result = rate_by_subgroup(cohort, rows, transplanted, course["RMSNTXDT"].notna(), NO_REMISSION)
    return replace(result, notes=(CRUDE, *result.notes) if result.n else ())


@memoised
@infused_only(SUBJECT)
def transplant_details(cohort: Cohort) -> Rates:
    """Donor, TBI, MRD status of the transplants in remission: n/N with interval; the day with quartiles."""
    rows = cohort.derived("HSCTRM", derive_transplanted)
    rows = rows[rows["USUBJID"].isin(cohort.patients["USUBJID"])]
    cells = [
        (Outcome(f"{column}:{code}", f"{title}: {label}", "other"), int((rows[column] == code).sum()))
        for column, title, levels in DETAILS
        for code, label in (*levels.items(), (MISSING, "not recorded"))
    ]
    cells = [(outcome, n) for outcome, n in cells if n]
    table = proportion([n for _, n in cells], [len(rows)] * len(cells))
    table = table.assign(outcome=[outcome.code for outcome, _ in cells], strata=ALL_PATIENTS.code)
    everybody = ungrouped(cohort)
    return Rates(
        cohort=everybody,
        n=len(rows),
        patients=rows.assign(GROUP=ALL_PATIENTS.label),
        left_out=everybody_else(everybody, rows["USUBJID"], "no_transplant", "no transplant in remission"),
        numbers=table,
        rates=table,
        strata=(ALL_PATIENTS,),
        outcomes=tuple(outcome for outcome, _ in cells),
        notes=(*_day_words(rows), *_not_exposed_words(cohort, rows)),
        behind=lambda *_: rows["USUBJID"],
    )


def _day_words(rows: pd.DataFrame) -> tuple[Note, ...]:
    if rows.empty:
        return ()
    day = quartiles(rows["HSCTDY"].to_numpy(float)).iloc[0]
    words = (
        f"Day of transplant from infusion: median {day['median']:g} (quartiles {day['quartile_low']:g} to "
        f"{day['quartile_high']:g}; range {day['lowest']:g} to {day['highest']:g}; n = {day['n']})."
    )
    return (Note("day", words),)


def _not_exposed_words(cohort: Cohort, rows: pd.DataFrame) -> tuple[Note, ...]:
    """Transplants in remission by definition that the figures of their effect do not count."""
    course = cohort.whole.course
    exposed = exposed_from(course[among(course["USUBJID"], rows["USUBJID"])])
    n = int(exposed.isna().sum())
    words = (
        f"{n} of them came after new therapy, or after a transplant recorded as not in remission: in 'Incidence' "
        "that came first, and the figures of what follows a transplant do not count them as transplanted."
    )
    return (Note("not_exposed", words),) if n else ()


@memoised
@infused_only(SUBJECT)
def transplant_landmark(cohort: Cohort, outcome: str, day: int, months: str) -> Curves | Refusal:
    """An outcome from day `day` on, by transplant in remission by then."""
    course, (endpoint, estimator) = cohort.whole.course, OUTCOMES[outcome]
    exposed = exposed_from(course) <= course["TRTSDT"] + pd.Timedelta(days=day)
    code = exposed.map({True: TRANSPLANTED.code, False: NOT_YET_TRANSPLANTED.code})
    groups = (
        replace(NOT_YET_TRANSPLANTED, label=f"Not transplanted by day {day}"),
        replace(TRANSPLANTED, label=f"Transplanted by day {day}"),
    )
    members = pd.DataFrame({"USUBJID": course["USUBJID"], "GROUP": code})
    compared = compared_by_landmark_class(cohort, f"Transplant in remission by day {day}", groups, members)
    result = landmark(cohort, not_transplanted_before(endpoint), estimator, day, compared, months, MIN_AT_RISK)
    return replace(result, notes=(side_fixed("transplant"), *result.notes)) if result.n else result


@memoised
def by_prior_transplant(cohort: Cohort, outcome: str, by: str, months: str) -> Curves | Refusal:
    """An outcome by prior transplant, yes / no or by the interval to the relapse after it; missing is left out."""
    endpoint, estimator = OUTCOMES[outcome]
    if by == "yes_no":
        return estimate_endpoint(compared_by(cohort, "prior_transplant"), endpoint, estimator, months)
    return estimate_endpoint(_by_interval(cohort), endpoint, estimator, months)


def _by_interval(cohort: Cohort) -> Cohort:
    """A declared grouping in all but name: known before infusion, so that missing is a level that is not compared."""
    rows = cohort.derived("PRIORTXINT", derive_interval).rename(columns={"INTERVAL": "GROUP"})
    members = rows.loc[rows["GROUP"] != MISSING, ["USUBJID", "GROUP"]]
    compared = compared_by_landmark_class(cohort, "Months from prior transplant to relapse", PRIOR_GROUPS, members, "")
    missing = cohort.n - len(compared.members)
    left_out = left_out_frame({"missing": ("with missing prior transplant", missing)})
    return replace(compared, left_out_levels=left_out)


@memoised
def salvage_rows(cohort: Cohort) -> pd.DataFrame:
    """The salvage transplants of the filtered patients, one row each, in words."""
    return _in_words(cohort, cohort.derived("SALVAGE", derive_salvage))


@memoised
def not_in_remission_rows(cohort: Cohort) -> pd.DataFrame:
    """Those of the filtered patients' transplants that were recorded as not in remission, whatever the course says."""
    return _in_words(cohort, cohort.derived("NOTINRM", derive_not_in_remission))


def _in_words(cohort: Cohort, rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[rows["USUBJID"].isin(cohort.patients["USUBJID"])].reset_index(drop=True)
    return rows.assign(
        **{column: rows[column].replace({**levels, MISSING: "Not recorded"}) for column, _, levels in DETAILS}
    )
