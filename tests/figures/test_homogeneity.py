"""Rates of more than two groups are tested: in the answer line, the table beside, the paragraph, R and the count."""

from dataclasses import replace

import pandas as pd
import pytest

from analyses.course.overview import headline
from analyses.small_cells import protected
from analyses.status.mrd import mrd
from analyses.status.response import response
from analyses.status.toxicity import toxicity_treatment
from analyses.words import p_words
from endpoints.cohort import MISSING
from endpoints.response import BEST
from endpoints.toxicity import CRS
from endpoints.visits import M3
from estimators.homogeneity import homogeneity
from figures.answer import answer_line
from figures.comparison import comparison_table
from figures.figure import figure_of
from figures.multiplicity import shown_tests
from figures.paragraph import paper
from tests.analyses.cohorts import sample_cohort


def response_of(by):
    return response(sample_cohort(by=by), BEST)


def counted(rates: pd.DataFrame, outcome: str):
    known = rates[(rates["outcome"] == outcome) & (rates["strata"] != MISSING) & (rates["n"] > 0)]
    return known["n_event"].to_numpy(int), known["n"].to_numpy(int), known["strata"]


def test_the_answer_line_has_the_test_of_the_rate_that_it_tells():
    found = response_of("product")
    first = found.rates["outcome"].iloc[0]
    test = homogeneity(*counted(found.rates, first))
    assert (
        f"over {len(test.groups)} groups; chi-square {p_words(test.p_value)}, evidence of a difference."
        in answer_line(found, "Best response")
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda cohort: response(cohort, BEST),
        lambda cohort: mrd(cohort, M3),
        lambda cohort: toxicity_treatment(cohort, CRS, "ASTCT"),
        headline,
    ],
    ids=["response", "mrd", "toxicity", "overview"],
)
@pytest.mark.parametrize("by", ["product", "centre", "age_group"])
def test_every_rate_is_tested_over_the_groups_that_are_known(make, by):
    found = make(sample_cohort(by=by))
    rates = getattr(found, "rates", getattr(found, "rows", None))
    for row in found.homogeneity.to_dict("records"):
        test = homogeneity(*counted(rates, row["outcome"]))
        assert MISSING not in row["groups"] and row["groups"] == test.groups
        assert (row["p_value"], row["reason"]) == pytest.approx((test.p_value, test.reason), nan_ok=True)


def test_too_few_are_not_tested_and_the_line_says_why():
    found = response_of("product")
    few = replace(found, homogeneity=found.homogeneity.assign(p_value=float("nan"), reason="few_expected"))
    assert "groups; chi-square: no p-value: an expected count is below 5. Not adjusted." in answer_line(few, "Response")


def test_two_groups_have_their_difference_and_one_has_nothing():
    assert response_of("sex").homogeneity is None and response_of("sex").comparison is not None
    assert response_of("").homogeneity is None


def test_the_table_beside_has_a_row_per_rate_and_every_test_is_counted():
    found = response_of("product")
    table = comparison_table(found)
    assert table["measure"].unique().tolist() == ["chi-square of homogeneity"]
    assert len(table) == len(found.homogeneity) and table["comparison"].str.startswith("5 groups: ").all()
    assert shown_tests(found) == (found.homogeneity["reason"] == "").sum() > 1


def test_method_paragraph_and_r_code_say_how():
    figure = figure_of(response_of("product"), "Best response", code="best")
    words, code = paper(figure)
    assert "Chi-square of homogeneity" in figure.sections
    assert "Pearson's chi-square test of homogeneity of rates" in words and "in R from the file of patients." in words
    assert 'chisq.test(table(k$GROUP, k$AVALC %in% c("CR", "CRi")), correct = FALSE)' in code


def test_rates_of_several_denominators_are_tested_in_r_from_their_counts():
    found = headline(sample_cohort(by="product"))
    words, code = paper(figure_of(found, "Headline numbers", code="headline"))
    assert "The tests can be computed again in R from their counts." in words
    row = found.homogeneity[found.homogeneity["reason"] == ""].iloc[0]
    events = f"c({', '.join(f'{n:g}' for n in row['observed'])})"
    assert code.startswith(f"chisq.test(rbind({events}, c(") and "correct = FALSE)" in code


def test_who_may_see_no_small_cells_sees_no_test_of_exact_counts():
    assert protected(response_of("product"), 8).homogeneity is None
