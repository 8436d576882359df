"""How mature a figure is, and where its curves fade: by hand on literal patients, recounted on the sample from its
files."""

import csv
import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.result import Curves
from analyses.status.mrd import mrd_landmark
from analyses.status.response import response
from analyses.time_to_event.curve import in_runs, in_two_stretches, steps
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.maturity import maturity
from analyses.time_to_event.survival import all_endpoints
from analyses.time_to_event.transplant import transplant_landmark
from endpoints.catalogue import CIR, EFS, OS, RFS
from endpoints.response import BEST
from endpoints.visits import M3
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.risk_table import few_remain
from figures import pictures
from figures.figure import figure_of
from figures.notes import PALER, follow_up_words
from tests.analyses.cohorts import cohort, cohort_of, sample_cohort
from tests.literal import patient

SAMPLE = Path(__file__).parents[3] / "sample_data"


def test_the_line_under_a_figure_is_follow_up_from_its_origin_by_hand():
    """A dies on day 100; B is seen last on day 400, C on day 790."""
    chosen = cohort_of(
        patient("A", responses={28: "CR"}, death=100),
        patient("B", responses={30: "CR"}, last_contact=400),
        patient("C", responses={31: "CR"}, last_contact=790),
    )
    to_cutoff = (chosen.data.data_cutoff - pd.Timestamp("2024-01-01")).days
    [whole] = maturity(estimate_endpoint(chosen, OS, kaplan_meier))
    complete = (100 + 400 + 790) / (100 + 2 * to_cutoff)
    assert (whole.since, whole.group) == (" from infusion", "") and whole.completeness == pytest.approx(complete)
    # B is lost on day 400, before month 24 (day 730.5); who died before was followed
    assert whole.under_observation == ((12, 3, 3), (24, 2, 3))
    words = follow_up_words(whole)
    assert words.startswith("Follow-up from infusion: median ")
    assert f"completeness {100 * complete:.0f} % (Clark's C: " in words
    assert "followed to 12 months or until death: 100 % (3/3), 24 months or until death: 67 % (2/3)." in words
    [later] = maturity(estimate_endpoint(chosen, RFS, kaplan_meier))
    complete = (72 + 370 + 790 - 31) / (72 + 2 * to_cutoff - 61)
    assert later.since == " from first remission" and later.completeness == pytest.approx(complete)


def test_the_sample_is_followed_as_its_files_say():
    chosen = sample_cohort()
    [whole] = maturity(estimate_endpoint(chosen, OS, kaplan_meier))
    days, dead, possible = _recount()
    due = [(d, x) for d, x, p in zip(days, dead, possible, strict=True) if p >= 365.25]
    kept = sum(1 for d, x in due if x or d >= 365.25)
    potential = [d if x else p for d, x, p in zip(days, dead, possible, strict=True)]
    assert whole.completeness == pytest.approx(sum(days) / sum(potential))
    assert whole.under_observation[0] == (12, kept, len(due))
    share = f"{100 * kept / len(due):.0f} % ({kept}/{len(due)})"
    assert f"followed to 12 months or until death: {share}" in follow_up_words(whole)


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
    lines = maturity(estimate_endpoint(cohort(by="sex"), EFS, kaplan_meier))
    assert [(one.since, one.group) for one in lines] == [
        (" from infusion", ""),
        ("", "Female"),
        ("", "Male"),
        ("", "Missing"),
    ]
    assert [follow_up_words(one).split(":")[0] for one in lines[1:]] == [
        "Follow-up, Female",
        "Follow-up, Male",
        "Follow-up, Missing",
    ]
    every = maturity(all_endpoints(cohort(), "36"))
    assert [one.since for one in every[:2]] == [" from infusion", " from first remission"]


def test_every_time_to_event_figure_says_how_mature_it_is_and_no_other():
    chosen = cohort()
    for result, is_followed in (
        (estimate_endpoint(chosen, CIR, aalen_johansen), True),
        (transplant_landmark(chosen, "os", 90, "36"), True),
        (mrd_landmark(chosen, "efs", M3, 0, "36"), True),
        (response(chosen, BEST), False),
    ):
        captions = " ".join(figure_of(result, "Title", code="code").method_lines())
        assert bool(maturity(result)) == ("Clark" in captions) == is_followed


def test_fewer_than_ten_remain_from_the_day_after_which_nine_are_left():
    n_risk = np.array([12, 11, 10, 9, 1])
    assert few_remain(n_risk, [False] * 4 + [True]).tolist() == [False, False, True, True, True]
    assert few_remain([10, 9], [True, True]).tolist() == [True, True]


def test_a_curve_is_solid_until_nine_remain_and_the_stretches_meet():
    result = estimate_endpoint(cohort_of(*(patient(f"P{i:02d}", death=30 * i) for i in range(1, 13))), OS, kaplan_meier)
    drawn = steps(result, 1.0)
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
    drawn = in_two_stretches(rows, 1.0)
    assert drawn[~drawn["faded"]]["estimate"].tolist() == [0, 0, 0, 0]  # the height before the step at month 1
    assert drawn[drawn["faded"]]["estimate"].tolist() == [0.1, 0.2, 0.3, 0.4]
    assert not in_two_stretches(rows, float("nan"))["faded"].any()


def test_what_paler_means_is_said_where_something_is_paler_and_in_the_image():
    result = estimate_endpoint(cohort(), CIR, aalen_johansen)
    charts = pictures.incidences(result)
    figure = figure_of(result, "Relapse", *charts, code="cir")
    assert isinstance(result, Curves) and PALER in figure.notes  # ten patients
    assert PALER.text in figure.image_lines()
    spec = charts[0].spec
    assert "datum.faded" in str(spec["layer"][0]["encoding"]["opacity"])
    assert "datum.faded" in str(spec["layer"][1]["encoding"]["opacity"])
