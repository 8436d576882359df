"""The clock set back at the transplant in remission, by MRD status at it; the landmark analysis at several days."""

import numpy as np
import pandas as pd

from analyses.result import PATIENTS, Estimates, kept, refused, remembered
from analyses.time_to_event.estimate import causes_of, count_left_out, of_rows, ungrouped
from analyses.time_to_event.landmark import classed, risk_set
from analyses.time_to_event.time_dependent import REFUSAL, WORDS, effect_of, split_rows
from analyses.time_to_event.transplant import OUTCOMES
from endpoints.after_transplant import AFTER, STATUSES, derive_after
from endpoints.dynamic_landmark import LANDMARKS
from endpoints.exposure import EXPOSED, TRANSPLANTED, exposed_from, not_transplanted_before
from endpoints.time_to_event import EVENT, TimeToEvent
from endpoints.transplant import derive_transplanted
from estimators.aalen_johansen import aalen_johansen
from estimators.exposure_effect import Effect, exposure_effect
from estimators.kaplan_meier import kaplan_meier
from estimators.logrank import logrank
from estimators.simon_makuch import MIN_AT_RISK
from pages.parts.session.sidebar import Cohort

ALL_TIMES = "Time-dependent"
NUMBERS = [
    "strata",
    "result",
    "n_waiting",
    "n_exposed",
    "events_waiting",
    "events_exposed",
    "p_value",
    "reason",
    "estimate",
    "conf_low",
    "conf_high",
]
NOT_INDEPENDENT = (
    "The landmark days share patients: read the rows together, not the best one. Patients of a row are "
    "those in remission, event-free and observed beyond its day; a transplant after the day changes "
    "nothing. Not adjusted. Observational, not causal."
)


@remembered
def after_transplant(study: Cohort, outcome: str, months: str) -> tuple[Cohort, Estimates]:
    """An outcome from transplant in remission on, by the status recorded with it. Gives the compared cohort, too."""
    endpoint = AFTER[outcome]
    compared = _by_status(study)
    if study.rules.population not in endpoint.populations:
        return compared, refused(study, REFUSAL)
    found = kept(study, endpoint.paramcd, lambda whole: derive_after(whole.course, endpoint, whole.rules))
    estimator = aalen_johansen if endpoint.competing else kaplan_meier
    return compared, of_rows(compared, endpoint, found, estimator, months, "Months from transplant", MIN_AT_RISK)


def _by_status(study: Cohort) -> Cohort:
    """Everybody of the cohort; who was not transplanted is in no group, and is counted as left out."""
    rows = kept(study, "HSCTRM", derive_transplanted).set_index("USUBJID")["MRDTX"]
    everybody = study.study.course["USUBJID"]
    return classed(
        study,
        "MRD status at transplant",
        STATUSES,
        pd.DataFrame({"USUBJID": everybody, "GROUP": everybody.map(rows).fillna("none")}),
    )


@remembered
def dynamic_landmark(study: Cohort, outcome: str) -> Estimates:
    """Hazard ratio of transplanted by day L against not yet, from L on, for every declared L, and the time-dependent
    one beside them. curve: strata (the row), estimate and limits, text, counts."""
    endpoint = not_transplanted_before(OUTCOMES[outcome][0])
    if study.rules.population != "infused":
        return refused(study, REFUSAL)
    parts = [_from_day(study, endpoint, day) for day in LANDMARKS]
    rows, everybody = split_rows(study, EXPOSED[outcome]).rows, set(study.adsl["USUBJID"])
    rows = rows[rows["USUBJID"].isin(everybody)]
    effects = [(f"Day {day}", part[1]) for day, part in zip(LANDMARKS, parts, strict=True)]
    effects = (*effects, (ALL_TIMES, effect_of(rows, EXPOSED[outcome])))
    table = pd.DataFrame([_row(*pair) for pair in effects])
    patients = pd.concat([*(part for part, _ in parts), rows.assign(GROUP=ALL_TIMES)[PATIENTS]], ignore_index=True)
    n = patients["USUBJID"].nunique()  # whoever is at risk on a landmark day is in the time-dependent row, too
    return Estimates(
        n=n,
        numbers=table[NUMBERS],
        curve=table,
        patients=patients,
        tested_by=logrank,
        left_out=count_left_out(ungrouped(study), split_rows(study, EXPOSED[outcome])),
        x_title="Months from the first landmark at which a patient is at risk",
        notes=(NOT_INDEPENDENT, *_withheld(effects)) if n else (),
    )


def _from_day(study: Cohort, endpoint: TimeToEvent, day: int) -> tuple[pd.DataFrame, Effect]:
    """(ADTTE rows of the risk set at `day` with GROUP, the effect in it)."""
    rows = risk_set(study, endpoint, day).rows
    rows = rows[rows["USUBJID"].isin(study.adsl["USUBJID"])]
    exposed = exposed_by(study.study.course, rows["USUBJID"], day)
    event = causes_of(rows, endpoint) == 1 if endpoint.competing else (rows["CNSR"] == EVENT).to_numpy()
    effect = exposure_effect(np.zeros(len(rows)), rows["AVAL"].to_numpy(), event, exposed, arms=WORDS)
    words = np.where(exposed, f"{TRANSPLANTED.label} by day {day}", f"Not transplanted by day {day}")
    return rows.assign(GROUP=words)[PATIENTS], effect


def exposed_by(course: pd.DataFrame, usubjid: pd.Series, day: int) -> np.ndarray:
    """Whether each of these patients was transplanted in remission by that day from infusion."""
    by = exposed_from(course) <= course["TRTSDT"] + pd.Timedelta(days=day)
    return by.to_numpy()[pd.Index(course["USUBJID"]).get_indexer(usubjid)]


def _row(label: str, effect: Effect) -> dict:
    ratio = f"{effect.hazard_ratio:.2f} ({effect.conf_low:.2f} to {effect.conf_high:.2f})"
    return {
        "strata": label,
        "n_waiting": effect.n[0],
        "n_exposed": effect.n[1],
        "events_waiting": effect.events[0],
        "events_exposed": effect.events[1],
        "estimate": effect.hazard_ratio,
        "conf_low": effect.conf_low,
        "conf_high": effect.conf_high,
        "p_value": effect.test.p_value if effect.test else np.nan,
        "reason": effect.reason.split(" (")[0],  # the counts have columns of their own
        "result": "not shown" if effect.reason else ratio,
    }


def _withheld(effects) -> tuple[str, ...]:
    return tuple(
        f"{label}: no test and no hazard ratio, {effect.reason}." for label, effect in effects if effect.reason
    )
