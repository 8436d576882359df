"""Survival as it is asked for, against direct calls of the estimator: intervals, failure, days, all endpoints."""

import numpy as np
import pandas as pd
import pytest

from analyses.result import MEDIAN, REFUSED
from analyses.time_to_event.curve import steps
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.survival import all_endpoints, as_failure, in_days, survival
from charts.step_curve import step_curve
from charts.theme import series_of_groups
from endpoints.catalogue import EFS, SURVIVAL_ENDPOINTS
from endpoints.time_to_event import derive_tte
from estimators.intervals import CONF_TYPES
from estimators.kaplan_meier import estimates_at, kaplan_meier, quantile
from figures import pictures
from figures.chart import Chart, rows_of
from figures.numbers import worded
from tests.analyses.cohorts import cohort, labels, row

LIMITS = ["estimate", "conf_low", "conf_high"]


def curve(conf_type="log-log", endpoint=EFS):
    rows = derive_tte(cohort().whole.course, endpoint, cohort().rules).rows
    return kaplan_meier(rows["AVAL"].to_numpy(), (rows["CNSR"] == 0).to_numpy(), conf_type=conf_type)


@pytest.mark.parametrize("conf_type", CONF_TYPES)
def test_the_interval_is_of_the_chosen_type_in_numbers_band_and_median(conf_type):
    result = survival(cohort(), EFS, "36", conf_type)
    read = estimates_at(curve(conf_type), np.array([6]) * 30.4375).iloc[0]
    assert row(result, months=6)[LIMITS].tolist() == pytest.approx(read[LIMITS].tolist())
    median = quantile(curve(conf_type))
    expected = [value / 30.4375 for value in (median.value, median.low, median.high)]
    assert row(result, measure=MEDIAN)[LIMITS].tolist() == pytest.approx(expected, nan_ok=True)
    assert result.curve["conf_low"].tolist() == pytest.approx(curve(conf_type)["conf_low"].tolist(), nan_ok=True)
    drawn = steps(result, 1.0).set_index("time")["conf_low"].dropna()
    assert drawn.iloc[-1] == pytest.approx(curve(conf_type)["conf_low"].dropna().iloc[-1])


def test_failure_is_one_minus_survival_with_the_limits_exchanged():
    alive = survival(cohort(), EFS, "36", "log-log")
    failed = as_failure(alive)
    for name, other in (("estimate", "estimate"), ("conf_low", "conf_high"), ("conf_high", "conf_low")):
        assert failed.curve[name].to_numpy() == pytest.approx(1 - alive.curve[other].to_numpy(), nan_ok=True)
    six = row(failed, months=6)
    read = estimates_at(curve(), np.array([6]) * 30.4375).iloc[0]
    assert six["estimate"] == pytest.approx(1 - read["estimate"])
    assert six["conf_low"] < six["estimate"] < six["conf_high"]
    table = worded(failed)
    assert table.loc[table["months"] == 6, "result"].item().startswith(f"{100 * six['estimate']:.0f} % (")
    medians = [row(result, measure=MEDIAN)["estimate"] for result in (alive, failed)]
    assert medians[0] == pytest.approx(medians[1])


def test_days_are_months_times_30_4375_everywhere():
    months = survival(cohort(), EFS, "36", "log-log")
    days = in_days(months)
    table = worded(days)
    assert days.x_title == "Days from infusion" and table["days"].dropna().iloc[0] == 91.3 and "months" not in table
    median = table[table["measure"] == "median, days"].iloc[0]
    assert median["estimate"] == pytest.approx(quantile(curve()).value)
    assert f"{median['estimate']:.1f}" in median["result"]
    assert days.numbers.equals(months.numbers)  # a matter of print
    spec = step_curve(series_of_groups([("All", 0)]), "EFS", 36, "Days", in_days=True)
    assert "30.4375" in spec["layer"][0]["encoding"]["x"]["axis"]["labelExpr"]


def test_all_endpoints_are_the_endpoints_one_by_one():
    result = all_endpoints(cohort(), "36")
    assert [outcome.code for outcome in result.outcomes] == [e.paramcd for e in SURVIVAL_ENDPOINTS]
    for endpoint, outcome in zip(SURVIVAL_ENDPOINTS, result.outcomes, strict=True):
        alone = estimate_endpoint(cohort(), endpoint, kaplan_meier)
        assert outcome.label == f"{endpoint.param} (n = {alone.n})"
        panel = result.curve[result.curve["outcome"] == endpoint.paramcd]
        assert panel["estimate"].tolist() == pytest.approx(alone.curve["estimate"].tolist(), nan_ok=True)
        shared = ["months", *LIMITS, "n", "n_event", "n_risk"]
        twelve = row(result, outcome=endpoint.paramcd)
        assert twelve[shared].tolist() == pytest.approx(row(alone, months=12)[shared].tolist(), nan_ok=True)


def test_all_endpoints_of_the_enrolled_are_those_defined_and_the_others_say_so():
    result = all_endpoints(cohort(population="enrolled"), "36")
    assert [outcome.code for outcome in result.outcomes] == ["OS", "EFS"]
    refused = [one.text for one in result.notes if one.code == REFUSED]
    assert len(refused) == len(SURVIVAL_ENDPOINTS) - 2 and all("infused patients only" in words for words in refused)


def test_all_endpoints_are_drawn_as_a_panel_each_under_one_legend():
    result = all_endpoints(cohort(by="product"), "36")
    legend, *panels = pictures.small_curves(result)
    assert legend.frame["strata"].tolist() == labels(result.strata) and not legend.panel
    assert [panel.panel for panel in panels] == labels(result.outcomes)
    drawn = steps(result, 1.0)
    for outcome, panel in zip(result.outcomes, panels, strict=True):
        rows = drawn[drawn["outcome"] == outcome.code]
        assert panel.frame["estimate"].tolist() == pytest.approx(rows["estimate"].tolist(), nan_ok=True)
        assert set(panel.frame["strata"]) == set(labels(result.strata))


def test_without_groups_the_panels_need_no_legend_and_the_first_tells_what_they_show():
    panels = pictures.small_curves(all_endpoints(cohort(), "36"))
    assert all(panel.panel for panel in panels) and "At 12 months" in panels[0].alt


def test_panels_stand_two_abreast_and_every_other_chart_alone():
    one, panel = Chart({}, pd.DataFrame()), Chart({}, pd.DataFrame(), panel="A")
    assert rows_of([one, panel, panel, panel, one, one]) == [[one], [panel, panel], [panel], [one], [one]]
