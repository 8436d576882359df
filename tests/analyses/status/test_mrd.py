"""MRD levels, re-emergence, landmark and subgroups on the twelve by hand; levels of the sample against its CSV."""

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analyses.course.courses import MOST_PATIENTS
from analyses.status.mrd import mrd, mrd_by_subgroup, mrd_landmark, mrd_levels
from charts.courses import courses
from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from endpoints.mrd import EVERY_ASSAY, Assays, derive_mrd
from endpoints.mrd_course import REEMERGENCE_ANY, derive_landmark_class, derive_levels, derive_reemergence
from endpoints.rules import Rules
from endpoints.study import derive_study
from endpoints.visits import D28, M3
from figures.export import csv_bytes
from figures.figure import figure_of
from pages.parts.mrd.levels import cut_line
from tests.analyses.cohorts import cohort, cohort_of, n_of, note, sample_cohort
from tests.literal import patient, study_of
from tests.pages.twelve import PATIENTS

SAMPLE = Path(__file__).parents[3] / "sample_data"
NEGATIVE = dict(day=28, result="negative", sensitivity=1e-5)


def reemergence(*patients):
    rows = derive_reemergence(study_of(*patients)).rows
    return {
        r.USUBJID: (str(r.STARTDT.date()), r.AVAL, r.CNSR, r.EVNTDESC if r.CNSR != 1 else r.CNSDTDSC)
        for r in rows.itertuples()
    }


def test_d13_an_assay_leaves_as_result_level_and_sensitivity():
    """A negative of 1e-4 and a positive below what can be quantified have no level, and no cell says "<"."""
    study = study_of(
        patient("A", responses={28: "CR"}, mrd=[dict(day=28, result="negative", sensitivity=1e-4)]),
        patient("B", responses={28: "CR"}, mrd=[dict(day=28, result="positive_not_quantifiable", sensitivity=1e-5)]),
        patient("C", responses={28: "CR"}, mrd=[dict(day=28, result="positive", level=3e-3, sensitivity=1e-5)]),
    )
    rows = derive_levels(EVERY_ASSAY.of(study)).sort_values("USUBJID")
    assert rows["RESULT"].tolist() == ["negative", "positive not quantifiable", "positive"]
    assert rows["LEVEL"].isna().tolist() == [True, True, False] and rows["SENSITIVITY"].tolist() == [1e-4, 1e-5, 1e-5]
    content = csv_bytes(rows[["USUBJID", "RESULT", "LEVEL", "SENSITIVITY"]], []).decode("utf-8-sig")
    assert content.splitlines()[-3:] == [
        "A,negative,,0.0001",
        "B,positive not quantifiable,,1e-05",
        "C,positive,0.003,1e-05",
    ]


def test_re_emergence_counts_from_the_first_negative_assay_in_remission():
    assert reemergence(
        patient(
            "A", responses={28: "CR"}, mrd=[NEGATIVE, dict(day=90, result="positive", level=1e-3, sensitivity=1e-5)]
        ),
        patient("B", responses={28: "CR"}, mrd=[NEGATIVE, dict(day=90, result="negative", sensitivity=1e-4)]),
        patient("C", responses={28: "CR"}, mrd=[NEGATIVE], relapses=[dict(day=60)]),
        patient("D", responses={28: "CR"}, mrd=[NEGATIVE], transplants=[dict(day=70)]),
        patient(
            "E", responses={28: "CR"}, mrd=[NEGATIVE, dict(day=90, result="positive", level=1e-6, sensitivity=1e-6)]
        ),
        patient("F", responses={28: "CR"}, mrd=[dict(day=28, result="positive", level=1e-2)]),
        patient("G", responses={40: "CR"}, mrd=[NEGATIVE]),
        patient("H", responses={28: "CR"}, mrd=[NEGATIVE, dict(day=90, result="failed")]),
    ) == {
        "A": ("2024-01-29", 62, 0, "MRD positive again"),
        "B": ("2024-01-29", 62, 1, "last usable MRD assay"),
        "C": ("2024-01-29", 32, 2, "relapse: morphologic, CD19 unknown"),
        "D": ("2024-01-29", 42, 2, "allogeneic transplant"),
        "E": ("2024-01-29", 62, 1, "last usable MRD assay"),
        "H": ("2024-01-29", 0, 1, "last usable MRD assay"),
    }


@pytest.mark.parametrize(
    ("day", "visit", "expected"),
    [
        (0, D28, {"A": "negative", "B": "failed", "C": "not_assessed", "D": "not_assessed"}),
        (50, D28, {"A": "negative", "B": "failed", "C": "positive", "D": "not_assessed"}),
        (95, M3, {"A": "positive", "B": "indeterminate", "C": "positive", "D": "not_assessed"}),
        (0, M3, {"A": "positive", "B": "indeterminate", "C": "not_assessed", "D": "not_assessed"}),
    ],
)
def test_the_class_at_a_landmark_is_the_visits_or_the_latest_by_that_day(day, visit, expected):
    study = study_of(
        patient("A", responses={28: "CR"}, mrd=[NEGATIVE, dict(day=90, result="positive", level=1e-3)]),
        patient("B", responses={28: "CR"}, mrd=[dict(day=28, result="failed"), dict(day=91, result="negative")]),
        patient("C", responses={28: "CR"}, mrd=[dict(day=50, result="positive", level=1e-3)]),
        patient("D", responses={28: "CR"}),
    )
    found = derive_landmark_class(study, visit, day)
    assert dict(zip(found["USUBJID"], found["GROUP"], strict=True)) == expected


def test_re_emergence_at_any_level_counts_what_is_below_the_cut_or_not_quantifiable():
    low, unquantified = (
        dict(day=90, sensitivity=1e-6, result=result, level=level)
        for result, level in (("positive", 1e-6), ("positive_not_quantifiable", None))
    )
    study = study_of(
        patient("A", responses={28: "CR"}, mrd=[NEGATIVE, low]),
        patient("B", responses={28: "CR"}, mrd=[NEGATIVE, unquantified]),
        patient("C", responses={28: "CR"}, mrd=[NEGATIVE, low], relapses=[dict(day=60)]),
    )
    cut, at_any = derive_reemergence(study).rows, derive_reemergence(study, REEMERGENCE_ANY).rows
    assert cut["CNSR"].tolist() == [1, 1, 2] and cut["AVAL"].tolist() == [62, 62, 32]
    assert at_any["CNSR"].tolist() == [0, 0, 2] and at_any["AVAL"].tolist() == [62, 62, 32]


def test_two_assays_of_the_landmark_class_on_one_day_marrow_then_sensitivity_then_positive():
    study = study_of(
        patient(
            "A",
            mrd=[
                dict(day=40, result="negative", sensitivity=1e-4),
                dict(day=40, result="positive", level=1e-2, specimen="PB", sensitivity=1e-5),
            ],
        ),
        patient(
            "B",
            mrd=[
                dict(day=40, result="positive", level=1e-2, sensitivity=1e-5),
                dict(day=40, result="negative", sensitivity=1e-4),
            ],
        ),
        patient(
            "C",
            mrd=[
                dict(day=40, result="negative", sensitivity=1e-4),
                dict(day=40, result="positive", level=1e-2, sensitivity=1e-4),
            ],
        ),
        patient("D", mrd=[dict(day=40, result="positive", level=1e-2), dict(day=44, result="failed")]),
    )
    assert derive_landmark_class(study, D28, 45)["GROUP"].tolist() == ["negative", "positive", "positive", "positive"]


def test_an_assay_after_transplant_speaks_for_the_visit_at_its_landmark():
    found = derive_landmark_class(cohort().whole, M3, 0).set_index("USUBJID")["GROUP"]
    assert found["P03"] == "negative"  # transplanted on day 80, negative on day 100
    assert derive_landmark_class(cohort().whole, M3, 120).set_index("USUBJID")["GROUP"]["P03"] == "negative"


def test_the_landmark_by_mrd_counts_from_the_last_day_of_the_window():
    found = mrd_landmark(cohort(), "efs", D28, 0, "36")
    # at day 45 without event and observed: negative P01 P02 P07 P10, positive P03, failed P08 (P09: sensitivity unknown
    # but last assessed on day 28)
    assert n_of(found) == {"MRD-negative": 4, "MRD-positive": 1, "Assay failed": 1}
    assert figure_of(found, "EFS", code="efs").title == "EFS by MRD at day 28"
    assert "day 45" in found.x_title and found.cohort.by.label == "MRD at day 28"


def test_levels_stand_where_the_assay_puts_them():
    rows = derive_levels(
        study_of(
            patient(
                "A",
                mrd=[
                    dict(day=28, result="positive", level=1e-3, sensitivity=1e-5),
                    dict(day=60, result="negative", sensitivity=1e-4),
                    dict(day=90, result="positive_not_quantifiable", sensitivity=1e-5),
                    dict(day=100, result="positive"),
                    dict(day=120, result="negative"),
                    dict(day=130, result="failed", sensitivity=1e-5),
                ],
            )
        )
    )
    got = [(r.ADY, r.KIND, None if r.VALUE != r.VALUE else r.VALUE) for r in rows.itertuples()]
    assert got == [
        (28, "detected", 1e-3),
        (60, "not_detected", 1e-4),
        (90, "no_level", 1e-5),
        (100, "no_place", None),
        (120, "no_place", None),
        (130, "no_place", None),
    ]


def test_levels_of_the_sample_are_a_recount_of_its_files():
    with connect(open_engine(ensure_sample())) as connection:
        cutoff, tables = dataset_row(connection).data_cutoff, fetch_tables(connection, "all")
    rows = derive_levels(derive_study(tables, Rules(), pd.Timestamp(cutoff)))
    infused = {}
    for course in read("treatment_course"):
        if course["infusion_date"]:
            first = infused.get(course["patient_id"], "9999")
            infused[course["patient_id"]] = min(first, course["infusion_date"])
    assays = [
        r
        for r in read("mrd_assessment")
        if r["patient_id"] in infused
        and r["date"] <= str(cutoff)[:10]
        and date.fromisoformat(r["date"]) > date.fromisoformat(infused[r["patient_id"]])
    ]
    detected = [r for r in assays if r["result"] == "positive" and r["level"]]
    assert len(rows) == len(assays) and (rows["KIND"] == "detected").sum() == len(detected)
    assert rows.loc[rows["KIND"] == "detected", "VALUE"].sum() == pytest.approx(
        sum(float(r["level"]) for r in detected)
    )


def read(table):
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_method_and_specimen_narrow_the_levels_and_everybody_is_accounted_for():
    everything = mrd_levels(cohort(), EVERY_ASSAY, 365)
    assert everything.n == 8 and everything.left_out["n"].tolist() == [2]
    assert mrd_levels(cohort(), Assays("ngs"), 365).n == 0
    assert mrd_levels(cohort(), Assays("flow", "BM"), 30).numbers["n_rows"].sum() == 8


def test_too_many_patients_are_thinned_and_it_is_said(monkeypatch):
    monkeypatch.setattr("analyses.course.courses.MOST_PATIENTS", 3)
    found = mrd_levels(cohort_of(*PATIENTS), EVERY_ASSAY, 365)  # another database: nothing of it is remembered
    assert MOST_PATIENTS == 120 and found.rows["USUBJID"].nunique() == 3 and found.n == 8
    assert found.patients["USUBJID"].nunique() == 8 and note(found, "drawn").startswith("Drawn: 3 of the 8")


def test_mrd_negative_remission_of_a_subgroup_is_that_of_the_filtered_cohort():
    found = mrd_by_subgroup(cohort(), D28).numbers
    women = mrd_by_subgroup(cohort(filters={"sex": ("female",)}), D28).numbers.iloc[0]
    row = found[(found["factor"] == "sex") & (found["strata"] == "female")].iloc[0]
    assert row[["n", "n_event"]].tolist() == women[["n", "n_event"]].tolist() == [5, 2]


def test_a_click_picks_a_patient_in_the_chart_of_courses():
    spec = courses((("a", "A", "filled"), ("b", "B", "foot")), "Level", 1e-7, 1.0, 365, line=(1e-4, "cut"))
    assert {p["name"]: p["select"]["on"] for p in spec["params"]} == {"picked": "click", "pointed": "pointerover"}
    line = next(x for x in spec["layer"] if x["mark"]["type"] == "line")
    assert [x["param"] for x in line["encoding"]["opacity"]["condition"]["test"]["or"]] == ["picked", "pointed"]
    assert spec["layer"][0]["encoding"]["y"]["scale"]["type"] == "log"


def test_the_assays_asked_for_speak_in_status_landmark_and_re_emergence():
    study = study_of(
        patient(
            "A",
            responses={28: "CR", 91: "CR"},
            mrd=[
                dict(day=28, result="negative", sensitivity=1e-5, method="flow"),
                dict(day=91, result="positive", level=1e-3, sensitivity=1e-4, method="flow"),
                dict(day=95, result="negative", sensitivity=1e-6, method="ngs"),
                dict(day=100, result="positive", level=1e-2, method="pcr_igtr", specimen="PB"),
            ],
        )
    )

    def status(*asked):
        found = derive_mrd(Assays(*asked).of(study), M3)
        return found["AVALC"].item(), bool(found["MRDNEGRM"].item())

    assert status() == status("flow") == status("all", "BM") == ("positive", False)
    assert status("ngs") == ("negative", True) and status("pcr", "BM") == ("not_assessed", False)
    assert status("all", "PB") == ("positive", False)
    blood = Assays("ngs").of(study)
    assert derive_landmark_class(blood, M3, 0)["GROUP"].tolist() == ["negative"]
    assert derive_reemergence(blood).rows["CNSR"].tolist() == [1] and derive_reemergence(study).rows["CNSR"].item() == 0
    assert blood.course is study.course and Assays("pcr", "PB").words == ", PCR, peripheral blood only"


@pytest.mark.parametrize(("cut", "line"), [("1e-4", 1e-4), ("any", 1e-6)])
def test_the_cut_in_force_is_drawn_on_the_levels(cut, line):
    assert cut_line(Rules(mrd_cut=cut))[0] == line


def test_a_negative_assay_after_transplant_or_therapy_starts_no_clock():
    found = derive_reemergence(
        study_of(
            patient(
                "A",
                responses={28: "CR"},
                transplants=[dict(day=60)],
                mrd=[dict(day=90, result="negative", sensitivity=1e-5)],
            ),
            patient(
                "B",
                responses={28: "CR"},
                therapies=[dict(day=60, kind="blinatumomab")],
                mrd=[dict(day=60, result="negative", sensitivity=1e-5)],
            ),
        )
    )
    assert dict(zip(found.left_out["USUBJID"], found.left_out["REASON"], strict=True)) == {
        "A": "never MRD-negative in remission before relapse, transplant or new therapy"
    }
    assert found.rows["AVAL"].tolist() == [0]  # B: taken on the day the therapy starts, before it


def test_more_negative_results_than_negative_remissions_have_their_reason():
    """Bar and sentence count differently: who is negative without CR or CRi is in the bar only."""
    found = mrd(sample_cohort(), M3)
    shares = found.shares.set_index("outcome")["n"]
    remissions = found.rates["n_event"].iloc[0]
    elsewhere = shares["negative"] - remissions
    assert elsewhere > 0
    told = f"MRD-negative: {shares['negative']}, {elsewhere} of them not in CR or CRi at the visit; "
    assert note(found, "negative_elsewhere") == f"{told}MRD-negative remission counts the other {remissions}."
