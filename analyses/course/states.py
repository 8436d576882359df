"""State occupancy per compared group: probabilities over months, at months, and expected time in each state."""

import numpy as np
import pandas as pd

from analyses.result import NUMBERS, Estimates, among, group_series, kept, left_out_of, percent, refused, remembered
from analyses.time_to_event.relapse import in_two_stretches
from analyses.time_to_event.words import bca_rule, unconfirmed
from charts.theme import Series, classes_of
from endpoints.exposure import exposed_from
from endpoints.rules import DAYS_PER_MONTH
from endpoints.states import STATES, derive_stays
from estimators.expected_time import expected_time
from estimators.kaplan_meier import estimates_at
from estimators.occupancy import occupancy
from estimators.risk_table import FEW_AT_RISK
from pages.parts.session.sidebar import Cohort

MONTHS, POINTS = (3, 6, 12, 24), 240
LABELS = {i: state.label for i, state in enumerate(STATES, start=1)}


@remembered
def states(study: Cohort, months: float, horizon: int = 24) -> Estimates:
    """Curves (strata time outcome order estimate text faded, on one grid of times up to `months`), numbers per group;
    rates: the expected months (strata outcome order estimate text) of the first `horizon`."""
    if study.rules.population != "infused":
        return refused(study, "States are defined for infused patients only. Choose the population Infused.")
    rows = kept(study, "STAYS", derive_stays)
    arms = [(group.label, _of(rows, study, group.code)) for group in study.groups]
    arms = [(label, arm) for label, arm in arms if len(arm)]
    curves = [(label, arm["USUBJID"].nunique(), _curve(arm)) for label, arm in arms]
    drawn = [_on_grid(curve, months).assign(strata=label) for label, _, curve in curves]
    expected = [
        _expected(arm, horizon).assign(strata=label, n=n) for (label, arm), (_, n, _) in zip(arms, curves, strict=True)
    ]
    inside = rows[rows["USUBJID"].isin(study.members["USUBJID"])]["USUBJID"].nunique()
    outside = study.members["USUBJID"].nunique() - inside
    return Estimates(
        n=inside,
        numbers=_numbers(curves, expected, horizon),
        curve=_all(drawn),
        rates=_all(expected),
        patients=_patients(arms),
        left_out=left_out_of(study, {"not followed": outside} if outside else {}),
        series=group_series(study),
        x_max=months,
        x_title="Months from infusion",
        outcomes=tuple(Series(*pair) for pair in classes_of((s.label, s.code) for s in STATES)),
        notes=(_loss_words(study), *_transplant_words(study), *unconfirmed(study, "in aplasia")) if inside else (),
    )


def _loss_words(study: Cohort) -> str:
    """A relapse is a state of its own, whatever the switch of the aplasia endpoint says."""
    return bca_rule(study).split("; ")[0] + " (samples only; a relapse goes to relapsed or failed)."


def _transplant_words(study: Cohort):
    """Transplants that the states do not show as the other figures do."""
    course = study.study.course
    course = course[among(course["USUBJID"], study.members["USUBJID"])]
    recorded = int((course["HSCTNRDT"].notna() & course["HSCTRMDT"].isna()).sum())
    not_exposed = int((course["HSCTRMDT"].notna() & exposed_from(course).isna()).sum())
    if recorded:
        yield f"Transplanted, but recorded as not in remission, and so left in their state of remission: {recorded}."
    if not_exposed:
        yield (
            f"Transplanted in remission after new therapy or after such a record: {not_exposed}; transplanted here, "
            "not yet transplanted in 'Before and after transplant'."
        )


def _all(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _of(rows: pd.DataFrame, study: Cohort, code: str) -> pd.DataFrame:
    return rows[rows["USUBJID"].isin(study.members.loc[study.members["GROUP"] == code, "USUBJID"])]


def _patients(arms) -> pd.DataFrame:
    """A row per stay, with STARTDT and AVAL (its last day) as every time-to-event figure has them."""
    words = LABELS | {0: "censored at last contact"}
    parts = [
        arm.assign(
            GROUP=label,
            PARAMCD="STATES",
            STARTDT=arm["TRTSDT"],
            AVAL=arm["STOP"],
            STATE=(arm["STATE"] + 1).map(words),
            TO=(arm["TO"] + 1).map(words),
        )
        for label, arm in arms
    ]
    columns = ["USUBJID", "GROUP", "TRTSDT", "PARAMCD", "STARTDT", "START", "STOP", "AVAL", "STATE", "TO"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _stays(arm: pd.DataFrame) -> tuple:
    """Days are shifted by one for the estimators, so that what happens on day 0 happens to somebody at risk."""
    return arm["START"] + 1, arm["STOP"] + 1, arm["STATE"], arm["TO"], len(STATES)


def _curve(arm: pd.DataFrame) -> pd.DataFrame:
    curve = occupancy(*_stays(arm))
    return curve.assign(time=(curve["time"] - 1).clip(lower=0)).drop_duplicates(["outcome", "time"], keep="last")


def _expected(arm: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Months in each state; the day before day 0 that the shift has put into the first state is taken off again."""
    found = expected_time(*_stays(arm), horizon * DAYS_PER_MONTH + 1)
    names = ["estimate", "conf_low", "conf_high"]
    days = found[names].sub((found["outcome"] == 1).astype(float), axis=0)
    months = (days / DAYS_PER_MONTH).clip(lower=0, upper=horizon)
    reason = _in_months(found["reason"], arm["STOP"].max())
    found = found.assign(**months, reason=reason, order=found["outcome"] - 1, outcome=found["outcome"].map(LABELS))
    words = [f"{e:.1f} months ({low:.1f}-{high:.1f})" for e, low, high in months.itertuples(index=False, name=None)]
    return found.assign(text=np.where(reason == "", words, reason))


def _in_months(reason: pd.Series, last_day: int) -> pd.Series:
    return reason.where(reason == "", f"not estimable: last follow-up at {last_day / DAYS_PER_MONTH:.1f} months")


def _on_grid(curve: pd.DataFrame, months: float) -> pd.DataFrame:
    last = min(months * DAYS_PER_MONTH, curve["time"].max())
    grid = np.linspace(0, last, POINTS)
    read, n_risk = estimates_at(curve, grid), curve.groupby("time")["n_risk"].sum()
    following = np.searchsorted(n_risk.index, grid, side="right")  # at risk from here to the next day anybody leaves
    few = grid[np.append(n_risk.to_numpy(), 0)[following] < FEW_AT_RISK]
    text = [percent(*row) for row in zip(read["estimate"], read["conf_low"], read["conf_high"], strict=True)]
    rows = pd.DataFrame(
        {
            "time": read["time"] / DAYS_PER_MONTH,
            "outcome": read["outcome"].map(LABELS),
            "order": read["outcome"] - 1,
            "estimate": read["estimate"],
            "text": text,
        }
    )
    return in_two_stretches(rows, few[0] / DAYS_PER_MONTH if len(few) else np.nan)


def _numbers(curves, expected, horizon: int) -> pd.DataFrame:
    """Probabilities at MONTHS, then expected months; the compared groups stand under one another."""
    parts = [_at_months(curve).assign(strata=label, n=n) for label, n, curve in curves]
    parts += [
        part.assign(months=horizon, measure=f"expected months of the first {horizon}", result=part["text"])
        for part in expected
    ]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*NUMBERS, "order"])
    is_mean = table["measure"] != "probability"
    order = np.lexsort((table["order"], table["months"], is_mean)) if len(table) else []
    return table.iloc[order].reset_index(drop=True).reindex(columns=[x for x in NUMBERS if x != "n_event"])


def _at_months(curve: pd.DataFrame) -> pd.DataFrame:
    at = estimates_at(curve, np.array(MONTHS) * DAYS_PER_MONTH)
    reason = _in_months(at["reason"], curve["time"].max())
    result = [
        percent(*row) or why for *row, why in zip(at["estimate"], at["conf_low"], at["conf_high"], reason, strict=True)
    ]
    in_state = at["n_risk"].astype("Int64").mask(at["outcome"] == len(STATES))  # nobody is at risk in death
    return at.assign(
        n_risk=in_state,
        months=np.round(at["time"] / DAYS_PER_MONTH).astype(int),
        reason=reason,
        result=result,
        measure="probability",
        order=at["outcome"] - 1,
        outcome=at["outcome"].map(LABELS),
    )
