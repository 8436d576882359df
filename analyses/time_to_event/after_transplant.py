"""The clock set back at the transplant in remission, by MRD status at it; the landmark analysis at several days."""

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, ungrouped
from analyses.counted import FROM_LANDMARKS
from analyses.members import left_out_of, memoised
from analyses.refusal import infused_only, only_for
from analyses.result import PATIENTS, Curves, Note, Outcome, Ratios
from analyses.time_to_event.estimate import estimate_adtte, reasons_of
from analyses.time_to_event.landmark import compared_by_landmark_class, risk_set
from analyses.time_to_event.outcomes import code_of
from analyses.time_to_event.questions import EACH_LANDMARK
from analyses.time_to_event.time_dependent import SUBJECT, TRANSPLANT, effect_of, split_rows
from analyses.time_to_event.transplant import OUTCOMES
from analyses.words import named_ratio, p_words, ratio_way
from endpoints.after_transplant import AFTER, REASONS, STATUSES, derive_after
from endpoints.dynamic_landmark import LANDMARKS, derive_stack
from endpoints.exposure import EXPOSED, TRANSPLANTED, exposed_from, not_transplanted_before
from endpoints.time_to_event import TimeToEvent
from endpoints.transplant import derive_transplanted, derive_why_done
from estimators.aalen_johansen import aalen_johansen
from estimators.exposure_effect import Effect, exposure_effect
from estimators.kaplan_meier import kaplan_meier
from estimators.logrank import logrank
from estimators.simon_makuch import MIN_AT_RISK
from estimators.super_model import super_model

ALL_TIMES = Outcome("time_dependent", "Time-dependent")
ALL_LANDMARKS = Outcome("super_model", "All landmarks, one ratio")
STATUS, WHY = "status", "why"  # what the patients are compared by, known on the day of transplant
ROWS = [
    "strata",
    "n_waiting",
    "n_exposed",
    "events_waiting",
    "events_exposed",
    "p_value",
    "estimate",
    "conf_low",
    "conf_high",
    "reason",
]
NOT_INDEPENDENT = Note(
    "not_independent",
    "The landmark days share patients: read the rows together, not the best one. Patients of a row are those in "
    "remission, event-free and observed beyond its day; a transplant after the day changes nothing. Not adjusted. "
    "Observational, not causal.",
)


@memoised
@only_for(lambda outcome, *_, **__: AFTER[outcome].populations, lambda *_, **__: SUBJECT)
def after_transplant(cohort: Cohort, outcome: str, months: str, by: str = STATUS) -> Curves:
    """An outcome from transplant in remission on, by the MRD status recorded with it, or planned against triggered."""
    endpoint = AFTER[outcome]
    derived = cohort.derived(endpoint.paramcd, lambda whole: derive_after(whole.course, endpoint, whole.rules))
    estimator = aalen_johansen if endpoint.competing else kaplan_meier
    return estimate_adtte(
        _by_why(cohort) if by == WHY else _by_status(cohort),
        endpoint,
        derived,
        estimator,
        months,
        "Months from transplant",
        MIN_AT_RISK,
    )


def _by_status(cohort: Cohort) -> Cohort:
    """The transplanted of the cohort by the status recorded with the transplant."""
    rows = cohort.derived("HSCTRM", derive_transplanted)[["USUBJID", "MRDTX"]].rename(columns={"MRDTX": "GROUP"})
    return compared_by_landmark_class(cohort, "MRD status at transplant", STATUSES, rows)


def _by_why(cohort: Cohort) -> Cohort:
    """The transplanted of the cohort by why it was done: planned at infusion, or triggered by what came after."""
    rows = cohort.derived("HSCTWHY", derive_why_done)
    return compared_by_landmark_class(cohort, "reason for the transplant", REASONS, rows)


@memoised
@infused_only(SUBJECT)
def dynamic_landmark(cohort: Cohort, outcome: str) -> Ratios:
    """Hazard ratio of transplanted by day L against not yet, from L on, for every declared L; one ratio over all of
    them (super-model), and the time-dependent one beside them."""
    endpoint, exposed = not_transplanted_before(OUTCOMES[outcome][0]), EXPOSED[outcome]
    parts = {Outcome(f"day_{day}", f"Day {day}"): _from_day(cohort, endpoint, day) for day in LANDMARKS}
    derived = split_rows(cohort, exposed)
    rows = derived.rows[derived.rows["USUBJID"].isin(cohort.patients["USUBJID"])]
    effects = {row: effect for row, (_, effect) in parts.items()}
    effects |= {ALL_LANDMARKS: of_all(cohort, outcome), ALL_TIMES: effect_of(rows, TRANSPLANT, exposed)}
    table = pd.DataFrame([ratio_row(row.code, effect) for row, effect in effects.items()], columns=ROWS)
    everybody = ungrouped(cohort)
    patients = [*(part for part, _ in parts.values()), rows.assign(GROUP=ALL_TIMES.label)[PATIENTS]]
    patients = pd.concat(patients, ignore_index=True)
    at_risk = {row.code: part["USUBJID"] for row, (part, _) in parts.items()}
    at_any = pd.concat(at_risk.values()).drop_duplicates()
    in_row = at_risk | {ALL_LANDMARKS.code: at_any, ALL_TIMES.code: rows["USUBJID"].drop_duplicates()}
    n = patients["USUBJID"].nunique()  # whoever is at risk on a landmark day is in the time-dependent row, too
    return Ratios(
        cohort=everybody,
        n=n,
        patients=patients,
        left_out=left_out_of(everybody, reasons_of(everybody, derived)),
        numbers=table,
        rows=table,
        strata=tuple(effects),
        tested_by=logrank,
        x_title="Months from the first landmark at which a patient is at risk",
        notes=_landmark_notes(effects) if n else (),
        behind=lambda row, _: in_row[row],
    )


def of_all(cohort: Cohort, outcome: str) -> Effect:
    """One ratio over the risk sets of all landmarks, each a stratum; variance by patient, who is in several."""
    endpoint = OUTCOMES[outcome][0]
    rows = cohort.derived(f"{endpoint.paramcd}STACK", lambda whole: derive_stack(whole, endpoint))
    rows = rows[rows["USUBJID"].isin(cohort.patients["USUBJID"])]
    event, exposed = code_of(rows, endpoint) == 1, (rows["ARM"] == TRANSPLANTED.code).to_numpy()
    return super_model(rows["USUBJID"], rows["LANDMARK"], rows["AVAL"].to_numpy(), event, exposed)


def _landmark_notes(effects: dict[Outcome, Effect]) -> tuple[Note, ...]:
    one_number = _one_number(effects[ALL_LANDMARKS])
    return (FROM_LANDMARKS, one_number, EACH_LANDMARK, NOT_INDEPENDENT, *_withheld(effects))


def _one_number(effect: Effect) -> Note:
    """The answer over all landmarks in a sentence."""
    days = ", ".join(str(day) for day in LANDMARKS)
    if effect.reason:
        return Note("one_number", f"Over the landmark days {days} together: {effect.sentence(TRANSPLANT.words)}.")
    ratio = named_ratio(effect.hazard_ratio, effect.conf_low, effect.conf_high)
    words = (
        f"Over the landmark days {days} together, hazard ratio of transplanted against not yet transplanted: {ratio}; "
        f"{p_words(effect.p_value)}, {ratio_way(effect.hazard_ratio)} transplanted."
    )
    return Note("one_number", words)


def _from_day(cohort: Cohort, endpoint: TimeToEvent, day: int) -> tuple[pd.DataFrame, Effect]:
    """(ADTTE rows of the risk set at `day` with GROUP, the effect in it)."""
    rows = risk_set(cohort, endpoint, day).rows
    rows = rows[rows["USUBJID"].isin(cohort.patients["USUBJID"])]
    exposed = exposed_by(cohort.whole.course, rows["USUBJID"], day)
    event = code_of(rows, endpoint) == 1
    effect = exposure_effect(np.zeros(len(rows)), rows["AVAL"].to_numpy(), event, exposed)
    words = np.where(exposed, f"Transplanted by day {day}", f"Not transplanted by day {day}")
    return rows.assign(GROUP=words)[PATIENTS], effect


def exposed_by(course: pd.DataFrame, usubjid: pd.Series, day: int) -> np.ndarray:
    """Whether each of these patients was transplanted in remission by that day from infusion."""
    by = exposed_from(course) <= course["TRTSDT"] + pd.Timedelta(days=day)
    return by.to_numpy()[pd.Index(course["USUBJID"]).get_indexer(usubjid)]


def ratio_row(code: str, effect: Effect) -> dict:
    return {
        "strata": code,
        "n_waiting": effect.n[0],
        "n_exposed": effect.n[1],
        "events_waiting": effect.events[0],
        "events_exposed": effect.events[1],
        "estimate": effect.hazard_ratio,
        "conf_low": effect.conf_low,
        "conf_high": effect.conf_high,
        "p_value": effect.p_value,
        "reason": effect.reason,
    }


def _withheld(effects: dict[Outcome, Effect]) -> tuple[Note, ...]:
    return tuple(
        Note("withheld", f"{row.label}: {effect.sentence(TRANSPLANT.words)}.")
        for row, effect in effects.items()
        if effect.reason and row != ALL_LANDMARKS
    )
