"""Who is in a figure: patients by group, who is left out and why; and what is remembered of an analysis."""

import functools
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, left_out_frame
from analyses.memory import canonical
from analyses.protect import outermost


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

    Found by position: a merge costs four times as much, and every figure does this.
    """
    labels = {group.code: group.label for group in cohort.groups}
    place = index_of(rows["USUBJID"]).get_indexer(cohort.members["USUBJID"].to_numpy(object))
    order = np.argsort(place, kind="stable")
    order = order[place[order] >= 0]
    code = cohort.members["GROUP"].take(order).reset_index(drop=True)
    return rows.take(place[order]).reset_index(drop=True).assign(CODE=code, GROUP=code.map(labels))


def among(usubjid: pd.Series, others: pd.Series) -> np.ndarray:
    """True per identifier that is one of `others`. By position: `isin` of texts costs four times as much."""
    index = index_of(others)
    wanted = usubjid.to_numpy(object)
    return (index if index.is_unique else index.unique()).get_indexer(wanted) >= 0


class Indexes:
    """The index of a column of identifiers, made once: every figure of a cohort asks for the same patients, and to
    hash 100,000 texts takes longer than to find them. A column is known by where its texts lie."""

    def __init__(self, most: int):
        self._most, self._lock = most, threading.Lock()
        self._made: OrderedDict[tuple[int, int], tuple[np.ndarray, pd.Index]] = OrderedDict()

    def __call__(self, column: pd.Series) -> pd.Index:
        texts = column.to_numpy(object)
        where = (texts.__array_interface__["data"][0], len(texts))
        with self._lock:
            held = self._made.pop(where, None) or (texts, pd.Index(texts, dtype=object))
            self._made[where] = held  # the texts are held, too: nothing else can come to lie there
            if len(self._made) > self._most:
                self._made.popitem(last=False)
            return held[1]


index_of = Indexes(12)


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
