"""What stands around the curve of aplasia: suspected losses, intervals, sampling, MRD as a covariate, landmarks."""

import numpy as np
import pytest

from endpoints.b_cell_course import derive_loss_interval, derive_recovery_class, derive_sampling, derive_suspected
from endpoints.benchmarks import pulsipher_words, ratios
from endpoints.catalogue import BCA, CIR, CIRCD19, EFSC, OS, RFS
from endpoints.dynamic_landmark import LANDMARKS, derive_at_landmark, derive_stack
from endpoints.exposure import EXPOSED, after_relapse, split_at_transplant
from endpoints.landmark import ends_when_moved_on
from endpoints.recovery import LANDMARKS as RECOVERY_LANDMARKS
from endpoints.recovery import derive_by_recovery, derive_by_recovery_and_mrd
from endpoints.time_to_event import derive_tte
from endpoints.transplant import derive_not_in_remission, derive_transplanted, derive_why_done
from tests.endpoints.reading import cohort
from tests.literal import patient

RULE = dict(bca_rule="pct1_abs100_confirmed")


def percent(day, value):
    return dict(day=day, cd19_pct_lymphocytes=float(value))


def sampled(*samples, **more):
    return patient("P1", **{"responses": {28: "CR"}} | more, b_cells=[percent(*s) for s in samples])


# Suspected losses, sampling, intervals


def test_a_last_unconfirmed_sample_by_a_landmark_is_aplasia_and_counted():
    one = sampled((60, 0), (150, 5), (200, 5))
    study = cohort(one, **RULE)
    assert derive_recovery_class(study, 183)["GROUP"].tolist() == ["aplasia"]
    assert (len(derive_suspected(study, 183)), len(derive_suspected(study))) == (1, 0)
    study = cohort(one, **RULE, bca_confirm="no")
    assert derive_recovery_class(study, 183)["GROUP"].tolist() == ["recovered"]
    assert len(derive_suspected(study, 183)) == 0


def test_landmarks_of_recovery_are_days_91_183_274_and_365():
    assert RECOVERY_LANDMARKS == (91, 183, 274, 365)


def test_loss_lies_between_the_last_sample_below_and_the_loss():
    study = cohort(
        sampled((60, 0), (90, 1), (150, 5), (200, 0)),
        sampled((40, 5)),
        sampled((60, 0), (90, 0)),
        sampled((60, 0), relapses=[dict(day=200, cd19_status="positive")]),
    )
    rows = derive_loss_interval(study)
    assert rows[["LEFT", "RIGHT"]].to_numpy().tolist() == [[90, 150], [0, 40], [90, np.inf], [60, 200]]


def test_the_loss_of_the_milestones_is_the_event_of_the_endpoint():
    study = cohort(
        sampled((60, 0), (150, 5)),
        sampled((60, 0), relapses=[dict(day=200, cd19_status="positive")]),
        sampled((60, 0), transplants=[dict(day=100)], relapses=[dict(day=200, cd19_status="positive")]),
        sampled((60, 0)),
    )
    rows = derive_tte(study.course, BCA, study.rules).rows
    dated = study.course["BCALDT"]
    assert rows["ADT"].where(rows["CNSR"] == 0).tolist() == dated.tolist() or (
        rows["ADT"].where(rows["CNSR"] == 0).equals(dated)
    )
    assert dated.notna().tolist() == [True, True, False, False]


def test_sampling_is_the_number_of_days_and_the_median_days_between():
    rows = derive_sampling(cohort(sampled((60, 0), (90, 0), (180, 0)), sampled((60, 0)), sampled()))
    assert rows[["SAMPLES", "LASTDY"]].to_numpy().tolist() == [[3, 180], [1, 60]]
    assert rows["GAP"].tolist()[0] == 60 and np.isnan(rows["GAP"].tolist()[1])


# Recovery with MRD as a second covariate


def assay(day, result, **more):
    return dict(day=day, result=result, sensitivity=1e-4) | more


def test_recovery_and_the_latest_mrd_cut_the_same_observation():
    one = sampled(
        (60, 0),
        (150, 5),
        responses={28: "CR", 300: "CR"},
        mrd=[assay(50, "negative"), assay(100, "positive", level=1e-2), assay(150, "failed"), assay(200, "negative")],
        relapses=[dict(day=250)],
    )
    study = cohort(one)
    rows = derive_by_recovery_and_mrd(study).rows
    pieces = rows[["ENTRY", "AVAL", "ARM", "MRD", "CNSR"]].to_numpy().tolist()
    assert pieces == [
        [59, 100, "aplastic", "negative", 1],
        [100, 150, "aplastic", "positive", 1],
        [150, 200, "recovered", "positive", 1],
        [200, 250, "recovered", "negative", 0],
    ]
    whole = derive_by_recovery(study).rows
    assert (rows["AVAL"] - rows["ENTRY"]).sum() == (whole["AVAL"] - whole["ENTRY"]).sum()


def test_without_an_assay_the_latest_mrd_is_unclear():
    rows = derive_by_recovery_and_mrd(cohort(sampled((60, 0), responses={28: "CR", 90: "CR"}))).rows
    assert rows[["MRD", "MRDPOS"]].to_numpy().tolist() == [["unclear", False]]


# Published ratios


def test_all_published_ratios_of_recovery_stand_in_one_sentence():
    words = pulsipher_words()
    for ratio in (
        "4.5 (2.03-9.97)",
        "3.33 (1.44-7.69, p 0.005)",
        "4.87 (2.18-10.8)",
        "1.27 (0.33-4.79, not significant)",
    ):
        assert ratio in words
    assert "12 (2.87-50)" in words
    assert len([r for r in ratios() if r.study == "PULSIPHER_2022"]) == 5


# Landmarks: those who moved on


def test_by_default_transplant_and_new_therapy_compete_or_are_censored_after_the_landmark():
    incidence, curve = ends_when_moved_on(CIR), ends_when_moved_on(RFS)
    assert [s.code for s in incidence.competing] == ["death", "transplant", "new_therapy"]
    assert [s.code for s in curve.censored_at] == ["transplant_in_doubt", "transplant", "new_therapy"]
    assert (incidence.paramcd, curve.paramcd) == ("CIRMV", "RFSMV")
    assert "Later transplant and new therapy compete." in incidence.definition
    assert [s.code for s in ends_when_moved_on(CIRCD19).competing][-2:] == ["transplant", "new_therapy"]


def test_an_endpoint_that_ends_there_already_is_itself():
    assert ends_when_moved_on(EFSC) == EFSC


# Transplant: landmark in remission, stacked; what comes after relapse


def remitted(**more):
    return patient("P1", **{"responses": {28: "CR", 400: "CR"}} | more)


def test_only_those_in_remission_count_for_the_decision():
    study = cohort(
        remitted(transplants=[dict(day=80)]),
        remitted(transplants=[dict(day=95)]),
        remitted(relapses=[dict(day=85)]),
        remitted(death=90),
        remitted(responses={100: "CR", 400: "CR"}),
    )
    derived = derive_at_landmark(study, OS, 90)
    assert derived.rows["ARM"].tolist() == ["transplanted", "waiting"]
    assert derived.left_out["REASONCD"].tolist() == ["relapsed", "event_before", "not_in_remission"]


def test_the_stack_has_a_row_per_landmark_whose_risk_set_the_patient_is_in():
    study = cohort(remitted(transplants=[dict(day=100)]), remitted(relapses=[dict(day=130)]))
    rows = derive_stack(study, RFS)
    found = rows[["USUBJID", "LANDMARK", "ARM"]].to_numpy().tolist()
    assert LANDMARKS == (60, 90, 120, 180)
    assert sorted(found) == [
        ["P0001", 60, "waiting"],
        ["P0001", 90, "waiting"],
        ["P0001", 120, "transplanted"],
        ["P0001", 180, "transplanted"],
        ["P0002", 60, "waiting"],
        ["P0002", 90, "waiting"],
        ["P0002", 120, "waiting"],
    ]


def test_deaths_and_person_days_after_relapse_are_told_by_arm():
    study = cohort(
        remitted(relapses=[dict(day=128)], death=228),
        remitted(death=78, responses={28: "CR"}),
        remitted(transplants=[dict(day=100)], relapses=[dict(day=200)], death=200),
        remitted(last_contact=428),
    )
    endpoint = EXPOSED["os"]
    rows = split_at_transplant(derive_tte(study.course, endpoint, study.rules), study.course)
    found = after_relapse(rows, study.course).set_index("ARM")
    assert found.loc["waiting"].tolist() == [2, 1, 201 + 51 + 73 + 401, 100]
    assert found.loc["transplanted"].tolist() == [1, 1, 100, 0]
    later = after_relapse(rows, study.course, landmark=90).set_index("ARM")
    assert later.loc["waiting"].tolist() == [1, 1, 138 + 10 + 338, 100]


# Reasons and intentions


@pytest.mark.parametrize(
    ("reason", "group"),
    [("planned", "planned"), ("mrd", "triggered"), ("b_cell_recovery", "triggered"), (None, "missing")],
)
def test_planned_and_triggered_transplants_stand_apart(reason, group):
    study = cohort(remitted(transplants=[dict(day=100, reason=reason)], course=dict(transplant_intended=True)))
    assert derive_why_done(study)["GROUP"].tolist() == [group]
    found = derive_transplanted(study).iloc[0]
    assert (found["REASONTX"], found["TXINTENT"]) == (reason or "missing", "yes")
    assert study.adsl["TXINTENT"].tolist() == ["yes"]


def test_the_list_of_transplants_recorded_as_not_in_remission_says_what_the_course_says():
    recorded = dict(disease_status="not_in_remission")
    study = cohort(
        remitted(transplants=[dict(day=100) | recorded]),
        remitted(transplants=[dict(day=100) | recorded], relapses=[dict(day=90)]),
        remitted(transplants=[dict(day=20) | recorded]),
        remitted(transplants=[dict(day=100)]),
    )
    rows = derive_not_in_remission(study).sort_values("USUBJID")
    assert rows["WHYCD"].tolist() == ["transplant_in_doubt", "after_relapse", "no_remission"]
