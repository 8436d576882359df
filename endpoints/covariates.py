"""What comparisons are adjusted for: declared covariates, all of them known before infusion, and the latest MRD."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from endpoints.codes import MISSING
from endpoints.cohort import FILTER, Filter
from endpoints.recovery import cut_at_mrd
from endpoints.rules import Option
from endpoints.study import Study

AS_LEVEL, LEFT_OUT = "level", "left_out"
MISSING_OPTIONS = (Option(AS_LEVEL, "As a level of its own"), Option(LEFT_OUT, "Left out, and counted"))


@dataclass(frozen=True)
class Covariate:
    """A declared covariate. column: of ADSL; per: of a measured one, in which steps its ratio is told, with `unit`;
    filter_: of one with levels, where they are declared; told_by: groupings that say the same, in part or in whole: who
    compares by one of them does not adjust for it."""

    code: str
    label: str
    column: str
    per: float = 0
    unit: str = ""
    filter_: Filter | None = None
    told_by: tuple[str, ...] = ()


def _levels(code: str, *told_by: str) -> Covariate:
    declared = FILTER[code]
    return Covariate(code, declared.label, declared.column, filter_=declared, told_by=(code, *told_by))


# In the order of their importance: where events are few, the last ones are left away first.
COVARIATES = (
    Covariate("age", "Age", "AGE", per=10, unit="years", told_by=("age_group", "age_25", "age_18")),
    _levels("burden"),
    _levels("prior_transplant"),
    _levels("disease_status"),
    _levels("product", "target", "specificity", "cell_source", "costimulation"),
)
COVARIATE = {covariate.code: covariate for covariate in COVARIATES}
SETS = {
    "burden": ("age", "burden", "prior_transplant", "product"),
    "status": ("age", "disease_status", "prior_transplant", "product"),
    "all": tuple(COVARIATE),
    "patient": ("age", "prior_transplant"),
}
SET_OPTIONS = (
    Option("burden", "Age, burden, prior transplant, product"),
    Option("status", "Age, disease status, prior transplant, product"),
    Option("all", "All five"),
    Option("patient", "Age, prior transplant"),
)
WORDS = (
    "Declared covariates, all known before infusion: age (per 10 years), disease burden, prior transplant, disease "
    "status before lymphodepletion, product; one that is compared is not a covariate, too. Burden and disease status "
    "tell much the same (in complete remission the burden is low): one of them is the default, both are a choice. At "
    "least 10 events a coefficient: with fewer the last covariates of this list are left away and named. Levels with "
    "fewer than 5 patients or without an event are left out and counted (a level without an event has no ratio, and "
    "its patients would change no other one)."
)
MRD_WORDS = (
    "MRD as time-dependent covariate: the latest assay that did not fail, at the chosen cut-off, counts from the next "
    "day on; positive against all others."
)


def values_of(covariate: Covariate, patients: pd.DataFrame) -> pd.Series:
    """The covariate per ADSL row: a number (per `per` units), or the code of its level; missing is MISSING or NaN."""
    values = patients[covariate.column]
    return values.astype(str) if covariate.filter_ else values.astype(float) / covariate.per


def is_missing(covariate: Covariate, values: pd.Series) -> np.ndarray:
    """True where the covariate is not known."""
    return (values == MISSING).to_numpy() if covariate.filter_ else values.isna().to_numpy()


def derive_with_mrd(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """ADTTE rows cut at every MRD assay: (ENTRY, AVAL] with MRDPOS, true while the latest known result is positive."""
    return cut_at_mrd(study, rows)
