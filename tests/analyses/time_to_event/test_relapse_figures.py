"""Relapse figures on literal patients by hand; the parts add up to the whole; the list against the sample's files."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.relapse import relapse_rows, relapse_split, stacked, survival_from_relapse
from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from endpoints.catalogue import CIR, CIRCD19, NRM
from endpoints.relapse import BY_LEVEL, NRM_CAUSES, SIGN, derive_detail, derive_relapses
from endpoints.rules import Rules
from endpoints.study import derive_study
from estimators.aalen_johansen import aalen_johansen
from tests.analyses.cohorts import cohort
from tests.literal import patient, study_of

SAMPLE = Path(__file__).parents[2] / "sample_data"
REMISSION = {28: "CR"}


def at(found, outcome, months):
    rows = found.numbers
    return rows[(rows["outcome"] == outcome) & (rows["months"] == months)]["estimate"].item()


@pytest.mark.parametrize(
    ("split", "whole", "event"),
    [(BY_LEVEL, CIR, "Relapse"), (CIRCD19, CIR, "Relapse"), (NRM_CAUSES, NRM, "Non-relapse death")],
)
@pytest.mark.parametrize("months", [6, 12])
def test_the_parts_add_up_to_the_whole(split, whole, event, months):
    study = cohort()
    parts = (
        estimate_endpoint(study, split, aalen_johansen)
        if split is CIRCD19
        else relapse_split(study, split, "36", "Months")
    )
    names = [s.words[0].upper() + s.words[1:] for s in split.events]
    total = sum(at(parts, name, months) for name in names)
    assert total == pytest.approx(at(estimate_endpoint(study, whole, aalen_johansen), event, months))
    stack = stacked(parts, split)
    happened = set(parts.numbers.loc[parts.numbers["n_event"] > 0, "outcome"])
    assert set(stack["outcome"]) == happened & set(names)  # what never happened has no area and no legend
    last = stack[stack["time"] <= months].groupby("time")["estimate"].sum().iloc[-1]
    assert last == pytest.approx(total)
    assert stack.groupby("outcome")["time"].nunique().nunique() == 1


def after(code, *patients, **rules):
    rows = derive_detail(study_of(*patients, **rules), SIGN[code].endpoint).rows
    return {r.USUBJID: (r.AVAL, r.CNSR) for r in rows.itertuples()}


def test_relapse_after_loss_of_aplasia_is_counted_from_it_among_all_who_had_it():
    b = [dict(day=60, cd19_pct_lymphocytes=0.0), dict(day=100, cd19_pct_lymphocytes=5.0)]
    people = (
        patient("A", responses=REMISSION, b_cells=b, relapses=[dict(day=150)]),
        patient("B", responses={28: "CR", 200: "CR"}, b_cells=b),
        patient("C", responses=REMISSION, b_cells=b, transplants=[dict(day=130)]),
        patient("D", responses=REMISSION, b_cells=b[:1], relapses=[dict(day=150, cd19_status="positive")]),
        patient("E", responses=REMISSION, b_cells=b, death=120),
    )
    assert after("bca", *people) == {"A": (50, 0), "B": (100, 1), "C": (30, 2), "E": (20, 2)}


def test_with_confirmation_the_clock_starts_at_the_confirming_sample():
    b = [dict(day=day, cd19_pct_lymphocytes=value) for day, value in ((60, 0.0), (100, 5.0), (120, 5.0))]
    person = patient("A", responses=REMISSION, b_cells=b, relapses=[dict(day=150)])
    assert after("bca", person, bca_rule="pct1_abs100_confirmed") == {"A": (30, 0)}


def test_relapse_after_mrd_positivity_in_remission():
    positive = dict(result="positive", level=1e-3, sensitivity=1e-5)
    assert after(
        "mrd",
        patient("A", responses=REMISSION, mrd=[dict(day=90, **positive)], relapses=[dict(day=150)]),
        patient("B", responses=REMISSION, mrd=[dict(day=20, **positive)]),
        patient("C", responses=REMISSION, mrd=[dict(day=160, **positive)], relapses=[dict(day=150)]),
    ) == {"A": (60, 0)}


def test_site_names_the_cns_first_and_marrow_only_when_nothing_else_is():
    found = derive_relapses(
        study_of(
            *(
                patient(name, responses=REMISSION, relapses=[dict(day=150, **row)])
                for name, row in {
                    "A": dict(sites="bone marrow"),
                    "B": dict(sites="bone marrow; CNS"),
                    "C": dict(sites="skin"),
                    "D": dict(cns=True),
                    "E": dict(),
                    "F": dict(level="extramedullary"),
                }.items()
            ),
            patient("G", responses={28: "CR", 150: "RELAPSE"}),
        )
    )
    assert dict(zip(found["USUBJID"], found["SITE"], strict=True)) == {
        "A": "marrow",
        "B": "cns",
        "C": "other_site",
        "D": "cns",
        "E": "unknown",
        "F": "other_site",
        "G": "unknown",
    }


def test_the_list_says_what_came_next():
    row = derive_relapses(cohort().whole).set_index("USUBJID").loc["P07"]
    assert (row["RELADY"], row["RELMO"], row["NEXT"], row["RELCD19"]) == (180, 5.0, "inotuzumab", "negative")
    assert len(relapse_rows(cohort())) == 3


def test_survival_from_relapse_by_what_was_known_at_it():
    _, found = survival_from_relapse(cohort(), "cd19", "36")
    # P02 relapse 200 dies 500; P07 180 alive 600; P08 250 alive 400
    n = found.numbers.drop_duplicates("strata").set_index("strata")["n"].to_dict()
    assert n == {"CD19-positive": 1, "CD19-negative": 1, "CD19 unknown": 1}
    _, everybody = survival_from_relapse(cohort(), "groups", "36")
    assert everybody.n == 3 and at(everybody, "Overall survival from relapse", 6) == 1
    assert sorted(everybody.patients["AVAL"]) == [150, 300, 420]


def test_relapses_of_the_sample_are_a_recount_of_its_files():
    with connect(open_engine(ensure_sample())) as connection:
        cutoff, tables = dataset_row(connection).data_cutoff, fetch_tables(connection, "all")
    study = derive_study(tables, Rules(), pd.Timestamp(cutoff))
    remission = {u: d.date() for u, d in zip(study.course["USUBJID"], study.course["RMSDT"], strict=True) if d == d}
    first = {}
    for table, counts in (
        ("relapse", lambda r: r["level"] != "molecular"),
        ("response_assessment", lambda r: r["response"] == "RELAPSE"),
    ):
        with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for r in csv.DictReader(file):
                day, who = date.fromisoformat(r["date"]), r["patient_id"]
                if counts(r) and r["date"] <= str(cutoff)[:10] and who in remission and day > remission[who]:
                    first[who] = min(first.get(who, day), day)
    found = derive_relapses(study)
    assert dict(zip(found["USUBJID"], found["RELDT"].dt.date, strict=True)) == first
    assert not np.isnan(found["RELMO"]).any()
