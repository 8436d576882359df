"""Table 1 and the month-3 board by hand; on the sample cohort against a plain recount of its CSVs."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from analyses.course.overview import follow_up, headline, share_text
from analyses.status.baseline import DONE_OF_DUE, DUE, baseline, board
from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from endpoints.board import derive_board
from endpoints.flow import (
    APHERESED,
    ENROLLED,
    EVALUABLE,
    INFUSED,
    MADE,
    MADE_NOT_GIVEN,
    NO_APHERESIS,
    NOT_DUE_YET,
    NOT_EVALUABLE,
    PENDING,
    REASONS,
    derive_flow,
)
from endpoints.response import STATUS_M3, derive_response
from endpoints.rules import Rules
from endpoints.study import derive_study
from tests.literal import patient, study_of
from tests.pages.test_estimate import cohort

SAMPLE = Path(__file__).parents[2] / "sample_data"


@pytest.fixture(scope="module")
def sample():
    with connect(open_engine(ensure_sample())) as connection:
        cutoff, tables = dataset_row(connection).data_cutoff, fetch_tables(connection, "all")
    return derive_study(tables, Rules(), pd.Timestamp(cutoff))


def rows_of(table):
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text):
    return date.fromisoformat(text)


def row(found, variable, level):
    table = found.numbers
    return table[(table["variable"] == variable) & (table["level"] == level)].iloc[0]


def test_table_1_counts_levels_and_gives_quartiles_of_the_known():
    found = baseline(cohort(by="sex"))
    assert found.n == 10 and list(found.numbers.columns[2:6]) == [
        "difference",
        "Female (n = 5)",
        "Male (n = 4)",
        "Missing (n = 1)",
    ]
    women, men, unknown = row(found, "Product", "tisagenlecleucel").iloc[3:6]
    assert (women, men, unknown) == ("3 (60 %)", "3 (75 %)", "0 (0 %)")
    # women: P01 5, P03 12, P05 20, P07 30, P09 45
    assert row(found, "Age, years", "Median (quartiles)")["Female (n = 5)"] == "20 (12-30)"
    assert row(found, "Blasts before lymphodepletion, %", "Missing")["Female (n = 5)"] == "2"


def test_table_1_of_one_group_has_no_difference():
    found = baseline(cohort())
    assert "difference" not in found.numbers and list(found.numbers.columns) == [
        "variable",
        "level",
        "All patients (n = 10)",
    ]


def test_what_is_recorded_as_unknown_is_in_no_percentage_of_table_1():
    study = cohort()
    unknown = study.adsl["USUBJID"].isin(["P03", "P04", "P05"])
    people = study.adsl.assign(CYTOGR=study.adsl["CYTOGR"].astype("str").mask(unknown, "unknown"))
    found = baseline(replace(study, adsl=people))  # P01 KMT2A, P02 normal, the others without an entry
    cells = {
        level: row(found, "Cytogenetic group", level).iloc[-1]
        for level in ("KMT2A", "Normal", "Recorded as unknown", "Missing")
    }
    assert cells == {"KMT2A": "1 (50 %)", "Normal": "1 (50 %)", "Recorded as unknown": "3", "Missing": "5"}


def board(*patients, cutoff=1000):
    found = derive_board(study_of(*patients, cutoff=cutoff))
    return dict(zip(found["USUBJID"], found["AVALC"], strict=True))


def test_everybody_infused_stands_in_one_class_of_the_board():
    assert board(
        patient("A", responses={28: "CR", 60: "NE"}),
        patient("B", responses={28: "CR", 59: "CR"}, last_contact=500),
        patient("C", responses={28: "CR", 150: "CR"}),
        patient("D", responses={28: "CR", 151: "CR"}),
        patient("E", responses={28: "CR"}, death=100),
        patient("F", responses={28: "CR", 120: "CR"}, death=110),
        patient("G", responses={28: "CR"}, relapses=[dict(day=120)]),
        patient("H", infused=None, not_infused=3),
        patient("I", responses={28: "CR", 70: "RELAPSE"}),
        patient("J", infused=900, responses={970: "CR"}),
        patient("K", responses={28: "NR"}, therapies=[dict(day=50, kind="inotuzumab")]),
        patient("L", responses={28: "CR"}, transplants=[dict(day=80)]),
        patient("M", responses={28: "NR"}),
    ) == {
        "A": "in_window",
        "B": "outside",
        "C": "outside",
        "D": "missed",
        "E": "ended",
        "F": "in_window",
        "G": "ended",
        "I": "in_window",
        "J": "not_due",
        "K": "treated",
        "L": "treated",
        "M": "missed",
    }


def test_the_board_of_the_sample_is_a_recount_of_its_files(sample):
    cutoff = sample.cutoff.date()
    infused = {}
    for course in sorted(rows_of("treatment_course"), key=lambda r: int(r["course_number"])):
        if course["infusion_date"] and day(course["infusion_date"]) <= cutoff:
            infused.setdefault(course["patient_id"], day(course["infusion_date"]))
    assessed = Counter()
    for r in rows_of("response_assessment"):
        if r["patient_id"] in infused and day(r["date"]) <= cutoff:
            after = (day(r["date"]) - infused[r["patient_id"]]).days
            assessed[r["patient_id"]] |= 2 if 60 <= after <= 120 else 1 if 46 <= after <= 150 else 0
    due = {p for p, start in infused.items() if start + timedelta(days=120) <= cutoff}
    found = derive_board(sample).set_index("USUBJID")["AVALC"]
    assert set(found.index) == set(infused)
    assert set(found.index[found == "not_due"]) == set(infused) - due
    assert set(found.index[found == "in_window"]) == {p for p in due if assessed[p] >= 2}
    assert set(found.index[found == "outside"]) <= {p for p in due if assessed[p] == 1}


def test_the_flow_of_the_sample_adds_up(sample):
    n = derive_flow(sample.adsl, derive_response(sample, STATUS_M3)).set_index("stage")["n"]
    assert n[ENROLLED] == n[APHERESED] + n[NO_APHERESIS] == len(sample.adsl)
    assert sum(n[words] for words in MADE.values()) == n[APHERESED]
    assert n[n.index.str.startswith("Never infused, ")].sum() + n[PENDING] + n[INFUSED] == n[ENROLLED]
    assert n[NOT_DUE_YET] + n[NOT_EVALUABLE] + n[EVALUABLE] == n[INFUSED]


def test_released_and_never_infused_is_a_recount_of_the_files(sample):
    dead = {r["patient_id"] for r in rows_of("patient") if r["death_date"]}
    first = {}
    for course in sorted(rows_of("treatment_course"), key=lambda r: int(r["course_number"])):
        first.setdefault(course["patient_id"], course)
    reasons = Counter(
        course["not_infused_reason"] or "death"
        for who, course in first.items()
        if not course["infusion_date"]
        and course["manufacturing_outcome"] == "released"
        and (course["not_infused_date"] or who in dead)
    )
    n = derive_flow(sample.adsl, derive_response(sample, STATUS_M3)).set_index("stage")["n"]
    assert sum(reasons.values()) > 20
    assert {words: n[MADE_NOT_GIVEN + words] for words in REASONS.values()} == {
        words: reasons[code] for code, words in REASONS.items()
    }


@pytest.mark.parametrize("by", ["centre", "quarter"])
def test_the_board_counts_every_infused_patient_once(by):
    _, found = board(cohort(), by)
    classes = found.numbers[~found.numbers["outcome"].isin([DUE, DONE_OF_DUE])]
    assert found.n == 10 and classes["n"].sum() == 10
    numbers = found.numbers.groupby("outcome")[["n", "total"]].sum()
    # P06 is not yet due; done in the window: P01 P02 P03 P04 P07 P08
    assert numbers.loc[DUE].tolist() == [9, 10] and numbers.loc[DONE_OF_DUE].tolist() == [6, 9]
    assert len(set(found.numbers["strata"])) == (4 if by == "centre" else 2)


def test_the_headline_stands_when_nobody_came_into_remission():
    found = headline(cohort(patients=("P04", "P05")))  # without remission: no B-cell aplasia, CIR or TTHSCT
    assert found.n == 2 and found.numbers["outcome"].tolist()[-2:] == [
        "Event-free at 12 months (EFS)",
        "Alive at 12 months (OS)",
    ]
    assert found.numbers["n"].tolist() == [2] * 5
    gone = [note for note in found.notes if note.endswith("nobody of this cohort is left for it.")]
    assert [note.split(":")[0] for note in gone] == [
        "B-cell aplasia at 6 months, of remissions",
        "Relapse by 12 months from remission",
        "Transplant in remission by 12 months",
    ]


@pytest.mark.parametrize(
    ("n", "share", "words"),
    [
        (0, 0.0, "0 (0 %)"),
        (1, 1 / 600, "1 (< 1 %)"),
        (3, 3 / 600, "3 (< 1 %)"),
        (4, 4 / 600, "4 (1 %)"),
        (600, 1.0, "600 (100 %)"),
        (0, float("nan"), "0"),
    ],
)
def test_a_share_of_somebody_is_never_zero_percent(n, share, words):
    assert share_text(n, share) == words


@pytest.mark.parametrize("by", [None, "product"])
@pytest.mark.parametrize("population", ["infused", "enrolled"])
def test_every_headline_row_counts_its_group_with_who_is_left_out_of_it(by, population):
    study = cohort(by=by, population=population)
    found = headline(study)
    size = study.members["GROUP"].map({g.code: g.label for g in study.groups}).value_counts()
    for row in found.numbers.itertuples():
        out = sum(int(part.split()[0]) for part in row.out.split("; ") if part)
        assert row.n + out == size.get(row.strata, 0) and row.among, row.outcome
    assert found.by_row and any(note.startswith("Denominators: ") for note in found.notes)


def test_who_is_left_out_of_a_headline_row_is_named_with_the_reason():
    # P06 is not yet due; P04 and P05 have no remission
    rows = headline(cohort()).numbers.set_index("outcome")
    assert rows.loc["Best response CR + CRi within 3 months", ["n", "out"]].tolist() == [9, "1 not yet due"]
    assert rows.loc["Relapse by 12 months from remission", "out"] == "2 no first remission"
    assert rows.loc["Alive at 12 months (OS)", ["n", "out", "among"]].tolist() == [10, "", "everybody"]


def test_the_numbers_under_the_follow_up_count_what_its_curve_counts():
    study = cohort()
    found = follow_up(study)
    last = found.risk[found.risk["time"] == found.risk["time"].max()].iloc[0]
    dead = int(study.adsl["DTHDT"].notna().sum())
    assert (last["n_event"], last["n_censor"]) == (10 - dead, dead)
    assert any(note.startswith("In this figure an event is the end of follow-up") for note in found.notes)
    # of 12 months: all but P06 due, P09 lost before
    row = found.numbers[(found.numbers["months"] == 12)].iloc[0]
    assert row["measure"] == "under observation, of those due" and row["result"].startswith("8/9, 89 % (")
