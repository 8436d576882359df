"""Relapse in detail: split incidences, sites, after a warning sign, survival from relapse, the list."""

from dataclasses import replace

import pandas as pd

from analyses.cohort import Cohort, compared_by
from analyses.counted import counted_in
from analyses.members import everybody_else, memoised
from analyses.refusal import infused_only
from analyses.result import Curves, Note, Refusal, Shares
from analyses.status.differences import compared_shares
from analyses.status.shares import shares_by_group
from analyses.time_to_event.estimate import estimate_adtte, estimate_endpoint
from analyses.time_to_event.landmark import compared_by_landmark_class
from analyses.time_to_event.recovery_and_mrd import beside_print
from analyses.time_to_event.words import bca_rule
from endpoints.catalogue import CIRCD19
from endpoints.cohort import Group
from endpoints.relapse import ABBREVIATIONS, CD19, OS_RELAPSE, SIGN, SITES, derive_detail, derive_relapses
from endpoints.time_to_event import TimeToEvent
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier

SUBJECT = "Relapse"


@memoised
@infused_only(SUBJECT)
def relapse_split(cohort: Cohort, endpoint: TimeToEvent, months: str, x_title: str) -> Curves:
    """An endpoint of endpoints/relapse.py with one event per level or cause, per compared group."""
    derived = cohort.derived(endpoint.paramcd, lambda whole: derive_detail(whole, endpoint))
    result = estimate_adtte(cohort, endpoint, derived, aalen_johansen, months, x_title)
    return (
        replace(result, notes=(*counted_in(endpoint.paramcd), *result.notes, *_abbreviations(endpoint.paramcd)))
        if result.n
        else result
    )


def _abbreviations(code: str) -> tuple[Note, ...]:
    """The words that a legend shortens."""
    words = ABBREVIATIONS.get(code)
    return (Note("abbreviations", f"Abbreviations: {words}.", True),) if words else ()


@memoised
@infused_only(SUBJECT)
def after_sign(cohort: Cohort, code: str, months: str) -> Curves | Refusal:
    """Relapse from a warning sign on, in all patients with this sign."""
    sign = SIGN[code]
    if sign.code != "bca":
        return relapse_split(cohort, sign.endpoint, months, f"Months from {sign.label}")
    result = relapse_split(cohort, sign.endpoint, months, f"Months from {sign.label[0].lower()}{sign.label[1:]}")
    notes = (*beside_print(cohort), bca_rule(cohort, is_locked=True))
    return replace(result, notes=(*notes, *result.notes)) if result.n else result


@memoised
def cd19_by_specificity(cohort: Cohort, months: str) -> Curves | Refusal:
    """Relapse by CD19 status after mono- and multispecific products."""
    return estimate_endpoint(compared_by(cohort, "specificity"), CIRCD19, aalen_johansen, months)


@memoised
@infused_only(SUBJECT)
def relapse_sites(cohort: Cohort) -> Shares:
    """Site of the relapses per compared group, of all relapses."""
    rows = cohort.derived("RELAPSES", derive_relapses).rename(columns={"SITE": "AVALC"})
    left_out = everybody_else(cohort, rows["USUBJID"], "no_relapse", "no relapse after first remission")
    result = shares_by_group(cohort, rows, SITES, left_out)
    beside = compared_shares(cohort, result.shares)
    return replace(result, notes=(*result.notes, *_abbreviations("SITES")), **beside)


@memoised
@infused_only(SUBJECT)
def survival_from_relapse(cohort: Cohort, by: str, months: str) -> Curves:
    """OS from relapse by the compared groups, or by the CD19 status that was known at relapse."""
    compared = _by_cd19(cohort) if by == "cd19" else cohort
    derived = cohort.derived(OS_RELAPSE.paramcd, lambda whole: derive_detail(whole, OS_RELAPSE))
    return estimate_adtte(compared, OS_RELAPSE, derived, kaplan_meier, months, "Months from relapse")


def _by_cd19(cohort: Cohort) -> Cohort:
    course = cohort.whole.course
    groups = tuple(Group(c.code, c.label, style) for style, c in enumerate(CD19))
    members = pd.DataFrame({"USUBJID": course["USUBJID"], "GROUP": course["RELCD19"]}).dropna()
    return compared_by_landmark_class(cohort, "CD19 status at relapse", groups, members)


@memoised
def relapse_rows(cohort: Cohort) -> pd.DataFrame:
    """The relapses of the filtered patients, one row each."""
    rows = cohort.derived("RELAPSES", derive_relapses)
    rows = rows[rows["USUBJID"].isin(cohort.patients["USUBJID"])].drop(columns="SITE").reset_index(drop=True)
    age = rows["USUBJID"].map(cohort.patients.set_index("USUBJID")["AGE"])
    place = rows.columns.get_loc("PRODLABEL")
    return pd.concat([rows.iloc[:, :place], age.rename("AGE"), rows.iloc[:, place:]], axis=1)
