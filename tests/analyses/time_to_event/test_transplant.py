"""The transplant page on literal patients: split at the transplant, landmark, details, prior interval, salvage."""

import numpy as np
import pandas as pd
import pytest

from analyses.time_to_event import time_dependent
from analyses.time_to_event.transplant import by_prior_transplant, transplant_details, transplant_landmark
from endpoints.exposure import EXPOSED, SWITCH, split_at_transplant
from endpoints.time_to_event import derive_tte
from endpoints.transplant import derive_interval, derive_salvage, derive_transplanted
from estimators.cox import cox
from estimators.kaplan_meier import estimates_at, kaplan_meier
from estimators.logrank import logrank
from tests.analyses.cohorts import cohort
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


def test_test_and_ratio_are_those_of_hand_made_start_stop_rows(monkeypatch):
    people = {f"M{i:02d}": p for i, p in enumerate(many())}
    monkeypatch.setattr("tests.pages.test_estimate.MANY", people)
    study = cohort(patients=tuple(people))
    found = time_dependent.by_transplant(study, "os", 150, "36")
    rows = []
    for i in range(28):
        stop, event = (200 + 11 * i, 1) if i % 3 else (790, 0)
        rows += [(27, 100 + 3 * i, 0, 0), (100 + 3 * i, stop, event, 1)] if i % 2 else [(27, stop, event, 0)]
    start, stop, event, exposed = np.array(rows).T
    fit, test = cox(start, stop, event, exposed), logrank(stop, event, exposed, start)
    ratio = found.numbers[found.numbers["measure"] == "hazard ratio"].iloc[0]
    assert ratio[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(
        [fit.hazard_ratio[0], fit.conf_low[0], fit.conf_high[0]]
    )
    assert found.test.p_value == pytest.approx(test.p_value)
    at = found.numbers[(found.numbers["months"] == 12) & (found.numbers["strata"] == "Transplanted")]["estimate"].item()
    mine = exposed == 1
    curve = kaplan_meier(stop[mine], event[mine], start[mine], start=150)
    assert at == pytest.approx(estimates_at(curve, [365.25])["estimate"].item())


def test_few_transplanted_give_no_test_and_the_reason():
    found = time_dependent.by_transplant(cohort(), "rfs", 90, "36")
    assert found.test is None and "hazard ratio" not in set(found.numbers["measure"])
    assert any("fewer than 10 transplanted (1)" in note for note in found.notes)


def test_without_transplants_the_waiting_curve_is_kaplan_meier_of_the_remissions(monkeypatch):
    people = {f"N{i:02d}": patient(f"N{i:02d}", responses=REMISSION, death=100 + 5 * i) for i in range(40)}
    monkeypatch.setattr("tests.pages.test_estimate.MANY", people)
    found = time_dependent.by_transplant(cohort(patients=tuple(people)), "os", 90, "36")
    curve = kaplan_meier([100 + 5 * i for i in range(40)], [1] * 40, [27] * 40, start=90)
    six = found.numbers[found.numbers["months"] == 6]
    assert set(six["strata"]) == {"Not yet transplanted"}
    assert six["estimate"].item() == pytest.approx(estimates_at(curve, [182.625])["estimate"].item())


def test_the_landmark_compares_who_was_transplanted_by_then():
    by, found = transplant_landmark(cohort(), "rfs", 90, "36")
    # in remission, free of relapse and observed beyond day 90: P01 P02 P03 P07 P08 P10; P03 transplanted on day 80
    assert dict(zip(by.members["USUBJID"], by.members["GROUP"], strict=True))["P03"] == "transplanted"
    assert found.patients["GROUP"].value_counts().to_dict() == {
        "Not transplanted by day 90": 5,
        "Transplanted by day 90": 1,
    }
    few = found.numbers[found.numbers["measure"] == "not shown"]  # a curve ends where fewer than 5 are at risk
    assert few[["strata", "n", "n_event"]].to_numpy().tolist() == [["Transplanted by day 90", 1, 0]]
    assert set(found.numbers["strata"]) == {"Not transplanted by day 90", "Transplanted by day 90"}
    few = "Curves end where fewer than 5 are at risk. Not drawn for that reason: Transplanted by day 90."
    assert few in found.notes


def test_what_is_known_of_the_transplants_in_remission():
    study = cohort().whole
    row = derive_transplanted(study).iloc[0]
    assert len(derive_transplanted(study)) == 1
    assert row[["USUBJID", "HSCTDY", "DONOR", "TBI", "MRDTX"]].tolist() == [
        "P03",
        80,
        "matched_related",
        "missing",
        "cr_mrd_positive",
    ]
    found = transplant_details(cohort())
    assert found.numbers.set_index("outcome").loc["Donor: Matched related", ["n", "total"]].tolist() == [1, 1]
    assert found.n == 1 and found.left_out["n"].tolist() == [9] and "median 80" in found.notes[0]


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
        "C": "recorded as not in remission",
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
        (True, [], [-100], "no_relapse", None),
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
    row = derive_interval(study).iloc[0]
    assert row["INTERVAL"] == code
    assert row["MONTHS"] == pytest.approx(days / 30.4375 if days else np.nan, nan_ok=True)


@pytest.mark.parametrize(("molecular", "code", "days"), [("no", "over_6", 300), ("yes", "to_6", 100)])
def test_a_molecular_relapse_before_infusion_counts_when_the_rule_counts_it(molecular, code, days):
    study = study_of(
        patient(
            "A",
            prior_transplant=True,
            transplants=[dict(day=-400, kind="autologous")],
            relapses=[dict(day=-300, level="molecular"), dict(day=-100)],
        ),
        molecular=molecular,
    )
    row = derive_interval(study).iloc[0]
    assert (row["INTERVAL"], row["KIND"]) == (code, "autologous")
    assert row["MONTHS"] == pytest.approx(days / 30.4375)


def test_outcome_by_the_interval_leaves_the_missing_out():
    compared, found = by_prior_transplant(cohort(), "efs", "interval", "36")
    assert found.left_out.set_index("reason")["n"].to_dict() == {"with missing prior transplant": 1}
    assert set(found.numbers["strata"]) == {"No prior transplant", "Prior transplant, no relapse date after it"}
    assert found.n == 9 and compared.by.label == "Months from prior transplant to relapse"
    assert found.notes[-1] == "The last transplant before day 0 was autologous in 0 patients."
