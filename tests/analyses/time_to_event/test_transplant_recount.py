"""The transplant figures of the sample beside a recount from its CSV files, patient by patient, in plain Python."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from analyses.result import MEDIAN
from analyses.time_to_event.after_transplant import after_transplant, dynamic_landmark
from analyses.time_to_event.time_dependent import ALL_OBSERVATION, RATIO, by_transplant
from analyses.time_to_event.transplant import by_prior_transplant
from endpoints.after_transplant import NOT_EXPOSED
from endpoints.dynamic_landmark import LANDMARKS
from tests.analyses.cohorts import note, reasons, row, sample_cohort

SAMPLE = Path(__file__).parents[3] / "sample_data"
CONTINUED = ("tki", "maintenance")  # no new therapy by default


def read(table):
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def per_patient(rows, *columns):
    """{patient: [(date, other columns)]} up to the cut-off, by date."""
    cutoff = re.search(r'"data_cutoff": *"([0-9-]{10})', (SAMPLE / "manifest.json").read_text("utf-8"))[1]
    found = {}
    for one in rows:
        if one[columns[0]] and one[columns[0]] <= cutoff:
            found.setdefault(one["patient_id"], []).append(tuple(one[name] for name in columns))
    return {patient: sorted(dates) for patient, dates in found.items()}


def after(dates, day0, days=1):
    return [x for x in dates if days_between(day0, x[0]) >= days]


def first(dates):
    return min((x[0] for x in dates), default=None)


def relapse_after(remission, assessed, rows):
    """The first relapse after remission: a row that is not molecular, or an assessment that is no molecular row's."""
    rows = [x for x in rows if x[0] > remission]
    days = [day for day, level in rows if level != "molecular"]
    for day, response in assessed:
        if response == "RELAPSE" and day > remission:
            near = [level for other, level in rows if abs(days_between(day, other)) <= 30]
            days += [] if near and set(near) == {"molecular"} else [day]
    return min(days, default=None)


def days_between(earlier, later):
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days


@pytest.fixture(scope="module")
def people():
    """Per infused patient with first remission and no transplant before: days from infusion of what follows."""
    infused = per_patient(read("treatment_course"), "infusion_date", "course_number")
    responses = per_patient(read("response_assessment"), "date", "response")
    relapses = per_patient(read("relapse"), "date", "level")
    transplants = per_patient([r for r in read("transplant") if r["kind"] == "allogeneic"], "date", "disease_status")
    autologous = per_patient([r for r in read("transplant") if r["kind"] == "autologous"], "date")
    therapies = per_patient([r for r in read("subsequent_therapy") if r["kind"] not in CONTINUED], "date")
    died = per_patient(read("patient"), "death_date")
    rows = []
    for patient, courses in infused.items():
        day0 = min(courses, key=lambda c: int(c[1]))[0]
        seen = after(responses.get(patient, []), day0)
        therapy = first(after([*therapies.get(patient, []), *autologous.get(patient, []), *courses], day0))
        remissions = [x for x in after(seen, day0, 14) if x[1] in ("CR", "CRi")]
        remission = first([x for x in remissions if not therapy or x[0] <= therapy])
        grafts = after(transplants.get(patient, []), day0)
        if remission is None or (grafts and grafts[0][0] < remission):
            continue
        relapse = relapse_after(remission, seen, after(relapses.get(patient, []), day0))
        fit = [x for x in grafts if not (relapse and x[0] >= relapse)]
        refused = first([x for x in fit if x[1] == "not_in_remission"])
        graft = first([x for x in fit if x[1] != "not_in_remission"])
        exposed = graft if graft and not (therapy and therapy < graft) and not (refused and refused < graft) else None
        dates = dict(
            remission=remission, relapse=relapse, graft=graft, exposed=exposed, death=first(died.get(patient, []))
        )
        days = {name: days_between(day0, day) if day else None for name, day in dates.items()}
        status = next((x[1] for x in fit if x[0] == graft), None)
        rows.append(days | {"id": patient, "status": status})
    return rows


def known(days, limit):
    return days is not None and days <= limit


def test_the_landmarks_of_overall_survival_count_events_as_the_files_do(people):
    table = dynamic_landmark(sample_cohort(), "os").rows.set_index("strata")
    for day in LANDMARKS:
        held = [p for p in people if p["remission"] <= day and not (known(p["relapse"], day) or known(p["death"], day))]
        chosen, others = ([p for p in held if known(p["exposed"], day) == exposed] for exposed in (True, False))
        of_day = table.loc[f"day_{day}"]
        assert of_day["events_exposed"] == sum(p["death"] is not None for p in chosen)
        assert of_day["events_waiting"] == sum(p["death"] is not None for p in others)
        # alive ones may be lost before the landmark, but nobody who dies is
        assert of_day["n_exposed"] <= len(chosen) and of_day["n_waiting"] <= len(others)
        assert of_day["n_exposed"] >= of_day["events_exposed"]


@pytest.mark.parametrize("landmark", [0, 90])
def test_before_and_after_transplant_counts_events_as_the_files_do(people, landmark):
    result = by_transplant(sample_cohort(), "os", landmark, "36")
    assert result.n == len(people)
    dead = [p for p in people if p["death"] is not None]
    exposed = sum(p["exposed"] is not None and p["exposed"] < p["death"] for p in dead)
    counted = f"events {len(dead) - exposed} not yet transplanted, {exposed} transplanted"
    assert counted in note(result, "effect_all") and row(result, strata=ALL_OBSERVATION)["n_event"] == len(dead)
    others = sum(p["graft"] is not None and p["exposed"] is None for p in people)
    assert others >= 1  # new therapy, or a transplant recorded as not in remission, came first


def test_the_ratio_of_the_curves_counts_the_events_beyond_the_landmark(people):
    result = by_transplant(sample_cohort(), "os", 90, "36")
    dead = [p for p in people if p["death"] is not None and p["death"] > 90]
    exposed = sum(p["exposed"] is not None and p["exposed"] < p["death"] for p in dead)
    words = f"events {len(dead) - exposed} not yet transplanted, {exposed} transplanted"
    assert words in note(result, "effect") and row(result, strata=RATIO)["n_event"] == len(dead)
    for arm, n in (("waiting", len(dead) - exposed), ("transplanted", exposed)):
        curve = result.curve[result.curve["strata"] == arm]
        assert curve["n_event"].sum() == n and curve["time"].iloc[0] == 90


def test_after_transplant_has_the_patients_of_the_files_with_their_status(people):
    result = after_transplant(sample_cohort(), "os", "36")
    held = [p for p in people if p["exposed"] is not None and not known(p["death"], p["exposed"])]
    assert result.n == len(held)
    refused = [p for p in people if p["graft"] is not None and p["exposed"] is None]
    assert reasons(result)[NOT_EXPOSED.words] == len(refused)
    for status in ("cr_mrd_negative", "cr_mrd_positive", "cr_mrd_unknown"):
        of_status = [p for p in held if p["status"] == status]
        year = row(result, strata=status, months=12)
        assert year["n"] == len(of_status)
        assert year["n_event"] == sum(known(p["death"], p["graft"] + 365.25) for p in of_status)
        median = row(result, strata=status, measure=MEDIAN)
        assert median["n_event"] == sum(p["death"] is not None for p in of_status)
        assert (status in result.not_drawn) == (len(of_status) < 5)


def test_prior_transplant_counts_by_the_interval_to_relapse_as_the_files_do():
    result = by_prior_transplant(sample_cohort(), "os", "interval", "36")
    infused = per_patient(read("treatment_course"), "infusion_date", "course_number")
    transplants = per_patient(read("transplant"), "date", "kind")
    relapses = per_patient([x for x in read("relapse") if x["level"] != "molecular"], "date")
    answer = {one["patient_id"]: one for one in read("patient")}
    expected = {}
    for patient, courses in infused.items():
        day0 = min(courses, key=lambda c: int(c[1]))[0]
        before = [x for x in transplants.get(patient, []) if x[0] < day0]
        told = answer[patient]["prior_transplant"]
        kinds = {kind for _, kind in before} | ({answer[patient]["prior_transplant_kind"]} if told != "no" else set())
        group = _prior_group(kinds, told)
        if group == "allogeneic":
            dated = [x[0] for x in before if x[1] == "allogeneic"]
            later = [x[0] for x in relapses.get(patient, []) if dated and dated[-1] < x[0] <= day0]
            gap = days_between(dated[-1], later[0]) if later else None
            group = "no_relapse" if gap is None else "to_6" if gap <= 6 * 30.4375 else "over_6"
        if group:
            expected[group] = expected.get(group, 0) + 1
    n = result.numbers.drop_duplicates("strata").set_index("strata")["n"].to_dict()
    assert n == expected and result.n == sum(expected.values())
    assert reasons(result) == {"with missing prior transplant": len(infused) - result.n}


def _prior_group(kinds, told):
    """allogeneic, autologous, unknown, none, or nothing where nobody knows."""
    if "allogeneic" in kinds:
        return "allogeneic"
    if "autologous" in kinds:
        return "autologous"
    return {"yes": "unknown", "no": "none"}.get(told)
