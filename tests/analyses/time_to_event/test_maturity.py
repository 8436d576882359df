"""How mature a figure is, and where its curves fade: by hand on literal patients, recounted on the sample from its
files."""

import csv
import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.time_to_event.estimate import estimate_endpoint, in_runs, to_draw
from analyses.time_to_event.maturity import PALER, maturity
from analyses.time_to_event.relapse import in_two_stretches
from analyses.time_to_event.survival import all_endpoints
from endpoints.catalogue import CIR, EFS, OS, RFS
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.risk_table import few_remain
from figures import pictures
from tests.analyses.cohorts import cohort
from tests.literal import patient
from tests.pages.twelve import open_page

SAMPLE = Path(__file__).parents[2] / "sample_data"
ONE = (("Overall survival", "other"),)


def test_the_line_under_a_figure_is_follow_up_from_its_origin_by_hand(monkeypatch):
    """A dies on day 100; B is seen last on day 400, C on day 790."""
    people = {
        "A": patient("A", responses={28: "CR"}, death=100),
        "B": patient("B", responses={30: "CR"}, last_contact=400),
        "C": patient("C", responses={31: "CR"}, last_contact=790),
    }
    monkeypatch.setattr("tests.pages.test_estimate.MANY", people)
    study = cohort(patients=tuple(people))
    to_cutoff = (study.loaded.data_cutoff - pd.Timestamp("2024-01-01")).days
    found = maturity(study, estimate_endpoint(study, OS, kaplan_meier)).strip[0]
    complete = (100 + 400 + 790) / (100 + 2 * to_cutoff)
    assert found.startswith("Follow-up from infusion: median ")
    assert f"completeness {100 * complete:.0f} % (Clark's C: " in found
    assert "before 12 months 100 % (3 of 3)" in found
    # B is lost on day 400, before month 24 (day 730.5); who died before was not lost
    assert "24 months 67 % (2 of 3)" in found
    later = maturity(study, estimate_endpoint(study, RFS, kaplan_meier)).strip[0]
    complete = (72 + 370 + 790 - 31) / (72 + 2 * to_cutoff - 61)
    assert later.startswith("Follow-up from first remission: ") and f"{100 * complete:.0f} %" in later


def test_the_sample_is_followed_as_its_files_say():
    app = open_page("survival", survival_endpoint="OS")
    line = next(x for c in app.caption for x in c.value.split("\n\n") if "Clark" in x).replace("\\", "")
    found = re.search(r"completeness (\d+) % .+?; not lost before 12 months (\d+) % \((\d+) of (\d+)\)", line)
    days, dead, possible = _recount()
    due = [(d, x) for d, x, p in zip(days, dead, possible, strict=True) if p >= 365.25]
    kept = sum(1 for d, x in due if x or d >= 365.25)
    potential = [d if x else p for d, x, p in zip(days, dead, possible, strict=True)]
    assert [int(x) for x in found.groups()] == [
        round(100 * sum(days) / sum(potential)),
        round(100 * kept / len(due)),
        kept,
        len(due),
    ]


def _recount():
    """Days, death and potential days of every infused patient, from all dates of the files up to the cut-off."""

    def rows(table):
        with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    cutoff = re.search(r'"data_cutoff": *"([0-9-]{10})', (SAMPLE / "manifest.json").read_text("utf-8"))[1]
    last, day0 = {}, {}
    for table in (p.stem for p in SAMPLE.glob("*.csv")):
        for row in rows(table):
            for name, value in row.items():
                if (
                    row.get("patient_id")
                    and re.fullmatch(r"\d{4}-\d\d-\d\d", value or "")
                    and value <= cutoff
                    and "birth" not in name
                ):
                    last[row["patient_id"]] = max(last.get(row["patient_id"], ""), value)
    for row in sorted(rows("treatment_course"), key=lambda r: int(r["course_number"])):
        if row["infusion_date"] and row["infusion_date"] <= cutoff:
            day0.setdefault(row["patient_id"], row["infusion_date"])
    died = {r["patient_id"]: r["death_date"] for r in rows("patient") if r["death_date"] and r["death_date"] <= cutoff}

    def gap(a, b):
        return (date.fromisoformat(b) - date.fromisoformat(a)).days

    ids = sorted(day0)
    return (
        [gap(day0[i], died.get(i, last[i])) for i in ids],
        [i in died for i in ids],
        [gap(day0[i], cutoff) for i in ids],
    )


def test_several_groups_and_several_origins_have_a_line_each():
    study = cohort(by="sex")
    assert [x.split(":")[0] for x in maturity(study, estimate_endpoint(study, EFS, kaplan_meier)).parts] == [
        "Follow-up, Female",
        "Follow-up, Male",
        "Follow-up, Missing",
    ]
    every = maturity(cohort(), all_endpoints(cohort(), "36"))
    assert [line.split(":")[0] for line in every.strip[:2]] == [
        "Follow-up from infusion",
        "Follow-up from first remission",
    ]


def test_every_time_to_event_figure_says_how_mature_it_is_and_no_other():
    for page, tab, here in (
        ("relapse", {}, True),
        ("transplant", {"transplant_figure": "landmark"}, True),
        ("mrd", {"mrd_figure": "landmark"}, True),
        ("response", {}, False),
    ):
        captions = " ".join(c.value for c in open_page(page, **tab).caption)
        assert ("Clark" in captions) == here, page


def test_fewer_than_ten_remain_from_the_day_after_which_nine_are_left():
    n_risk = np.array([12, 11, 10, 9, 1])
    assert few_remain(n_risk, [False] * 4 + [True]).tolist() == [False, False, True, True, True]
    assert few_remain([10, 9], [True, True]).tolist() == [True, True]


def test_a_curve_is_solid_until_nine_remain_and_the_stretches_meet():
    curve = kaplan_meier(np.arange(1, 13) * 30, [1] * 12).assign(strata="A", outcome=1)
    drawn = to_draw(curve, ONE, 36.0)
    solid, pale = drawn[~drawn["faded"]], drawn[drawn["faded"]]
    assert solid["time"].iloc[-1] == pale["time"].iloc[0] == pytest.approx(90 / 30.4375)  # the third of twelve leaves
    assert solid["estimate"].iloc[-1] == pale["estimate"].iloc[0] == pytest.approx(9 / 12)
    assert drawn["run"].tolist() == sorted(drawn["run"]) and drawn["run"].nunique() == 2
    assert drawn["n_event"].sum() == 12  # the row that stands in both stretches counts once


def test_no_line_is_lost_between_stretches_of_any_curve():
    flags = pd.DataFrame(
        {
            "strata": list("AAAABB"),
            "outcome": 1,
            "faded": [0, 1, 0, 0, 1, 1],
            "n_event": 1,
            "n_censor": 0,
            "time": [1, 2, 3, 4, 1, 2],
        }
    ).astype({"faded": bool})
    drawn = in_runs(flags)
    assert drawn["run"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4] and drawn["time"].tolist() == [1, 2, 2, 3, 3, 4, 1, 2]
    assert drawn["faded"].tolist() == [False, False, True, True, False, False, True, True]
    assert in_runs(flags.iloc[:0]).empty


def test_stacked_areas_fade_together_and_join_without_a_step():
    rows = pd.DataFrame({"time": [0, 1, 2, 0, 1, 2], "outcome": list("aaabbb"), "estimate": [0, 0.1, 0.2, 0, 0.3, 0.4]})
    found = in_two_stretches(rows, 1.0)
    assert found[~found["faded"]]["estimate"].tolist() == [0, 0, 0, 0]  # the height before the step at month 1
    assert found[found["faded"]]["estimate"].tolist() == [0.1, 0.2, 0.3, 0.4]
    assert not in_two_stretches(rows, float("nan"))["faded"].any()


def test_what_paler_means_is_said_where_something_is_paler_and_in_the_image():
    found = estimate_endpoint(cohort(), CIR, aalen_johansen)
    assert PALER in maturity(cohort(), found).strip  # ten patients
    spec = pictures.incidences(found)[0].spec
    assert "datum.faded" in str(spec["layer"][0]["encoding"]["opacity"])
    assert "datum.faded" in str(spec["layer"][1]["encoding"]["opacity"])
