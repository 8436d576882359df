"""B cells beyond one curve: status by visit, the rules side by side, samples, landmark, transgene, IgG."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.course.courses import of_rows_over_time
from analyses.result import (
    Estimates,
    fraction,
    group_series,
    in_groups,
    kept,
    left_out_of,
    percent,
    reasons_frame,
    refused,
    remembered,
    short,
)
from analyses.status.rates import shares_by_group
from analyses.time_to_event.estimate import by_group, month_title, tte, ungrouped
from analyses.time_to_event.landmark import classed, landmark
from analyses.time_to_event.words import bca_rule, moved_on, unconfirmed
from charts.theme import series_of_groups
from endpoints.b_cell_course import (
    B_CELL_VISITS,
    CLASSES,
    IGG_LOW,
    LANDMARK_CLASSES,
    METHODS,
    at_visits,
    derive_b_cell_status,
    derive_recovery_class,
    derive_samples,
)
from endpoints.catalogue import BCA, CIR
from endpoints.cohort import Group
from endpoints.rules import RULES
from endpoints.status import NOT_DUE
from endpoints.study import derive_study
from endpoints.timeline import BLOOD_COUNT, BLOOD_PERCENT, b_cell_lines
from endpoints.visits import Visit
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion
from pages.parts.data.study import derived
from pages.parts.session.sidebar import Cohort

RATE_COLUMNS = ["strata", "outcome", "result", "n", "total", "share", "conf_low", "conf_high", "reason"]
RULE_NUMBERS = [
    "outcome",
    "measure",
    "months",
    "n_risk",
    "result",
    "n",
    "n_event",
    "estimate",
    "conf_low",
    "conf_high",
    "reason",
]
RULE = next(rule for rule in RULES if rule.code == "bca_rule")
SHORT = {"pct3_marrow1": "≥ 3 % in blood, ≥ 1 % in marrow", "pct1_abs100_confirmed": "> 1 % or > 100/µL, confirmed"}
MEASURES = {"percent": ("PERCENT", BLOOD_PERCENT), "count": ("COUNT", BLOOD_COUNT)}
BELOW, SEEN = "Below the limit of the assay, or none", "Measured"


@remembered
def b_cell_status(study: Cohort, visit: Visit) -> Estimates:
    """Classes of B-cell status at a visit per compared group."""
    if study.rules.population != "infused":
        return _infused_only(study)
    rows = kept(study, f"BCELL{visit.code}", lambda whole: derive_b_cell_status(whole, visit))
    found = shares_by_group(study, rows, CLASSES)
    without = len(set(study.members["USUBJID"]) - set(rows["USUBJID"]))
    left = dict(zip(found.left_out["reason"], found.left_out["n"].tolist(), strict=True))
    return replace(
        found,
        left_out=reasons_frame({"no first remission by then": without} | left),
        notes=(bca_rule(study),) if found.n else (),
    )


@remembered
def b_cell_visits(study: Cohort) -> Estimates:
    """B-cell status of everybody at every visit, one under another: strata is the visit."""
    found = [(visit, b_cell_status(ungrouped(study), visit)) for visit in B_CELL_VISITS]
    nothing = next((one for _, one in found if one.rates is None and one.curve is None), None)
    if nothing is not None:
        return nothing
    tables = {
        name: pd.concat([getattr(one, name).assign(strata=visit.label) for visit, one in found], ignore_index=True)
        for name in ("numbers", "curve")
    }
    patients = pd.concat([one.patients.assign(VISIT=visit.label) for visit, one in found], ignore_index=True)
    n = patients["USUBJID"].nunique()
    out = {"not in first remission by a visit that was due": study.n - n} if study.n > n else {}
    return Estimates(
        n=n,
        patients=patients,
        left_out=reasons_frame(out),
        **tables,
        series=series_of_groups((visit.label, 0) for visit in B_CELL_VISITS),
        notes=(bca_rule(study), *_not_yet_due(found)) if n else (),
    )


def _not_yet_due(found: list[tuple[Visit, Estimates]]) -> tuple[str, ...]:
    """A later visit is that of fewer: those whose window is not over at the data cut-off are in no bar of it."""
    n = {
        visit.label.lower(): int(one.left_out.loc[one.left_out["reason"] == NOT_DUE.label.lower(), "n"].sum())
        for visit, one in found
    }
    told = ", ".join(f"{k} at {label}" for label, k in n.items() if k)
    return (f"Not yet due, and so in no bar: {told}.",) if told else ()


@remembered
def bca_rules(study: Cohort) -> Estimates:
    """Ongoing aplasia at 6 and 12 months under every declared loss rule, other rules unchanged."""
    if study.rules.population != "infused":
        return _infused_only(study)
    words = SHORT | {"absolute": f"≥ {study.rules.bca_count:g}/µL in blood"}
    found = [
        (words[option.code], by_group(_under(study, option.code), BCA, kaplan_meier, months=None))
        for option in RULE.options
    ]
    rows = [
        row | {"outcome": label, "strata": f"{row['months']:g} months"}
        for label, one in found
        for row in one.numbers.to_dict("records")
        if row["months"] in (6, 12)
    ]
    table = pd.DataFrame(rows, columns=["strata", *RULE_NUMBERS])
    table["text"] = [
        f"n = {n}, {percent(*x) or short(reason)}"
        for n, *x, reason in table[["n", "estimate", "conf_low", "conf_high", "reason"]].itertuples(
            index=False, name=None
        )
    ]
    medians = [
        row | {"outcome": label}
        for label, one in found
        for row in one.numbers.to_dict("records")
        if row["measure"].startswith("median")
    ]
    numbers = pd.DataFrame([*table.to_dict("records"), *medians], columns=RULE_NUMBERS)
    mine = dict(found)[words[study.rules.bca_rule]]
    notes = [
        f"{label}: never aplastic {int(one.patients['EVNTDESC'].str.contains('never aplastic', na=False).sum())} "
        f"of {one.n}."
        for label, one in found
    ]
    return replace(
        mine,
        numbers=numbers,
        rates=table,
        x_title=month_title(study, BCA),
        notes=tuple(notes) if mine.n else (),
        series=series_of_groups([("6 months", 0), ("12 months", 1)]),
    )


def _under(study: Cohort, bca_rule_code: str) -> Cohort:
    """The same patients, as one group, with their course derived under another loss rule."""
    rules = replace(study.rules, bca_rule=bca_rule_code)
    whole = derived(
        study.loaded, rules, "study", lambda: derive_study(study.loaded.tables, rules, study.loaded.data_cutoff)
    )
    return replace(ungrouped(study), rules=rules, study=whole)


@remembered
def b_cell_samples(study: Cohort, measure: str, last_day: int) -> tuple[Estimates, tuple[float, str] | None]:
    """Blood samples by percent of lymphocytes or absolute count, and the line of the active rule (None: it has
    none)."""
    column, lane = MEASURES[measure]
    rows = kept(study, "BSAMPLES", derive_samples)
    below = rows["BELOW"] | (rows[column] == 0)
    rows = rows.assign(VALUE=rows[column].mask(below, 0.0), KIND=np.where(below, BELOW, SEEN))
    rows = rows[rows["VALUE"].notna()]
    unit = "%" if measure == "percent" else "/µL"
    words = [
        f"{'below the limit' if r['KIND'] == BELOW else format(r['VALUE'], '.3g') + ' ' + unit}, {r['OVER']}"
        for r in rows.to_dict("records")
    ]
    found = of_rows_over_time(study, rows.assign(WORDS=words), last_day, "blood samples")
    found = replace(found, notes=(bca_rule(study), *found.notes)) if found.n else found
    return found, b_cell_lines(study.rules).get(lane)


@remembered
def recovery_landmark(
    study: Cohort, day: int, months: str, at_least: int = 0, is_out: bool = False
) -> tuple[Cohort, Estimates]:
    """Relapse from day `day` on by B-cell recovery by then (the locked definition); is_out: without whom a transplant
    or new therapy reached by then."""
    groups = tuple(Group(c.code, c.label, style) for style, c in enumerate(LANDMARK_CLASSES))
    members = kept(study, f"RECOVERY{day}", lambda whole: derive_recovery_class(whole, day))
    by = classed(study, "B-cell recovery until then", groups, members)
    found = landmark(study, CIR, aalen_johansen, day, by, months, at_least, is_out)
    if not found.n:
        return by, found
    notes = (
        bca_rule(study, is_locked=True),
        *unconfirmed(study, "still aplastic"),
        moved_on(study, found.patients, day, is_out),
        *found.notes,
    )
    return by, replace(found, notes=notes)


@remembered
def never_aplastic(study: Cohort) -> Estimates:
    """Of the patients whose aplasia can be judged, those whose first usable sample was already over the rule."""
    if study.rules.population != "infused":
        return _infused_only(study)
    found = tte(study, BCA)
    rows = in_groups(study, found.rows)
    never = rows["EVNTDESC"].str.contains("never aplastic", na=False)
    arms = [(group.label, rows["CODE"] == group.code) for group in study.groups]
    table = proportion([int((never & here).sum()) for _, here in arms], [int(here.sum()) for _, here in arms])
    table = _worded(table.assign(strata=[label for label, _ in arms], outcome="Never aplastic"))
    columns, n = ["USUBJID", "GROUP", "TRTSDT", "PARAMCD", "ADT", "AVAL", "EVNTDESC"], rows["USUBJID"].nunique()
    left = study.n - n
    return Estimates(
        n=n,
        numbers=_numbers(table),
        patients=rows.loc[:, columns],
        rates=table,
        left_out=left_out_of(study, {"no first remission or no usable sample": left} if left else {}),
        series=group_series(study),
        notes=(bca_rule(study),) if n else (),
    )


@remembered
def persistence(study: Cohort) -> Estimates:
    """Transgene or CAR-T cells detected at visits, per method (never pooled) and compared group."""
    rows = kept(study, "PERSIST", lambda whole: at_visits(whole, "car_persistence"))
    rows = rows[rows["detected"].notna()]
    cells = [
        (
            f"{METHODS[method]}, {visit.label.lower()}",
            (rows["METHOD"] == method) & (rows["VISIT"] == visit.label),
            rows["detected"].astype(bool),
        )
        for method in METHODS
        for visit in B_CELL_VISITS
    ]
    return _visit_rates(
        study, rows, cells, "persistence assays", ["USUBJID", "VISIT", "ADY", "METHOD", "detected", "value", "unit"]
    )


@remembered
def immunoglobulin(study: Cohort) -> Estimates:
    """IgG at or below 400 mg/dL, and replacement, at visits per compared group."""
    rows = kept(study, "IGG", lambda whole: at_visits(whole, "immunoglobulin"))
    low, given = rows["igg_mg_dl"] <= IGG_LOW, rows["on_replacement"].astype("boolean").fillna(False).astype(bool)
    known = {"low": rows["igg_mg_dl"].notna(), "given": rows["on_replacement"].notna()}
    cells = [
        (f"IgG ≤ {IGG_LOW:g} mg/dL, {visit.label.lower()}", known["low"] & (rows["VISIT"] == visit.label), low)
        for visit in B_CELL_VISITS
    ]
    cells += [
        (f"On replacement, {visit.label.lower()}", known["given"] & (rows["VISIT"] == visit.label), given)
        for visit in B_CELL_VISITS
    ]
    found = _visit_rates(
        study, rows, cells, "IgG samples at a visit", ["USUBJID", "VISIT", "ADY", "igg_mg_dl", "on_replacement"]
    )
    inside = rows["USUBJID"].isin(study.members["USUBJID"])
    unknown = int((inside & rows["on_replacement"].isna()).sum())
    doses = study.study.tables["ivig"]
    dosed = doses.loc[doses["patient_id"].isin(study.adsl["USUBJID"]), "patient_id"].nunique()
    return replace(
        found,
        notes=(
            *found.notes,
            f"Replacement not recorded beside {unknown} of these samples; {dosed} "
            "patients have a recorded immunoglobulin dose (IVIG).",
        )
        if found.n
        else found.notes,
    )


def _visit_rates(study: Cohort, rows: pd.DataFrame, cells, what: str, columns: list[str]) -> Estimates:
    """Rates over rows at visits: (label, denominator, numerator) as masks of `rows`; cells without anybody are left
    out."""
    cells = [cell for cell in cells if (cell[1] & rows["USUBJID"].isin(study.members["USUBJID"])).any()]
    people = {
        group.code: set(study.members.loc[study.members["GROUP"] == group.code, "USUBJID"]) for group in study.groups
    }
    inside = {code: rows["USUBJID"].isin(ids) for code, ids in people.items()}
    counted = [
        (label, group.label, int((among & event & inside[group.code]).sum()), int((among & inside[group.code]).sum()))
        for label, among, event in cells
        for group in study.groups
    ]
    table = proportion([x[2] for x in counted], [x[3] for x in counted]) if counted else proportion([0], [0]).iloc[:0]
    table = _worded(table.assign(outcome=[x[0] for x in counted], strata=[x[1] for x in counted]))
    shown = rows[rows["USUBJID"].isin(study.members["USUBJID"])]
    n = shown["USUBJID"].nunique()
    out = {f"without {what}": study.n - n} if study.n > n else {}
    return Estimates(
        n=n,
        numbers=_numbers(table),
        patients=shown[columns].rename(columns=str.upper),
        rates=table,
        left_out=reasons_frame(out),
        series=group_series(study),
    )


def _worded(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(
        text=[
            fraction(*row)
            for row in table[["n_event", "n", "estimate", "conf_low", "conf_high"]].itertuples(index=False, name=None)
        ]
    )


def _numbers(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(columns={"n_event": "n", "n": "total", "estimate": "share", "text": "result"})[RATE_COLUMNS]


def _infused_only(study: Cohort) -> Estimates:
    return refused(study, "B-cell aplasia is defined for infused patients only. Choose the population Infused.")
