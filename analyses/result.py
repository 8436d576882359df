"""What an estimation gives to a figure, and the patients it is made from: shared by every kind of estimate."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from charts.theme import Series, series_of_groups
from endpoints.study import Study
from estimators.group_test import Test
from pages.parts.data.study import answer, derived
from pages.parts.session.sidebar import Cohort

NUMBERS = [
    "strata",
    "outcome",
    "measure",
    "months",
    "n_risk",
    "result",
    "n",
    "n_event",
    "estimate",
    "conf_low",
    "conf_high",
    "reason",
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
    "EVNTDESC",
    "CNSDTDSC",
]

REMEMBERED_PATIENTS = 2_000
REFUSED = "not defined for this population"


@dataclass(frozen=True)
class Estimates:
    """Everything a figure needs: frames for the charts, numbers as shown, patients behind them, who is left out."""

    n: int
    numbers: pd.DataFrame
    patients: pd.DataFrame
    left_out: pd.DataFrame
    curve: pd.DataFrame | None = None
    risk: pd.DataFrame | None = None
    series: tuple[Series, ...] = ()
    outcomes: tuple[Series, ...] = ()
    x_max: float = 36
    x_title: str = "Months"
    notes: tuple[str, ...] = ()
    test: Test | None = None
    tested_by: Callable | None = None
    rates: pd.DataFrame | None = None
    by_row: bool = False  # the rows have denominators of their own, told beside each
    of_one: bool = False  # one chosen patient


def kept(study: Cohort, name: str, derive: Callable[[Study], Any]) -> Any:
    """`derive(Study)`, kept between reruns under dataset, rules and name; filters come after and are not in the key."""
    return derived(study.loaded, study.rules, name, lambda: derive(study.study))


def remembered(estimate: Callable) -> Callable:
    """Decorator of `estimate(study, ...)`: asked again for the same request, it gives what it found before.

    Many reruns ask the same: a filter undone, a tab or a section opened, a row chosen, the cohort everybody begins
    with. Only for the cohort as it was chosen, and not for large ones, whose figures would fill the memory.
    """

    @functools.wraps(estimate)
    def ask(study: Cohort, *arguments: Any, **named: Any) -> Any:
        found = functools.partial(estimate, study, *arguments, **named)
        if not study.is_chosen or study.n > REMEMBERED_PATIENTS:
            return found()
        return answer(found, cohort=study.key, estimate=estimate, arguments=arguments, named=named)

    return ask


def in_groups(study: Cohort, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows (one per patient) of the cohort's members with CODE and GROUP; a patient of two groups stands in both.

    Found by position: a merge costs four times as much, and every figure does this.
    """
    labels = {group.code: group.label for group in study.groups}
    known = pd.Index(rows["USUBJID"].to_numpy(object), dtype=object)
    place = known.get_indexer(study.members["USUBJID"].to_numpy(object))
    order = np.argsort(place, kind="stable")
    order = order[place[order] >= 0]
    code = study.members["GROUP"].take(order).reset_index(drop=True)
    return rows.take(place[order]).reset_index(drop=True).assign(CODE=code, GROUP=code.map(labels))


def among(usubjid: pd.Series, others: pd.Series) -> np.ndarray:
    """True per identifier that is one of `others`. By position: `isin` of texts costs four times as much."""
    return pd.Index(others.unique()).get_indexer(usubjid) >= 0


def in_order_of_number(reasons: pd.Series) -> dict[str, int]:
    """{reason: n}, the most frequent first, of equal ones the first met."""
    return reasons.value_counts(sort=False).sort_values(ascending=False, kind="stable").to_dict()


def group_series(study: Cohort) -> tuple[Series, ...]:
    """Colour, dash and shape of the compared groups, in reading order."""
    return series_of_groups((group.label, group.style) for group in study.groups)


def left_out_of(study: Cohort, counts: dict[str, int]) -> pd.DataFrame:
    """Columns reason, n: who of the cohort is not in a figure by group, levels that are not compared included."""
    levels = study.left_out_levels
    return reasons_frame(counts | dict(zip(levels["reason"], levels["n"].tolist(), strict=True)))


def reasons_frame(counts: dict[str, int]) -> pd.DataFrame:
    return pd.DataFrame(
        {"reason": pd.Series(list(counts), dtype="str"), "n": pd.Series(list(counts.values()), dtype="int64")}
    )


def refused(study: Cohort, sentence: str) -> Estimates:
    return Estimates(
        n=0,
        numbers=pd.DataFrame(columns=NUMBERS),
        patients=pd.DataFrame(columns=PATIENTS),
        left_out=reasons_frame({REFUSED: study.n}),
        notes=(sentence,),
    )


def published_rows(study: Cohort) -> list[pd.DataFrame]:
    """ADSL of each compared group, for finding the published figures that may stand beside it."""
    people = [study.members.loc[study.members["GROUP"] == group.code, "USUBJID"] for group in study.groups]
    return [study.adsl[study.adsl["USUBJID"].isin(ids)] for ids in people]


def patients_of(study: Cohort) -> pd.DataFrame:
    """The filtered patients: ADSL with the name of the compared group."""
    rows = in_groups(study, study.adsl)
    return rows[["USUBJID", "GROUP", *(c for c in study.adsl.columns if c != "USUBJID")]]


def percent(estimate: float, low: float, high: float) -> str:
    """'81 % (71-89)'; without limits the reason stands: none exist at 0 % and 100 % on the log-log scale,
    and limits that are the estimate itself (before the first event) would claim certainty."""
    if np.isnan(estimate):
        return ""
    words = "< 1" if 0 < estimate <= 0.005 else "> 99" if 0.995 <= estimate < 1 else f"{100 * estimate:.0f}"
    limits = "no interval" if np.isnan(low) or np.isnan(high) or low == high else f"{100 * low:.0f}-{100 * high:.0f}"
    return f"{words} % ({limits})"


def short(result: str) -> str:
    """A result as it stands beside a plot: "not estimable" without its reason, which has a column of its own."""
    return result.split(":")[0]


def without_reasons(numbers: pd.DataFrame) -> pd.DataFrame:
    """The numbers for a screen: a result that repeats its reason keeps its first words, the remark has the rest."""
    if not {"result", "reason"} <= set(numbers.columns):
        return numbers
    pairs = zip(numbers["result"].astype("str"), numbers["reason"].fillna("").astype("str"), strict=True)
    return numbers.assign(result=[short(result) if reason and reason in result else result for result, reason in pairs])


def fraction(n: int, total: int, share: float, low: float, high: float) -> str:
    """'61/75, 81 % (71-89)'."""
    return f"{int(n)}/{int(total)}, {percent(share, low, high)}" if total else "no patients"


@remembered
def patients_with_course(study: Cohort) -> pd.DataFrame:
    """ADSL of every filtered patient, compared or not, with the dates of the course beside it."""
    course = study.study.course
    new = ["USUBJID", *(c for c in course.columns if c not in study.adsl.columns)]
    groups = in_groups(study, study.adsl[["USUBJID"]])[["USUBJID", "GROUP"]]
    rows = study.adsl.merge(groups, on="USUBJID", how="left").merge(course[new], on="USUBJID", how="left")
    return rows[["USUBJID", "GROUP", *(c for c in rows.columns if c not in ("USUBJID", "GROUP"))]]
