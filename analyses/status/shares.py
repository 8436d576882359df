"""Status variables and rates per group: n/N with the exact interval."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.members import in_groups, left_out_of, of_group, rows_of_groups
from analyses.result import Behind, Note, Outcome, Shares
from analyses.status.differences import compared
from endpoints.status import THERAPY_WITHOUT_REMISSION, THERAPY_WORDS, Class
from estimators.proportion import proportion

SHARES = ["strata", "outcome", "n", "total", "share", "conf_low", "conf_high", "reason"]
OTHERWISE = ("not_in_figure", "not in this figure")
Rate = tuple[Outcome, pd.Series, pd.Series]  # what it is, numerator and denominator over the rows


def shares_by_group(
    cohort: Cohort,
    rows: pd.DataFrame,
    classes: Sequence[Class],
    left_out: pd.DataFrame | None = None,
    otherwise: tuple[str, str] = OTHERWISE,
) -> Shares:
    """A status variable (USUBJID, AVALC) per group: n, share of those who count, exact interval, for every class.

    left_out: who of the cohort is not in it, where the classes do not say; otherwise: why a patient has no row.
    """
    anybody = set(rows["AVALC"])  # a legend that followed the filters would make another picture at every click
    rows = in_groups(cohort, rows)
    counted = [c for c in classes if c.counts]
    n = _counts(cohort, rows, counted)
    table = proportion(n.ravel(), np.repeat(n.sum(axis=1), len(counted))).assign(
        strata=np.repeat([group.code for group in cohort.groups], len(counted)),
        outcome=[c.code for c in counted] * len(cohort.groups),
    )
    shares = table.rename(columns={"n_event": "n", "n": "total", "estimate": "share"})[SHARES]
    patients = _status_patients(rows, counted)
    return Shares(
        cohort=cohort,
        n=patients["USUBJID"].nunique(),
        patients=patients,
        left_out=_left_out(cohort, rows, classes, otherwise) if left_out is None else left_out,
        numbers=shares,
        shares=shares[shares["outcome"].isin(anybody)].reset_index(drop=True),
        strata=cohort.groups,
        outcomes=tuple(Outcome(c.code, c.label) for c in counted),
    )


def _counts(cohort: Cohort, rows: pd.DataFrame, classes: Sequence[Class]) -> np.ndarray:
    found = Counter(zip(rows["CODE"].to_numpy(object), rows["AVALC"].to_numpy(object), strict=True))
    counts = [[found[group.code, c.code] for c in classes] for group in cohort.groups]
    return np.array(counts, int).reshape(len(cohort.groups), len(classes))


def _left_out(cohort: Cohort, rows: pd.DataFrame, classes: Sequence[Class], otherwise: tuple[str, str]) -> pd.DataFrame:
    """Compared patients whose class does not count, by class, and those who have none."""
    once = rows.drop_duplicates("USUBJID")
    away = Counter(once["AVALC"].to_numpy(object))
    reasons = {c.code: (c.label.lower(), away[c.code]) for c in classes if not c.counts}
    without = cohort.members["USUBJID"].nunique() - len(once)
    return left_out_of(cohort, reasons | {otherwise[0]: (otherwise[1], without)})


def _status_patients(rows: pd.DataFrame, classes: Sequence[Class]) -> pd.DataFrame:
    rows = rows.assign(AVALCAT=rows["AVALC"].map({c.code: c.label for c in classes}))
    columns = ["USUBJID", "GROUP", *(c for c in rows.columns if c not in ("USUBJID", "GROUP", "CODE"))]
    return rows.loc[rows["AVALCAT"].notna(), columns]


def rates_by_group(cohort: Cohort, rows: pd.DataFrame, rates: Sequence[Rate]) -> pd.DataFrame:
    """Rates per group: strata outcome n_event n estimate conf_low conf_high reason. One row per rate and group; rows:
    of the whole dataset, numerators and denominators run along it."""
    arms = rows_of_groups(cohort, rows["USUBJID"])
    marks = [((event & among).to_numpy(bool), among.to_numpy(bool)) for _, event, among in rates]
    n = [[np.count_nonzero(mark[arm]) for mark in pair] for pair in marks for arm in arms]
    return proportion(*np.array(n, dtype=int).reshape(-1, 2).T).assign(
        outcome=[outcome.code for outcome, _, _ in rates for _ in cohort.groups],
        strata=[group.code for group in cohort.groups] * len(rates),
    )


def behind_rates(cohort: Cohort, rows: pd.DataFrame, rates: Sequence[Rate]) -> Behind:
    """Who is in the denominator of a rate in a group: behind(group, rate). rows, rates: as of `rates_by_group`."""

    def behind(strata: str, outcome: str) -> pd.Series:
        among = next(among for one, _, among in rates if one.code == outcome)
        return of_group(cohort, rows.loc[among.to_numpy(bool), "USUBJID"], strata)

    return behind


def with_rates(result: Shares, rates: pd.DataFrame, outcomes: Sequence[Outcome], behind: Behind) -> Shares:
    """The shares with rates beneath them: drawn, and first in the numbers. A rate of one class stands there already."""
    known = {outcome.code for outcome in result.outcomes}
    rows = rates[~rates["outcome"].isin(known)].rename(columns={"n_event": "n", "n": "total", "estimate": "share"})
    numbers = pd.concat([rows, result.numbers], ignore_index=True)[SHARES]
    beside = compared(result.cohort, rates)
    return replace(result, numbers=numbers, rates=rates, rate_outcomes=tuple(outcomes), behind=behind, **beside)


def therapy_note(result: Shares) -> tuple[Note, ...]:
    """What the short name of a class stands for, where anybody drawn is in it."""
    n = result.numbers.loc[result.numbers["outcome"] == THERAPY_WITHOUT_REMISSION.code, "n"]
    return (Note("therapy", THERAPY_WORDS),) if n.sum() else ()
