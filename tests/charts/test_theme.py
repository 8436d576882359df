"""Colours keep their meaning and can be told apart by everybody."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from charts import theme
from charts.legend_strip import legend_strip
from charts.stacked_areas import stacked_panel
from charts.stacked_bars import stacked_bars
from charts.step_curve import step_curve
from tests.charts.found import EXAMPLES
from tests.charts.picture import seen
from tests.charts.reading import walk

STATUS = [
    "CR",
    "CRi",
    "transplanted",
    "other_therapy",
    "no_remission",
    "therapy_without_remission",
    "relapsed",
    "died",
    "NE",
    "lost",
    "not_assessed",
    "not_due",
    "not_infused",
]
MRD = ["negative", "positive", "indeterminate", "failed"]
OUTCOMES = [
    "relapse_cd19_positive",
    "relapse_cd19_negative",
    "relapse_lineage_switch",
    "relapse_unknown",
    "death",
    "transplant",
    "new_therapy",
    "loss",
    "failure",
]
GRADES = ["none_recorded", "grade_1", "grade_2", "grade_3", "grade_4", "grade_5"]
# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
VISIONS = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, vision: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of a colour as seen with a vision."""
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(vision @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISIONS)
def test_the_six_group_colours_can_be_told_apart_with_every_colour_vision(vision):
    colours = [lab(style.colour, VISIONS[vision]) for style in theme.GROUP_STYLES]
    assert min(np.linalg.norm(a - b) for a, b in combinations(colours, 2)) >= 27


def test_the_six_groups_differ_in_dash_and_shape_too():
    assert len(theme.GROUP_STYLES) == len({s.dash for s in theme.GROUP_STYLES}) == 6
    assert len({s.shape for s in theme.GROUP_STYLES}) == 6


def test_group_lines_reach_the_contrast_asked_of_marks():
    assert all(theme.contrast(style.colour, theme.WHITE) >= 3 for style in theme.GROUP_STYLES)


def test_outlines_and_texts_reach_the_contrast_asked_of_them():
    assert theme.contrast(theme.OUTLINE, theme.WHITE) >= 3
    assert min(theme.contrast(ink, theme.WHITE) for ink in (theme.INK, theme.MUTED_INK)) >= 4.5


@pytest.mark.parametrize("fill", sorted(set(theme.PALETTE.values())))
def test_numbers_inside_segments_reach_the_contrast_asked_of_text(fill):
    assert theme.contrast(theme.text_colour_on(fill), fill) >= 4.5


@pytest.mark.parametrize("code", [*STATUS, *MRD, *OUTCOMES, *GRADES, "grade_unknown", "relapse", "other"])
def test_every_class_has_a_colour(code):
    assert theme.colour_of(code).startswith("#") and len(theme.colour_of(code)) == 7


def test_classes_of_one_chart_have_different_colours():
    for codes in (
        STATUS,
        MRD + STATUS[2:4] + STATUS[5:6] + STATUS[7:],
        OUTCOMES,
        [*GRADES, "grade_unknown", "not_assessed"],
    ):
        assert len({theme.colour_of(c) for c in codes}) == len(codes)


@pytest.mark.parametrize("vision", VISIONS)
def test_grades_grow_darker_and_can_be_told_apart_with_every_colour_vision(vision):
    colours = [lab(theme.colour_of(code), VISIONS[vision]) for code in (*GRADES, "grade_unknown", "not_assessed")]
    lightness = [colour[0] for colour in colours[1 : len(GRADES)]]
    assert all(a - b >= 10 for a, b in pairwise(lightness))
    assert min(np.linalg.norm(a - b) for a, b in combinations(colours, 2)) >= 14


def test_an_unknown_class_is_refused_with_the_rule():
    with pytest.raises(ValueError, match="must be one of CR, .*got: 'purple'"):
        theme.colour_of("purple")


def test_contrast_of_black_on_white_is_21():
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)


def test_a_group_keeps_its_style_whatever_stands_beside_it():
    alone = theme.series_of_groups((("C", 2),))
    assert alone[0] == theme.series_of_groups((("A", 0), ("C", 2)))[1]
    assert (alone[0].colour, alone[0].dash, alone[0].shape) == ("#544817", (2, 2), "triangle-up")


def test_outcomes_are_coloured_by_meaning_and_dashed_by_position():
    relapse, death = theme.series_of_outcomes((("Relapse", "relapse"), ("Death in remission", "death")))
    assert (relapse.colour, relapse.dash) == (theme.PALETTE["relapse"], theme.SOLID)
    assert (death.colour, death.dash) == (theme.PALETTE["death"], (7, 3))


def dark_page(spec):
    return seen(spec, "dark")


def lines_and_marks():
    """Every colour that a line or mark may have: groups, classes, grades."""
    return sorted({s.colour for s in theme.GROUP_STYLES} | set(theme.PALETTE.values()))


@pytest.mark.parametrize("colour", [c for c in lines_and_marks() if c in theme.DARK_TWINS])
def test_a_twin_for_the_dark_page_is_seen_on_it(colour):
    assert theme.contrast(theme.DARK_TWINS[colour], theme.DARK_PAGE) >= 3


def test_every_line_and_mark_is_seen_on_the_dark_page():
    faint = [c for c in lines_and_marks() if theme.contrast(theme.DARK_TWINS.get(c, c), theme.DARK_PAGE) < 3]
    assert faint == []


def test_inks_are_read_on_the_dark_page():
    assert all(theme.contrast(ink, theme.DARK_PAGE) >= 7 for ink in theme.DARK_INKS.values())


def test_the_legend_of_stacked_parts_keeps_their_fills_on_the_dark_page():
    dead = (theme.Series("Dead", theme.colour_of("state_dead")), theme.Series("Relapsed", theme.colour_of("relapse")))
    for spec in (stacked_panel(dead, 36), legend_strip(dead, "square")):
        scale = next(value for key, value in walk(dark_page(spec)) if key == "scale" and "range" in value)
        assert scale["range"] == [theme.DARK_FILLS.get(s.colour, s.colour) for s in dead]
    lines = dark_page(legend_strip(dead, "stroke"))["encoding"]["color"]["scale"]["range"]
    assert lines == [theme.DARK_TWINS[s.colour] for s in dead]


@pytest.mark.parametrize("vision", VISIONS)
def test_the_groups_stay_apart_on_the_dark_page_with_every_colour_vision(vision):
    twins = [lab(theme.DARK_TWINS.get(s.colour, s.colour), VISIONS[vision]) for s in theme.GROUP_STYLES]
    assert min(np.linalg.norm(a - b) for a, b in combinations(twins, 2)) >= 25


def test_a_lighter_fill_leaves_the_page_keeps_its_white_numbers_and_is_no_other_class():
    for fill, twin in theme.DARK_FILLS.items():
        assert theme.contrast(twin, theme.DARK_PAGE) > 2.5 > theme.contrast(fill, theme.DARK_PAGE)
        assert theme.text_colour_on(fill) == theme.WHITE and theme.contrast(twin, theme.WHITE) >= 4.5
        assert (
            min(
                np.linalg.norm(lab(twin, VISIONS[vision]) - lab(other, VISIONS[vision]))
                for vision in VISIONS
                for other in set(theme.PALETTE.values()) - {fill}
            )
            >= 10
        )


def test_bars_keep_their_fills_and_get_light_ink():
    bars = stacked_bars((("Died", theme.PALETTE["died"]), ("CR", theme.PALETTE["CR"])), ("All",))
    dark = dark_page(bars)
    assert theme.PALETTE["CR"] in str(dark) and theme.INK not in str(dark)
    assert theme.DARK_FILLS[theme.PALETTE["died"]] in str(dark) and theme.PALETTE["died"] not in str(dark)
    curve = dark_page(step_curve(theme.series_of_groups([("A", 0), ("B", 2)]), "OS", 36))
    assert theme.DARK_TWINS["#544817"] in str(curve) and "#544817" not in str(curve)


@pytest.mark.parametrize("name", EXAMPLES)
def test_on_the_light_page_a_picture_has_the_colours_of_its_files(name):
    spec = EXAMPLES[name].spec()
    on_screen = theme.for_screen(spec)
    config = spec.get("config", {})
    silent = {"config": config | {"mark": config.get("mark", {}) | {"aria": False}}}
    assert seen(spec, "light") | {"usermeta": {}} == spec | silent | {"usermeta": {}}
    assert on_screen["usermeta"] == {**spec.get("usermeta", {}), "embedOptions": {"renderer": "svg"}}


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_colour_of_both_pages_stands_where_the_renderer_mixes_colours(name):
    """Between the ends of a ramp it makes colours of its own, for which it must understand both ends."""
    scales = [value for key, value in walk(theme.for_screen(EXAMPLES[name].spec())) if key == "scale"]
    ramps = [scale["range"] for scale in scales if scale and scale.get("domain") == [0, 1] and "range" in scale]
    assert not any("light-dark" in str(ramp) for ramp in ramps)
