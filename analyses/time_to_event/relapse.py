"""Relapse in detail: split incidences, sites, after a warning sign, survival from relapse, the list."""

from dataclasses import replace

import pandas as pd

from analyses.result import Estimates, kept, left_out_of, percent, refused, remembered
from analyses.status.rates import shares_by_group
from analyses.time_to_event.estimate import by_group, compared_by, of_rows
from analyses.time_to_event.landmark import classed
from analyses.time_to_event.words import bca_rule
from charts.theme import Series
from endpoints.catalogue import CIRCD19
from endpoints.cohort import Group
from endpoints.relapse import ABBREVIATIONS, CD19, OS_RELAPSE, SIGN, SITES, derive_detail, derive_relapses
from endpoints.time_to_event import TimeToEvent
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from pages.parts.session.sidebar import Cohort


@remembered
def relapse_split(study: Cohort, endpoint: TimeToEvent, months: str, x_title: str) -> Estimates:
    """An endpoint of endpoints/relapse.py with one event per level or cause, per compared group."""
    if study.rules.population != "infused":
        return _infused_only(study)
    found = kept(study, endpoint.paramcd, lambda whole: derive_detail(whole, endpoint))
    return _abbreviated(of_rows(study, endpoint, found, aalen_johansen, months, x_title), endpoint.paramcd)


def _abbreviated(found: Estimates, code: str) -> Estimates:
    """With the words that a legend shortens."""
    words = ABBREVIATIONS.get(code)
    return replace(found, notes=(*found.notes, f"Abbreviations: {words}.")) if words and found.n else found


@remembered
def after_sign(study: Cohort, code: str, months: str) -> Estimates:
    """Relapse from a warning sign on, among all who had it."""
    sign = SIGN[code]
    if sign.code != "bca":
        return relapse_split(study, sign.endpoint, months, f"Months from {sign.label}")
    found = relapse_split(study, sign.endpoint, months, f"Months from {sign.label[0].lower()}{sign.label[1:]}")
    return replace(found, notes=(bca_rule(study, is_locked=True), *found.notes)) if found.n else found


def events_of(found: Estimates, endpoint: TimeToEvent) -> tuple[Series, ...]:
    """The outcomes of a figure that are events of its endpoint, without what competes with them."""
    return found.outcomes[: len(dict.fromkeys(e.code for e in endpoint.events))]


def stacked(found: Estimates, endpoint: TimeToEvent) -> pd.DataFrame:
    """The event curves of one group on common times: time outcome order estimate text faded; the parts add up. What
    never happened has no area, and no row unless nothing happened at all."""
    events = [outcome.label for outcome in events_of(found, endpoint)]
    curve = found.curve[found.curve["outcome"].isin(events)].drop_duplicates(["time", "outcome"], keep="last")
    happened = set(curve.loc[curve["estimate"] > 0, "outcome"])
    events = [event for event in events if event in happened or not happened]
    curve = curve[curve["outcome"].isin(events)]
    wide = {
        name: curve.pivot(index="time", columns="outcome", values=name).reindex(columns=events).ffill()
        for name in ("estimate", "conf_low", "conf_high")
    }
    rows = wide["estimate"].fillna(0.0).stack().rename("estimate").reset_index()
    limits = {name: wide[name].stack(future_stack=True).to_numpy() for name in ("conf_low", "conf_high")}
    text = [percent(*row) for row in zip(rows["estimate"], limits["conf_low"], limits["conf_high"], strict=True)]
    rows = rows.assign(order=rows["outcome"].map({label: i for i, label in enumerate(events)}), text=text)
    return in_two_stretches(rows, curve.loc[curve["faded"], "time"].min())


def in_two_stretches(rows: pd.DataFrame, few_from: float) -> pd.DataFrame:
    """Rows of a stacked picture with faded from that time on (missing: never). That time has rows of both stretches, in
    the first at the height before it, so that the areas join without a stroke between them."""
    before = rows.groupby("outcome")["estimate"].shift().fillna(rows["estimate"])
    until = rows.assign(faded=False, estimate=rows["estimate"].where(rows["time"] != few_from, before))
    later = rows[rows["time"] >= few_from].assign(faded=True)
    return pd.concat([until[~(rows["time"] > few_from)], later], ignore_index=True)


@remembered
def cd19_by_specificity(study: Cohort, months: str) -> tuple[Cohort, Estimates]:
    """Relapse by CD19 status after mono- and multispecific products."""
    compared = compared_by(study, "specificity")
    return compared, by_group(compared, CIRCD19, aalen_johansen, months)


@remembered
def relapse_sites(study: Cohort) -> Estimates:
    """Site of the relapses per compared group, of all relapses."""
    if study.rules.population != "infused":
        return _infused_only(study)
    rows = kept(study, "RELAPSES", derive_relapses).rename(columns={"SITE": "AVALC"})
    found = shares_by_group(study, rows, SITES)
    out = len(set(study.members["USUBJID"]) - set(rows["USUBJID"]))
    left_out = left_out_of(study, {"no relapse after first remission": out} if out else {})
    return _abbreviated(replace(found, left_out=left_out), "SITES")


@remembered
def survival_from_relapse(study: Cohort, by: str, months: str) -> tuple[Cohort, Estimates]:
    """OS from relapse by the compared groups, or by the CD19 status that was known at relapse."""
    if study.rules.population != "infused":
        return study, _infused_only(study)
    if by == "cd19":
        course = study.study.course
        groups = tuple(Group(c.code, c.label, style) for style, c in enumerate(CD19))
        known = pd.DataFrame({"USUBJID": course["USUBJID"], "GROUP": course["RELCD19"].fillna("none")})
        study = classed(study, "CD19 status at relapse", groups, known[known["GROUP"] != "none"])
    found = kept(study, OS_RELAPSE.paramcd, lambda whole: derive_detail(whole, OS_RELAPSE))
    return study, of_rows(study, OS_RELAPSE, found, kaplan_meier, months, "Months from relapse")


@remembered
def relapse_rows(study: Cohort) -> pd.DataFrame:
    """The relapses of the filtered patients, one row each."""
    rows = kept(study, "RELAPSES", derive_relapses)
    return rows[rows["USUBJID"].isin(study.adsl["USUBJID"])].drop(columns="SITE").reset_index(drop=True)


def _infused_only(study: Cohort) -> Estimates:
    return refused(study, "Relapse is defined for infused patients only. Choose the population Infused.")
