"""Every builder as a picture, light and dark, against the stored one; and that a wrong picture is told from it."""

import json

import pytest

from tests.charts.found import BUILDERS, EXAMPLES
from tests.charts.picture import FOLDER, SHOWN, THEMES, differences, elements, picture, stored_file, svg

RENEW = "python -m tests.charts.picture stores it anew"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_picture_looks_as_it_is_stored(name, theme):
    file = stored_file(name, theme)
    assert file.exists(), f"{RENEW}; then look at it"
    found = differences(file.read_text("utf-8"), picture(EXAMPLES[name], theme))
    assert not found, "\n".join([f"{file.name} ({len(found)} differences; {RENEW}):", *found[:SHOWN]])


@pytest.mark.parametrize("name", BUILDERS)
def test_every_builder_has_an_example(name):
    assert BUILDERS[name] in {example.build for example in EXAMPLES.values()}, "tests/charts/examples must have one"


def test_no_picture_is_stored_that_nobody_draws():
    drawn = {stored_file(name, theme) for name in EXAMPLES for theme in THEMES}
    assert set(FOLDER.glob("*")) == drawn


def test_a_picture_is_the_same_whatever_was_drawn_before():
    first, *_, last = EXAMPLES.values()
    again = picture(first, "light")
    picture(last, "dark")
    assert picture(first, "light") == again


def changed(name: str, old: str, new: str) -> list[str]:
    """What differs when `old` stands for `new` in the specification of an example, and the other way round."""
    example = EXAMPLES[name]
    text = json.dumps(example.spec())
    assert old in text, old
    other = text.replace(old, "\0").replace(new, old).replace("\0", new)
    return differences(svg(json.loads(text), example.frames), svg(json.loads(other), example.frames))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("risk_table", "datum.n_event", "datum.n_censor", "'(101, 33)' became '(33, 101)'"),
        ("stacked_bars", '"field": "total"', '"field": "n"', "'n = 100' became 'n = 50'"),
        ("forest", '"x2": {"field": "conf_high"}', '"x2": {"field": "estimate"}', "x2 of"),
        ("intervals", '"x2": {"field": "conf_high"}', '"x2": {"field": "estimate"}', "x2 of"),
        ("ratio_forest", '"x2": {"field": "conf_high"}', '"x2": {"field": "conf_low"}', "x2 of"),
        ("day_ranges", '"field": "quartile_low"', '"field": "lowest"', "transform of"),
        ("step_curve", '"step-after"', '"step-before"', "d of"),
        ("step_curve", '"#0072B2"', '"#D55E00"', "stroke of"),
        ("step_curve", '"y2": {"field": "conf_high"}', '"y2": {"field": "estimate"}', "d of"),
        ("step_curve", "datum.n_censor > 0", "datum.n_censor > 1", "5 stored, 4 drawn"),
        ("stacked_areas", '"stack": "zero"', '"stack": "normalize"', "d of"),
        ("period_bars", '"op": "sum"', '"op": "max"', "'14' became '11'"),
        ("measurements_mrd", '"circle"', '"diamond"', "d of"),
        ("measurements_mrd", "datum.DETECTED === false", "datum.DETECTED === true", "fill-opacity of"),
        ("courses", "0.0001", "0.001", "transform of"),
        ("event_lanes", '"field": "END_ADY"', '"field": "ADY"', "2 stored, 0 drawn"),
    ],
)
def test_a_wrong_picture_is_told_in_words(name, old, new, said):
    found = changed(name, old, new)
    assert any(said in line for line in found), found[:SHOWN]


def test_what_cannot_be_seen_is_no_difference():
    example = EXAMPLES["step_curve"]
    drawn = picture(example, "light")
    moved = drawn.replace('transform="translate(0,340)"', 'transform="translate(0,340.3)"')
    assert moved != drawn and differences(drawn, moved) == []


def test_light_and_dark_differ_in_colours_only():
    for name in EXAMPLES:
        light, dark = (elements(stored_file(name, theme).read_text("utf-8")) for theme in THEMES)
        colours = {"fill", "stroke", "opacity", "fill-opacity", "stroke-opacity"}
        assert [{key: value for key, value in element.looks.items() if key not in colours} for element in light] == [
            {key: value for key, value in element.looks.items() if key not in colours} for element in dark
        ], name
