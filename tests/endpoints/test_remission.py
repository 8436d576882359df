"""First remission and new therapy."""

import pytest

from tests.endpoints.reading import milestone, milestones, outcome, word, words
from tests.literal import patient

CAR_T = dict(product_code="TISA", course_number=2, infusion_date=200)


def treated(day, kind, **more):
    """A patient in remission on day 28 who starts a therapy."""
    return patient("P1", **{"responses": {28: "CR"}} | more, therapies=[dict(day=day, kind=kind)])


def test_first_remission_is_the_first_cr_or_cri_and_nothing_else():
    found = milestones(
        "RMSDT",
        *(patient("P1", responses={20: "NR", 28: code, 60: "CR"}) for code in ("CR", "CRi")),
        *(patient("P1", responses={28: code}) for code in ("NR", "RELAPSE", "NE")),
    )
    assert found == [28, 28, None, None, None]


def test_first_remission_is_dated_day_14_or_later():
    assert milestones(
        "RMSDT",
        patient("P1", responses={13: "CR"}),
        patient("P1", responses={13: "CR", 60: "CR"}),
        patient("P1", responses={14: "CR"}),
    ) == [None, 60, 14]


def test_a_remission_after_new_therapy_is_not_the_first_remission():
    assert milestone("RMSDT", treated(27, "chemotherapy")) is None


def test_a_remission_documented_on_the_day_of_new_therapy_was_taken_before_it():
    assert milestone("RMSDT", treated(28, "chemotherapy")) == 28


def test_a_first_remission_after_day_100_is_allowed_and_flagged_late():
    patients = patient("P1", responses={101: "CR"}), patient("P1", responses={100: "CR"}), patient("P1")
    assert (milestones("RMSDT", *patients), words("RMSLATE", *patients)) == ([101, 100, None], [True, False, False])


def test_new_therapy_is_chemotherapy_antibody_dli_or_other():
    kinds = ["chemotherapy", "blinatumomab", "inotuzumab", "dli", "other"]
    patients = [treated(60, kind) for kind in kinds]
    assert (milestones("NEWTHDT", *patients), words("NEWTHCD", *patients)) == ([60] * 5, kinds)
    assert words("NEWTHKND", *patients) == ["chemotherapy", "blinatumomab", "inotuzumab", "DLI", "other therapy"]


def test_any_later_car_t_re_infusion_included_is_new_therapy_from_its_infusion():
    patients = [
        patient("P1", responses={28: "CR"}, courses=[CAR_T | dict(course_intent=intent, enrolment_date=150)])
        for intent in ("reinfusion_bca_loss", "reinfusion_relapse", "new_product")
    ]
    assert (milestones("NEWTHDT", *patients), words("NEWTHKND", *patients)) == ([200] * 3, ["CAR-T"] * 3)


def test_a_later_course_that_was_not_infused_is_no_new_therapy():
    assert milestone("NEWTHDT", patient("P1", courses=[CAR_T | dict(infusion_date=None, enrolment_date=200)])) is None


def test_a_later_car_t_censors_the_censored_endpoint():
    one = patient("P1", responses={28: "CR", 300: "CR"}, courses=[CAR_T])
    assert outcome("EFSC", one) == (200, "censored")


def test_therapy_before_or_on_day_0_is_not_new():
    assert milestone("NEWTHDT", treated(-5, "chemotherapy")) is None
    assert milestone("NEWTHDT", treated(0, "chemotherapy")) is None


def test_new_therapy_is_the_earliest_one():
    one = patient("P1", therapies=[dict(day=90, kind="dli"), dict(day=60, kind="inotuzumab")], courses=[CAR_T])
    assert (milestone("NEWTHDT", one), word("NEWTHKND", one)) == (60, "inotuzumab")


@pytest.mark.parametrize("kind", ["tki", "maintenance"])
@pytest.mark.parametrize("day", [20, 60, 220], ids=["before remission", "in remission", "after relapse"])
def test_tki_and_maintenance_count_only_when_switched_on_whenever_begun(kind, day):
    one = treated(day, kind, responses={18: "NR", 28: "CR", 200: "RELAPSE"})
    assert milestone("NEWTHDT", one) is None
    assert milestone("NEWTHDT", one, maintenance="yes") == day


def test_a_tki_before_the_first_cr_is_no_failure():
    one = treated(79, "tki", responses={28: "NE", 89: "CR"})
    assert outcome("EFS", one) == (89, "censored")
    assert outcome("EFS", one, maintenance="yes") == (79, "failure")


def test_a_tki_in_remission_does_not_hide_a_later_new_therapy():
    one = patient("P1", responses={28: "CR"}, therapies=[dict(day=60, kind="tki"), dict(day=90, kind="dli")])
    assert milestone("NEWTHDT", one) == 90
    assert milestone("NEWTHDT", one, maintenance="yes") == 60


# Bridging to a transplant, a declared switch


@pytest.mark.parametrize(
    ("kind", "lag", "counts"),
    [("blinatumomab", 60, False), ("inotuzumab", 1, False), ("blinatumomab", 61, True), ("chemotherapy", 30, True)],
)
def test_an_antibody_at_most_60_days_before_a_transplant_is_bridging_when_switched_on(kind, lag, counts):
    one = treated(100, kind, transplants=[dict(day=100 + lag)])
    assert milestone("NEWTHDT", one) == 100
    assert milestone("NEWTHDT", one, bridging="yes") == (100 if counts else None)


def test_bridging_is_to_an_allogeneic_transplant():
    one = treated(100, "blinatumomab", transplants=[dict(day=130, kind="autologous")])
    assert milestone("NEWTHDT", one, bridging="yes") == 100
