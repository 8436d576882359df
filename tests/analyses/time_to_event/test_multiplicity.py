"""Several tests: pairs with Holm's correction, tests under a forest, how many are shown."""

import numpy as np
import pytest

from analyses.status.response import response_by_subgroup
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.subgroups import month_by_subgroup
from endpoints.catalogue import CIR, OS
from estimators.aalen_johansen import aalen_johansen
from estimators.holm import holm
from estimators.kaplan_meier import kaplan_meier
from estimators.logrank import logrank
from figures.comparison import comparison_table
from figures.multiplicity import counted_tests, in_this_view, shown_tests
from tests.analyses.cohorts import note, sample_cohort


def test_every_pair_of_more_than_two_groups_is_tested_and_corrected_together():
    result = estimate_endpoint(sample_cohort(by="product"), OS, kaplan_meier)
    pairs, k = result.pairs, len(result.strata)
    assert len(pairs) == k * (k - 1) // 2
    np.testing.assert_array_equal(pairs["p_holm"], holm(pairs["p_value"].to_numpy()))
    first = pairs.iloc[0]
    labels = {group.code: group.label for group in result.strata}
    rows = result.patients[result.patients["GROUP"].isin([labels[first["reference"]], labels[first["other"]]])]
    assert first["p_value"] == pytest.approx(logrank(rows["AVAL"], rows["CNSR"] == 0, rows["GROUP"]).p_value)
    table = comparison_table(result)
    assert len(table) == len(pairs) and (table["p_holm"] >= table["p_value"]).all()


def test_two_groups_have_no_pairs_and_competing_outcomes_have_grays_test_of_each():
    two = sample_cohort(by="prior_transplant", groups=("allogeneic", "no"))
    assert estimate_endpoint(two, OS, kaplan_meier).pairs is None
    result = estimate_endpoint(sample_cohort(by="product"), CIR, aalen_johansen)
    assert len(result.pairs) > 1


def test_under_a_forest_the_levels_are_tested_or_with_two_groups_the_interaction():
    levels = month_by_subgroup(sample_cohort(), OS, 12)
    assert "Do the levels of a factor differ?" in note(levels, "levels")
    assert set(levels.tests["factor"]) <= set(levels.rows["factor"])
    two = month_by_subgroup(sample_cohort(by="prior_transplant", groups=("allogeneic", "no")), OS, 12)
    assert "Does the effect of prior transplant differ between levels?" in note(two, "interaction")
    assert "prior_transplant" not in set(two.tests["factor"])
    rates = response_by_subgroup(sample_cohort(), "orr")
    known = rates.tests.dropna()
    assert len(known) and (known["p_holm"] >= known["p_value"]).all()


def test_the_tests_shown_are_counted():
    result = estimate_endpoint(sample_cohort(by="product"), OS, kaplan_meier)
    assert shown_tests(result) == 1 + len(result.pairs)
    assert f"Tests shown here: {shown_tests(result)}" in counted_tests(result)[0].text
    assert counted_tests(estimate_endpoint(sample_cohort(), OS, kaplan_meier)) == ()
    forest = month_by_subgroup(sample_cohort(), OS, 12)
    assert shown_tests(forest) == forest.tests["p_value"].notna().sum()


def test_the_tests_of_several_figures_in_one_view_are_counted_together():
    of_one = estimate_endpoint(sample_cohort(by="product"), OS, kaplan_meier)
    without = estimate_endpoint(sample_cohort(), OS, kaplan_meier)
    forest = month_by_subgroup(sample_cohort(), OS, 12)
    assert in_this_view([of_one, without]) == "" == in_this_view([])
    total = shown_tests(of_one) + shown_tests(forest)
    assert in_this_view([of_one, without, forest]).startswith(f"Tests shown in this view: {total}, of 2 figures.")
