"""What an analysis gives: one small type per kind of picture, by group code and outcome code, and what all promise.

A label is only ever printed (figures/): here groups, outcomes, reasons and notes are told apart by code. Every result
accounts for everybody: the patients in it and those left out, by reason, are the cohort.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analyses.cohort import Cohort, left_out_frame
from endpoints.cohort import Group
from estimators.group_test import Test

NUMBERS = [
    "strata",
    "outcome",
    "measure",
    "months",
    "n_risk",
    "n",
    "n_event",
    "estimate",
    "conf_low",
    "conf_high",
    "reason",
    "reason_time",
    "reason_last",
    "reason_low",
    "reason_high",
]
PATIENTS = [
    "USUBJID",
    "GROUP",
    "TRTSDT",
    "PARAMCD",
    "PARAM",
    "STARTDT",
    "ENTRY",
    "ADT",
    "AVAL",
    "CNSR",
    "EVNTCD",
    "EVNTDESC",
    "CNSCD",
    "CNSDTDSC",
    "DETAILCD",
]
PROBABILITY, MEDIAN, HAZARD_RATIO, EXPECTED = "probability", "median", "hazard_ratio", "expected_months"
DIFFERENCE, MEAN_DIFFERENCE = "difference", "restricted_mean_difference"
CAUSE_SPECIFIC, SUBDISTRIBUTION, PIECEWISE = "cause_specific_ratio", "subdistribution_ratio", "piecewise_ratio"
PROPORTIONALITY, RISK_DIFFERENCE, ODDS_RATIO = "proportional_hazards", "risk_difference", "odds_ratio"
COMPARED = [
    "outcome",
    "measure",
    "after",
    "months",
    "estimate",
    "conf_low",
    "conf_high",
    "p_value",
    "reason",
    "reason_time",
    "reason_low",
    "reason_high",
]
HOMOGENEITY = ["outcome", "statistic", "df", "p_value", "groups", "n", "observed", "expected", "reason"]
REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What can happen, or a panel of a figure. `meaning`: the class code that colours it, where it is not its code;
    classes: codes of the classes that it counts, where it is a rate of some."""

    code: str
    label: str
    meaning: str = ""
    classes: tuple[str, ...] = ()

    @property
    def colour_code(self) -> str:
        """The class code that colours it."""
        return self.meaning or self.code


@dataclass(frozen=True)
class Note:
    """A sentence that a figure says of itself. It is found by its code, never by its words. on_image: without it an
    image cannot be read away from its page."""

    code: str
    text: str
    on_image: bool = False


@dataclass(frozen=True)
class Comparison:
    """`other` against `reference`, not adjusted. rows: COMPARED, a row per outcome and measure; of a piece of a ratio
    `after` and `months` are its ends (months NaN: the end of observation)."""

    reference: Group
    other: Group
    rows: pd.DataFrame


Behind = Callable[[str, Any], pd.Series]  # two codes of a row (strata and outcome, unless said) -> USUBJID


@dataclass(frozen=True, kw_only=True)
class Result:
    """What was found, of whom. cohort: as this figure compares it; n: patients in it; patients: their rows, UPPERCASE;
    left_out: code, reason, n of everybody else of the cohort; numbers: lowercase, codes in `strata` and `outcome`.

    strata, outcomes: what those codes stand for, in reading order. comparison: of two groups, where two are
    compared; pairs: of more than two the tests of each pair; homogeneity: of more than two whether each rate is one,
    columns HOMOGENEITY. by_row: the rows have denominators of their own,
    told beside each; of_one: one chosen patient; is_protected: without small cells, its counts rounded. behind: who a
    row of the numbers is of, found when it is asked for. ValueError when n and those left out are not the cohort.
    """

    cohort: Cohort = field(metadata={"copied": False}, repr=False)
    n: int
    patients: pd.DataFrame
    left_out: pd.DataFrame
    numbers: pd.DataFrame = field(default_factory=pd.DataFrame)
    strata: tuple[Group | Outcome, ...] = ()
    outcomes: tuple[Group | Outcome, ...] = ()
    notes: tuple[Note, ...] = ()
    test: Test | None = None
    pairs: pd.DataFrame | None = None
    tested_by: Callable | None = None
    comparison: Comparison | None = None
    homogeneity: pd.DataFrame | None = None
    by_row: bool = False
    of_one: bool = False
    is_protected: bool = False
    behind: Behind | None = field(default=None, repr=False)

    def __post_init__(self):
        if self.of_one or self.is_protected:
            return
        left_out = int(self.left_out["n"].sum())
        if self.n + left_out != self.cohort.n:
            raise ValueError(
                f"A result must account for everybody: {self.n} in it and {left_out} left out must be the "
                f"{self.cohort.n} of the cohort, got: {self.left_out.to_dict('records')}"
            )


@dataclass(frozen=True, kw_only=True)
class Refusal(Result):
    """The analysis is not defined for this cohort: a sentence instead of a figure."""


@dataclass(frozen=True, kw_only=True)
class Curves(Result):
    """Steps over time. curve: strata outcome time (days) estimate conf_low conf_high n_risk n_event n_censor, whole;
    risk: strata (outcome) time (months) n_risk n_event n_censor opens, the numbers under the curves; behind: asked with
    the strata and the time of such a row, who is at risk there.

    x_max: the end of the axis in months; x_title: what time counts from; min_at_risk: a curve is drawn up to the
    first day with fewer at risk; not_drawn: codes of the strata that have patients and so no curve; is_failure:
    probability of the event, in place of that of being without it; conf_type: of the intervals; is_incidence: outcomes
    compete; in_days: time is shown in days; stacked: the first so many outcomes, stacked up, are the picture, those
    that compete with them are not drawn (0: all are).
    """

    curve: pd.DataFrame = field(default_factory=pd.DataFrame)
    risk: pd.DataFrame = field(default_factory=pd.DataFrame)
    x_max: float = 36
    x_title: str = "Months"
    min_at_risk: int = 0
    not_drawn: tuple[str, ...] = ()
    is_failure: bool = False
    conf_type: str = "log-log"
    is_incidence: bool = False
    in_days: bool = False
    stacked: int = 0


@dataclass(frozen=True, kw_only=True)
class Rates(Result):
    """Proportions. rates: strata outcome n_event n estimate conf_low conf_high reason; told: codes of the rates that
    the answer names first, where these are not the first ones."""

    rates: pd.DataFrame = field(default_factory=pd.DataFrame)
    told: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Shares(Rates):
    """Classes that add up to everybody who counts. shares: strata outcome n total share conf_low conf_high, of the
    classes that anybody of the dataset is in; rates: the declared rates beneath them, `rate_outcomes` what they are."""

    outcomes: tuple[Outcome, ...] = ()
    shares: pd.DataFrame = field(default_factory=pd.DataFrame)
    rate_outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Densities(Result):
    """Events per 100 person-days, several a patient. rows: strata outcome n_event person_time estimate conf_low
    conf_high reason."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, kw_only=True)
class Forest(Result):
    """One number per subgroup, the whole first. rows: factor strata n n_event estimate conf_low conf_high reason...;
    factors: the variables by code; tests: factor statistic df p_value p_holm reason, of whether its levels differ."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    tests: pd.DataFrame = field(default_factory=pd.DataFrame)
    factors: Mapping[str, str] = field(default_factory=dict)
    x_title: str = ""


@dataclass(frozen=True, kw_only=True)
class Ratios(Result):
    """One hazard ratio per row. rows: strata n_waiting n_exposed events_waiting events_exposed estimate conf_low
    conf_high p_value reason."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    x_title: str = ""


@dataclass(frozen=True, kw_only=True)
class Courses(Result):
    """Measurements of single patients over days. rows: USUBJID ADY VALUE KIND WORDS ..., those that are drawn."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, kw_only=True)
class States(Result):
    """Shares of patients in states over time. curve: strata outcome time order estimate conf_low conf_high faded;
    expected: strata outcome order estimate conf_low conf_high reason (months in each state up to a horizon)."""

    outcomes: tuple[Outcome, ...] = ()
    curve: pd.DataFrame = field(default_factory=pd.DataFrame)
    expected: pd.DataFrame = field(default_factory=pd.DataFrame)
    x_max: float = 36
    x_title: str = "Months from infusion"


@dataclass(frozen=True, kw_only=True)
class DayRanges(Result):
    """Median, quartiles and extremes in days. ranges: strata outcome n median quartile_low quartile_high lowest highest
    reason."""

    ranges: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, kw_only=True)
class Periods(Result):
    """Counts per calendar period. counts: period strata n."""

    counts: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, kw_only=True)
class Baseline(Result):
    """Table 1. cells: variable level variable_label level_label kind strata n total median quartile_low quartile_high,
    a row per level (or measure) and group; kind: measured, level, apart (counted, in no percentage). differences:
    variable difference reason, the largest standardised difference between two groups."""

    cells: pd.DataFrame = field(default_factory=pd.DataFrame)
    differences: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, kw_only=True)
class Headline(Result):
    """The numbers everybody asks first. rows: outcome strata n_event n estimate conf_low conf_high months reason
    reason_time among (of whom), out (who of the group is not in n, in words)."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, kw_only=True)
class Flow(Result):
    """Stages and the reasons between them. stages: stage kind n total share."""

    stages: pd.DataFrame = field(default_factory=pd.DataFrame)


def refused(cohort: Cohort, sentence: str, reason: str) -> Refusal:
    """Nobody is in the figure, because the analysis is not defined for this cohort. reason: the same in a few words."""
    nobody = left_out_frame({REFUSED: (reason, cohort.n)})
    note = Note(REFUSED, sentence)
    return Refusal(cohort=cohort, n=0, patients=pd.DataFrame(columns=PATIENTS), left_out=nobody, notes=(note,))
