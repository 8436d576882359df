"""The transplant figures of the sample beside a recount from its CSV files, patient by patient, in plain Python."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from tests.pages.twelve import figures, open_page, visit

SAMPLE = Path(__file__).parents[2] / "sample_data"
IN_REMISSION_ONLY = ("tki", "maintenance")  # no new therapy when started in remission, by default


def read(table):
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def per_patient(rows, *columns):
    """{patient: [(date, other columns)]} up to the cut-off, by date."""
    cutoff = re.search(r'"data_cutoff": *"([0-9-]{10})', (SAMPLE / "manifest.json").read_text("utf-8"))[1]
    found = {}
    for row in rows:
        if row[columns[0]] and row[columns[0]] <= cutoff:
            found.setdefault(row["patient_id"], []).append(tuple(row[name] for name in columns))
    return {patient: sorted(dates) for patient, dates in found.items()}


def after(dates, day0, days=1):
    return [x for x in dates if (date.fromisoformat(x[0]) - date.fromisoformat(day0)).days >= days]


def first(dates):
    return min((x[0] for x in dates), default=None)


@pytest.fixture(scope="module")
def people():
    """Per infused patient with first remission and no transplant before: days from infusion of what follows."""
    infused = per_patient(read("treatment_course"), "infusion_date", "course_number")
    responses = per_patient(read("response_assessment"), "date", "response")
    relapses = per_patient([r for r in read("relapse") if r["level"] != "molecular"], "date")
    transplants = per_patient([r for r in read("transplant") if r["kind"] == "allogeneic"], "date", "disease_status")
    therapies = per_patient(read("subsequent_therapy"), "date", "kind")
    died = per_patient(read("patient"), "death_date")
    found = []
    for patient, courses in infused.items():
        day0 = min(courses, key=lambda c: int(c[1]))[0]
        seen = after(responses.get(patient, []), day0)
        remissions = [x for x in after(seen, day0, 14) if x[1] in ("CR", "CRi")]
        documented = first(remissions)
        bad = [*(x for x in seen if x[1] == "RELAPSE"), *relapses.get(patient, [])]
        lost = first([x for x in bad if documented and x[0] > documented])
        started = [
            x
            for x in after(therapies.get(patient, []), day0)
            if not (x[1] in IN_REMISSION_ONLY and documented and documented <= x[0] and not (lost and x[0] >= lost))
        ]
        therapy = first([*started, *after(courses, day0)])
        remission = first([x for x in remissions if not therapy or x[0] <= therapy])
        grafts = after(transplants.get(patient, []), day0)
        if remission is None or (grafts and grafts[0][0] < remission):
            continue
        relapse = first([x for x in bad if x[0] > remission])
        fit = [x for x in grafts if not (relapse and x[0] >= relapse)]
        refused = first([x for x in fit if x[1] == "not_in_remission"])
        graft = first([x for x in fit if x[1] != "not_in_remission"])
        exposed = graft if graft and not (therapy and therapy < graft) and not (refused and refused < graft) else None
        one = dict(
            remission=remission, relapse=relapse, graft=graft, exposed=exposed, death=first(died.get(patient, []))
        )
        one = {k: (date.fromisoformat(v) - date.fromisoformat(day0)).days if v else None for k, v in one.items()}
        status = next((x[1] for x in fit if x[0] == graft), None)
        found.append(one | {"id": patient, "status": status})
    return found


@pytest.fixture(scope="module")
def app():
    return open_page("transplant", transplant_figure="landmarks", transplant_outcome="os")


def known(days, limit):
    return days is not None and days <= limit


def test_the_landmarks_of_overall_survival_count_events_as_the_files_do(app, people):
    table = figures(app)[0].tables[0].set_index("strata")
    for day in (60, 90, 120, 180):
        held = [p for p in people if p["remission"] <= day and not (known(p["relapse"], day) or known(p["death"], day))]
        chosen, others = ([p for p in held if known(p["exposed"], day) == here] for here in (True, False))
        row = table.loc[f"Day {day}"]
        assert row["events_exposed"] == sum(p["death"] is not None for p in chosen)
        assert row["events_waiting"] == sum(p["death"] is not None for p in others)
        # alive ones may be lost before the landmark, but nobody who dies is
        assert row["n_exposed"] <= len(chosen) and row["n_waiting"] <= len(others)
        assert row["n_exposed"] >= row["events_exposed"]


def test_before_and_after_transplant_counts_events_as_the_files_do(app, people):
    figure = figures(visit(app, {"transplant_figure": "time_dependent", "transplant_outcome": "os"}))[0]
    assert figure.n == len(people)
    dead = [p for p in people if p["death"] is not None]
    exposed = sum(p["exposed"] is not None and p["exposed"] < p["death"] for p in dead)
    words = next(line for line in figure.captions if line.startswith("Hazard ratio"))
    assert f"events {len(dead) - exposed} not yet transplanted, {exposed} transplanted" in words
    others = sum(p["graft"] is not None and p["exposed"] is None for p in people)
    assert others >= 1  # new therapy, or a transplant recorded as not in remission, came first


def test_after_transplant_has_the_patients_of_the_files_with_their_status(app, people):
    figure = figures(visit(app, {"transplant_figure": "after", "transplant_outcome": "os"}))[0]
    held = [p for p in people if p["exposed"] is not None and not known(p["death"], p["exposed"])]
    assert figure.n == len(held)
    refused = [p for p in people if p["graft"] is not None and p["exposed"] is None]
    assert figure.left_out["new therapy, or a transplant recorded as not in remission, before the transplant"] == len(
        refused
    )
    table = figure.tables[0]
    few = table[table["strata"] == "MRD-positive"].iloc[0]
    mine = [p for p in held if p["status"] == "cr_mrd_positive"]
    assert few[["measure", "n", "n_event"]].tolist() == [
        "not shown",
        len(mine),
        sum(p["death"] is not None for p in mine),
    ]
    for status, label in (("cr_mrd_negative", "MRD-negative"), ("cr_mrd_unknown", "MRD unknown")):
        mine = [p for p in held if p["status"] == status]
        rows = table[(table["strata"] == label) & (table["measure"] == "probability")].set_index("months")
        assert rows["n"].iloc[0] == len(mine)
        year = sum(known(p["death"], p["graft"] + 365.25) for p in mine)
        assert rows.loc[12, "n_event"] == year


def test_prior_transplant_counts_by_the_interval_to_relapse_as_the_files_do(app):
    figure = figures(visit(app, {"transplant_figure": "prior", "prior_by": "interval", "prior_outcome": "os"}))[0]
    infused = per_patient(read("treatment_course"), "infusion_date", "course_number")
    transplants = per_patient(read("transplant"), "date")
    relapses = per_patient([x for x in read("relapse") if x["level"] != "molecular"], "date")
    answer = {row["patient_id"]: row["prior_transplant"] for row in read("patient")}
    expected = {"Relapse ≤ 6 months after it": 0, "Relapse > 6 months after it": 0, "No prior transplant": 0}
    for patient, courses in infused.items():
        day0 = min(courses, key=lambda c: int(c[1]))[0]
        before = [x[0] for x in transplants.get(patient, []) if x[0] <= day0]
        later = [x[0] for x in relapses.get(patient, []) if before and before[-1] < x[0] <= day0]
        if before and later:
            gap = (date.fromisoformat(later[0]) - date.fromisoformat(before[-1])).days
            expected["Relapse ≤ 6 months after it" if gap <= 6 * 30.4375 else "Relapse > 6 months after it"] += 1
        elif not before and answer[patient] == "no":
            expected["No prior transplant"] += 1
    n = figure.tables[0].drop_duplicates("strata").set_index("strata")["n"].to_dict()
    assert n == expected and figure.n == sum(expected.values())
