"""Relapse after B-cell recovery, unadjusted and with the latest MRD beside it in the model: both time-dependent."""

from collections.abc import Mapping

import numpy as np

from analyses.cohort import Cohort
from analyses.identifiers import among
from analyses.members import memoised
from analyses.result import Note, Outcome
from analyses.words import ratio_why, ratio_words
from endpoints.b_cell_course import PUBLISHED
from endpoints.recovery import RECOVERED, RELAPSE_BY_RECOVERY, derive_by_recovery, derive_by_recovery_and_mrd
from endpoints.time_to_event import EVENT
from estimators.exposure_effect import Effect, covariate_effects, exposure_effect

UNADJUSTED = Outcome("recovery_alone", "Recovered / not, unadjusted")
ADJUSTED = Outcome("recovery_adjusted", "Recovered / not, adjusted for MRD")
BESIDE = Outcome("mrd_adjusted", "MRD-positive / not, adjusted for recovery")
ROWS = (ADJUSTED, BESIDE)
IN_PRINT = Note("published", PUBLISHED)


@memoised
def adjusted_effects(cohort: Cohort) -> Mapping[str, Effect]:
    """Hazard ratios of relapse over all observation: of recovery alone (gates of any exposure), and of recovery and of
    MRD in one model (10 relapses a covariate, 5 a side)."""
    return {UNADJUSTED.code: _alone(cohort)} | _together(cohort)


def _alone(cohort: Cohort) -> Effect:
    rows = cohort.derived(RELAPSE_BY_RECOVERY.paramcd, derive_by_recovery).rows
    rows = rows[among(rows["USUBJID"], cohort.patients["USUBJID"])]
    event, recovered = (rows["CNSR"] == EVENT).to_numpy(), (rows["ARM"] == RECOVERED.code).to_numpy()
    return exposure_effect(rows["ENTRY"].clip(lower=0).to_numpy(), rows["AVAL"].to_numpy(), event, recovered)


def _together(cohort: Cohort) -> dict[str, Effect]:
    rows = cohort.derived("CIRRECMRD", derive_by_recovery_and_mrd).rows
    rows = rows[among(rows["USUBJID"], cohort.patients["USUBJID"])]
    recovered = (rows["ARM"] == RECOVERED.code).to_numpy()
    positive = rows["MRDPOS"].to_numpy(bool)
    event, start = (rows["CNSR"] == EVENT).to_numpy(), rows["ENTRY"].clip(lower=0).to_numpy()
    both = np.column_stack([recovered, positive])
    effects = covariate_effects(rows["USUBJID"], start, rows["AVAL"].to_numpy(), event, both)
    return {one.code: effect for one, effect in zip(ROWS, effects, strict=True)}


def beside_print(cohort: Cohort) -> tuple[Note, Note]:
    """The three published ratios, and ours, unadjusted and adjusted: wherever B-cell recovery is judged."""
    effects = adjusted_effects(cohort)
    alone, adjusted, beside = (effects[one.code] for one in (UNADJUSTED, ADJUSTED, BESIDE))
    second = f", beside MRD-positive {_words(beside)}" if not beside.reason else ""
    words = (
        f"Here, hazard ratio of relapse after B-cell recovery (time-dependent, all observation): unadjusted "
        f"{_words(alone)}; adjusted for the latest MRD {_words(adjusted)}{second}. Observational, not causal."
    )
    return IN_PRINT, Note("ours", words)


def _words(effect: Effect) -> str:
    if effect.reason:
        return ratio_why(effect.reason)
    return ratio_words(effect.hazard_ratio, effect.conf_low, effect.conf_high)
