"""CRS and ICANS per group, one scale at a time: maximum grade, onset and duration, treatment."""

from dataclasses import replace

import pandas as pd

from analyses.result import Estimates, group_series, in_groups, kept, left_out_of, refused, remembered
from analyses.status.rates import rates_by_group, shares_by_group, with_rates
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
    SEVERE,
    Toxicity,
    abbreviations,
    derive_toxicity,
)
from estimators.quartiles import quartiles
from pages.parts.session.sidebar import Cohort

DAY_NUMBERS = [
    "strata",
    "outcome",
    "summary",
    "n",
    "median",
    "quartile_low",
    "quartile_high",
    "lowest",
    "highest",
    "reason",
]
RATE_NUMBERS = ["strata", "outcome", "result", "n", "total", "share", "conf_low", "conf_high", "reason"]
DRAWN = "Marks: median; boxes: middle half of the patients (quartiles); lines: lowest to highest."
ONSET, DURATION = "Onset, days from infusion", "Duration, days"


def toxicity_rows(study: Cohort, toxicity: Toxicity, scale: str) -> pd.DataFrame:
    """The rows of the whole dataset on one scale, kept between reruns."""
    return kept(study, f"{toxicity.paramcd}{scale}", lambda whole: derive_toxicity(whole, toxicity, scale))


@remembered
def toxicity_grades(study: Cohort, toxicity: Toxicity, scale: str) -> Estimates:
    """Classes of the maximum grade per group; any grade and grade >= 3 of those who were assessed."""
    if study.rules.population != "infused":
        return _infused_only(study, toxicity)
    rows = toxicity_rows(study, toxicity, scale)
    found = shares_by_group(study, rows, CLASSES)
    code = rows["AVALC"]
    affected, severe, graded = (code.isin(codes) for codes in (AFFECTED, SEVERE, GRADED))
    none = code == NONE_RECORDED.code
    rates = rates_by_group(
        study,
        rows,
        {
            "Any grade, of assessed": (affected, affected | none),
            "Grade ≥ 3, of assessed": (severe, graded | none),
            f"Grade ≥ 3, of graded {toxicity.paramcd}": (severe, graded),
        },
    )
    notes = (*_scale_notes(study, rows, toxicity, scale), abbreviations(toxicity, scale)) if found.n else ()
    return with_rates(replace(found, notes=notes), rates)


def _scale_notes(study: Cohort, rows: pd.DataFrame, toxicity: Toxicity, scale: str) -> tuple[str, ...]:
    """How much of the toxicity this scale tells of, and what the denominators are."""
    here = in_groups(study, rows)["AVALC"]
    on, other = int(here.isin(AFFECTED).sum()), int((here == OTHER_SCALE.code).sum())
    unassessed, unknown = (int((here == code).sum()) for code in (NOT_ASSESSED.code, "grade_unknown"))
    out = [
        *([f"{unassessed} not assessed in no rate"] if unassessed else []),
        *([f"{unknown} with a grade that is not recorded in the rate of any grade only"] if unknown else []),
    ]
    notes = [f"Rates of the assessed: {'; '.join(out)}."] if out else []
    if other:
        notes.append(
            f"{on} of {on + other} patients with graded {toxicity.paramcd} are on the {scale} scale. Patients "
            "without an episode have no scale and stand on every one: on a scale that few were graded on, "
            "rates of the assessed are too low; the rate of the graded is not affected."
        )
    return tuple(notes)


@remembered
def toxicity_days(study: Cohort, toxicity: Toxicity, scale: str) -> Estimates:
    """Onset and duration of the worst episode per group: median, quartiles, extremes, n."""
    if study.rules.population != "infused":
        return _infused_only(study, toxicity)
    rows, found = _affected(study, toxicity, scale)
    parts = [
        quartiles(rows.loc[rows["CODE"] == group.code, column].dropna().to_numpy()).assign(
            strata=group.label, outcome=outcome
        )
        for outcome, column in ((ONSET, "ASTDY"), (DURATION, "ADURN"))
        for group in study.groups
    ]
    table = pd.concat(parts, ignore_index=True)
    table["summary"] = [_median_words(row) for row in table.to_dict("records")]
    notes = (*_no_duration(rows), DRAWN, abbreviations(toxicity, scale)) if found.n else ()
    return replace(found, numbers=table[DAY_NUMBERS], curve=table.assign(text=table["summary"]), notes=notes)


def _no_duration(rows: pd.DataFrame) -> list[str]:
    """Who has no duration, and why; nothing where everybody has one."""
    counts = {
        words: int((rows["AENDESC"] == code).sum())
        for code, words in (
            (NO_END, "with no end recorded by the cut-off"),
            (BEFORE_ONSET, "with an end recorded before the onset"),
        )
    }
    out = ", ".join(f"{n} {words}" for words, n in counts.items() if n)
    return (
        [f"No duration: {out}. Of those with an end only: where many have none, long episodes are missing."]
        if out
        else []
    )


def _median_words(row: dict) -> str:
    if row["n"] == 0:
        return "no patients"
    median, low, high = (f"{row[name]:g}" for name in ("median", "quartile_low", "quartile_high"))
    return f"{median} ({low}-{high}), n = {row['n']}"


@remembered
def toxicity_treatment(study: Cohort, toxicity: Toxicity, scale: str) -> Estimates:
    """Tocilizumab and steroids per group, of those with a recorded answer; how many have none stands in the numbers."""
    if study.rules.population != "infused":
        return _infused_only(study, toxicity)
    rows = toxicity_rows(study, toxicity, scale)
    affected = rows["AVALC"].isin(AFFECTED)
    drugs = (("Tocilizumab", "TOCI"), ("Steroids", "STEROID"))
    given = {name: (rows[column] == "yes", affected & rows[column].isin(["yes", "no"])) for name, column in drugs}
    unsaid = {f"{name} not recorded": (rows[column] == "missing", affected) for name, column in drugs}
    drawn, rest = rates_by_group(study, rows, given), rates_by_group(study, rows, unsaid)
    _, found = _affected(study, toxicity, scale)
    numbers = pd.concat([drawn, rest], ignore_index=True).rename(
        columns={"n_event": "n", "n": "total", "estimate": "share", "text": "result"}
    )
    not_recorded = "; ".join(
        f"{row.outcome.lower()} in {row.n_event} of {row.n}{f' ({row.strata})' if len(study.groups) > 1 else ''}"
        for row in rest.itertuples()
        if row.n_event
    )
    notes = [*([f"Not in the rates: {not_recorded}."] if not_recorded else []), abbreviations(toxicity, scale)]
    return replace(found, numbers=numbers[RATE_NUMBERS], rates=drawn, notes=tuple(notes) if found.n else ())


def _affected(study: Cohort, toxicity: Toxicity, scale: str) -> tuple[pd.DataFrame, Estimates]:
    """Rows of those who have the toxicity on the scale, and the frame of a figure of them: all others are left out."""
    rows = in_groups(study, toxicity_rows(study, toxicity, scale))
    words = {c.code: c.label for c in CLASSES}
    is_inside = rows["AVALC"].isin(AFFECTED)
    inside, out = rows[is_inside], rows.loc[~is_inside, "AVALC"].value_counts()
    columns = ["USUBJID", "GROUP", *(c for c in rows.columns if c not in ("USUBJID", "GROUP", "CODE"))]
    patients = inside[columns].assign(AVALCAT=inside["AVALC"].map(words))
    left_out = {NOT_THERE[c.code].format(code=toxicity.paramcd): int(out[c.code]) for c in CLASSES if c.code in out}
    return inside, Estimates(
        n=len(patients),
        numbers=pd.DataFrame(),
        patients=patients,
        left_out=left_out_of(study, left_out),
        series=group_series(study),
    )


def _infused_only(study: Cohort, toxicity: Toxicity) -> Estimates:
    return refused(study, f"{toxicity.paramcd} is defined for infused patients only. Choose the population Infused.")
