"""B-cell aplasia: rules, confirmation, ends of observation, population; time zero is day 0, entry the first sample."""

import pandas as pd
import pytest

from tests.endpoints.reading import milestones, outcome, outcomes, row, words
from tests.literal import patient


def percent(day, value, **more):
    return dict(day=day, cd19_pct_lymphocytes=float(value)) | more


def sampled(*samples, **more):
    """A patient in remission on day 28 with B-cell samples."""
    return patient("P1", **{"responses": {28: "CR"}} | more, b_cells=samples)


def counted(*values):
    """A patient with blood samples {day: % of lymphocytes}, as (day, percent)."""
    return sampled(*(percent(*value) for value in values))


APLASTIC = (percent(28, 0), percent(60, 0))
CONFIRMED = dict(bca_rule="pct1_abs100_confirmed")


# The three rules


def test_default_rule_is_3_percent_of_lymphocytes_in_blood():
    assert milestones("BCALOSDT", counted((60, 2.9)), counted((60, 3))) == [None, 60]


def test_default_rule_is_also_1_percent_normal_b_cells_in_marrow():
    marrow = [sampled(dict(day=60, specimen="BM", normal_b_pct_marrow=value)) for value in (0.9, 1.0)]
    assert milestones("BCALOSDT", *marrow) == [None, 60]


def test_percent_of_lymphocytes_in_marrow_does_not_count_for_the_blood_rule():
    one = sampled(percent(60, 50, specimen="BM"))
    assert milestones("BCALOSDT", one) == [None]
    assert outcome("BCA", one) == "no usable B-cell sample after first remission"


def test_default_rule_needs_no_confirmation():
    assert outcome("BCA", counted((60, 0), (90, 5), (120, 0))) == (90, "loss")


def test_cincinnati_rule_is_more_than_1_percent_in_blood():
    assert milestones("BCALOSDT", counted((60, 1), (90, 1)), counted((60, 1.1), (90, 1.1)), **CONFIRMED) == [None, 60]


def test_cincinnati_rule_is_also_more_than_100_per_microlitre_in_blood():
    both = [sampled(*(dict(day=day, cd19_per_ul=value) for day in (60, 90))) for value in (100.0, 101.0)]
    assert milestones("BCALOSDT", *both, **CONFIRMED) == [None, 60]


def test_cincinnati_rule_looks_at_blood_only():
    one = sampled(*(dict(day=day, specimen="BM", normal_b_pct_marrow=9.0) for day in (60, 90)))
    assert outcome("BCA", one, **CONFIRMED) == "no usable B-cell sample after first remission"


def test_absolute_rule_is_a_count_that_can_be_edited():
    both = [sampled(dict(day=60, cd19_per_ul=value)) for value in (60.0, 100.0)]
    assert milestones("BCALOSDT", *both, bca_rule="absolute") == [None, 60]
    assert milestones("BCALOSDT", *both, bca_rule="absolute", bca_count=50.0) == [60, 60]


def test_a_missing_count_is_lymphocytes_times_percent():
    one = sampled(percent(60, 5, lymphocytes_per_ul=2000.0))
    assert milestones("BCALOSDT", one, bca_rule="absolute") == [60]


def test_b_cells_below_the_limit_are_a_sample_that_is_not_over():
    assert outcome("BCA", sampled(dict(day=60, below_limit=True))) == (60, "censored")


# Population, origin, entry


def test_population_is_first_remission_and_a_sample():
    found = outcomes("BCA", counted((60, 0)), sampled(percent(60, 0), responses={28: "NR"}), sampled())
    assert found == [(60, "censored"), "no first remission", "no usable B-cell sample after first remission"]


def test_samples_before_first_remission_are_ignored_because_they_may_count_leukaemia():
    assert outcomes("BCA", counted((20, 50), (60, 0)), counted((20, 50))) == [
        (60, "censored"),
        "no usable B-cell sample after first remission",
    ]


def test_a_sample_on_the_day_of_first_remission_counts():
    assert outcome("BCA", counted((28, 0))) == (28, "censored")


def test_origin_is_day_0_and_entry_the_first_usable_sample_after_first_remission():
    found = row("BCA", counted((20, 50), (60, 0), (90, 5)))
    assert (found["ENTRY"], found["AVAL"], found["STARTDT"]) == (59, 90, found["TRTSDT"])


# Event


def test_event_is_the_first_sample_over_the_rule():
    found = row("BCA", counted((60, 0), (90, 5), (120, 9)))
    assert (found["AVAL"], found["CNSR"], found["EVNTDESC"]) == (
        90,
        0,
        "loss of B-cell aplasia: B cells above threshold",
    )


def test_blood_and_marrow_of_one_day_are_one_sample_over_when_either_is():
    one = sampled(percent(60, 0), dict(day=60, specimen="BM", normal_b_pct_marrow=2.0))
    assert milestones("BCALOSDT", one) == [60]


def test_confirmed_event_is_the_first_of_two_at_least_7_days_apart():
    assert milestones("BCALOSDT", counted((60, 2), (66, 2)), counted((60, 2), (67, 2)), **CONFIRMED) == [None, 60]


def test_a_run_of_samples_over_the_rule_of_7_days_counts_from_its_first():
    assert milestones("BCALOSDT", counted((60, 2), (65, 2), (68, 2)), **CONFIRMED) == [60]


def test_a_sample_below_between_resets():
    found = milestones(
        "BCALOSDT", counted((60, 2), (63, 0), (70, 2)), counted((60, 2), (80, 0), (90, 2), (97, 2)), **CONFIRMED
    )
    assert found == [None, 90]


def test_an_unconfirmed_last_sample_is_censored_there_and_shown_as_suspected():
    one = counted((60, 0), (90, 2))
    found = row("BCA", one, **CONFIRMED)
    assert (found["AVAL"], found["CNSR"]) == (90, 1)
    assert (found["CNSCD"], found["CNSDTDSC"]) == (
        "suspected",
        "suspected loss: last B-cell sample above the threshold, unconfirmed",
    )
    assert milestones("BCASUSDT", one, **CONFIRMED) == [90]


def test_an_unconfirmed_sample_that_a_later_one_contradicts_is_not_suspected():
    one = counted((60, 2), (90, 0))
    assert (outcome("BCA", one, **CONFIRMED), milestones("BCASUSDT", one, **CONFIRMED)) == ((90, "censored"), [None])


def test_a_first_usable_sample_over_is_an_event_there_counted_as_never_aplastic():
    early, late = counted((40, 5), (60, 0)), counted((40, 0), (60, 5))
    assert outcomes("BCA", early, late) == [(40, "loss"), (60, "loss")]
    assert words("NEVERAP", early, late) == [True, False]
    found = row("BCA", early)
    assert (found["EVNTCD"], found["DETAILCD"]) == ("loss", "never_aplastic")
    assert found["EVNTDESC"] == "loss of B-cell aplasia: never aplastic, first sample above the threshold"


def test_never_aplastic_with_confirmation_is_the_first_sample_of_a_confirmed_run():
    assert words("NEVERAP", counted((40, 5), (60, 5)), counted((40, 5), (60, 0), (90, 5), (99, 5)), **CONFIRMED) == [
        True,
        False,
    ]


def test_no_sample_means_not_never_aplastic():
    assert words("NEVERAP", sampled()) == [False]


# Relapse as loss


def test_a_cd19_positive_relapse_counts_as_loss():
    one = sampled(*APLASTIC, relapses=[dict(day=100, cd19_status="positive")])
    assert outcome("BCA", one) == outcome("BCACI", one) == (100, "loss")
    assert row("BCA", one)["EVNTDESC"] == "CD19-positive relapse, counted as loss"


def test_a_cd19_positive_relapse_ends_observation_when_switched_off():
    one = sampled(*APLASTIC, percent(150, 0), relapses=[dict(day=100, cd19_status="positive")])
    assert outcome("BCA", one, bca_relapse="no") == (100, "censored")
    assert outcome("BCACI", one, bca_relapse="no") == (100, "relapse")


def test_b_cells_that_recover_before_the_relapse_are_the_loss():
    one = sampled(*APLASTIC, percent(90, 5), relapses=[dict(day=100, cd19_status="positive")])
    assert outcome("BCA", one) == (90, "loss")


def test_a_molecular_cd19_positive_relapse_counts_only_under_the_global_switch():
    one = sampled(*APLASTIC, relapses=[dict(day=100, level="molecular", cd19_status="positive")])
    assert outcome("BCA", one) == (60, "censored")
    assert outcome("BCA", one, molecular="yes") == (100, "loss")


# Ends

ENDS = {
    "relapse": [
        dict(relapses=[dict(day=100, cd19_status=status)]) for status in ("negative", "lineage_switch", "unknown", None)
    ],
    "transplant": [dict(transplants=[dict(day=100)])],
    "death": [dict(death=100)],
    "new_therapy": [dict(therapies=[dict(day=100, kind="blinatumomab")])],
}


@pytest.mark.parametrize("code", list(ENDS))
def test_other_relapses_transplant_new_therapy_and_death_are_censored_in_the_kaplan_meier_view(code):
    for end in ENDS[code]:
        assert outcome("BCA", sampled(*APLASTIC, percent(150, 9), **end)) == (100, "censored")


@pytest.mark.parametrize("code", list(ENDS))
def test_other_relapses_transplant_new_therapy_and_death_compete_in_the_incidence_view(code):
    for end in ENDS[code]:
        found = row("BCACI", sampled(*APLASTIC, **end))
        assert (found["AVAL"], found["CNSR"]) == (100, 2)
        assert outcome("BCACI", sampled(*APLASTIC, **end)) == (100, code)


@pytest.mark.parametrize("code", list(ENDS))
def test_a_loss_on_the_day_of_an_end_is_a_loss(code):
    one = sampled(*APLASTIC, percent(100, 9), **ENDS[code][0])
    assert outcome("BCA", one) == outcome("BCACI", one) == (100, "loss")


def test_without_event_censoring_is_at_the_last_sample_never_at_last_contact():
    found = row("BCA", sampled(*APLASTIC, last_contact=900))
    assert (found["AVAL"], found["CNSR"], found["CNSCD"]) == (60, 1, "sample")
    assert found["CNSDTDSC"] == "last B-cell sample"
    assert pd.isna(found["EVNTDESC"]) and pd.isna(found["EVNTCD"])


def test_a_later_car_t_ends_observation():
    one = sampled(*APLASTIC, percent(300, 9), courses=[dict(course_number=2, product_code="TISA", infusion_date=200)])
    assert outcome("BCA", one) == (200, "censored")
