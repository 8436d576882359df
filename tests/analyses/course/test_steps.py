"""The strip of steps: the largest losses first, what stands under a step adds up to it, and why more are infused than
have a released product."""

from itertools import pairwise

import pytest

from analyses.course.flow import flow
from analyses.course.steps import RELEASED, steps
from endpoints.flow import ENROLLED, INFUSED, MADE, NO_APHERESIS, NOT_GIVEN, STEPS
from figures.tiles import step_data
from tests.analyses.cohorts import sample_cohort


def test_losses_are_counted_by_reason_and_the_largest_stands_first():
    found = flow(sample_cohort())
    adsl = found.cohort.patients
    released = adsl[adsl["APHERDT"].notna() & (adsl["MANUFOUT"] == "released") & adsl["TRTSDT"].isna()]
    died = (released["NOTINFRS"] == "death") | (released["NOTINFDT"].isna() & released["DTHDT"].notna())
    losses = steps(found).set_index("step").loc[INFUSED, "losses"]
    assert [count for _, count in losses] == sorted((count for _, count in losses), reverse=True)
    assert dict(losses)[f"{NOT_GIVEN}death"] == died.sum() > 0
    assert len({words for words, _ in losses}) == len(losses)


@pytest.mark.parametrize(
    "filters", [{}, {"product": ("tisa",)}, {"cell_source": ("allogeneic",)}, {"age": (0, 3)}, {"year": ("2026",)}]
)
def test_every_step_is_the_one_before_minus_its_losses_plus_those_without_it(filters):
    rows = steps(flow(sample_cohort(filters=filters))).set_index("step")
    for before, step in pairwise(STEPS):
        lost, gained = (sum(n for _, n in rows.loc[step, name]) for name in ("losses", "without"))
        assert rows.loc[step, "n"] == rows.loc[before, "n"] - lost + gained, step
    lost = sum(n for _, n in rows.loc[INFUSED, "losses"])
    assert rows.loc[INFUSED, "kept"] == rows.loc[RELEASED, "n"] - lost
    assert all(words.startswith("Of these") for words, _ in rows.loc[ENROLLED, "losses"])


def test_who_was_infused_without_a_released_product_is_counted_by_why():
    found = flow(sample_cohort())
    adsl = found.cohort.patients
    infused, released = adsl[adsl["TRTSDT"].notna()], MADE["released"]
    without = dict(steps(found).set_index("step").loc[INFUSED, "without"])
    assert without[NO_APHERESIS] == infused["APHERDT"].isna().sum() > 0 and released not in without
    made = infused[infused["APHERDT"].notna()]["MANUFOUT"]
    assert sum(without.values()) == len(infused) - (made == "released").sum()
    card = next(step for step in step_data(steps(found)) if step["step"] == INFUSED)
    assert card["without"] == f"{(made == 'released').sum()} with a released product, {sum(without.values())} without"
    assert len(card["why"]) == len(without)
