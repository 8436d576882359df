"""Table 1 and the month-3 board by hand; the board of the sample against a plain recount of its CSVs."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from analyses.status.baseline import baseline
from analyses.status.board import DONE_OF_DUE, DUE, board
from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from endpoints.board import derive_board
from endpoints.rules import Rules
from endpoints.study import derive_study
from figures.numbers import worded
from figures.table_one import share_text
from tests.analyses.cohorts import cohort
from tests.literal import patient, study_of

SAMPLE = Path(__file__).parents[3] / "sample_data"


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
    table = worded(found)
    return table[(table["variable"] == variable) & (table["level"] == level)].iloc[0]


def test_table_1_counts_levels_and_gives_quartiles_of_the_known():
    found = baseline(cohort(by="sex"))
    assert found.n == 10 and list(worded(found).columns[2:6]) == [
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
    assert list(worded(found).columns) == ["variable", "level", "Cohort (n = 10)"]


def test_what_is_recorded_as_unknown_is_in_no_percentage_of_table_1():
    chosen = cohort()
    unknown = chosen.patients["USUBJID"].isin(["P03", "P04", "P05"])
    people = chosen.patients.assign(CYTOGR=chosen.patients["CYTOGR"].astype("str").mask(unknown, "unknown"))
    found = baseline(replace(chosen, patients=people))  # P01 KMT2A, P02 normal, the others without an entry
    cells = {
        level: row(found, "Cytogenetic group", level).iloc[-1]
        for level in ("KMT2A", "Normal", "Unknown (as recorded)", "Missing")
    }
    assert cells == {"KMT2A": "1 (50 %)", "Normal": "1 (50 %)", "Unknown (as recorded)": "3", "Missing": "5"}


@pytest.mark.parametrize(
    ("n", "total", "words"),
    [
        (0, 600, "0 (0 %)"),
        (1, 600, "1 (< 1 %)"),
        (3, 600, "3 (< 1 %)"),
        (4, 600, "4 (1 %)"),
        (596, 600, "596 (99 %)"),
        (597, 600, "597 (> 99 %)"),
        (600, 600, "600 (100 %)"),
        (0, 0, "0"),
    ],
)
def test_a_share_of_somebody_is_never_zero_percent_and_one_without_somebody_never_all(n, total, words):
    assert share_text(n, total) == words


def board_of(*patients, cutoff=1000):
    found = derive_board(study_of(*patients, cutoff=cutoff))
    return dict(zip(found["USUBJID"], found["AVALC"], strict=True))


def test_everybody_infused_stands_in_one_class_of_the_board():
    assert board_of(
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


@pytest.mark.parametrize("by", ["centre", "quarter"])
def test_the_board_counts_every_infused_patient_once(by):
    found = board(cohort(), by)
    classes = found.numbers[~found.numbers["outcome"].isin([DUE.code, DONE_OF_DUE.code])]
    assert found.n == 10 and classes["n"].sum() == 10
    numbers = found.numbers.groupby("outcome")[["n", "total"]].sum()
    # P06 is not yet due; done in the window: P01 P02 P03 P04 P07 P08
    assert numbers.loc[DUE.code].tolist() == [9, 10] and numbers.loc[DONE_OF_DUE.code].tolist() == [6, 9]
    assert len(set(found.numbers["strata"])) == (4 if by == "centre" else 2)
