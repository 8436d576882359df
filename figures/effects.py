"""Adjusted and weighted comparisons for a reader: tables and pictures of models, balance, tests under a forest."""

import numpy as np
import pandas as pd

from analyses.effects import Balance, Effects
from analyses.result import CAUSE_SPECIFIC, HAZARD_RATIO, SUBDISTRIBUTION, Forest, Result
from analyses.time_to_event.adjusted import GROUPS
from analyses.words import labels_of, ratio_why, ratio_words
from charts.ratio_forest import ENDS
from charts.ratio_forest import ratio_forest as ratio_forest_spec
from figures.chart import Chart
from figures.notes import cut

ESTIMATE = ["estimate", "conf_low", "conf_high"]
EFFECTS = ["strata", "model", "measure", "factor", "result", "p_value", "n", "n_event", *ESTIMATE, "reason"]
BALANCE = ["factor", "strata", "before", "after"]
MEASURES = {
    HAZARD_RATIO: "hazard ratio",
    CAUSE_SPECIFIC: "cause-specific hazard ratio",
    SUBDISTRIBUTION: "subdistribution hazard ratio (Fine-Gray)",
}
SHORT = {HAZARD_RATIO: "", CAUSE_SPECIFIC: ", cause-specific", SUBDISTRIBUTION: ", subdistribution"}


def effects_table(result: Effects) -> pd.DataFrame:
    """EFFECTS: a row per term, measure and model; the p-value is the ratio's own (Wald)."""
    rows, models = result.rows, labels_of(result.models)
    records = rows.to_dict("records")
    return rows.assign(
        strata=rows["label"],
        model=[models[code] for code in rows["model"]],
        measure=[MEASURES[measure] for measure in rows["measure"]],
        factor=[result.factors[code] for code in rows["factor"]],
        result=[
            ratio_words(*(row[name] for name in ESTIMATE)) if not row["reason"] else "not shown" for row in records
        ],
        reason=[ratio_why(row["reason"]) for row in records],
    )[EFFECTS]


def balance_table(result: Balance) -> pd.DataFrame:
    """BALANCE: standardised differences of each column before and after weighting."""
    rows = result.rows
    factors = [result.factors[code] for code in rows["factor"]]
    return rows.assign(factor=factors, strata=rows["label"])[BALANCE]


def with_tests(result: Forest, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a forest with the test of each factor, raw and after Holm's correction, in its first row."""
    if result.tests.empty:
        return rows
    tests = result.tests.set_index("factor")
    first = ~result.rows["factor"].duplicated().to_numpy() & result.rows["factor"].isin(tests.index).to_numpy()
    p = {
        name: np.where(first, tests[name].reindex(result.rows["factor"]).to_numpy(float), np.nan)
        for name in ("p_value", "p_holm")
    }
    return rows.assign(**p)


def model_forest(result: Result, x_title: str, with_covariates: bool = False) -> tuple[Chart, ...]:
    """One ratio with interval per compared group, measure and model, the models under one another; without compared
    groups, or where they are asked for, the covariates beneath."""
    if not isinstance(result, Effects) or not result.n or result.rows.empty:
        return ()
    rows, models = result.rows, labels_of(result.models)
    of_groups = (rows["factor"] == GROUPS).to_numpy()
    rows = rows if with_covariates or not of_groups.any() else rows[of_groups]
    rows = rows.assign(place=rows.groupby(["factor", "strata"], sort=False).ngroup()).sort_values(
        "place", kind="stable"
    )
    records = rows.to_dict("records")
    factors = result.factors
    frame = pd.DataFrame(
        {
            "strata": [_row_words(row, factors, models) for row in records],
            **{name: [row[name] for row in records] for name in ESTIMATE},
            "reason": [ratio_why(row["reason"]) for row in records],
            "text": [_ratio(row) for row in records],
            "counts": [f"{row['n_event']} events of {row['n']}\n" for row in records],
        }
    )
    words = "; ".join(f"{row['strata']}: {row['text'] or row['reason']}" for row in frame.to_dict("records"))
    spec = ratio_forest_spec(tuple(frame["strata"]), x_title)
    return (Chart(spec, frame, f"{x_title}. {words}", notes=cut(frame["conf_low"], frame["conf_high"], ENDS)),)


def _row_words(row: dict, factors, models: dict[str, str]) -> str:
    """What a row is of, and which model says it."""
    of = (
        row["label"]
        if row["factor"] == GROUPS or row["strata"] == row["factor"]
        else (f"{factors[row['factor']]}: {row['label']}")
    )
    return f"{of}, {models[row['model']].lower()}{SHORT[row['measure']]}"


def _ratio(row: dict) -> str:
    """'0.72 (0.51 to 1.02)', or nothing."""
    return "" if row["reason"] else ratio_words(*(row[name] for name in ESTIMATE))
