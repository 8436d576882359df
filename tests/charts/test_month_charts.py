"""Step curve and risk table: one plot area, fixed axes, groups told apart by more than colour."""

import pytest

from charts import theme
from charts.legend_strip import legend_strip
from charts.risk_table import risk_table
from charts.step_curve import step_curve, step_panel
from tests.charts.reading import layers

SERIES = theme.series_of_groups((("B", 3), ("A", 0)))
X_MAX = 36


def numbers_of(spec):
    """The layers at risk and in brackets: their texts stand at months."""
    return [layer for layer in layers(spec, "text") if "field" in layer["encoding"].get("x", {})]


def test_curve_and_risk_table_share_the_month_axis_and_the_width_of_the_left_axis():
    curve = layers(step_curve(SERIES, "Survival", X_MAX), "line")[0]["encoding"]
    for text in numbers_of(risk_table(SERIES, X_MAX)):
        numbers = text["encoding"]
        assert numbers["x"]["scale"] == curve["x"]["scale"]
        assert numbers["x"]["scale"]["domain"] == [0, X_MAX * 1.06]
        assert numbers["x"]["axis"]["values"] == curve["x"]["axis"]["values"] == [0, 6, 12, 18, 24, 30, 36]
        for side in ("minExtent", "maxExtent"):
            assert numbers["y"]["axis"][side] == curve["y"]["axis"][side] == theme.LEFT_EXTENT


def test_probabilities_stand_on_a_fixed_axis_from_0_to_100_percent():
    for layer in step_curve(SERIES, "Survival", X_MAX)["layer"]:
        assert layer["encoding"]["y"]["scale"]["domain"] == [0, 1]
        assert layer["encoding"]["y"]["axis"]["title"] == "Survival"
        assert layer["encoding"]["x"]["axis"]["title"] == "Months · | censored"


def test_lines_step_after_and_keep_the_colour_dash_and_order_of_their_groups():
    line = layers(step_curve(SERIES, "Survival", X_MAX), "line")[0]
    assert line["mark"]["interpolate"] == "step-after"
    assert line["encoding"]["color"]["scale"] == {"domain": ["B", "A"], "range": ["#721FE6", "#0072B2"]}
    assert line["encoding"]["strokeDash"]["scale"] == {"domain": ["B", "A"], "range": [[9, 3, 2, 3], [1, 0]]}
    assert line["encoding"]["strokeDash"]["legend"] == line["encoding"]["color"]["legend"]
    assert line["encoding"]["color"]["legend"]["symbolType"] == "stroke"


def test_the_band_steps_like_its_line_and_can_be_left_out():
    band = layers(step_curve(SERIES, "Survival", X_MAX), "area")[0]
    assert band["mark"]["interpolate"] == "step-after"
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("conf_low", "conf_high")
    assert not layers(step_curve(SERIES, "Survival", X_MAX, band=False), "area")


def test_censor_ticks_stand_where_somebody_was_censored():
    tick = layers(step_curve(SERIES, "Survival", X_MAX), "tick")[0]
    assert tick["transform"] == [{"filter": "datum.n_censor > 0"}]
    assert (tick["encoding"]["x"]["field"], tick["encoding"]["y"]["field"]) == ("time", "estimate")


def test_the_tooltip_tells_group_time_estimate_with_interval_and_number_at_risk():
    point = layers(step_curve(SERIES, "Survival", X_MAX), "point")[0]
    assert [x["field"] for x in point["encoding"]["tooltip"]] == ["strata", "time", "interval_text", "n_risk"]
    assert point["transform"][0]["as"] == "interval_text"


def test_one_series_needs_no_legend():
    line = layers(step_curve(SERIES[:1], "Survival", X_MAX), "line")[0]
    assert line["encoding"]["color"]["legend"] is None


def test_the_risk_table_has_one_block_per_group_in_reading_order():
    spec = risk_table(SERIES, X_MAX)
    scales = [x["encoding"]["y"]["scale"] for x in spec["layer"] if "scale" in x["encoding"]["y"]]
    assert len(scales) == 4 and all(scale["domain"] == ["B", "A"] for scale in scales)
    assert spec["height"] == 2 * risk_table(SERIES[:1], X_MAX)["height"]
    key = layers(spec, "rule")[0]["encoding"]
    assert key["strokeDash"]["scale"]["range"] == [[9, 3, 2, 3], [1, 0]]


def test_where_nobody_is_under_observation_yet_the_first_day_stands_in_place_of_zeros():
    texts = {step["as"]: step["calculate"] for x in numbers_of(risk_table(SERIES, X_MAX)) for step in x["transform"]}
    assert texts["at_risk_text"] == "isValid(datum.opens) ? 'from' : format(datum.n_risk, 'd')"
    assert texts["counts_text"].startswith("isValid(datum.opens) ? 'day ' + format(datum.opens, 'd') : '('")


def test_lines_that_are_outcomes_lend_no_key_to_the_numbers_of_a_group():
    assert not layers(risk_table(SERIES, X_MAX, keys=False), "rule") and layers(risk_table(SERIES, X_MAX), "rule")


def test_a_picture_below_another_with_the_same_groups_needs_no_legend():
    without, with_legend = (
        layers(step_curve(SERIES, "Survival", X_MAX, has_legend=has), "line")[0]["encoding"] for has in (False, True)
    )
    assert without["color"]["legend"] is None is without["strokeDash"]["legend"]
    assert without["color"]["scale"] == with_legend["color"]["scale"]


def test_the_risk_table_takes_other_ticks():
    numbers = numbers_of(risk_table(SERIES, X_MAX, (0, 12, 36)))[0]
    assert numbers["encoding"]["x"]["axis"]["values"] == [0, 12, 36]


@pytest.mark.parametrize(
    ("x_max", "ticks"),
    [
        (12, (0, 3, 6, 9, 12)),
        (24, (0, 6, 12, 18, 24)),
        (36, (0, 6, 12, 18, 24, 30, 36)),
        (40.5, (0, 12, 24, 36)),
        (60, (0, 12, 24, 36, 48, 60)),
        (108, (0, 24, 48, 72, 96)),
        (2, (0,)),
    ],
)
def test_month_ticks_leave_room_for_the_numbers(x_max, ticks):
    assert theme.month_ticks(x_max) == ticks


def test_a_panel_has_the_lines_of_the_large_curve_and_leaves_the_legend_to_the_strip_above():
    large, panel = (
        layers(spec, "line")[0]["encoding"]
        for spec in (step_curve(SERIES, "Survival", X_MAX), step_panel(SERIES, X_MAX))
    )
    for channel in ("color", "strokeDash"):
        assert panel[channel]["scale"] == large[channel]["scale"] and panel[channel]["legend"] is None
    assert panel["y"]["scale"] == large["y"]["scale"] and panel["y"]["axis"]["title"] is None
    strip = legend_strip(SERIES)["encoding"]
    assert strip["color"] == large["color"] and strip["strokeDash"] == large["strokeDash"]
