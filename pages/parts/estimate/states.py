"""State occupancy per compared group: probabilities over months, at months, and expected time in each state."""

import numpy as np
import pandas as pd

from charts.theme import Series, classes_of
from endpoints.rules import DAYS_PER_MONTH
from endpoints.states import STATES, derive_stays
from estimators.kaplan_meier import estimates_at
from estimators.occupancy import mean_time, occupancy
from pages.parts.estimate.notes import bca_rule
from pages.parts.estimate.result import (
    NUMBERS,
    Estimates,
    group_series,
    kept,
    left_out_of,
    percent,
    refused,
)
from pages.parts.sidebar import Cohort

MONTHS, HORIZON, POINTS = (3, 6, 12, 24), 24, 240
LABELS = {i: state.label for i, state in enumerate(STATES, start=1)}


def states(study: Cohort, months: float) -> Estimates:
    """Curves (strata time outcome order estimate text, on one grid of times up to `months`) and numbers per group."""
    if study.rules.population != "infused":
        return refused(study, "States are defined for infused patients only. Choose the population Infused.")
    rows = kept(study, "STAYS", derive_stays)
    arms = [(group, _of(rows, study, group.code)) for group in study.groups]
    curves = [(group.label, arm["USUBJID"].nunique(), _curve(arm)) for group, arm in arms if len(arm)]
    inside = rows[rows["USUBJID"].isin(study.members["USUBJID"])]
    drawn = [_on_grid(curve, months).assign(strata=label) for label, _, curve in curves]
    outside = study.members["USUBJID"].nunique() - inside["USUBJID"].nunique()
    words = inside.assign(GROUP="", STATE=inside["STATE"].map(lambda i: LABELS[i + 1]),
                          TO=inside["TO"].map(lambda i: LABELS.get(i + 1, "censored at last contact")))
    return Estimates(
        n=inside["USUBJID"].nunique(), numbers=_numbers(curves), curve=pd.concat(drawn) if drawn else pd.DataFrame(),
        patients=words.drop(columns="GROUP"), left_out=left_out_of(study, {"not followed": outside} if outside else {}),
        series=group_series(study), x_max=months, x_title="Months from infusion",
        outcomes=tuple(Series(*pair) for pair in classes_of((s.label, s.code) for s in STATES)),
        notes=(bca_rule(study),) if len(inside) else ())


def _of(rows: pd.DataFrame, study: Cohort, code: str) -> pd.DataFrame:
    return rows[rows["USUBJID"].isin(study.members.loc[study.members["GROUP"] == code, "USUBJID"])]


def _curve(arm: pd.DataFrame) -> pd.DataFrame:
    """Days are shifted by one for the estimator, so that what happens on day 0 happens to somebody at risk."""
    curve = occupancy(arm["START"] + 1, arm["STOP"] + 1, arm["STATE"], arm["TO"], len(STATES))
    return curve.assign(time=(curve["time"] - 1).clip(lower=0)).drop_duplicates(["outcome", "time"], keep="last")


def _on_grid(curve: pd.DataFrame, months: float) -> pd.DataFrame:
    last = min(months * DAYS_PER_MONTH, curve["time"].max())
    read = estimates_at(curve, np.linspace(0, last, POINTS))
    text = [percent(*row) for row in zip(read["estimate"], read["conf_low"], read["conf_high"], strict=True)]
    return pd.DataFrame({"time": read["time"] / DAYS_PER_MONTH, "outcome": read["outcome"].map(LABELS),
                         "order": read["outcome"] - 1, "estimate": read["estimate"], "text": text})


def _numbers(curves) -> pd.DataFrame:
    rows = []
    for label, n, curve in curves:
        shared = {"strata": label, "n": n}
        at = estimates_at(curve, np.array(MONTHS) * DAYS_PER_MONTH)
        at["months"] = np.round(at["time"] / DAYS_PER_MONTH).astype(int)
        rows += [shared | row | {"outcome": LABELS[row["outcome"]], "measure": "probability", "result": percent(
            row["estimate"], row["conf_low"], row["conf_high"]) or row["reason"]} for row in at.to_dict("records")]
        mean = mean_time(curve, HORIZON * DAYS_PER_MONTH)
        rows += [shared | {"outcome": LABELS[row["outcome"]], "measure": f"expected months of the first {HORIZON}",
                           "estimate": row["estimate"] / DAYS_PER_MONTH, "reason": row["reason"] or "no interval",
                           "result": f"{row['estimate'] / DAYS_PER_MONTH:.1f} months" if row["estimate"] ==
                           row["estimate"] else row["reason"]} for row in mean.to_dict("records")]
    return pd.DataFrame(rows, columns=NUMBERS)
