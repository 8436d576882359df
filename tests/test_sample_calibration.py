"""The committed sample cohort shows about what is published; where nothing is, it says so."""

from pathlib import Path

import pytest

from tests.calibration import PRODUCTS, SOURCES, TARGETS, lines, ours, theirs, verdict


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("target", TARGETS)
def test_the_sample_is_near_the_published_row_or_has_no_source(product, target):
    assert verdict(product, target) != "OUTSIDE", (ours(product, target), theirs(SOURCES[product, target]))


def test_every_source_is_one_row_of_the_published_figures():
    assert all(0 <= theirs(row)[0] <= 1 for row in SOURCES.values())


def test_the_table_in_the_documentation_is_the_computed_one():
    shown = (Path(__file__).parents[1] / "docs" / "calibration.md").read_text("utf-8")
    assert shown == "\n".join(lines())
