"""Survival as it is asked for, against direct calls of the estimator: intervals, failure, days, all endpoints."""

import numpy as np
import pandas as pd
import pytest

from analyses.time_to_event.estimate import by_group
from analyses.time_to_event.survival import all_endpoints, as_failure, in_days, survival
from charts.step_curve import step_curve
from charts.theme import series_of_groups
from endpoints.catalogue import EFS, OS, SURVIVAL_ENDPOINTS
from endpoints.time_to_event import derive_tte
from estimators.intervals import CONF_TYPES
from estimators.kaplan_meier import estimates_at, kaplan_meier, quantile
from figures import pictures
from figures.figure import Chart, rows_of
from tests.pages.test_estimate import cohort


def curve(conf_type="log-log", endpoint=EFS):
    rows = derive_tte(cohort().study.course, endpoint, cohort().rules).rows
    return kaplan_meier(rows["AVAL"].to_numpy(), (rows["CNSR"] == 0).to_numpy(), conf_type=conf_type)


@pytest.mark.parametrize("conf_type", CONF_TYPES)
def test_the_interval_is_of_the_chosen_type_in_numbers_band_and_median(conf_type):
    found = survival(cohort(), EFS, "36", conf_type)
    at = estimates_at(curve(conf_type), np.array([6]) * 30.4375).iloc[0]
    row = found.numbers[found.numbers["months"] == 6].iloc[0]
    assert row[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(
        at[["estimate", "conf_low", "conf_high"]].tolist()
    )
    median = found.numbers[found.numbers["measure"] == "median, months"].iloc[0]
    expected = [x / 30.4375 for x in quantile(curve(conf_type))]
    assert median[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(expected, nan_ok=True)
    drawn = found.curve.set_index("time")["conf_low"].dropna()
    assert drawn.iloc[-1] == pytest.approx(curve(conf_type)["conf_low"].dropna().iloc[-1])


def test_failure_is_one_minus_survival_with_the_limits_exchanged():
    alive = survival(cohort(), EFS, "36", "log-log")
    failed = as_failure(alive)
    for name, other in (("estimate", "estimate"), ("conf_low", "conf_high"), ("conf_high", "conf_low")):
        assert failed.curve[name].to_numpy() == pytest.approx(1 - alive.curve[other].to_numpy(), nan_ok=True)
    six = failed.numbers[failed.numbers["months"] == 6].iloc[0]
    at = estimates_at(curve(), np.array([6]) * 30.4375).iloc[0]
    assert six["estimate"] == pytest.approx(1 - at["estimate"]) and six["conf_low"] < six["estimate"] < six["conf_high"]
    assert f"{100 * six['estimate']:.0f} %" in six["result"]
    medians = [f.numbers[f.numbers["measure"] == "median, months"]["estimate"].item() for f in (alive, failed)]
    assert medians[0] == pytest.approx(medians[1])


def test_days_are_months_times_30_4375_everywhere():
    months = survival(cohort(), EFS, "36", "log-log")
    days = in_days(months)
    assert days.x_title == "Days from infusion" and days.numbers["days"].dropna().iloc[0] == 91.3
    median = days.numbers[days.numbers["measure"] == "median, days"].iloc[0]
    assert median["estimate"] == pytest.approx(quantile(curve())[0])
    assert f"{median['estimate']:.1f}" in median["result"]
    spec = step_curve(series_of_groups([("All", 0)]), "EFS", 36, "Days", in_days=True)
    assert "30.4375" in spec["layer"][0]["encoding"]["x"]["axis"]["labelExpr"]


def test_all_endpoints_are_the_endpoints_one_by_one():
    found = all_endpoints(cohort(), "36")
    assert [o.label.split()[0] for o in found.outcomes] == [e.paramcd for e in SURVIVAL_ENDPOINTS]
    for endpoint in (OS, EFS):
        alone = by_group(cohort(), endpoint, kaplan_meier)
        here = found.curve[found.curve["outcome"] == f"{endpoint.paramcd} (n = {alone.n})"]
        assert here["estimate"].tolist() == alone.curve["estimate"].tolist()
        mine = found.numbers[found.numbers["outcome"] == endpoint.paramcd]["estimate"].item()
        assert mine == alone.numbers[alone.numbers["months"] == 12]["estimate"].item()


def test_all_endpoints_of_the_enrolled_are_those_defined_and_the_others_say_so():
    found = all_endpoints(cohort(population="enrolled"), "36")
    assert [o.label.split()[0] for o in found.outcomes] == ["OS", "EFS"]
    assert any("infused patients only" in note for note in found.notes)


def test_all_endpoints_are_drawn_as_a_panel_each_under_one_legend():
    found = all_endpoints(cohort(by="product"), "36")
    legend, *panels = pictures.small_curves(found)
    assert legend.frame["strata"].tolist() == [s.label for s in found.series] and not legend.panel
    assert [panel.panel for panel in panels] == [outcome.label for outcome in found.outcomes]
    for outcome, panel in zip(found.outcomes, panels, strict=True):
        here = found.curve[found.curve["outcome"] == outcome.label]
        assert panel.frame["estimate"].tolist() == here["estimate"].tolist()


def test_without_groups_the_panels_need_no_legend_and_the_first_tells_what_they_show():
    panels = pictures.small_curves(all_endpoints(cohort(), "36"))
    assert all(panel.panel for panel in panels) and "At 12 months" in panels[0].alt


def test_panels_stand_two_abreast_and_every_other_chart_alone():
    one, panel = Chart({}, pd.DataFrame()), Chart({}, pd.DataFrame(), panel="A")
    assert rows_of([one, panel, panel, panel, one, one]) == [[one], [panel, panel], [panel], [one], [one]]
