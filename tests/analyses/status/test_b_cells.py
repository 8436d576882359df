"""B-cell figures on literal patients by hand: visits, rules, samples, recovery at a landmark, never aplastic, IgG."""

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analyses.course.transgene import persistence_axis, persistence_levels
from analyses.result import Refusal
from analyses.status.b_cells import (
    Threshold,
    b_cell_samples,
    b_cell_status,
    b_cell_visits,
    bca_rules,
    never_aplastic,
    threshold,
)
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.recovery import recovery_landmark
from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from endpoints.b_cell_course import (
    B_CELL_VISITS,
    at_visits,
    derive_b_cell_status,
    derive_persistence,
    derive_recovery_class,
    derive_samples,
)
from endpoints.catalogue import BCA
from endpoints.rules import Rules
from endpoints.study import derive_study
from estimators.kaplan_meier import kaplan_meier
from tests.analyses.cohorts import cohort, cohort_of, n_of, note, notes
from tests.calibration import sample
from tests.literal import patient, study_of

SAMPLE = Path(__file__).parents[3] / "sample_data"
M6 = next(visit for visit in B_CELL_VISITS if visit.code == "M6")
REMISSION = {28: "CR"}


def b(day, percent=None, **columns):
    return dict(day=day, cd19_pct_lymphocytes=percent) | columns


def test_at_a_visit_the_nearest_sample_is_judged_and_what_came_before_it_counts_first():
    study = study_of(
        patient("A", responses=REMISSION, b_cells=[b(150, 5.0), b(185, 0.0)], last_contact=400),
        patient("B", responses=REMISSION, b_cells=[b(200, 3.0)]),
        patient("C", responses=REMISSION, last_contact=300),
        patient("D", responses=REMISSION, b_cells=[b(185, 0.0)], relapses=[dict(day=160)]),
        patient("E", responses=REMISSION, death=170),
        patient("F", responses={28: "NR"}, b_cells=[b(185, 0.0)]),
        patient("G", responses=REMISSION, transplants=[dict(day=90)], b_cells=[b(185, 0.0)]),
        patient("H", infused=900, responses={930: "CR"}),
        patient("I", responses=REMISSION, last_contact=100),
    )
    found = derive_b_cell_status(study, M6)
    assert dict(zip(found["USUBJID"], found["AVALC"], strict=True)) == {
        "A": "aplasia",
        "B": "recovered",
        "C": "not_assessed",
        "D": "relapsed",
        "E": "died",
        "G": "transplanted",
        "H": "not_due",
        "I": "lost",
    }


@pytest.mark.parametrize("visit", B_CELL_VISITS, ids=lambda v: v.code)
def test_everybody_of_the_cohort_is_in_a_class_or_left_out(visit):
    found = b_cell_status(cohort(), visit)
    assert found.n + found.left_out["n"].sum() == 10


def test_all_visits_under_one_another_are_the_single_visits_and_a_recount_by_patient():
    chosen = cohort("product")
    found = b_cell_visits(chosen)
    inside = set(chosen.patients["USUBJID"])
    for visit in B_CELL_VISITS:
        status = derive_b_cell_status(chosen.whole, visit)
        codes = [r.AVALC for r in status.itertuples() if r.USUBJID in inside and r.AVALC != "not_due"]
        rows = found.numbers[found.numbers["strata"] == visit.code].set_index("outcome")
        assert rows.loc["aplasia", ["n", "total"]].tolist() == [codes.count("aplasia"), len(codes)]
        assert rows.loc["not_assessed", "n"] == codes.count("not_assessed") and rows["n"].sum() == len(codes)
    assert [group.label for group in found.strata] == [visit.label for visit in B_CELL_VISITS]
    assert found.n + found.left_out["n"].sum() == chosen.n and "VISIT" in found.patients
    assert isinstance(b_cell_visits(cohort(population="enrolled")), Refusal)


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        (
            "pct3_marrow1",
            183,
            {"A": "recovered", "B": "aplasia", "C": "not_assessed", "D": "aplasia", "E": "recovered"},
        ),
        # confirmed: A's second sample over the rule comes on day 190; E has only one
        (
            "pct1_abs100_confirmed",
            183,
            {"A": "aplasia", "B": "aplasia", "C": "not_assessed", "D": "aplasia", "E": "aplasia"},
        ),
        (
            "pct1_abs100_confirmed",
            190,
            {"A": "recovered", "B": "aplasia", "C": "not_assessed", "D": "aplasia", "E": "aplasia"},
        ),
    ],
)
def test_recovery_at_a_landmark_is_recovery_only_and_counts_from_the_confirming_sample(rule, day, expected):
    study = study_of(
        patient("A", responses=REMISSION, b_cells=[b(60, 0.0), b(150, 5.0), b(190, 5.0)]),
        patient("B", responses=REMISSION, b_cells=[b(60, 0.0), b(200, 5.0), b(260, 5.0)]),
        patient("C", responses=REMISSION),
        patient("D", responses=REMISSION, b_cells=[b(60, 0.0)], relapses=[dict(day=100, cd19_status="positive")]),
        patient("E", responses=REMISSION, b_cells=[b(150, 5.0)]),
        bca_rule=rule,
    )
    found = derive_recovery_class(study, day)
    assert dict(zip(found["USUBJID"], found["GROUP"], strict=True)) == expected


def test_the_landmark_after_recovery_counts_relapse_from_that_day():
    found = recovery_landmark(cohort(), 183, "36")
    # in remission, no relapse and observed beyond day 183: P01 P03 P10 aplastic, P02 recovered on day 150, P08 aplastic
    assert n_of(found) == {"Still aplastic": 4, "B cells recovered by then": 1}
    at = found.numbers[found.numbers["outcome"] == "relapse"].set_index(["strata", "months"])
    late = at.loc[("recovered", 3)]  # P02 relapses 17 days later: the last value holds
    assert late["estimate"] == 1 and late["n_risk"] == 0 and late["reason"] == ""
    assert found.cohort.by.label == "B-cell recovery until then"


def test_every_rule_side_by_side_is_the_figure_under_that_rule():
    found = bca_rules(cohort())
    labels = {outcome.code: outcome.label for outcome in found.outcomes}
    for code, label in (
        ("pct3_marrow1", "≥ 3 % in blood, ≥ 1 % in marrow"),
        ("pct1_abs100_confirmed", "> 1 % or > 100/µL, confirmed"),
    ):
        assert labels[code] == label
        alone = estimate_endpoint(cohort(bca_rule=code), BCA, kaplan_meier).numbers
        for month in (6, 12):
            mine = found.numbers[(found.numbers["outcome"] == code) & (found.numbers["months"] == month)]
            theirs = alone[alone["months"] == month]
            assert mine["estimate"].item() == pytest.approx(theirs["estimate"].item(), nan_ok=True)
            assert mine["n"].item() == theirs["n"].item()
    assert any("never aplastic 1 of" in words for words in notes(found, "never_aplastic"))  # P09


def test_never_aplastic_is_the_first_usable_sample_over_the_rule():
    found = never_aplastic(cohort())
    assert found.numbers[["n_event", "n"]].iloc[0].tolist() == [1, 7] and found.left_out["n"].sum() == 3


def test_samples_are_drawn_with_what_the_third_value_gives():
    rows = derive_samples(
        study_of(
            patient(
                "A",
                responses=REMISSION,
                b_cells=[
                    b(28, 2.0, lymphocytes_per_ul=500.0),
                    b(60, None, cd19_per_ul=30.0),
                    b(90, None, below_limit=True),
                    b(100, 4.0, specimen="BM"),
                ],
            )
        )
    )
    assert rows[["ADY", "PERCENT", "COUNT"]].astype(object).where(rows.notna(), None).values.tolist() == [
        [28, 2.0, 10.0],
        [60, None, 30.0],
        [90, None, None],
    ]
    assert b_cell_samples(cohort(), "percent", 365).rows["VALUE"].notna().all()
    assert threshold(cohort(), "percent") == Threshold(3.0, "≥ 3 %") and threshold(cohort(), "count") is None


def test_igg_and_transgene_of_the_sample_are_a_recount_of_its_files():
    with connect(open_engine(ensure_sample())) as connection:
        cutoff, tables = dataset_row(connection).data_cutoff, fetch_tables(connection, "all")
    study = derive_study(tables, Rules(), pd.Timestamp(cutoff))
    day0 = {u: t.date() for u, t in zip(study.adsl["USUBJID"], study.adsl["TRTSDT"], strict=True) if t == t}
    rows = at_visits(study, "immunoglobulin")
    six = rows[rows["VISIT"] == "Month 6"].set_index("USUBJID")["igg_mg_dl"]
    mine = {}
    with (SAMPLE / "immunoglobulin.csv").open(encoding="utf-8", newline="") as file:
        for r in csv.DictReader(file):
            if r["patient_id"] in day0 and r["date"] <= str(cutoff)[:10]:
                ady = (date.fromisoformat(r["date"]) - day0[r["patient_id"]]).days
                if 150 <= ady <= 225:
                    best = mine.get(r["patient_id"])
                    if best is None or (abs(ady - 183), r["date"]) < best[0]:
                        mine[r["patient_id"]] = (abs(ady - 183), r["date"]), r["igg_mg_dl"]
    assert set(six.index) == set(mine)
    low = sum(1 for _, value in mine.values() if value and float(value) <= 400)
    assert int((six <= 400).sum()) == low


def test_transgene_is_counted_by_method_and_visit_in_the_sample_as_in_its_file():
    with connect(open_engine(ensure_sample())) as connection:
        cutoff, tables = dataset_row(connection).data_cutoff, fetch_tables(connection, "all")
    study = derive_study(tables, Rules(), pd.Timestamp(cutoff))
    day0 = {u: t.date() for u, t in zip(study.adsl["USUBJID"], study.adsl["TRTSDT"], strict=True) if t == t}
    nearest = {}
    with (SAMPLE / "car_persistence.csv").open(encoding="utf-8", newline="") as file:
        for r in csv.DictReader(file):
            if r["patient_id"] in day0 and r["date"] <= str(cutoff)[:10]:
                ady = (date.fromisoformat(r["date"]) - day0[r["patient_id"]]).days
                key = r["patient_id"], r["method"]
                if 76 <= ady <= 120 and (key not in nearest or (abs(ady - 91), ady) < nearest[key][0]):
                    nearest[key] = (abs(ady - 91), ady), r["detected"]
    rows = at_visits(study, "car_persistence")
    month3 = rows[rows["VISIT"] == "Day 76-120"]
    for method in ("qpcr", "ddpcr", "flow"):
        mine = [found for (_, how), (_, found) in nearest.items() if how == method]
        here = month3[month3["METHOD"] == method]["detected"]
        assert len(here) == len(mine) and int(here.fillna(False).astype(bool).sum()) == mine.count("yes")


def test_transgene_levels_are_of_one_method_in_one_unit_and_absence_stands_at_the_foot():
    rows = [
        dict(date=day, method=method, detected=detected, value=value, unit=unit, patient_id="A")
        for day, method, detected, value, unit in (
            (28, "qpcr", True, 4000.0, "copies/ug DNA"),
            (91, "qpcr", False, 0.0, "copies/ug DNA"),
            (120, "qpcr", None, 50.0, "copies/ug DNA"),
            (150, "qpcr", True, 3.0, "copies/cell"),
            (28, "flow", True, 5.0, "% of T cells"),
        )
    ]
    whole = cohort_of(patient("A") | {"car_persistence": rows})
    found, axis = persistence_levels(whole, "qpcr", 365), persistence_axis(whole, "qpcr")
    assert [(r.ADY, r.VALUE, r.KIND) for r in found.rows.itertuples()] == [
        (28, 4000.0, "Detected"),
        (91, 10.0, "Not detected, at the foot of the axis"),
    ]
    assert (axis.low, axis.high, axis.unit) == (10.0, 10000.0, "copies/ug DNA")
    assert note(found, "not_drawn") == "Not drawn: 2 assays without result, without level, or in another unit."
    assert persistence_levels(whole, "ddpcr", 365).n == 0


def test_transgene_levels_of_the_sample_are_a_recount_of_its_file():
    with (SAMPLE / "treatment_course.csv").open(encoding="utf-8", newline="") as file:
        starts = [(r["patient_id"], r["infusion_date"]) for r in csv.DictReader(file) if r["infusion_date"]]
    first = {who: min(d for p, d in starts if p == who) for who, _ in starts}
    with (SAMPLE / "car_persistence.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["patient_id"] in first and r["date"] > first[r["patient_id"]]]
    found = derive_persistence(sample())
    for method in ("qpcr", "ddpcr", "flow"):
        mine = [r for r in rows if r["method"] == method and r["date"] <= str(sample().cutoff)[:10]]
        here = found[found["METHOD"] == method]
        assert len(here) == len(mine) > 0
        assert here["LEVEL"].sum() == pytest.approx(sum(float(r["value"]) for r in mine if r["value"]))
        assert int((~here["DETECTED"]).sum()) == sum(r["detected"] == "no" for r in mine)
