"""The models of an adjusted comparison: each fit with its gates."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.result import CAUSE_SPECIFIC, HAZARD_RATIO, SUBDISTRIBUTION
from analyses.time_to_event.design import Design
from analyses.time_to_event.outcomes import causes_of, code_of
from endpoints.covariates import derive_with_mrd
from endpoints.time_to_event import TimeToEvent
from estimators.cox import Cox, cox, no_fit
from estimators.exposure_effect import MIN_PER_COVARIATE
from estimators.fine_gray import fine_gray
from estimators.reasons import FEW_PER_COVARIATE
from estimators.treatment_weights import Weights

Fit = Callable[..., Cox]


def fits_of(cohort: Cohort, endpoint: TimeToEvent, design: Design) -> dict[str, Fit]:
    """{measure: fit(x, weights=, with_mrd=)} of the endpoint: where outcomes compete the cause-specific and the
    subdistribution hazard of the first one; the latter knows neither weights nor what changes with time."""

    def cause_specific(x, weights: Weights | None = None, with_mrd: bool = False) -> Cox:
        rows, x = _with_mrd(cohort, design.rows, x) if with_mrd else (design.rows, x)
        weight = None if weights is None else weights.weight
        event = code_of(rows, endpoint) == 1
        return _withheld(x, event, weights) or cox(_entry(rows), rows["AVAL"].to_numpy(), event, x, weight=weight)

    def subdistribution(x, **_) -> Cox:
        cause = causes_of(design.rows, endpoint)
        entry = _entry(design.rows) if endpoint.entry else None
        return _withheld(x, cause == 1) or fine_gray(design.rows["AVAL"].to_numpy(), cause, x, 1, entry)

    if endpoint.competing:
        return {CAUSE_SPECIFIC: cause_specific, SUBDISTRIBUTION: subdistribution}
    return {HAZARD_RATIO: cause_specific}


def _entry(rows: pd.DataFrame) -> np.ndarray:
    return rows["ENTRY"].clip(lower=0).to_numpy()


def _with_mrd(cohort: Cohort, rows: pd.DataFrame, x: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """The rows cut at every MRD assay, and x of each with a column for a positive one."""
    cut = derive_with_mrd(cohort.whole, rows)
    place = pd.Index(rows["USUBJID"]).get_indexer(cut["USUBJID"])
    return cut, np.column_stack([x[place], cut["MRDPOS"].to_numpy(float)])


def _withheld(x: np.ndarray, event: np.ndarray, weights: Weights | None = None) -> Cox | None:
    """A fit without numbers: no weights, no column, or fewer than 10 events a coefficient."""
    n_event, p = int(event.sum()), x.shape[1]
    if weights is not None and weights.reason:
        return no_fit(n_event, p, weights.reason)
    return no_fit(n_event, p, FEW_PER_COVARIATE) if not p or n_event < MIN_PER_COVARIATE * p else None
