"""A quantity has one value, everybody is accounted for, and display changes no estimate: on every tab, for the sample
and for generated cohorts with what breaks analyses.

Results say of themselves who is left out (a ValueError where that is not the cohort); here the numbers are held against
each other and against the pictures and files that are made of them.
"""

import csv
import io
from collections import defaultdict
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from analyses.cohort import Choice, Cohort, CohortData, choose, compared_by
from analyses.course.overview import MONTHS as HEADLINE_MONTHS
from analyses.course.overview import headline
from analyses.result import HAZARD_RATIO, MEDIAN, PROBABILITY, Curves, Forest, Refusal, Result, Shares
from analyses.time_to_event.curve import steps
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.subgroups import WHOLE, month_by_subgroup
from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, read_cohort
from endpoints.catalogue import BCA, OS
from endpoints.cohort import FILTER, MAX_GROUPS
from endpoints.rules import DAYS_PER_MONTH
from estimators.kaplan_meier import kaplan_meier
from figures.numbers import worded
from tests.conftest import COMPARED
from tests.every_tab import draw, every_tab
from tests.generated import SHAPES, generated

SEEDS = range(6)  # of each shape: 54 cohorts
BY = ("", "product", "centre", "sex", "burden", "")
COHORTS = [(shape, seed) for shape in SHAPES for seed in SEEDS]
EXACT = 1e-12
FOREST_MONTH = 12
# Values held against another, of a cohort: fewer would mean that figures are no longer asked.
LEAST_OF_SAMPLE, LEAST, LEAST_OF_ONE = 3000, 1000, 500


@lru_cache
def sample() -> CohortData:
    with connect(open_engine(ensure_sample())) as connection:
        dataset = dataset_row(connection)
        tables = read_cohort(connection, dataset, "all")
    cutoff = pd.Timestamp(dataset.data_cutoff)
    return CohortData(dataset.title, cutoff, dataset.version, dataset.source, dataset.synthetic, "all", tables)


def cohort_of(shape: str, seed: int) -> Cohort:
    return choose(generated(seed, shape), Choice(by=BY[seed]))


class Quantities:
    """What figures say, by what it is of: two values under one key are a fault."""

    def __init__(self):
        self.said: dict[tuple, dict[str, float]] = defaultdict(dict)

    def say(self, where: str, key: tuple, value: float) -> None:
        self.said[key][where] = value

    def differences(self) -> list[tuple]:
        return [(key, said) for key, said in self.said.items() if not _equal(list(said.values()))]

    @property
    def compared(self) -> int:
        return sum(len(said) for said in self.said.values() if len(said) > 1)


def _equal(values: list[float]) -> bool:
    return all(np.isclose(values[0], value, rtol=0, atol=EXACT, equal_nan=True) for value in values)


def note_curves(quantities: Quantities, where: str, result: Curves) -> None:
    """Estimates at months of a figure of one endpoint, as probability of being without the event where it is shown as
    probability of the event."""
    endpoints = set(result.patients["PARAMCD"])
    rows = result.numbers[result.numbers["measure"] == PROBABILITY]
    for row in rows.to_dict("records") if len(endpoints) == 1 else ():
        estimate = 1 - row["estimate"] if result.is_failure and not result.is_incidence else row["estimate"]
        origin = result.x_title.replace("Days", "Months")
        key = (*endpoints, result.cohort.by and result.cohort.by.code, row["strata"], row["outcome"], origin)
        quantities.say(where, (*key, row["months"]), estimate)


def note_forest(quantities: Quantities, where: str, result: Forest, paramcd: str, month: int) -> None:
    for row in result.rows.to_dict("records"):
        by = None if row["factor"] == WHOLE else row["factor"]
        quantities.say(where, (paramcd, by, row["strata"], paramcd, result.x_title, month), row["estimate"])


def check_accounts(result: Result) -> None:
    """Each patient once: in the figure, or left out for one reason."""
    if result.of_one:
        return
    assert (result.left_out["n"] > 0).all() and result.left_out["code"].is_unique
    inside = set(result.patients["USUBJID"])
    assert inside <= set(result.cohort.patients["USUBJID"])
    assert result.n == len(inside) or isinstance(result, Refusal)
    assert result.n + result.left_out["n"].sum() == result.cohort.n


def check_codes(result: Result) -> None:
    """What stands in a frame has a label, and labels are told apart."""
    for column, declared in (("strata", result.strata), ("outcome", result.outcomes)):
        labels = [one.label for one in declared]
        assert len(set(labels)) == len(labels), (column, labels)
        if isinstance(result, Curves) and column in result.numbers:
            assert set(result.numbers[column]) <= {one.code for one in declared}, column


def arrays_by(frame: pd.DataFrame, keys: list[str], values: list[str]) -> dict[tuple, list[np.ndarray]]:
    """{keys of a part: its columns as arrays}: thousands of rows are asked for, and frames are slow to ask."""
    parts = frame.groupby(keys, sort=False) if len(frame) else ()
    return {key: [part[name].to_numpy() for name in values] for key, part in parts}


def check_pictures(result: Curves) -> int:
    """The curve that is drawn stands at each month where the table says, wherever it is drawn; the number at risk in
    the table is the number under the curve. Returns how many were compared."""
    drawn = steps(result, 0.0 if result.is_failure or result.is_incidence else 1.0)
    curves = arrays_by(drawn, ["strata", "outcome"], ["time", "estimate"])
    by_outcome = "outcome" in result.risk
    under = {} if by_outcome else arrays_by(result.risk, ["strata", "time"], ["n_risk"])
    compared = 0
    for row in result.numbers[result.numbers["measure"] == PROBABILITY].to_dict("records"):
        time, estimate = curves.get((row["strata"], row["outcome"]), (np.empty(0), np.empty(0)))
        until = time <= row["months"]
        if until.any() and time.max() >= row["months"]:
            assert _equal([estimate[until][-1], row["estimate"]]), row
            compared += 1
        for at_risk in under.get((row["strata"], row["months"]), ()):
            assert set(at_risk) <= {row["n_risk"]}, row
            compared += len(at_risk)
    return compared


def check_whole(result: Curves) -> int:
    """Medians are of the whole curve, however little of it is drawn."""
    curves = arrays_by(result.curve, ["strata", "outcome"], ["time", "estimate"])
    compared = 0
    for row in result.numbers[result.numbers["measure"] == MEDIAN].to_dict("records"):
        time, estimate = curves.get((row["strata"], row["outcome"]), (np.empty(0), np.empty(0)))
        below = time[estimate >= 0.5 - 1e-8] if result.is_failure else time[estimate <= 0.5 + 1e-8]
        assert len(below) == 0 or row["estimate"] >= below.min() / DAYS_PER_MONTH - EXACT
        assert (row["estimate"] != row["estimate"]) == (len(below) == 0)
        compared += 1
    return compared


def check_limits(result: Result) -> None:
    """An estimate lies within its limits; without limits there is a reason, without an estimate, too."""
    for row in result.numbers.to_dict("records") if isinstance(result, Curves) else ():
        if row["measure"] == HAZARD_RATIO:
            assert bool(row["reason"]) == (row["estimate"] != row["estimate"])
            continue
        if row["estimate"] == row["estimate"] and row["conf_low"] == row["conf_low"]:
            assert row["conf_low"] <= row["estimate"] + EXACT
        if row["estimate"] != row["estimate"]:
            assert row["reason"], row


def check_files(figure) -> int:
    """The file has the numbers of the screen."""
    text = figure.csv("numbers", {}).decode("utf-8-sig") if "numbers" in figure.tables else ""
    rows = list(csv.reader(io.StringIO(text.split("\r\n", int(text.split()[1]))[-1], newline=""))) if text else [[]]
    table = figure.tables.get("numbers", pd.DataFrame())
    assert len(rows) == len(table) + 1 or table.empty
    column = next((name for name in ("estimate", "share") if name in table), None)
    if column is None or table.empty:
        return 0
    place = rows[0].index(column)
    written = [float(row[place]) if row[place] else np.nan for row in rows[1:]]
    np.testing.assert_array_equal(written, table[column].to_numpy(float))
    return len(written)


def check_tabs(cohort: Cohort, quantities: Quantities) -> int:
    """Every tab of the cohort; returns how many values were held against another."""
    compared = 0
    for page, tab in every_tab():
        drawn = draw(tab, cohort, with_specs=False)
        for place, result in enumerate(drawn.results):
            check_accounts(result)
            check_codes(result)
            check_limits(result)
            if isinstance(result, Curves) and result.n:
                compared += check_pictures(result) + check_whole(result)
                note_curves(quantities, f"{page}/{tab.code}/{place}", result)
        compared += sum(check_files(figure) for figure in drawn.figures)
    return compared


def check_forests(cohort: Cohort, quantities: Quantities, endpoints=(OS, BCA)) -> None:
    """A row of a forest is the curve of the same patients alone, with delayed entry, too."""
    for endpoint in endpoints:
        forest = month_by_subgroup(cohort, endpoint, FOREST_MONTH)
        note_forest(quantities, "forest", forest, endpoint.paramcd, FOREST_MONTH)
        for factor in set(forest.rows["factor"]) - {WHOLE}:
            levels = set(forest.rows.loc[forest.rows["factor"] == factor, "strata"])
            if len(levels) <= MAX_GROUPS:
                note_curves(quantities, "curve", estimate_endpoint(compared_by(cohort, factor), endpoint, kaplan_meier))


def check_headline(cohort: Cohort, quantities: Quantities) -> None:
    """The headline repeats what the pages estimate."""
    result = headline(cohort)
    for month in HEADLINE_MONTHS:
        curves = estimate_endpoint(cohort, month.endpoint, month.estimator)
        if not curves.n:
            continue
        note_curves(quantities, "page", curves)
        outcome = curves.outcomes[0].code
        for row in result.rows[result.rows["outcome"] == month.code].to_dict("records"):
            by = cohort.by and cohort.by.code
            key = (month.endpoint.paramcd, by, row["strata"], outcome, curves.x_title, month.month)
            quantities.say("headline", key, row["estimate"])


def check_cohort(cohort: Cohort, with_forests: bool) -> int:
    quantities = Quantities()
    compared = check_tabs(cohort, quantities)
    check_headline(cohort, quantities)
    if with_forests:
        check_forests(cohort, quantities)
    assert not quantities.differences()
    return compared + quantities.compared


@pytest.mark.parametrize(("shape", "seed"), COHORTS)
def test_every_quantity_has_one_value_in_generated_cohorts(shape, seed, record_property):
    cohort = cohort_of(shape, seed)
    compared = check_cohort(cohort, with_forests=seed == 0) if cohort.n else 0
    record_property(COMPARED, compared)
    assert compared >= (LEAST_OF_ONE if shape == "one" else LEAST) or not cohort.n


@pytest.mark.parametrize("by", ["", "product", "centre"])
def test_every_quantity_has_one_value_in_the_sample(by, record_property):
    compared = check_cohort(choose(sample(), Choice(by=by)), with_forests=not by)
    record_property(COMPARED, compared)
    assert compared >= LEAST_OF_SAMPLE


@pytest.mark.parametrize("by", ["", "product"])
def test_classes_add_up_to_everybody_who_counts(by):
    cohort = choose(sample(), Choice(by=by))
    for _, tab in every_tab():
        for result in draw(tab, cohort, with_specs=False).results:
            if isinstance(result, Shares) and result.n:
                per_group = result.shares.groupby("strata")["n"].sum()
                totals = result.shares.groupby("strata")["total"].first()
                pd.testing.assert_series_equal(per_group, totals, check_names=False)
                assert len(worded(result)) == len(result.numbers)


def test_two_products_of_one_name_are_two_groups_with_their_code_beside_the_name():
    cohort = choose(generated(1, "twin products"), Choice(by="product"))
    assert {group.code for group in cohort.groups} == {"TISA", "BREXU"}
    assert len({group.label for group in cohort.groups}) == 2
    assert all(group.code in group.label for group in cohort.groups)
    assert FILTER["product"].code == "product"
