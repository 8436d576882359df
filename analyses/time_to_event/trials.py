"""Transplant in remission by sequential trials, with and without weights, beside the super-model over landmarks."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, ungrouped
from analyses.members import in_groups, left_out_of, memoised
from analyses.refusal import infused_only
from analyses.result import PATIENTS, Note, Outcome, Ratios
from analyses.time_to_event.after_transplant import ALL_LANDMARKS, ROWS, of_all, ratio_row
from analyses.time_to_event.design import allowed_of, columns_of
from analyses.time_to_event.estimate import reasons_of
from analyses.time_to_event.outcomes import code_of
from analyses.time_to_event.questions import EACH_TRIAL
from analyses.time_to_event.time_dependent import SUBJECT
from analyses.words import named_ratio, p_words, ratio_way, ratio_why
from endpoints.covariates import COVARIATE, SETS, is_missing, values_of
from endpoints.exposure import EXPOSED
from endpoints.time_to_event import Derived
from endpoints.trials import QUESTION, SUPER_MODEL_QUESTION, derive_trial_days
from estimators.exposure_effect import Effect
from estimators.mantel_byar import mantel_byar
from estimators.sequential_trials import MIN_PER_COVARIATE, Trials, sequential_trials

PLAIN = Outcome("trials", "Sequential trials")
WEIGHTED = Outcome("trials_weighted", "Sequential trials, weighted")
CAUSAL = Note(
    "causal",
    "Weights account for the declared covariates, known before infusion, only: MRD and B cells since then are not in "
    "them. Observational, not causal.",
)


@memoised
@infused_only(SUBJECT)
def sequential(cohort: Cohort, outcome: str, covariates: str = "burden") -> Ratios:
    """Hazard ratio of transplant today against no transplant, over all trials, with and without weights for the
    declared covariates, and the one over landmarks."""
    everybody = ungrouped(cohort)
    days = cohort.derived(f"{EXPOSED[outcome].paramcd}TRIALS", lambda whole: derive_trial_days(whole, outcome))
    rows = in_groups(everybody, days.rows)
    plain = _trials(rows, outcome)
    model = _model(cohort, rows, covariates, np.unique(plain.rows["patient"][plain.rows["exposed"]]))
    weighted = _trials(rows[model.known].reset_index(drop=True), outcome, model.x[model.known])
    effects = {PLAIN: plain.effect, WEIGHTED: weighted.effect, ALL_LANDMARKS: of_all(cohort, outcome)}
    table = pd.DataFrame([ratio_row(row.code, effect) for row, effect in effects.items()], columns=ROWS)
    return Ratios(
        cohort=everybody,
        n=len(rows),
        patients=rows[PATIENTS],
        left_out=left_out_of(everybody, reasons_of(everybody, Derived(days.rows, days.left_out))),
        numbers=table,
        rows=table,
        strata=tuple(effects),
        tested_by=mantel_byar,
        x_title="Months from infusion",
        notes=_notes(plain, weighted, effects, model) if len(rows) else (),
        behind=lambda *_: rows["USUBJID"],
    )


@dataclass(frozen=True)
class Model:
    """What the weights know: who has all of it (n,), its columns (n, p), the labels in it and those left away."""

    known: np.ndarray
    x: np.ndarray
    names: tuple[str, ...]
    too_many: tuple[str, ...]


def _model(cohort: Cohort, rows: pd.DataFrame, covariates: str, transplanted: np.ndarray) -> Model:
    """As many covariates as there are 10 transplants for; missing is a level of its own where there are levels.
    transplanted: places of the patients who are transplanted in a trial."""
    adsl = cohort.patients.set_index("USUBJID").loc[rows["USUBJID"]].reset_index()
    asked = [COVARIATE[code] for code in SETS[covariates]]
    known = ~np.any([is_missing(one, values_of(one, adsl)) for one in asked if not one.filter_], axis=0)
    allowed, too_many = allowed_of(asked, adsl, int(known[transplanted].sum()) // MIN_PER_COVARIATE)
    _, _, x = columns_of(cohort, allowed, {one.code: values_of(one, adsl) for one in allowed}, len(rows))
    return Model(known, np.nan_to_num(x), tuple(one.label for one in allowed), too_many)


def _trials(rows: pd.DataFrame, outcome: str, x: np.ndarray | None = None) -> Trials:
    opens, closes, time, change = (rows[name].to_numpy(float) for name in ("OPENS", "CLOSES", "AVAL", "CHANGE"))
    return sequential_trials(opens, closes, time, code_of(rows, EXPOSED[outcome]) == 1, change, x)


def _notes(plain: Trials, weighted: Trials, effects: dict[Outcome, Effect], model: Model) -> tuple[Note, ...]:
    thinned = f" Of more days every {plain.every}th is taken." if plain.every > 1 else ""
    size = f"{plain.trials} trials, in which patients took part {plain.entries:,} times.{thinned}"
    withheld = {row: effect for row, effect in effects.items() if effect.reason}
    return (
        *_answer(plain.effect, weighted.effect),
        EACH_TRIAL,
        Note("question", QUESTION, True),
        Note("question_landmarks", SUPER_MODEL_QUESTION, True),
        Note("trials", f"{size} {_weighted_words(weighted, model)}"),
        *(Note("withheld", f"{row.label}: {ratio_why(effect.reason)}.") for row, effect in withheld.items()),
        CAUSAL,
    )


def _answer(plain: Effect, weighted: Effect) -> tuple[Note, ...]:
    """Both ratios in a sentence."""
    parts = [
        f"{name} {named_ratio(one.hazard_ratio, one.conf_low, one.conf_high)}, {p_words(one.p_value)}, "
        f"{ratio_way(one.hazard_ratio)} transplant"
        for name, one in (("weighted", weighted), ("unadjusted", plain))
        if not one.reason
    ]
    words = f"Transplant today against no transplant, hazard ratio over all trials: {'; '.join(parts)}."
    return (Note("trials_ratio", words),) if parts else ()


def _weighted_words(weighted: Trials, model: Model) -> str:
    """What the weights account for, and for whom there are none."""
    if weighted.effect.reason:
        return ""
    unknown = int((~model.known).sum())
    others = f" Too few transplants for a further covariate (10 a coefficient): {', '.join(model.too_many)}."
    without = f" Without weights for {unknown} of unknown {model.names[0].lower()}."
    return (
        f"Weighted for {', '.join(model.names)}: the entries count as {weighted.effective:,.0f}, largest weight "
        f"{weighted.largest:.1f}.{others * bool(model.too_many)}{without * bool(unknown)}"
    )
