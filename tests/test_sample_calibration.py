"""The committed sample cohort shows about what is published; where nothing is, it says so."""

from pathlib import Path

import pytest

from tests.calibration import AGES, PRODUCTS, SOURCES, TARGETS, YEARS, candidates, lines, ours, sample, theirs, verdict


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("target", TARGETS)
def test_the_sample_is_near_the_published_row_or_has_no_source(product, target):
    assert verdict(product, target) != "OUTSIDE", (ours(product, target), theirs(SOURCES[product, target]))


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("target", TARGETS)
def test_no_source_is_said_only_where_no_row_of_the_product_is_published(product, target):
    assert (product, target) in SOURCES or not candidates(product, target)


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_age_group_named_is_that_of_every_patient_of_known_age(product):
    low, high = YEARS[AGES[product]]
    assert sample().adsl.loc[sample().adsl["PRODUCT"] == product, "AGE"].dropna().between(low, high).all()


def test_every_source_is_one_row_of_the_published_figures():
    assert all(0 <= theirs(row)[0] <= 1 for row in SOURCES.values())


def test_the_table_in_the_documentation_is_the_computed_one():
    shown = (Path(__file__).parents[1] / "docs" / "calibration.md").read_text("utf-8")
    assert shown == "\n".join(lines())
