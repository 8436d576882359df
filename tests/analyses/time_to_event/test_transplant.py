"""The transplant page on literal patients: split at the transplant, landmark, details, prior interval, salvage."""

import numpy as np
import pandas as pd
import pytest

from analyses.time_to_event.curve import steps
from analyses.time_to_event.time_dependent import ALL_OBSERVATION, RATIO, by_transplant
from analyses.time_to_event.transplant import by_prior_transplant, transplant_details, transplant_landmark
from endpoints.exposure import EXPOSED, SWITCH, TRANSPLANTED, split_at_transplant
from endpoints.time_to_event import derive_tte
from endpoints.transplant import derive_interval, derive_salvage, derive_transplanted
from estimators.cox import cox
from estimators.kaplan_meier import estimates_at, kaplan_meier
from estimators.logrank import logrank
from estimators.reasons import FEW_PATIENTS
from figures.numbers import worded
from tests.analyses.cohorts import cohort, cohort_of, members_of, n_of, note, notes, reasons, row
from tests.literal import patient, study_of


def split(*patients, outcome="os"):
    study = study_of(*patients)
    found = derive_tte(study.course, EXPOSED[outcome], study.rules)
    rows = split_at_transplant(found, study.course)
    return {(r.USUBJID, r.ARM): (r.ENTRY, r.AVAL, r.CNSR) for r in rows.itertuples()}


REMISSION = {28: "CR"}


def test_a_patient_waits_until_the_transplant_and_is_transplanted_from_the_next_day_on():
    found = split(
        patient("A", responses=REMISSION, transplants=[dict(day=80)], death=200),
        patient("B", responses=REMISSION, last_contact=300),
    )
    assert found == {("A", "waiting"): (27, 80, 1), ("A", "transplanted"): (80, 200, 0), ("B", "waiting"): (27, 300, 1)}


def test_an_event_on_the_day_of_the_transplant_belongs_to_the_not_yet_transplanted():
    assert split(patient("A", responses=REMISSION, transplants=[dict(day=80)], death=80)) == {
        ("A", "waiting"): (27, 80, 0)
    }


def test_salvage_transplant_does_not_switch_the_arm():
    assert split(patient("A", responses=REMISSION, relapses=[dict(day=60)], transplants=[dict(day=90)], death=200)) == {
        ("A", "waiting"): (27, 200, 0)
    }


def test_a_transplant_after_new_therapy_is_no_exposure():
    assert split(
        patient(
            "A",
            responses=REMISSION,
            therapies=[dict(day=60, kind="blinatumomab")],
            transplants=[dict(day=90)],
            last_contact=200,
        )
    ) == {("A", "waiting"): (27, 200, 1)}


def test_a_relapse_after_transplant_is_one_of_the_transplanted():
    assert split(
        patient("A", responses=REMISSION, transplants=[dict(day=80)], relapses=[dict(day=150)]), outcome="relapse"
    )[("A", "transplanted")] == (80, 150, 0)


def test_the_row_before_the_transplant_says_why_it_ends():
    study = study_of(patient("A", responses=REMISSION, transplants=[dict(day=80)], death=200))
    rows = split_at_transplant(derive_tte(study.course, EXPOSED["os"], study.rules), study.course).set_index("ARM")
    assert rows.loc["waiting", "CNSDTDSC"] == SWITCH and pd.isna(rows.loc["waiting", "EVNTDESC"])
    assert rows.loc["transplanted", "EVNTDESC"].startswith("death")


def many(n=14):
    """Half are transplanted on day 100 + 3 i; deaths in both arms."""
    return [
        patient(
            f"M{i:02d}",
            responses=REMISSION,
            transplants=[dict(day=100 + 3 * i)] if i % 2 else [],
            **(dict(death=200 + 11 * i) if i % 3 else dict(last_contact=790)),
        )
        for i in range(2 * n)
    ]


@pytest.mark.parametrize("landmark", [0, 150])
def test_test_and_ratio_are_those_of_hand_made_start_stop_rows(landmark):
    result = by_transplant(cohort_of(*many()), "os", landmark, "36")
    rows = []
    for i in range(28):
        stop, event = (200 + 11 * i, 1) if i % 3 else (790, 0)
        rows += [(27, 100 + 3 * i, 0, 0), (100 + 3 * i, stop, event, 1)] if i % 2 else [(27, stop, event, 0)]
    start, stop, event, exposed = np.array(rows).T
    assert_effect(row(result, strata=ALL_OBSERVATION), start, stop, event, exposed)
    # the curves: without a landmark each from its own first day on which half of its arm is at risk
    # (28 wait from day 27; the 7th of 14 is transplanted on day 139)
    begins = np.where(exposed, landmark or 139, landmark or 27)
    shown = stop > begins
    start, stop, event, exposed = np.maximum(start, begins)[shown], stop[shown], event[shown], exposed[shown]
    assert_effect(row(result, strata=RATIO), start, stop, event, exposed)
    assert result.test.p_value == pytest.approx(logrank(stop, event, exposed, start).p_value)
    of_arm = exposed == 1
    curve = kaplan_meier(stop[of_arm], event[of_arm], start[of_arm], start=begins.max())
    year = row(result, months=12, strata=TRANSPLANTED.code)["estimate"]
    assert year == pytest.approx(estimates_at(curve, [365.25])["estimate"].item())


def assert_effect(ratio, start, stop, event, exposed):
    """The row of the table is Cox's regression of these rows."""
    fit = cox(start, stop, event, exposed)
    assert ratio[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(
        [fit.hazard_ratio[0], fit.conf_low[0], fit.conf_high[0]]
    )
    assert ratio["n_event"] == event.sum() and not ratio["reason"]


def test_few_transplanted_give_no_test_and_the_reason():
    result = by_transplant(cohort(), "rfs", 90, "36")
    assert result.test is None
    for code, of in ((RATIO, "over the time that the curves show"), (ALL_OBSERVATION, "over all follow-up")):
        ratio = row(result, strata=code)
        assert ratio["reason"] == FEW_PATIENTS and np.isnan(ratio["estimate"])
        effect = note(result, "effect" if code == RATIO else "effect_all")
        assert effect == f"No test and no hazard ratio: fewer than 10 transplanted (1), {of}."
    table = worded(result)
    assert table.loc[table["measure"] == "hazard ratio", "result"].tolist() == ["not shown", "not shown"]


def test_without_transplants_the_waiting_curve_is_kaplan_meier_of_the_remissions():
    people = [patient(f"N{i:02d}", responses=REMISSION, death=100 + 5 * i) for i in range(40)]
    result = by_transplant(cohort_of(*people), "os", 90, "36")
    curve = kaplan_meier([100 + 5 * i for i in range(40)], [1] * 40, [27] * 40, start=90)
    six = row(result, months=6)
    assert six["strata"] == "waiting" and notes(result, "no_patients") == ["Transplanted: no patients."]
    assert six["estimate"] == pytest.approx(estimates_at(curve, [182.625])["estimate"].item())


def test_the_landmark_compares_who_was_transplanted_by_then():
    result = transplant_landmark(cohort(), "rfs", 90, "36")
    # in remission, free of relapse and observed beyond day 90: P01 P02 P03 P07 P08 P10; P03 transplanted on day 80
    assert "P03" in members_of(result.cohort, "transplanted")
    assert result.patients["GROUP"].value_counts().to_dict() == {
        "Not transplanted by day 90": 5,
        "Transplanted by day 90": 1,
    }
    assert n_of(result) == {"Not transplanted by day 90": 5, "Transplanted by day 90": 1}
    assert set(steps(result, 1.0)["strata"]) == {"waiting"} and result.not_drawn == ("transplanted",)
    words = "Curves stop when fewer than 5 patients are at risk. Too few to draw: Transplanted by day 90."
    assert note(result, "too_few") == words
    # P03 is in remission to its last assessment on day 400, 310 days from the landmark
    alone = row(result, strata="transplanted", months=6)
    assert (alone["estimate"], alone["n_event"], alone["n_risk"]) == (1, 0, 1)
    assert row(result, strata="transplanted", months=12)["reason_time"] == 310


def test_what_is_known_of_the_transplants_in_remission():
    study = cohort().whole
    known = derive_transplanted(study).iloc[0]
    assert len(derive_transplanted(study)) == 1
    assert known[["USUBJID", "HSCTDY", "DONOR", "TBI", "MRDTX"]].tolist() == [
        "P03",
        80,
        "matched_related",
        "missing",
        "cr_mrd_positive",
    ]
    result = transplant_details(cohort())
    table = worded(result).set_index("outcome")
    assert table.loc["Donor: Matched related", ["n", "total"]].tolist() == [1, 1]
    assert result.n == 1 and reasons(result) == {"no transplant in remission": 9} and "median 80" in note(result, "day")


def test_salvage_is_after_relapse_before_remission_or_recorded_so():
    study = study_of(
        patient("A", responses=REMISSION, relapses=[dict(day=60)], transplants=[dict(day=90)]),
        patient("B", responses={28: "NR"}, transplants=[dict(day=50)]),
        patient("C", responses=REMISSION, transplants=[dict(day=70, disease_status="not_in_remission")]),
        patient("D", responses=REMISSION, transplants=[dict(day=70)]),
    )
    found = derive_salvage(study).set_index("USUBJID")
    assert found["WHY"].to_dict() == {
        "A": "after relapse",
        "B": "before any remission",
        "C": "status in doubt: recorded as not in remission",
    }
    assert found.loc["A", "RELDY"] == 30 and pd.isna(found.loc["B", "RELDY"])


@pytest.mark.parametrize(
    ("prior", "transplants", "relapses", "code", "days"),
    [
        (True, [-400], [-300], "to_6", 100),
        (True, [-400], [-217], "over_6", 183),
        (True, [-400], [-218], "to_6", 182),
        (True, [-400], [-500], "no_relapse", None),
        (True, [-400], [], "no_relapse", None),
        (True, [], [-100], "unknown", None),
        (False, [], [-100], "none", None),
        (None, [], [], "missing", None),
        (True, [-900, -400], [-850, -250], "to_6", 150),
    ],
)
def test_months_from_the_last_prior_transplant_to_the_first_relapse_after_it(prior, transplants, relapses, code, days):
    study = study_of(
        patient(
            "A",
            prior_transplant=prior,
            responses=REMISSION,
            transplants=[dict(day=day) for day in transplants],
            relapses=[dict(day=day) for day in relapses],
        )
    )
    derived = derive_interval(study).iloc[0]
    assert derived["INTERVAL"] == code
    assert derived["MONTHS"] == pytest.approx(days / 30.4375 if days else np.nan, nan_ok=True)


@pytest.mark.parametrize(("molecular", "code", "days"), [("no", "over_6", 300), ("yes", "to_6", 100)])
def test_a_molecular_relapse_before_infusion_counts_when_the_rule_counts_it(molecular, code, days):
    study = study_of(
        patient(
            "A",
            prior_transplant=True,
            transplants=[dict(day=-400)],
            relapses=[dict(day=-300, level="molecular"), dict(day=-100)],
        ),
        molecular=molecular,
    )
    derived = derive_interval(study).iloc[0]
    assert derived["INTERVAL"] == code
    assert derived["MONTHS"] == pytest.approx(days / 30.4375)


def test_outcome_by_the_interval_leaves_the_missing_out():
    result = by_prior_transplant(cohort(), "efs", "interval", "36")
    assert reasons(result) == {"with missing prior transplant": 1}
    assert n_of(result) == {"No prior transplant": 6, "Prior transplant, kind unknown": 3}
    assert result.n == 9 and result.cohort.by.label == "Months from prior transplant to relapse"


def test_an_autologous_prior_transplant_is_a_group_of_its_own():
    """The published cut is of allogeneic transplants: an autologous one is in none of its groups."""
    people = (
        patient("A", transplants=[dict(day=-400)], relapses=[dict(day=-300)], last_contact=90),
        patient("B", transplants=[dict(day=-400, kind="autologous")], relapses=[dict(day=-300)], last_contact=90),
        patient("C", prior_transplant=False, last_contact=90),
    )
    result = by_prior_transplant(cohort_of(*people), "os", "interval", "36")
    assert n_of(result) == {"Relapse ≤ 6 months after it": 1, "Autologous transplant only": 1, "No prior transplant": 1}
    assert n_of(by_prior_transplant(cohort_of(*people), "os", "yes_no", "36")) == {
        "Allogeneic": 1,
        "Autologous only": 1,
        "No": 1,
    }
