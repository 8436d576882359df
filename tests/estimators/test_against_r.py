"""Every number that R also computes equals R's to 1e-8 (tests/oracle)."""

import pytest

from tests.oracle.comparisons import TOLERANCE, analyses
from tests.oracle.largest_difference import table

ANALYSES = list(analyses())


@pytest.mark.parametrize("comparisons", [a[2] for a in ANALYSES], ids=[f"{a[0]}: {a[1]}" for a in ANALYSES])
def test_every_value_of_the_analysis_equals_r(comparisons):
    made = list(comparisons())
    assert sum(c.compared for c in made) > 0
    assert [(c.estimator, c.quantity, c.difference) for c in made if c.difference > TOLERANCE] == []


def test_the_table_of_largest_differences_covers_every_estimator_and_data_set():
    frame = table()
    assert set(frame["data set"]) == {"ovarian", "aml", "mgus2", "heart", "jasa", "transplant", "edge", "proportions"}
    assert {
        "kaplan_meier",
        "quantile",
        "aalen_johansen",
        "logrank",
        "logrank with entry",
        "gray",
        "reverse_kaplan_meier",
        "clopper_pearson",
        "risk_table",
        "cox efron",
        "occupancy",
        "expected_time",
        "simon_makuch",
        "mantel_byar",
        "exposure_effect",
    } <= set(frame["estimator"])
    assert frame["values"].sum() > 20_000
    assert frame["difference"].max() <= TOLERANCE
