"""Relapse on literal patients by hand; the parts add up to the whole; the list against the sample's files."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from analyses.time_to_event.curve import stacked
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.relapse import relapse_rows, relapse_split, survival_from_relapse
from endpoints.catalogue import CIR, CIRCD19, NRM
from endpoints.relapse import BY_LEVEL, NRM_CAUSES, SIGN, derive_detail, derive_relapses
from estimators.aalen_johansen import aalen_johansen
from figures import pictures
from tests.analyses.cohorts import cohort, n_of, row, sample_cohort
from tests.literal import patient, study_of

SAMPLE = Path(__file__).parents[3] / "sample_data"
REMISSION = {28: "CR"}


@pytest.mark.parametrize(
    ("split", "whole"), [(BY_LEVEL, CIR), (CIRCD19, CIR), (NRM_CAUSES, NRM)], ids=lambda e: e.paramcd
)
@pytest.mark.parametrize("months", [6, 12])
def test_the_parts_add_up_to_the_whole(split, whole, months):
    chosen = cohort()
    parts = (
        estimate_endpoint(chosen, split, aalen_johansen)
        if split is CIRCD19
        else relapse_split(chosen, split, "36", "Months")
    )
    codes = [source.code for source in split.events]
    total = sum(row(parts, outcome=code, months=months)["estimate"] for code in codes)
    event = whole.events[0].code
    together = row(estimate_endpoint(chosen, whole, aalen_johansen), outcome=event, months=months)
    assert total == pytest.approx(together["estimate"])
    assert sum(row(parts, outcome=code, months=months)["n_event"] for code in codes) == together["n_event"]


@pytest.mark.parametrize("split", [BY_LEVEL, CIRCD19, NRM_CAUSES], ids=lambda e: e.paramcd)
def test_the_parts_are_stacked_up_to_the_whole(split):
    parts = relapse_split(cohort(), split, "36", "Months")
    codes = {source.code for source in split.events}
    events = replace(
        parts,
        outcomes=tuple(outcome for outcome in parts.outcomes if outcome.code in codes),
        curve=parts.curve[parts.curve["outcome"].isin(codes)],
    )
    stack = stacked(events)
    happened = set(parts.curve.loc[parts.curve["n_event"] > 0, "outcome"])
    assert set(stack["outcome"]) == happened & codes  # what never happened has no area and no legend
    last = stack[stack["time"] <= 12].groupby("time")["estimate"].sum().iloc[-1]
    assert last == pytest.approx(sum(row(parts, outcome=code, months=12)["estimate"] for code in codes))
    assert stack.groupby("outcome")["time"].nunique().nunique() == 1
    area, _ = pictures.stacked(parts, len(split.events))
    assert set(area.frame["outcome"]) == {o.label for o in events.outcomes if o.code in happened}


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
    relapse = derive_relapses(cohort().whole).set_index("USUBJID").loc["P07"]
    assert (relapse["RELADY"], relapse["RELMO"], relapse["NEXT"], relapse["RELCD19"]) == (
        180,
        5.0,
        "inotuzumab",
        "negative",
    )
    assert len(relapse_rows(cohort())) == 3


def test_survival_from_relapse_by_what_was_known_at_it():
    result = survival_from_relapse(cohort(), "cd19", "36")
    # P02 relapse 200 dies 500; P07 180 alive 600; P08 250 alive 400
    assert n_of(result) == {"CD19-positive": 1, "CD19-negative": 1, "CD19 unknown": 1}
    everybody = survival_from_relapse(cohort(), "groups", "36")
    assert everybody.n == 3 and row(everybody, months=6)["estimate"] == 1
    assert sorted(everybody.patients["AVAL"]) == [150, 300, 420]


def rows_of_files(table, last):
    """{patient: [(day, row), ...]} of a file of the sample, up to the cut-off."""
    rows = {}
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        for one in csv.DictReader(file):
            if one["date"] <= last:
                rows.setdefault(one["patient_id"], []).append((date.fromisoformat(one["date"]), one))
    return rows


def test_relapses_of_the_sample_are_a_recount_of_its_files():
    """The earlier of a row that is not molecular and a RELAPSE assessment, after first remission; an assessment whose
    rows within 30 days are all molecular is that relapse, and does not count either."""
    study, last = sample_cohort().whole, sample_cohort().data.cutoff_date
    remission = {u: d.date() for u, d in zip(study.course["USUBJID"], study.course["RMSDT"], strict=True) if d == d}
    relapses, assessed = rows_of_files("relapse", last), rows_of_files("response_assessment", last)
    first, uncounted = {}, 0
    for who, start in remission.items():
        rows = [(day, one["level"]) for day, one in relapses.get(who, []) if day > start]
        days = [day for day, level in rows if level != "molecular"]
        for day, one in assessed.get(who, []):
            if one["response"] != "RELAPSE" or day <= start:
                continue
            near = [level for other, level in rows if abs((other - day).days) <= 30]
            if near and set(near) == {"molecular"}:
                uncounted += 1
            else:
                days.append(day)
        if days:
            first[who] = min(days)
    derived = derive_relapses(study)
    assert dict(zip(derived["USUBJID"], derived["RELDT"].dt.date, strict=True)) == first and uncounted
    assert not np.isnan(derived["RELMO"]).any()
