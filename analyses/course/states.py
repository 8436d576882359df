"""State occupancy per compared group: probabilities over months, at months, and expected time in each state."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.counted import IN_A_STATE
from analyses.identifiers import among
from analyses.members import everybody_else, memoised
from analyses.refusal import infused_only
from analyses.result import EXPECTED, NUMBERS, PROBABILITY, Note, Outcome, States
from analyses.time_to_event.sampling import suspected
from analyses.time_to_event.words import rule_in_force, unconfirmed
from endpoints.cohort import Group
from endpoints.exposure import exposed_from
from endpoints.rules import DAYS_PER_MONTH
from endpoints.states import STATES, derive_stays
from estimators.expected_time import expected_time
from estimators.kaplan_meier import estimates_at
from estimators.occupancy import occupancy
from estimators.risk_table import FEW_AT_RISK

MONTHS, POINTS = (3, 6, 12, 24), 240
DEAD = STATES[-1].code
CODES = np.array([state.code for state in STATES], dtype=object)


@dataclass(frozen=True)
class Stays:
    """One compared group: its stays, and the whole curve of its states in days, outcome: the state's code."""

    group: Group
    rows: pd.DataFrame
    curve: pd.DataFrame

    @property
    def n(self) -> int:
        """Patients in it."""
        return self.rows["USUBJID"].nunique()


@memoised
@infused_only("States")
def states(cohort: Cohort, months: float, horizon: int = 24) -> States:
    """Curves on one grid of times up to `months`; numbers per group; the expected months of the first `horizon`."""
    rows = cohort.derived("STAYS", derive_stays)
    arms = [_stays_of(cohort, group, rows) for group in cohort.groups]
    arms = [arm for arm in arms if len(arm.rows)]
    patients = _patients(arms)
    expected = _stacked([_expected(arm, horizon) for arm in arms])
    n = patients["USUBJID"].nunique()
    return States(
        cohort=cohort,
        n=n,
        patients=patients,
        left_out=everybody_else(cohort, patients["USUBJID"], "not_followed", "not followed"),
        numbers=_numbers(arms, expected, horizon),
        strata=tuple(arm.group for arm in arms),
        outcomes=tuple(Outcome(state.code, state.label) for state in STATES),
        curve=_stacked([_on_grid(arm, months) for arm in arms]),
        expected=expected,
        x_max=months,
        notes=(
            IN_A_STATE,
            _loss_words(cohort),
            *_transplant_words(cohort),
            *unconfirmed(cohort, "in aplasia"),
            *suspected(cohort, patients["USUBJID"], "in aplasia"),
        )
        if n
        else (),
    )


def _loss_words(cohort: Cohort) -> Note:
    """A relapse is a state of its own, whatever the switch of the aplasia endpoint says."""
    words = f"Loss: {rule_in_force(cohort)} (samples only; a relapse goes to relapsed or failed)."
    return Note("bca_rule", words, True)


def _transplant_words(cohort: Cohort):
    """Transplants that the states do not show as the other figures do."""
    course = cohort.whole.course
    course = course[among(course["USUBJID"], cohort.members["USUBJID"])]
    recorded = int((course["HSCTNRDT"].notna() & course["HSCTRMDT"].isna()).sum())
    not_exposed = int((course["HSCTRMDT"].notna() & exposed_from(course).isna()).sum())
    if recorded:
        words = "Transplanted, but recorded as not in remission, and so left in their state of remission"
        yield Note("not_in_remission", f"{words}: {recorded}.")
    if not_exposed:
        words = (
            f"Transplanted in remission after new therapy or after such a record: {not_exposed}; transplanted here, "
            "not yet transplanted in 'Before and after transplant'."
        )
        yield Note("not_exposed", words)


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _stays_of(cohort: Cohort, group: Group, rows: pd.DataFrame) -> Stays:
    members = cohort.members.loc[cohort.members["GROUP"] == group.code, "USUBJID"]
    own = rows[rows["USUBJID"].isin(members)]
    return Stays(group, own, _curve(own) if len(own) else pd.DataFrame())


def _patients(arms: list[Stays]) -> pd.DataFrame:
    """A row per stay, with STARTDT and AVAL (its last day) as every time-to-event figure has them."""
    labels = {i: state.label for i, state in enumerate(STATES)} | {-1: "censored at last contact"}
    columns = ["USUBJID", "GROUP", "TRTSDT", "PARAMCD", "STARTDT", "START", "STOP", "AVAL", "STATE", "TO"]
    parts = [
        arm.rows.assign(
            GROUP=arm.group.label,
            PARAMCD="STATES",
            STARTDT=arm.rows["TRTSDT"],
            AVAL=arm.rows["STOP"],
            STATE=arm.rows["STATE"].map(labels),
            TO=arm.rows["TO"].map(labels),
        )
        for arm in arms
    ]
    return _stacked(parts)[columns] if parts else pd.DataFrame(columns=columns)


def _inputs(arm: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series, int]:
    """Days are shifted by one for the estimators, so that what happens on day 0 happens to somebody at risk."""
    return arm["START"] + 1, arm["STOP"] + 1, arm["STATE"], arm["TO"], len(STATES)


def _curve(arm: pd.DataFrame) -> pd.DataFrame:
    curve = occupancy(*_inputs(arm))
    return curve.assign(time=(curve["time"] - 1).clip(lower=0)).drop_duplicates(["outcome", "time"], keep="last")


def _expected(arm: Stays, horizon: int) -> pd.DataFrame:
    """Months in each state; the day before day 0 that the shift has put into the first state is taken off again."""
    found = expected_time(*_inputs(arm.rows), horizon * DAYS_PER_MONTH + 1)
    names = ["estimate", "conf_low", "conf_high"]
    days = found[names].sub((found["outcome"] == 1).astype(float), axis=0)
    months = (days / DAYS_PER_MONTH).clip(lower=0, upper=horizon)
    return found.assign(
        **months,
        strata=arm.group.code,
        n=arm.n,
        order=found["outcome"] - 1,
        outcome=CODES[found["outcome"].to_numpy(int) - 1],
        reason_time=found["reason_time"] - 1,
    )


def _on_grid(arm: Stays, months: float) -> pd.DataFrame:
    """strata outcome time (months) order estimate conf_low conf_high faded (fewer than 10 at risk from here on)."""
    last = months * DAYS_PER_MONTH
    if not arm.curve["final"].any():
        last = min(last, arm.curve["time"].max())
    grid = np.linspace(0, last, POINTS)
    read, n_risk = estimates_at(arm.curve, grid), arm.curve.groupby("time")["n_risk"].sum()
    following = np.searchsorted(n_risk.index, grid, side="right")  # at risk from here to the next day anybody leaves
    few = np.append(n_risk.to_numpy(), 0)[following] < FEW_AT_RISK
    place = np.searchsorted(grid, read["time"])
    outcome = read["outcome"].to_numpy(int)
    return read[["estimate", "conf_low", "conf_high"]].assign(
        strata=arm.group.code,
        time=read["time"] / DAYS_PER_MONTH,
        outcome=CODES[outcome - 1],
        order=outcome - 1,
        faded=few[place],
    )


def _numbers(arms: list[Stays], expected: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Probabilities at MONTHS, then expected months; month after month, state after state, group after group."""
    parts = [_at_months(arm) for arm in arms]
    table = _stacked([*parts, *([expected.assign(months=horizon, measure=EXPECTED)] if len(expected) else [])])
    if table.empty:
        return pd.DataFrame(columns=NUMBERS)
    order = np.lexsort((table["order"], table["months"], table["measure"] != PROBABILITY))
    return table.iloc[order].reset_index(drop=True).reindex(columns=[name for name in NUMBERS if name != "n_event"])


def _at_months(arm: Stays) -> pd.DataFrame:
    read = estimates_at(arm.curve, np.array(MONTHS) * DAYS_PER_MONTH)
    outcome = read["outcome"].to_numpy(int)
    return read.assign(
        strata=arm.group.code,
        n=arm.n,
        n_risk=_in_state(arm, read),
        months=np.round(read["time"] / DAYS_PER_MONTH).astype(int),
        measure=PROBABILITY,
        order=outcome - 1,
        outcome=CODES[outcome - 1],
        reason_low=read["limit_reason"],
        reason_high=read["limit_reason"],
    )


def _in_state(arm: Stays, read: pd.DataFrame) -> pd.Series:
    """Patients under observation in the state just before each time; nobody is at risk in death."""
    rows, states_of = arm.rows, read["outcome"].to_numpy(int) - 1
    counted = [
        int(((rows["STATE"] == state) & (rows["START"] < time) & (rows["STOP"] >= time)).sum())
        for state, time in zip(states_of, read["time"], strict=True)
    ]
    return pd.Series(counted, index=read.index, dtype="Int64").mask(CODES[states_of] == DEAD)
