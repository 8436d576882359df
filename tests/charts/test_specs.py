"""What every builder promises: plain column names, a constant specification, a fresh dict, nothing of the data."""

import json

import pytest

from charts.day_ranges import day_ranges
from charts.flow_bars import flow_bars
from charts.intervals import intervals
from charts.legend_strip import legend_strip
from charts.period_bars import period_bars
from charts.published import rates_beside
from charts.risk_table import risk_table
from charts.stacked_areas import stacked_panel
from charts.stacked_bars import stacked_bars
from charts.step_curve import step_curve, step_panel
from charts.theme import Series, classes_of, series_of_groups
from tests.charts.reading import fields, walk

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://h) '\"]);\\ \u2028 a.b[0]:Q"
GROUPS = series_of_groups((("First", 0), (HOSTILE, 1)))
BUILDS = {
    "step_curve": (
        lambda s: step_curve(s, "Overall survival", 36),
        {"time", "estimate", "conf_low", "conf_high", "strata", "n_risk", "interval_text", "run"},
    ),
    "step_panel": (
        lambda s: step_panel(s, 36),
        {"time", "estimate", "conf_low", "conf_high", "strata", "n_risk", "interval_text", "run"},
    ),
    "stacked_panel": (lambda s: stacked_panel(s, 36), {"time", "outcome", "order", "estimate", "text"}),
    "legend_strip": (legend_strip, {"strata"}),
    "risk_table": (lambda s: risk_table(s, 36), {"time", "strata", "at_risk_text", "counts_text"}),
    "stacked_bars": (
        lambda s: stacked_bars(classes_of((("CR", "CR"), (HOSTILE, "NE"))), tuple(x.label for x in s)),
        {"strata", "outcome", "n", "total", "share", "order", "words"},
    ),
    "intervals": (intervals, {"strata", "estimate", "conf_low", "conf_high", "text"}),
    "intervals by outcome": (
        lambda s: intervals(s, ("A", HOSTILE)),
        {"strata", "outcome", "estimate", "conf_low", "conf_high", "text"},
    ),
    "rates_beside": (
        lambda s: rates_beside(
            s,
            (("A\t", HOSTILE, "heading"), (f"A\t{HOSTILE}", HOSTILE, "ours"), ("A\t1\t", f"1: {HOSTILE}", "published")),
        ),
        {"key", "strata", "estimate", "conf_low", "conf_high", "text", "WORDS"},
    ),
    "day_ranges": (
        lambda s: day_ranges(s, ("A", HOSTILE)),
        {"strata", "outcome", "median", "quartile_low", "quartile_high", "lowest", "highest", "text"},
    ),
    "period_bars": (period_bars, {"period", "strata", "n", "position", "total"}),
    "flow_bars": (lambda s: flow_bars((("Enrolled", "stage"), (HOSTILE, "reason"))), {"stage", "n", "share", "text"}),
}
every_builder = pytest.mark.parametrize("name", BUILDS)


@every_builder
def test_a_builder_reads_exactly_the_columns_it_names(name):
    build, columns = BUILDS[name]
    assert fields(build(GROUPS)) == columns


@every_builder
def test_no_column_or_tooltip_name_is_special_to_the_browser(name):
    spec = BUILDS[name][0](GROUPS)
    tooltips = [value for key, value in walk(spec) if key == "tooltip" and isinstance(value, list)]
    shown = {entry.get("title", entry["field"]) for tooltip in tooltips for entry in tooltip}
    names = fields(spec) | shown
    assert not names & {"image", "href", "url", "title", ""}
    assert not [x for x in names if set(".[]:") & set(x)]


@every_builder
def test_the_same_options_give_the_same_specification_in_a_fresh_dict(name):
    build, _ = BUILDS[name]
    first, second = build(GROUPS), build(GROUPS)
    assert first == second and first is not second
    first.clear()
    assert build(GROUPS) == second


@every_builder
def test_other_options_give_another_specification(name):
    if name == "flow_bars":
        assert flow_bars((("A", "stage"),)) != flow_bars((("B", "stage"),))
    else:
        assert BUILDS[name][0](GROUPS) != BUILDS[name][0](series_of_groups((("Second", 0),)))


@every_builder
def test_data_titles_and_links_stay_outside(name):
    spec = BUILDS[name][0](GROUPS)
    keys = {key for key, _ in walk(spec)}
    assert not keys & {"data", "datasets", "href", "url"} and "title" not in spec
    assert spec["background"] == "transparent"
    assert spec["autosize"] == {"type": "fit-x", "contains": "padding"} and "width" not in spec


@every_builder
def test_hostile_labels_stand_only_in_values_never_in_code_or_column_names(name):
    text = json.dumps(BUILDS[name][0](GROUPS))
    code = [
        value
        for key, value in walk(json.loads(text))
        if key in ("filter", "calculate", "labelExpr", "test") and isinstance(value, str)
    ]
    quoted = json.dumps(HOSTILE)
    assert not [x for x in code if HOSTILE in x.replace(quoted, "")]
    assert "\u2028" not in text


def test_two_series_of_one_label_are_refused():
    with pytest.raises(ValueError, match="must differ, got: .*'A', 'A'"):
        step_curve((Series("A", "#000000"), Series("A", "#111111")), "Survival", 12)
