"""The programme's outcomes for its quality review: early and one-year results per centre, product or infusion year,
with
completeness of follow-up, and one-year survival against the size of the centre. Never a ranking."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, left_out_frame
from analyses.counted import FIRST_YEAR_KNOWN
from analyses.members import in_groups, left_out_of, memoised, of_group, rows_of_groups
from analyses.monitoring.results import Funnel, OutcomeBoard
from analyses.refusal import infused_only
from analyses.result import Note, Outcome
from analyses.time_to_event.estimate import adtte
from analyses.time_to_event.landmark import compared_by_landmark_class
from analyses.time_to_event.outcomes import first_curves, read_first
from endpoints.catalogue import CIR, EFS, NRM, OS
from endpoints.cohort import ALL_PATIENTS, FILTER, Group, Level
from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import EVENT, TimeToEvent
from estimators.aalen_johansen import aalen_johansen
from estimators.control_limits import control_limits
from estimators.follow_up import clark_c
from estimators.kaplan_meier import kaplan_meier
from estimators.risk_table import at_risk_on

YEAR = 12 * DAYS_PER_MONTH
GATES = ((0.8, "EBMT"), (0.9, "CIBMTR"))
BY = {"centre": "Centre", "product": "Product", "year": "Infusion year"}
SUBJECT = "The outcome board"
RANKING = Note("ranking", "Not adjusted for who was treated; in the order of their names. This is no ranking.", True)
COMPLETE = Outcome("completeness", "Completeness of follow-up (Clark's C)", "other")


@dataclass(frozen=True)
class Reading:
    """A number of the board: an endpoint's first outcome read on a day."""

    code: str
    label: str
    endpoint: TimeToEvent
    day: float

    @property
    def estimator(self):
        """Cumulative incidence where outcomes compete."""
        return aalen_johansen if self.endpoint.competing else kaplan_meier


READINGS = (
    Reading("os_30", "Alive on day 30", OS, 30),
    Reading("os_100", "Alive on day 100", OS, 100),
    Reading("os_year", "Alive at 12 months", OS, YEAR),
    Reading("nrm_100", "Non-relapse mortality by day 100", NRM, 100),
    Reading("nrm_year", "Non-relapse mortality by 12 months", NRM, YEAR),
    Reading("cir_year", "Relapse by 12 months from remission", CIR, YEAR),
    Reading("efs_year", "Event-free at 12 months", EFS, YEAR),
)
READ = ("estimate", "conf_low", "conf_high", "reason", "reason_time")
DAYS = ["ADT", "AVAL", "CNSR"]


def by_level(cohort: Cohort, by: str) -> Cohort:
    """The cohort compared by every level of a declared grouping that anybody has, however many; the whole stands first
    and is a group as well, so that these groups overlap."""
    filter_ = FILTER[by]
    levels = cohort.data.levels(cohort.rules)[by]
    groups = (ALL_PATIENTS, *(Group(f"level {level.code}", _unlike_the_whole(level), 0) for level in levels))
    own = pd.DataFrame(
        {"USUBJID": cohort.patients["USUBJID"], "GROUP": "level " + cohort.patients[filter_.column].astype(str)}
    )
    members = pd.concat([own.assign(GROUP=ALL_PATIENTS.code), own], ignore_index=True)
    return compared_by_landmark_class(cohort, filter_.label, groups, members)


def _unlike_the_whole(level: Level) -> str:
    """A centre may be called as the whole is."""
    return f"{level.label} ({level.code})" if level.label == ALL_PATIENTS.label else level.label


@memoised
@infused_only(SUBJECT)
def outcome_board(cohort: Cohort, by: str) -> OutcomeBoard:
    """The READINGS per level and of the whole, with patients at risk, and Clark's C beside the gates."""
    compared = by_level(cohort, by)
    rows = [row for endpoint in dict.fromkeys(one.endpoint for one in READINGS) for row in _read(compared, endpoint)]
    table = pd.DataFrame([*rows, *_completeness(compared)])
    once = compared.members[compared.members["GROUP"] != ALL_PATIENTS.code]  # each under their level
    patients = in_groups(replace(compared, members=once), adtte(cohort, OS).rows[["USUBJID", "TRTSDT", *DAYS]])
    patients = patients[["USUBJID", "GROUP", "TRTSDT", *DAYS]]
    return OutcomeBoard(
        cohort=compared,
        n=len(patients),
        numbers=table,
        rows=table,
        patients=patients,
        left_out=left_out_frame({"not_infused": ("not infused", compared.n - len(patients))}),
        strata=compared.groups,
        outcomes=(*(Outcome(one.code, one.label, "other") for one in READINGS), COMPLETE),
        notes=(RANKING, _gates(table)) if len(table) else (),
        by_row=True,
        gates=GATES,
        behind=lambda strata, outcome: _read_of(cohort, compared, strata, outcome),
    )


def _read_of(cohort: Cohort, compared: Cohort, strata: str, outcome: str) -> pd.Series:
    """Who of a level a number of the board is of."""
    endpoint = next((one.endpoint for one in READINGS if one.code == outcome), OS)
    return of_group(compared, adtte(cohort, endpoint).rows["USUBJID"], strata)


def _arms(cohort: Cohort, endpoint: TimeToEvent) -> tuple[pd.DataFrame, list[np.ndarray]]:
    """ADTTE of everybody, and the places of each group's patients among its rows."""
    rows = adtte(cohort, endpoint).rows
    return rows, rows_of_groups(cohort, rows["USUBJID"])


def _read(cohort: Cohort, endpoint: TimeToEvent) -> list[dict]:
    """A row per reading of the endpoint and group that has patients, all of them off one curve per group."""
    rows, arms = _arms(cohort, endpoint)
    time, entry = rows["AVAL"].to_numpy(), rows["ENTRY"].to_numpy() if endpoint.entry else None
    readings = [one for one in READINGS if one.endpoint is endpoint]
    curves = first_curves(rows, arms, endpoint, readings[0].estimator)
    among = "first remission" if endpoint is CIR else "everybody infused"
    return [
        {
            "outcome": reading.code,
            "strata": group.code,
            "n_event": read["n_event"],
            "n": len(arm),
            "n_risk": at_risk_on(time[arm], reading.day, None if entry is None else entry[arm]),
            "among": among,
            "months": reading.day / DAYS_PER_MONTH,
            "out": "",
            "reason_last": endpoint.censor.date,
            **{name: read[name] for name in READ},
        }
        for reading in readings
        for group, arm, curve in zip(cohort.groups, arms, curves, strict=True)
        for read in [read_first(curve, reading.day)]
        if len(arm)
    ]


def _completeness(cohort: Cohort) -> list[dict]:
    """Clark's C per group that has patients."""
    rows, arms = _arms(cohort, OS)
    time, dead = rows["AVAL"].to_numpy(), (rows["CNSR"] == EVENT).to_numpy()
    potential = ((cohort.data.data_cutoff - rows["STARTDT"]) / pd.Timedelta(days=1)).to_numpy()
    said = {"outcome": COMPLETE.code, "among": "everybody infused", "out": "", "reason": "", "reason_last": ""}
    unknown = dict.fromkeys(("conf_low", "conf_high", "months", "reason_time"), np.nan)
    return [
        said
        | unknown
        | {"strata": group.code, "n_event": int(dead[arm].sum()), "n": len(arm), "n_risk": len(arm)}
        | {"estimate": clark_c(time[arm], dead[arm], potential[arm])}
        for group, arm in zip(cohort.groups, arms, strict=True)
        if len(arm)
    ]


def _gates(table: pd.DataFrame) -> Note:
    """How many levels reach each gate, in words that name none of them."""
    values = table.loc[(table["outcome"] == COMPLETE.code) & (table["strata"] != ALL_PATIENTS.code), "estimate"]
    told = "; ".join(
        f"{100 * gate:.0f} % ({who}): reached by {int((values >= gate).sum())} of {len(values)}" for gate, who in GATES
    )
    return Note("gates", f"Completeness of follow-up against the gates of the registries: {told}.")


@memoised
@infused_only("The funnel plot")
def funnel(cohort: Cohort, expected_percent: int = 0) -> Funnel:
    """One-year survival per centre among those whose first year is known, with exact binomial control limits around the
    cohort's own share, or around an expectation in percent."""
    rows = adtte(cohort, OS).rows
    rows = in_groups(centred := by_level(cohort, "centre"), rows)
    rows = rows[rows["CODE"] != ALL_PATIENTS.code]
    reached = ((cohort.data.data_cutoff - rows["STARTDT"]) / pd.Timedelta(days=1)) >= YEAR
    dead = (rows["CNSR"] == EVENT) & (rows["AVAL"] <= YEAR)
    known = reached & (dead | (rows["AVAL"] >= YEAR))
    points = _points(rows[known].assign(ALIVE=~dead[known]))
    own = points["n_event"].sum() / points["n"].sum() if len(points) else np.nan
    expected = expected_percent / 100 if expected_percent else own
    patients = rows.loc[known, ["USUBJID", "GROUP", "TRTSDT", "ADT", "AVAL", "CNSR"]].reset_index(drop=True)
    return Funnel(
        cohort=centred,
        n=len(patients),
        patients=patients,
        left_out=_outside(centred, rows, reached, known),
        numbers=_judged(points, expected),
        points=points,
        limits=_curve(points, expected),
        expected=float(expected),
        is_own=not expected_percent,
        strata=centred.groups,
        notes=(FIRST_YEAR_KNOWN, RANKING) if len(points) else (),
    )


def _points(rows: pd.DataFrame) -> pd.DataFrame:
    grouped = rows.groupby("CODE", sort=True)["ALIVE"].agg(n_event="sum", n="size").reset_index()
    return grouped.rename(columns={"CODE": "strata"}).assign(estimate=grouped["n_event"] / grouped["n"])


def _outside(cohort: Cohort, rows: pd.DataFrame, reached: pd.Series, known: pd.Series) -> pd.DataFrame:
    lost = int((reached & ~known).sum())
    waiting = int((~reached).sum())
    reasons = {
        "year_not_reached": ("infused less than a year before the cut-off", waiting),
        "lost": ("lost before the end of the first year", lost),
        "not_infused": ("not infused", cohort.n - len(rows)),
    }
    return left_out_of(cohort, reasons)


def _judged(points: pd.DataFrame, expected: float) -> pd.DataFrame:
    """The centres with both pairs of limits and where each lies."""
    if not len(points):
        return pd.DataFrame(columns=["strata", "n_event", "n", "estimate", "low_95", "high_95", "low_998", "high_998"])
    limits = control_limits(points["n"], expected)
    sides: dict[str, pd.Series] = {}
    for level, name in ((0.95, "95"), (0.998, "998")):
        own = limits[limits["level"] == level].reset_index(drop=True)
        sides |= {f"low_{name}": own["low"], f"high_{name}": own["high"]}
    table = points.assign(**sides)
    outer = (table["estimate"] < table["low_998"]) | (table["estimate"] > table["high_998"])
    inner = (table["estimate"] < table["low_95"]) | (table["estimate"] > table["high_95"])
    return table.assign(place=np.select([outer, inner], ["beyond_998", "beyond_95"], "within"))


def _curve(points: pd.DataFrame, expected: float) -> pd.DataFrame:
    """Limits at every number of patients up to a little beyond the largest centre, thinned for the screen."""
    if not len(points):
        return pd.DataFrame(columns=["n", "level", "low", "high"])
    top = int(points["n"].max() * 1.1) + 2
    sizes = np.unique(np.linspace(1, top, min(top, 240)).astype(int))
    return control_limits(sizes, expected)
