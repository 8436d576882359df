"""Literal patients, and the sample, as a chosen cohort: what a page hands to an analysis, without a screen."""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256

import pandas as pd

from analyses.cohort import Choice, Cohort, CohortData, choose
from analyses.words import labels_of
from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from endpoints.rules import Rules
from tests.literal import PRODUCTS, tables_of
from tests.pages.twelve import AGES, CUTOFF, PATIENTS

DAYS_PER_MONTH = 30.4375
TWELVE = {one["patient"][0]["patient_id"]: one for one in PATIENTS}


def data_of(*people, cutoff=CUTOFF, products=PRODUCTS) -> CohortData:
    """A database of these patients; its version is of its content."""
    version = sha256(repr((people, cutoff, products)).encode()).hexdigest()[:12]
    tables = tables_of(*people, products=products)
    return CohortData("Literal patients", cutoff, version, "tests", True, "all", tables)


def cohort_of(*people, by="", filters=None, groups=(), cutoff=CUTOFF, products=PRODUCTS, **rules) -> Cohort:
    """These patients as the chosen cohort."""
    return choose(data_of(*people, cutoff=cutoff, products=products), _choice(by, filters, groups, rules))


def cohort(by="", filters=None, groups=(), patients=tuple(AGES), **rules) -> Cohort:
    """The twelve, or those of them that are named, as the chosen cohort; what is derived is kept between tests."""
    return choose(_of_the_twelve(patients), _choice(by, filters, groups, rules))


def sample_cohort(by="", filters=None, groups=(), **rules) -> Cohort:
    """The sample as the chosen cohort; what is derived is kept between tests."""
    return choose(sample(), _choice(by, filters, groups, rules))


@lru_cache
def _of_the_twelve(patients: tuple[str, ...]) -> CohortData:
    return data_of(*(TWELVE[name] for name in patients))


@lru_cache(maxsize=1)
def sample() -> CohortData:
    """The sample database, read as the app reads it."""
    with connect(open_engine(ensure_sample())) as connection:
        dataset, tables = dataset_row(connection), fetch_tables(connection, "all")
    cutoff = pd.Timestamp(dataset.data_cutoff)
    return CohortData(dataset.title, cutoff, dataset.version, dataset.source, dataset.synthetic, "all", tables)


def _choice(by: str, filters: dict | None, groups: tuple[str, ...], rules: dict) -> Choice:
    return Choice(rules=Rules(**rules), filters=filters or {}, by=by, groups=groups)


# What a result says -----------------------------------------------------------------------------------------------


def note(result, code: str) -> str:
    """The words of the only note with this code."""
    [words] = notes(result, code)
    return words


def notes(result, code: str) -> list[str]:
    """The words of every note with this code."""
    return [one.text for one in result.notes if one.code == code]


def reasons(result) -> dict[str, int]:
    """{words: n} of who is left out."""
    return dict(zip(result.left_out["reason"], result.left_out["n"].tolist(), strict=True))


def row(result, **where) -> pd.Series:
    """The only row of the numbers with these values (strata, outcome, months, measure)."""
    table = result.numbers
    for name, value in where.items():
        table = table[table[name].isna()] if value is None else table[table[name] == value]
    assert len(table) == 1, f"one row must match {where}, got: {len(table)}"
    return table.iloc[0]


def n_of(result) -> dict[str, int]:
    """{label: n} of the groups that the numbers are of."""
    labels, table = labels_of(result.strata), result.numbers.drop_duplicates("strata")
    return {labels[code]: int(n) for code, n in zip(table["strata"], table["n"], strict=True)}


def labels(items) -> list[str]:
    """The labels of groups or outcomes."""
    return [one.label for one in items]


def people(cohort: Cohort, code: str | None = None) -> Iterator[str]:
    """The identifiers of a cohort, or of one of its groups, from the membership, one by one."""
    for member in cohort.members.itertuples():
        if code is None or code == member.GROUP:
            yield member.USUBJID
