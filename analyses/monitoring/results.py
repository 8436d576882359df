"""What monitoring gives, one small type per kind of picture. By code, as every result."""

from dataclasses import dataclass, field

import pandas as pd

from analyses.result import Headline, Outcome, Result

RATE = Outcome("rate", "Rate", "other")


@dataclass(frozen=True, kw_only=True)
class Counts(Result):
    """A table of counts per declared thing (rule, variable, field), one row each: numbers, with `strata` its code."""


@dataclass(frozen=True, kw_only=True)
class Listed(Result):
    """Patient rows with what is said of them. rows: UPPERCASE, a row per patient and reason; what: the words that go on
    after "12 of 509 patients"; order: in which the rows stand, in words."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    what: str
    order: str = ""


@dataclass(frozen=True, kw_only=True)
class Cells(Result):
    """A rate per row and column. cells: row column n_event n estimate conf_low conf_high reason, and a column per class
    with its count; rows, columns: what the codes stand for, in reading order; rate: what is drawn."""

    cells: pd.DataFrame = field(default_factory=pd.DataFrame)
    rows: tuple[Outcome, ...] = ()
    columns: tuple[Outcome, ...] = ()
    rate: Outcome = RATE


@dataclass(frozen=True, kw_only=True)
class Lanes(Result):
    """One lane per patient. stays: USUBJID START STOP (days) STATE (code); marks: USUBJID ADY KIND (code) WORDS; order:
    the patients from top to bottom, those drawn; goes_on: those under observation at the end of their lane."""

    stays: pd.DataFrame = field(default_factory=pd.DataFrame)
    marks: pd.DataFrame = field(default_factory=pd.DataFrame)
    order: tuple[str, ...] = ()
    goes_on: tuple[str, ...] = ()
    kinds: tuple[Outcome, ...] = ()
    last_day: int = 365


@dataclass(frozen=True, kw_only=True)
class Funnel(Result):
    """Centres by size. points: strata n_event n estimate; limits: n level low high; expected: what they are held
    against, own: whether that is the cohort's own share."""

    points: pd.DataFrame = field(default_factory=pd.DataFrame)
    limits: pd.DataFrame = field(default_factory=pd.DataFrame)
    expected: float = float("nan")
    is_own: bool = True


@dataclass(frozen=True, kw_only=True)
class OutcomeBoard(Headline):
    """Outcomes per level of a grouping, the whole first. rows: as of a headline, with n_risk; gates: (share, who asks
    it)
    that completeness is held against."""

    gates: tuple[tuple[float, str], ...] = ()
