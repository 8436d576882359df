"""CRS, ICANS, ICAHT and IEC-HS per group, one scale at a time: maximum grade, onset and duration, treatment."""

from dataclasses import replace

import pandas as pd

from analyses.cohort import Cohort
from analyses.members import in_groups, left_out_of, memoised
from analyses.refusal import only_for
from analyses.result import DayRanges, Note, Outcome, Rates, Shares
from analyses.status.differences import compared
from analyses.status.shares import behind_rates, rates_by_group, shares_by_group, with_rates
from endpoints.status import NOT_ASSESSED
from endpoints.toxicity import (
    AFFECTED,
    BEFORE_ONSET,
    CLASSES,
    GRADED,
    NO_END,
    NONE_RECORDED,
    NOT_THERE,
    OTHER_SCALE,
    SCALE_LABELS,
    SEVERE,
    Toxicity,
    abbreviations,
    derive_toxicity,
)
from estimators.quartiles import quartiles

DRAWN = Note("marks", "Marks: median; boxes: middle half of the patients (quartiles); lines: lowest to highest.", True)
ONSET = Outcome("onset", "Onset, days from infusion", "other")
DURATION = Outcome("duration", "Duration, days", "other")
DAYS = {ONSET.code: "ASTDY", DURATION.code: "ADURN"}
ANY = Outcome("any_of_assessed", "Any grade, of all assessed", "other")
SEVERE_OF_ASSESSED = Outcome("severe_of_assessed", "Grade ≥ 3, of assessed with known grade", "other")
DRUGS = (
    (Outcome("tocilizumab", "Tocilizumab", "other"), "TOCI"),
    (Outcome("steroids", "Steroids", "other"), "STEROID"),
)


def _capital(label: str) -> str:
    return label[0].upper() + label[1:]


of_a_toxicity = only_for(lambda *_, **__: ("infused",), lambda toxicity, *_, **__: _capital(toxicity.label))


def toxicity_rows(cohort: Cohort, toxicity: Toxicity, scale: str) -> pd.DataFrame:
    """The rows of the whole dataset on one scale, remembered."""
    return cohort.derived(f"{toxicity.paramcd}{scale}", lambda whole: derive_toxicity(whole, toxicity, scale))


@memoised
@of_a_toxicity
def toxicity_grades(cohort: Cohort, toxicity: Toxicity, scale: str) -> Shares:
    """Classes of the maximum grade per group; any grade and grade >= 3 of those who were assessed."""
    rows = toxicity_rows(cohort, toxicity, scale)
    result = shares_by_group(cohort, rows, CLASSES)
    affected, severe, graded = (rows["AVALC"].isin(codes) for codes in (AFFECTED, SEVERE, GRADED))
    none = rows["AVALC"] == NONE_RECORDED.code
    rates = (
        (ANY, affected, affected | none),
        (SEVERE_OF_ASSESSED, severe, graded | none),
        (Outcome("severe_of_graded", f"Grade ≥ 3, of graded {toxicity.label}", "other"), severe, graded),
    )
    notes = (*_scale_notes(cohort, rows, toxicity, scale), _abbreviations(toxicity, scale)) if result.n else ()
    table = rates_by_group(cohort, rows, rates)
    told = (SEVERE_OF_ASSESSED.code, ANY.code)
    behind = behind_rates(cohort, rows, rates)
    return with_rates(replace(result, notes=notes, told=told), table, [outcome for outcome, _, _ in rates], behind)


def _abbreviations(toxicity: Toxicity, scale: str) -> Note:
    return Note("abbreviations", abbreviations(toxicity, scale), True)


def _scale_notes(cohort: Cohort, rows: pd.DataFrame, toxicity: Toxicity, scale: str):
    """How much of the toxicity this scale tells of, and what the denominators are."""
    status = in_groups(cohort, rows)["AVALC"]
    on, other = int(status.isin(AFFECTED).sum()), int((status == OTHER_SCALE.code).sum())
    unassessed, unknown = (int((status == code).sum()) for code in (NOT_ASSESSED.code, "grade_unknown"))
    out = [
        *([f"{unassessed} not assessed in no rate"] if unassessed else []),
        *([f"{unknown} with a grade that is not recorded in the rate of any grade only"] if unknown else []),
    ]
    if out:
        yield Note("denominators", f"Rates of the assessed: {'; '.join(out)}.")
    if other:
        words = (
            f"Of {on + other} patients with {toxicity.label} on a known scale, {on} are on the {SCALE_LABELS[scale]} "
            "scale. Patients without an episode have no scale and are counted under each; for a rarely used scale, "
            "rates among assessed patients are underestimated, the rate among graded patients is not."
        )
        yield Note("scales", words)


@memoised
@of_a_toxicity
def toxicity_days(cohort: Cohort, toxicity: Toxicity, scale: str) -> DayRanges:
    """Onset and duration of the worst episode per group: median, quartiles, extremes, n."""
    rows, fields = _affected(cohort, toxicity, scale)
    parts = [
        quartiles(rows.loc[rows["CODE"] == group.code, column].dropna().to_numpy()).assign(
            strata=group.code, outcome=outcome.code
        )
        for outcome, column in ((ONSET, DAYS[ONSET.code]), (DURATION, DAYS[DURATION.code]))
        for group in cohort.groups
    ]
    table = pd.concat(parts, ignore_index=True)
    notes = (*_no_duration(rows), DRAWN, _abbreviations(toxicity, scale)) if len(rows) else ()
    fields |= {"behind": lambda strata, outcome: _with_days(rows, strata, outcome)}
    return DayRanges(**fields, numbers=table, ranges=table, outcomes=(ONSET, DURATION), notes=notes)


def _with_days(rows: pd.DataFrame, strata: str, outcome: str) -> pd.Series:
    """Who of a group has a number of days of this kind."""
    known = rows[DAYS[outcome]].notna() & (rows["CODE"] == strata)
    return rows.loc[known, "USUBJID"]


def _no_duration(rows: pd.DataFrame) -> tuple[Note, ...]:
    """Who has no duration, and why; nothing where everybody has one."""
    reasons = ((NO_END, "with no end recorded by the cut-off"), (BEFORE_ONSET, "with an end recorded before the onset"))
    counts = [(int((rows["AENDESC"] == code).sum()), words) for code, words in reasons]
    out = ", ".join(f"{n} {words}" for n, words in counts if n)
    words = f"No duration: {out}. Based on episodes with a recorded end; if many have none, long episodes are "
    return (Note("no_duration", f"{words}under-represented."),) if out else ()


@memoised
@of_a_toxicity
def toxicity_treatment(cohort: Cohort, toxicity: Toxicity, scale: str) -> Rates:
    """Tocilizumab and steroids per group, of those with a recorded answer; how many have none stands in the numbers."""
    rows = toxicity_rows(cohort, toxicity, scale)
    affected = rows["AVALC"].isin(AFFECTED)
    given = [(drug, rows[column] == "yes", affected & rows[column].isin(["yes", "no"])) for drug, column in DRUGS]
    unsaid = [(_unsaid(drug), rows[column] == "missing", affected) for drug, column in DRUGS]
    drawn, rest = rates_by_group(cohort, rows, given), rates_by_group(cohort, rows, unsaid)
    _, fields = _affected(cohort, toxicity, scale)
    notes = (*_not_recorded(cohort, rest), _abbreviations(toxicity, scale)) if fields["n"] else ()
    outcomes = tuple(outcome for outcome, _, _ in (*given, *unsaid))
    numbers = pd.concat([drawn, rest], ignore_index=True)
    beside = compared(cohort, drawn)
    beside |= {"behind": behind_rates(cohort, rows, given)}
    return Rates(**fields, numbers=numbers, rates=drawn, outcomes=outcomes, notes=notes, **beside)


def _unsaid(drug: Outcome) -> Outcome:
    return Outcome(f"{drug.code}_unknown", f"{drug.label} not recorded", "other")


def _not_recorded(cohort: Cohort, rest: pd.DataFrame) -> tuple[Note, ...]:
    labels = {group.code: f" ({group.label})" if len(cohort.groups) > 1 else "" for group in cohort.groups}
    drugs = {_unsaid(drug).code: _unsaid(drug).label.lower() for drug, _ in DRUGS}
    told = [
        f"{drugs[row.outcome]} in {row.n_event} of {row.n}{labels[row.strata]}"
        for row in rest.itertuples()
        if row.n_event
    ]
    return (Note("not_recorded", f"Not in the rates: {'; '.join(told)}."),) if told else ()


def _affected(cohort: Cohort, toxicity: Toxicity, scale: str) -> tuple[pd.DataFrame, dict]:
    """Rows of those who have the toxicity on the scale, and the fields of a result of them: all others are left out."""
    rows = in_groups(cohort, toxicity_rows(cohort, toxicity, scale))
    inside = rows[rows["AVALC"].isin(AFFECTED)]
    out = rows.loc[~rows["AVALC"].isin(AFFECTED), "AVALC"].value_counts()
    labels = {c.code: c.label for c in CLASSES}
    columns = ["USUBJID", "GROUP", *(c for c in rows.columns if c not in ("USUBJID", "GROUP", "CODE"))]
    reasons = {c.code: NOT_THERE[c.code].format(code=toxicity.label) for c in CLASSES if c.code in out}
    return inside, {
        "cohort": cohort,
        "n": len(inside),
        "patients": inside[columns].assign(AVALCAT=inside["AVALC"].map(labels)),
        "left_out": left_out_of(cohort, {code: (words, int(out[code])) for code, words in reasons.items()}),
        "strata": cohort.groups,
    }
