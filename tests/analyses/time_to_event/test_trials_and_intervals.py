"""Sequential trials of transplant, and aplasia whose loss lies between two samples: literal patients."""

import numpy as np
import pytest

from analyses.result import PROBABILITY
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.interval_censored import BETWEEN, DATED, aplasia_by_interval
from analyses.time_to_event.trials import PLAIN, WEIGHTED, sequential
from endpoints.catalogue import BCA
from endpoints.trials import derive_trial_days
from estimators.kaplan_meier import kaplan_meier
from tests.analyses.cohorts import cohort_of, note, sample_cohort
from tests.literal import patient, study_of


def test_who_can_be_transplanted_when():
    people = (
        patient(
            "A", responses={28: "CR"}, transplants=[dict(day=90, disease_status="cr_mrd_negative")], last_contact=400
        ),
        patient("B", responses={28: "CR"}, relapses=[dict(day=120)], last_contact=400),
        patient("C", responses={28: "CR"}, therapies=[dict(day=80, kind="chemotherapy")], last_contact=400),
        patient("D", responses={28: "NR"}, last_contact=400),
    )
    rows = derive_trial_days(study_of(*people), "os").rows.set_index("USUBJID")
    assert rows[["OPENS", "CLOSES", "CHANGE"]].to_numpy().tolist() == [
        [28, np.inf, 90],
        [28, 120, np.inf],
        [28, 80, np.inf],
    ]


@pytest.mark.parametrize("outcome", ["os", "rfs", "relapse"])
def test_trials_of_the_sample_stand_beside_the_super_model_with_their_questions(outcome):
    result = sequential(sample_cohort(), outcome)
    rows = result.rows.set_index("strata")
    assert list(rows.index) == [PLAIN.code, WEIGHTED.code, "super_model"] and (rows["reason"] == "").all()
    assert note(result, "question").startswith("Sequential trials ask:")
    assert note(result, "question_landmarks").startswith("The super-model asks:")
    assert "Weighted for Age, Disease burden" in note(result, "trials")
    assert rows.loc[WEIGHTED.code, "n_waiting"] <= rows.loc[PLAIN.code, "n_waiting"]


def test_few_transplants_give_the_reason():
    people = [patient(f"P{i}", responses={28: "CR"}, last_contact=300) for i in range(12)]
    assert set(sequential(cohort_of(*people), "rfs").rows["reason"]) == {"few_patients"}


def sampled(i, *samples):
    rows = [dict(day=day, cd19_pct_lymphocytes=percent) for day, percent in samples]
    return patient(f"P{i}", responses={28: "CR"}, b_cells=rows, last_contact=400)


def test_loss_lies_between_two_samples_and_the_usual_curve_dates_it_by_the_later():
    people = [sampled(i, (40, 0.0), (100, 0.0), (200, 10.0)) for i in range(10)]
    people += [sampled(i, (40, 0.0), (380, 0.0)) for i in range(10, 20)]
    result = aplasia_by_interval(cohort_of(*people), "36")
    rows = result.numbers[result.numbers["months"] == 6].set_index("outcome")
    between, dated = rows.loc[BETWEEN.code], rows.loc[DATED.code]
    assert (between["conf_low"], between["conf_high"]) == pytest.approx((0.5, 1.0))
    assert dated["estimate"] == 1
    assert note(result, "between") == (
        "In aplasia, loss taken as between two samples: month 6 50 to 100 % (dated by the sample 100 %); "
        "month 12 50 % (dated by the sample 50 %)."
    )


def test_the_curve_beside_it_is_the_one_of_the_usual_figure():
    cohort = sample_cohort()
    result, usual = aplasia_by_interval(cohort, "36"), estimate_endpoint(cohort, BCA, kaplan_meier)
    beside = result.numbers[result.numbers["outcome"] == DATED.code]
    plain = usual.numbers[usual.numbers["measure"] == PROBABILITY]
    assert beside["estimate"].tolist() == plain["estimate"].tolist() and result.n == usual.n
    assert "Sampled: median" in note(result, "sampling")
