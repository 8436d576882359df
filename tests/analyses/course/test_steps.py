"""The strip of steps: the largest losses first, and why more are infused than have a released product."""

from analyses.course.flow import flow
from analyses.course.steps import steps
from endpoints.flow import INFUSED, MADE, MADE_NOT_GIVEN, NO_APHERESIS, NOT_MADE
from figures.tiles import step_data
from tests.analyses.cohorts import sample_cohort


def test_losses_are_counted_by_reason_and_the_largest_stands_first():
    found = flow(sample_cohort())
    n = found.stages.set_index("stage")["n"]
    losses = steps(found).set_index("step").loc[INFUSED, "losses"]
    assert [count for _, count in losses] == sorted((count for _, count in losses), reverse=True)
    deaths = n[f"{MADE_NOT_GIVEN}death"] + n[f"{NOT_MADE}death"]
    assert dict(losses)["Never infused: death"] == deaths > 0
    assert len({words for words, _ in losses}) == len(losses)


def test_who_was_infused_without_a_released_product_is_counted_by_why():
    found = flow(sample_cohort())
    adsl = found.cohort.patients
    infused, released = adsl[adsl["TRTSDT"].notna()], MADE["released"]
    without = dict(steps(found).set_index("step").loc[INFUSED, "without"])
    assert without[NO_APHERESIS] == infused["APHERDT"].isna().sum() > 0 and released not in without
    made = infused[infused["APHERDT"].notna()]["MANUFOUT"]
    assert sum(without.values()) == len(infused) - (made == "released").sum()
    card = next(step for step in step_data(steps(found)) if step["step"] == INFUSED)
    assert card["without"] == f"{sum(without.values())} of them without a released product"
    assert len(card["why"]) == len(without)
