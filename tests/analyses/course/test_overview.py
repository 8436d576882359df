"""Headline, flow and follow-up by hand; on the sample cohort against a plain recount of its CSVs."""

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from analyses.course.overview import follow_up, headline
from analyses.words import labels_of
from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from endpoints.flow import (
    APHERESED,
    ENROLLED,
    INFUSED,
    MADE,
    MADE_NOT_GIVEN,
    NO_APHERESIS,
    NOT_DUE_YET,
    PENDING,
    REASONS,
    STATUS_KNOWN,
    STATUS_NOT_KNOWN,
    derive_flow,
)
from endpoints.response import STATUS_M3, derive_response
from endpoints.rules import Rules
from endpoints.study import derive_study
from figures.numbers import worded
from tests.analyses.cohorts import cohort, note, notes

SAMPLE = Path(__file__).parents[3] / "sample_data"


@pytest.fixture(scope="module")
def sample():
    with connect(open_engine(ensure_sample())) as connection:
        cutoff, tables = dataset_row(connection).data_cutoff, fetch_tables(connection, "all")
    return derive_study(tables, Rules(), pd.Timestamp(cutoff))


def rows_of(table):
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_flow_of_the_sample_adds_up(sample):
    n = derive_flow(sample.adsl, derive_response(sample, STATUS_M3)).set_index("stage")["n"]
    assert n[ENROLLED] == n[APHERESED] + n[NO_APHERESIS] == len(sample.adsl)
    assert sum(n[words] for words in MADE.values()) == n[APHERESED]
    assert n[n.index.str.startswith("Never infused, ")].sum() + n[PENDING] + n[INFUSED] == n[ENROLLED]
    assert n[NOT_DUE_YET] + n[STATUS_NOT_KNOWN] + n[STATUS_KNOWN] == n[INFUSED]


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


def test_the_headline_stands_when_nobody_came_into_remission():
    found = headline(cohort(patients=("P04", "P05")))  # without remission: no B-cell aplasia, CIR or TTHSCT
    assert found.n == 2 and worded(found)["outcome"].tolist()[-2:] == [
        "Event-free at 12 months (EFS)",
        "Alive at 12 months (OS)",
    ]
    assert found.numbers["n"].tolist() == [2] * 5
    gone = notes(found, "nobody")
    assert all(words.endswith(": no patient in this cohort is eligible for it.") for words in gone)
    assert [words.split(":")[0] for words in gone] == [
        "B-cell aplasia at 6 months, of remissions",
        "Relapse by 12 months from remission",
        "Transplant in remission by 12 months",
    ]


@pytest.mark.parametrize("by", ["", "product"])
@pytest.mark.parametrize("population", ["infused", "enrolled"])
def test_every_headline_row_counts_its_group_with_who_is_left_out_of_it(by, population):
    chosen = cohort(by=by, population=population)
    found = headline(chosen)
    size = chosen.members["GROUP"].value_counts()
    for row in found.numbers.itertuples():
        out = sum(int(part.split()[0]) for part in row.out.split("; ") if part)
        assert row.n + out == size.get(row.strata, 0) and row.among, row.outcome
    assert found.by_row and note(found, "denominators").startswith("Denominators: ")


def test_who_is_left_out_of_a_headline_row_is_named_with_the_reason():
    # P06 is not yet due; P04 and P05 have no remission
    found = headline(cohort())
    rows = worded(found).set_index("outcome")
    assert set(rows.index) == set(labels_of(found.outcomes).values())
    assert rows.loc["Best response CR + CRi within 3 months", ["n", "out"]].tolist() == [9, "1 not yet due"]
    assert rows.loc["Relapse by 12 months from remission", "out"] == "2 no first remission"
    assert rows.loc["Alive at 12 months (OS)", ["n", "out", "among"]].tolist() == [10, "", "everybody"]


def test_the_numbers_under_the_follow_up_count_what_its_curve_counts():
    chosen = cohort()
    found = follow_up(chosen)
    last = found.risk[found.risk["time"] == found.risk["time"].max()].iloc[0]
    dead = int(chosen.patients["DTHDT"].notna().sum())
    assert (last["n_event"], last["n_censor"]) == (10 - dead, dead)
    assert note(found, "event").startswith("In this figure an event is the end of follow-up")
    # of 12 months: all but P06 due, P09 lost before
    shown = worded(found)
    row = shown[shown["months"] == 12].iloc[0]
    assert row["measure"] == "under observation, of those due" and row["result"].startswith("8/9, 89 % (")
