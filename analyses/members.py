"""Who is in a figure: patients by group, who is left out and why; and what is remembered of an analysis."""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, left_out_frame
from analyses.identifiers import NUMBERS, among
from analyses.memory import canonical
from analyses.protect import outermost
from endpoints.cohort import Group


def memoised(analysis: Callable) -> Callable:
    """Decorator of `analysis(cohort, ...)`: asked again for the same request, it gives what it found before.

    Many reruns ask the same: a filter undone, a tab or a section opened, a row chosen, the cohort everybody begins
    with. Only for the cohort as it was chosen: a copy made for one figure has the key of the request it comes from.
    """

    @functools.wraps(analysis)
    def ask(cohort: Cohort, *arguments: Any, **named: Any) -> Any:
        return outermost(lambda: exact(cohort, *arguments, **named), cohort)

    def exact(cohort: Cohort, *arguments: Any, **named: Any) -> Any:
        compute = functools.partial(analysis, cohort, *arguments, **named)
        if not cohort.is_chosen:
            return compute()
        request = canonical(cohort=cohort.key, analysis=analysis, arguments=arguments, named=named)
        return cohort.data.memory.recall(request, compute)

    return ask


def in_groups(cohort: Cohort, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows (one per patient) of the cohort's members with CODE and GROUP; a patient of two groups stands in both.

    Found by number: a merge costs ten times as much, and every figure does this.
    """
    place = _row_of_members(cohort, rows["USUBJID"])
    if np.array_equal(place, np.arange(len(rows))):  # everybody, in this order: the columns are shared, not copied
        return rows.reset_index(drop=True).assign(**_named(cohort, place))
    order = np.argsort(place, kind="stable")
    order = order[place[order] >= 0]
    return rows.take(place[order]).reset_index(drop=True).assign(**_named(cohort, order))


def _row_of_members(cohort: Cohort, usubjid: pd.Series) -> np.ndarray:
    """The place of every member among identifiers of which each stands there once; -1: nowhere."""
    (own, members), n = NUMBERS(usubjid, cohort.members["USUBJID"])
    at = np.full(n, -1)
    at[own] = np.arange(len(own))
    return at[members]


def rows_of_groups(cohort: Cohort, usubjid: pd.Series) -> list[np.ndarray]:
    """Per compared group the places of its patients among identifiers of which each stands there once: what `in_groups`
    and `split` tell apart, for whoever needs arrays only."""
    place = _row_of_members(cohort, usubjid)
    known = [place[members] for members in cohort.rows_of_groups]
    return [rows[rows >= 0] for rows in known]


def of_group(cohort: Cohort, usubjid: pd.Series, code: str) -> pd.Series:
    """Those of the identifiers (each stands there once) that are in one compared group."""
    place = [group.code for group in cohort.groups].index(code)
    return usubjid.iloc[rows_of_groups(cohort, usubjid)[place]]


def _named(cohort: Cohort, order: np.ndarray) -> dict[str, Any]:
    """CODE and GROUP (the label) of the members in that order."""
    codes, found = pd.factorize(cohort.members["GROUP"].take(order).to_numpy(object))
    labels = {group.code: group.label for group in cohort.groups}
    words = (found, [labels.get(code) for code in found])
    return {name: _text(of, codes) for name, of in zip(("CODE", "GROUP"), words, strict=True)}


def _text(words: Iterable[str | None], codes: np.ndarray) -> Any:
    return pd.array(np.array(words, dtype=object), dtype="str").take(codes)


def split(rows: pd.DataFrame, groups: Iterable[Group]) -> list[pd.DataFrame]:
    """The rows of each group by their CODE, told apart once: there can be very many rows, and a group per year."""
    codes, found = pd.factorize(rows["CODE"].to_numpy(object))
    number = {code: i for i, code in enumerate(found)}
    return [rows[codes == number.get(group.code, -1)] for group in groups]


def in_order_of_number(reasons: Iterable[str]) -> dict[str, int]:
    """{reason: n}, the most frequent first, of equal ones the first met."""
    words = reasons.to_numpy(object) if isinstance(reasons, pd.Series) else reasons  # one by one, a Series is slow
    return dict(Counter(words).most_common())


def left_out_of(cohort: Cohort, reasons: Mapping[str, int] | Mapping[str, tuple[str, int]]) -> pd.DataFrame:
    """Columns code, reason, n: who of the cohort is not in a figure by group, levels that are not compared included.

    reasons: {words: n}, where the words are the code, too, or {code: (words, n)}.
    """
    coded = {code: n if isinstance(n, tuple) else (code, n) for code, n in reasons.items()}
    return pd.concat([left_out_frame(coded), cohort.left_out_levels], ignore_index=True)


def everybody_else(cohort: Cohort, inside: pd.Series, code: str, words: str) -> pd.DataFrame:
    """left_out of a figure whose patients are `inside` (USUBJID): every other compared patient has the one reason."""
    compared = cohort.members["USUBJID"].drop_duplicates()
    return left_out_of(cohort, {code: (words, int((~among(compared, inside)).sum()))})


def patients_of(cohort: Cohort) -> pd.DataFrame:
    """The compared patients: ADSL with the name of the compared group."""
    rows = in_groups(cohort, cohort.patients)
    return rows[["USUBJID", "GROUP", *(column for column in cohort.patients.columns if column != "USUBJID")]]


@memoised
def patients_with_course(cohort: Cohort) -> pd.DataFrame:
    """ADSL of every filtered patient, compared or not, with the dates of the course beside it."""
    course = cohort.whole.course
    new = ["USUBJID", *(column for column in course.columns if column not in cohort.patients.columns)]
    groups = in_groups(cohort, cohort.patients[["USUBJID"]])[["USUBJID", "GROUP"]]
    rows = cohort.patients.merge(groups, on="USUBJID", how="left").merge(course[new], on="USUBJID", how="left")
    return rows[["USUBJID", "GROUP", *(column for column in rows.columns if column not in ("USUBJID", "GROUP"))]]
