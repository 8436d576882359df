"""The text alternative of curves says what is drawn, with the values of the answer line."""

import pytest

from analyses.result import PROBABILITY
from analyses.time_to_event.after_transplant import after_transplant
from analyses.time_to_event.deaths import deaths_by_cause
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.relapse import relapse_split
from analyses.time_to_event.survival import survival
from analyses.words import labels_of, percent
from endpoints.catalogue import CIR, OS
from endpoints.deaths import BY_CAUSE
from endpoints.relapse import BY_ESCAPE, NRM_CAUSES
from estimators.aalen_johansen import aalen_johansen
from figures.alt import alt_of
from figures.answer_groups import lower
from figures.pictures import curves, incidences, stacked
from tests.analyses.cohorts import sample_cohort


def test_a_curve_that_stopped_before_the_month_gives_no_number_for_it():
    found = after_transplant(sample_cohort(), "os", "36", "status")
    alt = curves(found, "Overall survival")[0].alt
    assert "MRD-negative, overall survival: 87 % (73-94); " in alt
    assert "MRD-positive, overall survival: too few at risk at 12 months (n = 3)" in alt and "50 % (" not in alt


@pytest.mark.parametrize("endpoint", [BY_ESCAPE, NRM_CAUSES, BY_CAUSE], ids=lambda one: one.paramcd)
def test_a_stack_names_the_areas_that_are_drawn_and_no_other_outcome(endpoint):
    sample = sample_cohort()
    is_death = endpoint is BY_CAUSE
    found = deaths_by_cause(sample, "36") if is_death else relapse_split(sample, endpoint, "36", "Months from infusion")
    picture, _ = stacked(found, len(endpoint.events))
    drawn = set(picture.frame["outcome"])
    labels = labels_of(found.outcomes)
    named = {label for label in labels.values() if f", {lower(label)}: " in picture.alt}
    assert named == drawn
    assert is_death or drawn < set(labels.values())


def test_a_panel_of_one_outcome_names_no_other():
    found = estimate_endpoint(sample_cohort(by="sex"), CIR, aalen_johansen)
    relapse, death, _ = incidences(found)
    assert "death" not in relapse.alt.lower() and "relapse: " not in death.alt.partition("over months")[2]


@pytest.mark.parametrize("by", ["", "product", "centre"])
def test_the_values_are_those_of_the_table_wherever_the_curve_reaches(by):
    found = survival(sample_cohort(by=by), OS, "36", "log-log")
    alt, labels = alt_of("Overall survival", found), labels_of(found.strata)
    rows = found.numbers[(found.numbers["measure"] == PROBABILITY) & (found.numbers["months"] == 12)]
    for row in rows.to_dict("records"):
        words = percent(row["estimate"], row["conf_low"], row["conf_high"])
        is_drawn = row["n_risk"] >= found.min_at_risk and words
        assert (f"{labels[row['strata']]}, overall survival: {words}" in alt) == bool(is_drawn)
