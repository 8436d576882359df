"""B cells beyond one curve: status by visit, the rules side by side, samples, never aplastic, transgene, IgG."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, ungrouped
from analyses.counted import with_b_cells
from analyses.course.courses import courses_of
from analyses.members import everybody_else, in_groups, left_out_of, memoised
from analyses.refusal import infused_only, of_outcome
from analyses.result import Courses, Note, Outcome, Rates, Refusal, Shares
from analyses.status.differences import compared, compared_shares
from analyses.status.shares import behind_rates, rates_by_group, shares_by_group
from analyses.time_to_event.estimate import adtte, estimate_endpoint, reasons_of
from analyses.time_to_event.words import bca_rule
from endpoints.b_cell_aplasia import NEVER_APLASTIC
from endpoints.b_cell_course import (
    B_CELL_VISITS,
    CLASSES,
    IGG_LOW,
    METHODS,
    at_visits,
    derive_b_cell_status,
    derive_samples,
)
from endpoints.catalogue import BCA
from endpoints.cohort import Group
from endpoints.rules import RULES
from endpoints.status import NOT_DUE
from endpoints.timeline import BLOOD_COUNT, BLOOD_PERCENT, b_cell_lines
from endpoints.visits import Visit
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion

SUBJECT = "B-cell aplasia"
RULE = next(rule for rule in RULES if rule.code == "bca_rule")
SHORT = {"pct3_marrow1": "≥ 3 % in blood, ≥ 1 % in marrow", "pct1_abs100_confirmed": "> 1 % or > 100/µL, confirmed"}
MEASURES = {"percent": ("PERCENT", BLOOD_PERCENT), "count": ("COUNT", BLOOD_COUNT)}
BELOW, SEEN = "Below the limit of the assay, or none", "Measured"
RULE_MONTHS = (6, 12)
NEVER = Outcome(NEVER_APLASTIC, "Never aplastic", "other")


@memoised
@infused_only(SUBJECT)
def b_cell_status(cohort: Cohort, visit: Visit) -> Shares:
    """Classes of B-cell status at a visit per compared group."""
    rows = cohort.derived(f"BCELL{visit.code}", lambda whole: derive_b_cell_status(whole, visit))
    result = shares_by_group(cohort, rows, CLASSES, otherwise=("no_remission", "no first remission by then"))
    notes = (with_b_cells(f"day {visit.last}"), bca_rule(cohort)) if result.n else ()
    return replace(result, notes=notes, **compared_shares(cohort, result.shares))


@memoised
@infused_only(SUBJECT)
def b_cell_visits(cohort: Cohort) -> Shares:
    """B-cell status of everybody at every visit, one under another: the strata are the visits."""
    everybody = ungrouped(cohort)
    parts = {visit: b_cell_status(everybody, visit) for visit in B_CELL_VISITS}
    tables = {
        name: pd.concat([getattr(part, name).assign(strata=visit.code) for visit, part in parts.items()])
        for name in ("numbers", "shares")
    }
    patients = [part.patients.assign(VISIT=visit.label) for visit, part in parts.items()]
    patients = pd.concat(patients, ignore_index=True)
    return Shares(
        cohort=everybody,
        n=patients["USUBJID"].nunique(),
        patients=patients,
        left_out=everybody_else(
            everybody, patients["USUBJID"], "no_remission", "not in first remission by a visit that was due"
        ),
        **{name: table.reset_index(drop=True) for name, table in tables.items()},
        strata=tuple(Group(visit.code, visit.label, 0) for visit in B_CELL_VISITS),
        outcomes=next(iter(parts.values())).outcomes,
        notes=(with_b_cells("the end of its window"), bca_rule(cohort), *_not_yet_due(parts)) if len(patients) else (),
    )


def _not_yet_due(parts: dict[Visit, Shares]) -> tuple[Note, ...]:
    """A later visit is that of fewer: those whose window is not over at the data cut-off are in no bar of it."""
    n = {
        visit.label.lower(): int(part.left_out.loc[part.left_out["code"] == NOT_DUE.code, "n"].sum())
        for visit, part in parts.items()
    }
    told = ", ".join(f"{waiting} at {label}" for label, waiting in n.items() if waiting)
    return (Note("not_yet_due", f"Not yet due, and so in no bar: {told}."),) if told else ()


@memoised
@infused_only(SUBJECT)
def bca_rules(cohort: Cohort) -> Rates | Refusal:
    """Ongoing aplasia at 6 and 12 months under every declared loss rule (outcomes), other rules unchanged; the strata
    are the months."""
    labels = SHORT | {"absolute": f"≥ {cohort.rules.bca_count:g}/µL in blood"}
    parts = {option.code: estimate_endpoint(_under(cohort, option.code), BCA, kaplan_meier) for option in RULE.options}
    in_force = parts[cohort.rules.bca_rule]
    numbers = pd.concat([part.numbers.assign(outcome=code) for code, part in parts.items()], ignore_index=True)
    shown = numbers[numbers["months"].isin(RULE_MONTHS)]
    rates = shown.assign(strata=[f"m{month:g}" for month in shown["months"]])
    return Rates(
        cohort=ungrouped(cohort),
        n=in_force.n,
        patients=in_force.patients,
        left_out=in_force.left_out,
        numbers=numbers[numbers["months"].isin(RULE_MONTHS) | numbers["months"].isna()].reset_index(drop=True),
        rates=rates.reset_index(drop=True),
        strata=(*(Group(f"m{month}", f"{month} months", i) for i, month in enumerate(RULE_MONTHS)), *in_force.strata),
        outcomes=tuple(Outcome(code, labels[code], "other") for code in parts),
        notes=tuple(_never_words(labels[code], part) for code, part in parts.items()) if in_force.n else (),
        behind=lambda _, rule: parts[rule].patients["USUBJID"],
    )


def _never_words(label: str, part) -> Note:
    never = int((part.patients["DETAILCD"] == NEVER.code).sum())
    return Note("never_aplastic", f"{label}: never aplastic {never} of {part.n}.")


def _under(cohort: Cohort, bca_rule_code: str) -> Cohort:
    """The same patients, as one group, with their course derived under another loss rule."""
    rules = replace(cohort.rules, bca_rule=bca_rule_code)
    return replace(ungrouped(cohort), rules=rules, whole=cohort.data.study(rules))


@dataclass(frozen=True)
class Threshold:
    """Where the rule in force draws its line on an axis of B cells, in the axis' unit, and its words."""

    value: float
    words: str


def threshold(cohort: Cohort, measure: str) -> Threshold | None:
    """The line of the active rule; None: it does not read this measure."""
    line = b_cell_lines(cohort.rules).get(MEASURES[measure][1])
    return Threshold(*line) if line else None


@memoised
def b_cell_samples(cohort: Cohort, measure: str, last_day: int) -> Courses:
    """Blood samples by percent of lymphocytes or absolute count."""
    column, _ = MEASURES[measure]
    rows = cohort.derived("BSAMPLES", derive_samples)
    below = rows["BELOW"] | (rows[column] == 0)
    rows = rows.assign(VALUE=rows[column].mask(below, 0.0), KIND=np.where(below, BELOW, SEEN))
    rows = rows[rows["VALUE"].notna()]
    unit = "%" if measure == "percent" else "/µL"
    words = [f"{_value_words(row, unit)}, {row['OVER']}" for row in rows.to_dict("records")]
    result = courses_of(cohort, rows.assign(WORDS=words), last_day, "blood samples")
    return replace(result, notes=(bca_rule(cohort), *result.notes)) if result.n else result


def _value_words(row: dict, unit: str) -> str:
    return "below the limit" if row["KIND"] == BELOW else f"{row['VALUE']:.3g} {unit}"


@memoised
@infused_only(SUBJECT)
def never_aplastic(cohort: Cohort) -> Rates:
    """Of the patients whose aplasia can be judged, those whose first usable sample was already above the threshold."""
    derived = adtte(cohort, BCA)
    judged = pd.Series(True, index=derived.rows.index)
    rates = [(NEVER, derived.rows["DETAILCD"] == NEVER.code, judged)]
    table = rates_by_group(cohort, derived.rows, rates)
    rows = in_groups(cohort, derived.rows)
    columns, n = ["USUBJID", "GROUP", "TRTSDT", "PARAMCD", "ADT", "AVAL", "EVNTDESC"], rows["USUBJID"].nunique()
    return Rates(
        cohort=cohort,
        n=n,
        patients=rows[columns],
        left_out=left_out_of(cohort, reasons_of(cohort, derived)),
        numbers=table,
        rates=table,
        **compared(cohort, table),
        strata=cohort.groups,
        outcomes=(NEVER,),
        notes=(bca_rule(cohort),) if n else (),
        behind=behind_rates(cohort, derived.rows, rates),
    )


@memoised
@of_outcome("Persistence of CAR-T cells")
def persistence(cohort: Cohort) -> Rates:
    """Transgene or CAR-T cells detected at visits, per method (never pooled) and compared group."""
    rows = cohort.derived("PERSIST", lambda whole: at_visits(whole, "car_persistence"))
    rows = rows[rows["detected"].notna()]
    cells = [
        (
            Outcome(f"{method}:{visit.code}", f"{METHODS[method]}, {visit.label.lower()}", "other"),
            rows["detected"].astype(bool),
            (rows["METHOD"] == method) & (rows["VISIT"] == visit.label),
        )
        for method in METHODS
        for visit in B_CELL_VISITS
    ]
    columns = ["USUBJID", "VISIT", "ADY", "METHOD", "detected", "value", "unit"]
    return _visit_rates(cohort, rows, cells, "persistence assays", columns)


@memoised
@of_outcome("Immunoglobulin")
def immunoglobulin(cohort: Cohort) -> Rates:
    """IgG at or below 400 mg/dL, and replacement, at visits per compared group."""
    rows = cohort.derived("IGG", lambda whole: at_visits(whole, "immunoglobulin"))
    low, known = rows["igg_mg_dl"] <= IGG_LOW, rows["igg_mg_dl"].notna()
    given, asked = rows["on_replacement"].astype("boolean").fillna(False).astype(bool), rows["on_replacement"].notna()
    measures = (("low", f"IgG ≤ {IGG_LOW:g} mg/dL", low, known), ("given", "On replacement", given, asked))
    cells = [
        (Outcome(f"{code}:{visit.code}", f"{label}, {visit.label.lower()}", "other"), event, among & at_visit)
        for code, label, event, among in measures
        for visit, at_visit in ((visit, rows["VISIT"] == visit.label) for visit in B_CELL_VISITS)
    ]
    columns = ["USUBJID", "VISIT", "ADY", "igg_mg_dl", "on_replacement"]
    result = _visit_rates(cohort, rows, cells, "IgG samples at a visit", columns)
    return replace(result, notes=(*result.notes, _replacement_words(cohort, rows))) if result.n else result


def _replacement_words(cohort: Cohort, rows: pd.DataFrame) -> Note:
    unknown = int((rows["USUBJID"].isin(cohort.members["USUBJID"]) & rows["on_replacement"].isna()).sum())
    doses = cohort.whole.tables["ivig"]
    dosed = doses.loc[doses["patient_id"].isin(cohort.patients["USUBJID"]), "patient_id"].nunique()
    words = (
        f"Samples without a record of replacement: {unknown}; patients with a recorded immunoglobulin dose (IVIG): "
        f"{dosed}."
    )
    return Note("replacement", words)


def _visit_rates(cohort: Cohort, rows: pd.DataFrame, cells: Sequence, what: str, columns: list[str]) -> Rates:
    """Rates over rows at visits: (what, numerator, denominator) as masks of `rows`; cells without anybody are left
    out."""
    chosen = rows["USUBJID"].isin(cohort.members["USUBJID"])
    cells = [cell for cell in cells if (cell[2] & chosen).any()]
    table = _counted(cohort, rows, cells)
    shown = rows[chosen]
    return Rates(
        cohort=cohort,
        n=shown["USUBJID"].nunique(),
        patients=shown[columns].rename(columns=str.upper),
        left_out=everybody_else(cohort, shown["USUBJID"], "without", f"without {what}"),
        numbers=table,
        rates=table,
        **compared(cohort, table),
        strata=cohort.groups,
        outcomes=tuple(outcome for outcome, _, _ in cells),
        behind=behind_rates(cohort, rows, cells),
    )


def _counted(cohort: Cohort, rows: pd.DataFrame, cells: Sequence) -> pd.DataFrame:
    """Several rows a patient (a visit each): counted by mask, group by group."""
    people = {g.code: set(cohort.members.loc[cohort.members["GROUP"] == g.code, "USUBJID"]) for g in cohort.groups}
    inside = {code: rows["USUBJID"].isin(ids) for code, ids in people.items()}
    counts = [
        (outcome.code, code, int((among & event & mask).sum()), int((among & mask).sum()))
        for outcome, event, among in cells
        for code, mask in inside.items()
    ]
    table = proportion([x[2] for x in counts], [x[3] for x in counts]) if counts else proportion([0], [0]).iloc[:0]
    return table.assign(outcome=[x[0] for x in counts], strata=[x[1] for x in counts])
