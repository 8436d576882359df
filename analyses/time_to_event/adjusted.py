"""Adjusted comparisons: Cox regression on declared covariates. The unadjusted ratio stands beside them, always."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.effects import Effects
from analyses.members import left_out_of, memoised
from analyses.refusal import of_endpoint, of_groups_apart
from analyses.result import PATIENTS, SUBDISTRIBUTION, Note, Outcome
from analyses.time_to_event.design import GROUPS, Column, Design, design_of, in_common
from analyses.time_to_event.models import Fit, fits_of
from analyses.time_to_event.outcomes import code_of, outcomes_of
from analyses.words import labels_of, named_ratio, p_words, ratio_way, ratio_why
from endpoints.covariates import AS_LEVEL, COVARIATE, SETS
from endpoints.time_to_event import TimeToEvent
from estimators.aalen_johansen import aalen_johansen
from estimators.cox import Cox
from estimators.exposure_effect import MIN_EVENTS, MIN_N, MIN_PER_COVARIATE
from estimators.kaplan_meier import kaplan_meier
from estimators.reasons import FEW_EVENTS, FEW_PATIENTS
from estimators.treatment_weights import treatment_weights

UNADJUSTED, ADJUSTED = Outcome("unadjusted", "Unadjusted"), Outcome("adjusted", "Adjusted")
COMPARABLE = Outcome("comparable", "Unadjusted, those who are weighted")
WEIGHTED = Outcome("weighted", "Weighted")
MODELS = (UNADJUSTED, ADJUSTED, COMPARABLE, WEIGHTED)
ROWS = ["model", "measure", "factor", "strata", "label", "n", "n_event"]
ROWS += ["estimate", "conf_low", "conf_high", "p_value", "reason"]
NUMBERS = ("estimate", "conf_low", "conf_high", "p_value")
MRD = "mrd"
LEVEL = 0.05
POSITIVE = Column(MRD, "positive", "Positive / not positive")
CAUSAL = Note(
    "not_causal",
    "Adjusted and weighted comparisons account for the declared covariates only. Groups were not randomised: what was "
    "not measured may differ, too.",
)


@memoised
@of_groups_apart("An adjusted comparison")
@of_endpoint
def adjusted(
    cohort: Cohort, endpoint: TimeToEvent, covariates: str = "burden", missing: str = AS_LEVEL, with_mrd: bool = False
) -> Effects:
    """Hazard ratios of the compared groups and of the covariates: each alone, all together, and of the groups weighted.
    Competing endpoints: the cause-specific and the subdistribution ratio. covariates: a code of SETS; missing: as
    `design_of`; with_mrd: the latest MRD as time-dependent covariate beside them, in the cause-specific model."""
    design = design_of(cohort, endpoint, SETS[covariates], missing)
    rows = pd.DataFrame([*_rows(cohort, endpoint, design, with_mrd)], columns=ROWS)
    return Effects(
        cohort=cohort,
        n=len(design.rows),
        patients=with_covariates(cohort, design),
        left_out=left_out_of(cohort, design.left_out),
        numbers=rows,
        rows=rows,
        strata=design.groups or cohort.groups,
        outcomes=outcomes_of(endpoint, aalen_johansen if endpoint.competing else kaplan_meier)[:1],
        factors=factors_of(cohort),
        models=tuple(model for model in MODELS if model.code in set(rows["model"])),
        notes=(*_side_by_side(rows, cohort), *adjusted_for(design), CAUSAL) if len(design.rows) else (),
    )


def _side_by_side(rows: pd.DataFrame, cohort: Cohort) -> tuple[Note, ...]:
    """The adjusted ratio of each compared group with the unadjusted one beside it; without groups what stands out."""
    rows = rows[rows["measure"] != SUBDISTRIBUTION]
    of_groups = rows[rows["factor"] == GROUPS]
    if of_groups.empty:
        return _outstanding(rows[(rows["model"] == ADJUSTED.code) & (rows["reason"] == "")])
    return (Note("adjusted_ratio", ratios_beside(of_groups, ADJUSTED, UNADJUSTED, labels_of(cohort.groups))),)


def ratios_beside(rows: pd.DataFrame, model: Outcome, beside: Outcome, groups: Mapping[str, str]) -> str:
    """'Hazard ratio No / Allogeneic: adjusted 1.07 (0.84 to 1.36), p = 0.609, higher for No, unadjusted ...'; of
    several groups the ratios alone, all against the first. groups: their words by code."""
    plain = {row["strata"]: row for row in rows[rows["model"] == beside.code].to_dict("records")}
    pairs = [(row, plain[row["strata"]]) for row in rows[rows["model"] == model.code].to_dict("records")]
    name = model.label.lower()
    if len(pairs) == 1:
        [(row, other)] = pairs
        told, plainly = (
            f"{name} {ratio_told(one)}{_way(one, groups)}" for name, one in ((name, row), ("unadjusted", other))
        )
        return f"Hazard ratio {row['label']}: {told}, {plainly}."
    told = "; ".join(f"{row['label']} {_short(row)} ({_short(other)})" for row, other in pairs)
    return f"Hazard ratio {name} (unadjusted): {told}."


def ratio_told(row: dict) -> str:
    """A ratio with its interval and p-value, or why it is not shown."""
    if row["reason"]:
        return ratio_why(row["reason"])
    return f"{named_ratio(row['estimate'], row['conf_low'], row['conf_high'])}, {p_words(row['p_value'])}"


def _way(row: dict, groups: Mapping[str, str]) -> str:
    """', higher for No', where there is a ratio."""
    return "" if row["reason"] else f", {ratio_way(row['estimate'])} {groups[row['strata']]}"


def _short(row: dict) -> str:
    return "not shown" if row["reason"] else f"{row['estimate']:.2f}"


def _outstanding(rows: pd.DataFrame) -> tuple[Note, ...]:
    """Of covariates alone: how many have an interval without 1, and the smallest p-value."""
    if rows.empty:
        return ()
    n, first = int((rows["p_value"] < LEVEL).sum()), rows.loc[rows["p_value"].idxmin()].to_dict()
    factor = COVARIATE[first["factor"]].label if first["factor"] in COVARIATE else "MRD"
    what = first["label"] if first["strata"] == first["factor"] else f"{factor}, {first['label']}"
    words = f"{n} of {len(rows)} terms with p < {LEVEL:g}; smallest: {what}, hazard ratio {ratio_told(first)}"
    return (Note("adjusted_ratio", f"Adjusted for one another: {words}."),)


def factors_of(cohort: Cohort) -> dict[str, str]:
    """{code: words} of what a row of a model can be of."""
    by = {GROUPS: cohort.by.label} if cohort.by else {}
    return by | {one.code: one.label for one in COVARIATE.values()} | {MRD: "MRD, time-dependent"}


def with_covariates(cohort: Cohort, design: Design) -> pd.DataFrame:
    """The patients of a model with every covariate of it as it is recorded."""
    columns = [COVARIATE[code].column for code in dict.fromkeys(column.factor for column in design.columns)]
    return design.rows[PATIENTS].join(cohort.patients.set_index("USUBJID")[columns], on="USUBJID")


def adjusted_for(design: Design) -> Iterator[Note]:
    """What a model is adjusted for, and for what it cannot be."""
    names = list(dict.fromkeys(COVARIATE[column.factor].label for column in design.columns))
    references = "; ".join(f"{COVARIATE[code].label}: {words}" for code, words in design.references.items())
    told = f" Reference levels: {references}." if references else ""
    yield Note("adjusted_for", f"Adjusted for: {', '.join(names) or 'nothing'}.{told}", True)
    if design.too_many:
        words = f"Too few events for a further covariate ({MIN_PER_COVARIATE} a coefficient)"
        yield Note("too_many", f"{words}, not adjusted for: {', '.join(design.too_many)}.", True)


def _rows(cohort: Cohort, endpoint: TimeToEvent, design: Design, with_mrd: bool) -> Iterator[dict]:
    if not len(design.rows):
        return
    event = code_of(design.rows, endpoint) == 1
    blocks = _blocks(design)
    for measure, fit in fits_of(cohort, endpoint, design).items():
        for x, columns in blocks:
            yield from _of_model(UNADJUSTED, measure, columns, fit(x), event, design)
        x = np.column_stack([x for x, _ in blocks]) if blocks else np.zeros((len(event), 0))
        is_cut = with_mrd and measure != SUBDISTRIBUTION
        columns = [column for _, held in blocks for column in held] + ([POSITIVE] if is_cut else [])
        yield from _of_model(ADJUSTED, measure, columns, fit(x, with_mrd=is_cut), event, design)
        if measure != SUBDISTRIBUTION:
            yield from _weighted_rows(cohort, endpoint, in_common(design), measure, len(design.rows))


def _blocks(design: Design) -> list[tuple[np.ndarray, list[Column]]]:
    """The columns of each factor, the compared groups first."""
    factors = dict.fromkeys(column.factor for column in design.columns)
    held = [[i for i, column in enumerate(design.columns) if column.factor == factor] for factor in factors]
    blocks = [(design.x[:, places], [design.columns[i] for i in places]) for places in held]
    return [group_columns(design), *blocks] if len(design.groups) > 1 else blocks


def group_columns(design: Design) -> tuple[np.ndarray, list[Column]]:
    """(n, groups - 1) columns of the compared groups against the first, and their words."""
    columns = [Column(GROUPS, one.code, f"{one.label} / {design.groups[0].label}") for one in design.groups[1:]]
    return (design.group[:, None] == np.arange(1, len(design.groups))).astype(float), columns


def _weighted_rows(cohort: Cohort, endpoint: TimeToEvent, design: Design, measure: str, n: int) -> Iterator[dict]:
    """The groups weighted, and the unadjusted ratio of the same patients where they are not all of the `n`."""
    if len(design.groups) <= 1 or not design.columns:
        return
    fit: Fit = fits_of(cohort, endpoint, design)[measure]
    event = code_of(design.rows, endpoint) == 1
    x, columns = group_columns(design)
    weights = treatment_weights(design.x, design.group)
    if not weights.reason and len(event) < n:
        yield from _of_model(COMPARABLE, measure, columns, fit(x), event, design)
    yield from _of_model(WEIGHTED, measure, columns, fit(x, weights=weights), event, design)


def _of_model(model: Outcome, measure: str, columns, fit: Cox, event: np.ndarray, design: Design) -> Iterator[dict]:
    numbers = (fit.hazard_ratio, fit.conf_low, fit.conf_high, fit.p_value)
    for place, column in enumerate(columns):
        sides = _sides(column, design)
        small = _too_small(sides, event) if column.factor == GROUPS else ""
        values = (np.nan if small else float(values[place]) for values in numbers)
        yield {
            "model": model.code,
            "measure": measure,
            "factor": column.factor,
            "strata": column.level or column.factor,
            "label": column.label,
            "n": int(sides[-1].sum()),
            "n_event": int(event[sides[-1]].sum()),
            **dict(zip(NUMBERS, values, strict=True)),
            "reason": small or fit.reason,
        }


def _sides(column: Column, design: Design) -> list[np.ndarray]:
    """Who is of the reference group and of this one; of a level who has it; of what is measured everybody."""
    if column.factor == GROUPS:
        codes = design.rows["CODE"].to_numpy(object)
        return [codes == design.groups[0].code, codes == column.level]
    if column in design.columns and column.level:
        return [design.x[:, design.columns.index(column)] == 1]
    return [np.ones(len(design.rows), bool)]


def _too_small(sides: list[np.ndarray], event: np.ndarray) -> str:
    """The gates of any comparison of two groups."""
    if min(side.sum() for side in sides) < MIN_N:
        return FEW_PATIENTS
    return FEW_EVENTS if min(event[side].sum() for side in sides) < MIN_EVENTS else ""
