"""Response by burden, remission before, product and day 28 on the twelve by hand; subgroups against the rates."""

import pytest

from analyses.cohort import compared_by, ungrouped
from analyses.status.response import response, response_by, response_by_subgroup, transitions
from analyses.words import labels_of
from endpoints.response import BEST
from figures.numbers import worded
from tests.analyses.cohorts import cohort, note, notes, reasons


def counts(found, outcome):
    """{group: (n, total)} of one class or rate, by their labels."""
    rows, labels = worded(found), labels_of(found.strata)
    rows = rows[rows["outcome"] == outcome]
    assert set(rows["strata"]) <= set(labels.values())
    return {r.strata: (r.n, r.total) for r in rows.itertuples()}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # due: all but P06. Blasts: P01 40 CR, P02 3 CRi, P03 1 CR, P04 80 no remission, P07 60 CR, else missing
        ("cut", {"Low (< cut-off)": (2, 2), "High (≥ cut-off)": (2, 3), "Missing": (3, 4)}),
        (
            "bands",
            {
                "< 5 % blasts": (2, 2),
                "5 to < 25 %": (0, 0),
                "25 to < 50 %": (1, 1),
                "≥ 50 %": (1, 2),
                "Missing": (3, 4),
            },
        ),
        # P01 P02 relapse, P04 P05 refractory, P03 CR with MRD, else missing
        (
            "before",
            {"Not in CR before": (2, 4), "CR before: remission maintained": (1, 1), "Status before not known": (4, 4)},
        ),
        ("made", {"Released": (7, 9)}),
    ],
)
def test_remission_within_three_months_by_what_was_known_before(name, expected):
    found = response_by(cohort(), name)
    assert counts(found, "CR + CRi") == expected
    assert found.n == 9 and reasons(found) == {"not yet due": 1}
    assert found.cohort.by.label and len(found.rates)


def test_burden_follows_the_chosen_cut():
    found = response_by(cohort(burden_cut=50.0), "cut")
    assert counts(found, "CR + CRi") == {"Low (< cut-off)": (3, 3), "High (≥ cut-off)": (1, 2), "Missing": (3, 4)}


def test_what_became_of_each_status_at_day_28():
    found = transitions(cohort())
    # day 28: CR P01 P03 P07 P08 P09 P10, CRi P02, no remission P04, dead P05; P06 is not due at month 3
    assert counts(found, "CR")["Day 28: CR"] == (3, 6)  # P01 P07 P08; P03 transplanted, P09 lost, P10 not assessed
    assert counts(found, "Transplanted in remission")["Day 28: CR"] == (1, 6)
    assert counts(found, "Lost to follow-up")["Day 28: CR"] == (1, 6)
    assert counts(found, "CRi")["Day 28: CRi"] == (1, 1)
    assert counts(found, "No remission")["Day 28: no remission"] == (1, 1)
    assert counts(found, "Died")["Day 28: died"] == (1, 1)
    assert found.n == 9 and found.left_out["n"].tolist() == [1] and found.test is None
    assert found.cohort.by.label == "Status at day 28"


@pytest.mark.parametrize("code", ["orr", "cr"])
def test_a_subgroup_has_the_rate_of_the_cohort_filtered_to_it(code):
    found = response_by_subgroup(cohort(), code).numbers
    outcome = {"orr": "orr", "cr": "CR"}[code]  # a rate of one class stands in the table as that class
    for factor, level, filters in (
        ("", "all", {}),
        ("sex", "female", {"sex": ("female",)}),
        ("product", "TISA", {"product": ("TISA",)}),
    ):
        row = found[(found["factor"] == factor) & (found["strata"] == level)].iloc[0]
        alone = response(cohort(filters=filters), BEST).numbers
        alone = alone[alone["outcome"] == outcome].iloc[0]
        assert (row["n_event"], row["n"]) == (alone["n"], alone["total"])
        assert row["conf_low"] == pytest.approx(alone["conf_low"])


def test_the_cut_of_disease_burden_is_said_beside_labels_that_do_not_name_it():
    words = "High disease burden: ≥ 50 % blasts before lymphodepletion."
    burdened = cohort(burden_cut=50.0)
    assert note(response_by(burdened, "cut"), "burden_cut") == words
    assert note(response_by_subgroup(burdened, "orr"), "burden_cut") == words
    assert not notes(response_by(burdened, "bands"), "burden_cut")


def test_a_figure_with_groups_of_its_own_says_what_it_is_not_compared_by():
    by_product = cohort(by="product")
    assert response_by(by_product, "bands").cohort.not_by == "Product"
    assert transitions(by_product).cohort.not_by == "Product"
    assert ungrouped(by_product).not_by == "Product"
    assert compared_by(by_product, "product").not_by == ""
    assert ungrouped(cohort()).not_by == "" == by_product.not_by


def test_patients_who_are_alike_have_no_subgroups_and_no_words_about_them():
    found = response_by_subgroup(cohort(patients=("P01",)), "orr")
    assert worded(found)["strata"].tolist() == ["Cohort"]
    assert note(found, "one").startswith("One patient") and not notes(found, "exploratory")
