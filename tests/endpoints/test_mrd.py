"""MRD: the class of an assay at both cuts, which assay speaks for a visit, the classes that are not a result."""

import pytest

from endpoints.mrd import CLASSES, derive_mrd
from endpoints.visits import VISIT, VISITS
from tests.endpoints.reading import cohort, day, mrd, mrds
from tests.literal import patient


def assayed(*assays, **more):
    """A patient with bone marrow flow assays (day, result, ...) in remission on day 28."""
    return patient("P1", **{"responses": {28: "CR"}} | more, mrd=assays)


def assay(day, result, level=None, sensitivity=None, **more):
    return dict(day=day, result=result, level=level, sensitivity=sensitivity) | more


def negative(day, sensitivity=1e-4, **more):
    return assay(day, "negative", sensitivity=sensitivity, **more)


def positive(day, level=1e-2, sensitivity=1e-4, **more):
    return assay(day, "positive", level, sensitivity, **more)


def classes(results, **rules):
    """Class at day 28 of one assay per patient: (result, level, sensitivity)."""
    return mrds("D28", *(assayed(assay(28, *result)) for result in results), **rules)


def chosen(*assays):
    """Class at day 28 when these assays compete, given in both orders."""
    one, other = mrds("D28", assayed(*assays), assayed(*reversed(assays)))
    assert one == other
    return one


# The cut 1e-4


def test_negative_needs_a_stated_sensitivity_of_1e_4_or_better():
    assert classes([("negative", None, 1e-4), ("negative", None, 1e-5), ("negative", None, 1e-6)]) == ["negative"] * 3


def test_negative_with_insufficient_or_unknown_sensitivity_is_indeterminate():
    assert (
        classes([("negative", None, 1.1e-4), ("negative", None, 1e-3), ("negative", None, None)])
        == ["indeterminate"] * 3
    )


def test_positive_from_1e_4_or_without_a_level_is_positive():
    assert classes([("positive", 1e-4, 1e-5), ("positive", 0.2, None), ("positive", None, None)]) == ["positive"] * 3


def test_positive_below_1e_4_is_indeterminate():
    assert classes([("positive", 9.9e-5, 1e-5), ("positive", 1e-6, 1e-6)]) == ["indeterminate"] * 2


def test_positive_but_not_quantifiable_is_indeterminate():
    assert classes([("positive_not_quantifiable", None, 1e-5)]) == ["indeterminate"]


def test_a_failed_assay_is_failed_whatever_sensitivity_it_states():
    assert classes([("failed", None, None), ("failed", None, 1e-6)]) == ["failed"] * 2


# The cut "any detectable"


def test_any_detectable_makes_every_positive_positive():
    found = classes(
        [("positive", 1e-7, 1e-7), ("positive", None, None), ("positive_not_quantifiable", None, 1e-5)], mrd_cut="any"
    )
    assert found == ["positive"] * 3


def test_any_detectable_is_negative_only_at_1e_6_or_better_else_indeterminate():
    found = classes(
        [
            ("negative", None, 1e-6),
            ("negative", None, 1e-7),
            ("negative", None, 1e-5),
            ("negative", None, None),
            ("failed", None, None),
        ],
        mrd_cut="any",
    )
    assert found == ["negative", "negative", "indeterminate", "indeterminate", "failed"]


def test_the_sensitivity_asked_under_any_detectable_is_editable_and_leaves_the_other_cut_alone():
    results = [("negative", None, 1e-5), ("negative", None, 1e-4)]
    assert classes(results, mrd_cut="any", mrd_sensitivity="1e-5") == ["negative", "indeterminate"]
    assert classes(results, mrd_cut="any", mrd_sensitivity="1e-4") == ["negative", "negative"]
    assert classes(results, mrd_sensitivity="1e-6") == ["negative", "negative"]


# Which assay speaks for the visit


def test_an_assay_that_did_not_fail_comes_before_marrow():
    assert chosen(assay(28, "failed"), negative(45, specimen="PB")) == "negative"


def test_marrow_comes_before_the_nearest_day():
    assert chosen(positive(45), negative(28, specimen="PB")) == "positive"


def test_the_nearest_day_comes_before_lower_sensitivity():
    assert chosen(positive(29, sensitivity=1e-4), negative(26, sensitivity=1e-6)) == "positive"


def test_lower_sensitivity_comes_before_the_earlier_date():
    assert chosen(negative(26, sensitivity=1e-4), positive(30, sensitivity=1e-6)) == "positive"


def test_an_unknown_sensitivity_comes_last():
    assert chosen(positive(26, sensitivity=None), negative(30, sensitivity=1e-4)) == "negative"


def test_the_earlier_date_comes_before_positive():
    assert chosen(negative(26), positive(30)) == "negative"


def test_positive_comes_before_negative():
    assert chosen(negative(28, method="flow"), positive(28, method="ngs")) == "positive"


def test_only_failed_assays_are_failed():
    assert chosen(assay(27, "failed"), assay(28, "failed")) == "failed"


def test_the_chosen_assay_is_shown_with_method_specimen_level_and_sensitivity():
    found = mrd("D28", assayed(positive(30, 2e-3, 1e-5, method="ngs"), negative(28, specimen="PB")))
    assert [found[c] for c in ("METHOD", "SPECIMEN", "LEVEL", "SENSITIVITY")] == ["ngs", "BM", 2e-3, 1e-5]
    assert day(found["ADT"]) == 30


# Visits

WINDOWS = [
    ("D28", 14, 45, 28),
    ("M3", 60, 120, 91),
    ("M6", 150, 225, 183),
    ("M9", 226, 315, 274),
    ("M12", 316, 455, 365),
    ("M18", 456, 640, 548),
    ("M24", 641, 820, 731),
]


@pytest.mark.parametrize(("visit", "first", "last", "nominal"), WINDOWS)
def test_visits_have_their_windows(visit, first, last, nominal):
    days = (first - 1, first, last, last + 1)
    assert mrds(visit, *(assayed(negative(d), last_contact=900) for d in days)) == [
        "not_assessed",
        "negative",
        "negative",
        "not_assessed",
    ]
    assert chosen_at(visit, positive(nominal), negative(nominal + 1), negative(nominal - 1)) == "positive"


def chosen_at(visit, *assays):
    return mrds(visit, assayed(*assays))[0]


def test_the_visits_are_day_28_and_months_3_6_9_12_18_24():
    assert [(v.code, v.first, v.last, v.nominal) for v in VISITS] == WINDOWS


# Classes that are not a result, as in response 3


def test_not_yet_due_comes_before_everything():
    one = assayed(negative(91), death=100)
    assert (mrds("M3", one, cutoff=119), mrds("M3", one, cutoff=120)) == (["not_due"], ["negative"])


def test_what_happened_before_the_assay_comes_before_its_result():
    found = mrds(
        "M3",
        assayed(negative(91), death=85),
        assayed(negative(91), responses={28: "CR", 70: "RELAPSE"}),
        assayed(negative(91), responses={28: "NR"}, therapies=[dict(day=50, kind="other")]),
        assayed(negative(91), transplants=[dict(day=80)]),
        assayed(negative(91), therapies=[dict(day=80, kind="dli")]),
    )
    assert found == ["died", "relapsed", "therapy_without_remission", "transplanted", "other_therapy"]


def test_what_happened_after_the_assay_does_not_touch_it():
    found = mrds(
        "M3",
        assayed(negative(91), death=92),
        assayed(negative(91), relapses=[dict(day=92)]),
        assayed(negative(91), transplants=[dict(day=91)]),
    )
    assert found == ["negative"] * 3


def test_without_assay_what_happened_by_the_last_day_of_the_window_counts():
    found = mrds(
        "M3",
        assayed(death=120),
        assayed(relapses=[dict(day=120)]),
        assayed(transplants=[dict(day=120)]),
        assayed(last_contact=59),
        assayed(last_contact=60),
    )
    assert found == ["died", "relapsed", "transplanted", "lost", "not_assessed"]


def test_a_failed_assay_does_not_hide_what_happened_before():
    assert mrds("M3", assayed(assay(91, "failed"), transplants=[dict(day=80)])) == ["transplanted"]


def test_an_assay_date_is_shown_only_where_the_assay_decided():
    assert day(mrd("M3", assayed(negative(91), death=85))["ADT"]) is None


def test_every_mrd_class_of_an_infused_patient_is_declared():
    patients = [
        assayed(negative(28)),
        assayed(positive(28)),
        assayed(assay(28, "failed")),
        assayed(death=10),
        assayed(last_contact=5),
        assayed(transplants=[dict(day=20)]),
        patient("P1"),
    ]
    assert set(mrds("D28", *patients)) <= {c.code for c in CLASSES}
    assert [c.code for c in CLASSES if not c.counts] == ["not_due"]


# MRD-negative remission


def test_mrd_negative_remission_is_cr_or_cri_at_the_visit_and_negative():
    found = mrds(
        "M3",
        *(assayed(negative(91), responses={28: "CR", 91: code}) for code in ("CR", "CRi", "NR", "NE")),
        column="MRDNEGRM",
    )
    assert found == [True, True, False, False]


def test_a_negative_assay_without_a_response_at_the_visit_is_no_mrd_negative_remission():
    assert mrds("M3", assayed(negative(91)), column="MRDNEGRM") == [False]


def test_indeterminate_failed_and_not_assessed_are_never_negative():
    in_remission = dict(responses={28: "CR", 91: "CR"})
    found = mrds(
        "M3",
        assayed(negative(91, None), **in_remission),
        assayed(assay(91, "failed"), **in_remission),
        assayed(**in_remission),
        column="MRDNEGRM",
    )
    assert found == [False] * 3


def test_mrd_negative_remission_follows_the_cut():
    one = assayed(negative(91, 1e-5), responses={28: "CR", 91: "CR"})
    assert mrds("M3", one, column="MRDNEGRM") == [True]
    assert mrds("M3", one, column="MRDNEGRM", mrd_cut="any") == [False]


def test_the_headline_denominator_is_every_due_patient():
    study = cohort(assayed(negative(91), responses={28: "CR", 91: "CR"}), assayed(death=20), patient("P1", infused=500))
    found = derive_mrd(study, VISIT["M3"])
    assert (found["AVALC"] != "not_due").tolist() == [True, True, True]
    found = derive_mrd(cohort(patient("P1", infused=900), cutoff=1000), VISIT["M3"])
    assert found["AVALC"].tolist() == ["not_due"]


def test_the_second_denominator_is_remission_with_an_assay_that_did_not_fail_indeterminate_included():
    both = dict(responses={28: "CR", 91: "CR"})
    found = mrds(
        "M3",
        assayed(negative(91), **both),
        assayed(positive(91), **both),
        assayed(negative(91, None), **both),
        assayed(assay(91, "failed"), **both),
        assayed(**both),
        assayed(negative(91), responses={91: "NR"}),
        column="USABLE",
    )
    assert found == [True, True, True, False, False, False]


def test_a_patient_transplanted_between_assay_and_response_is_not_in_either_figure():
    one = assayed(negative(85), responses={28: "CR", 95: "CR"}, transplants=[dict(day=90)])
    found = mrd("M3", one)
    assert (found["AVALC"], found["RESPONSE"], found["MRDNEGRM"], found["USABLE"]) == (
        "negative",
        "transplanted",
        False,
        False,
    )
