"""What every builder promises, asked of every example: plain column names, a constant specification, a fresh dict,
nothing of the data."""

import json
import re
from dataclasses import fields as fields_of
from dataclasses import is_dataclass, replace

import altair as alt
import pytest
from jsonschema import ValidationError

from charts.step_curve import step_curve
from charts.theme import Series
from tests.charts.found import BUILDERS, EXAMPLES
from tests.charts.reading import fields, walk

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://h) '\"]);\\ \u2028 a.b[0]:Q "
WORD = re.compile("[A-Z].*[a-z]")  # a capital letter first; a name of a column has nothing else
MADE = re.compile(r"datum\.([A-Za-z_]+)")
every_example = pytest.mark.parametrize("name", EXAMPLES)


def with_hostile_words(options):
    """The options with every word made hostile; codes, names of columns and numbers as they are."""
    if isinstance(options, str):
        return HOSTILE + options if WORD.match(options) else options
    if isinstance(options, tuple | list):
        return type(options)(map(with_hostile_words, options))
    if isinstance(options, dict):
        return {key: with_hostile_words(value) for key, value in options.items()}
    if is_dataclass(options):
        return replace(options, **{f.name: with_hostile_words(getattr(options, f.name)) for f in fields_of(options)})
    return options


def hostile(name):
    example = EXAMPLES[name]
    return replace(example, options=with_hostile_words(example.options), named=with_hostile_words(example.named)).spec()


def columns_read(spec) -> set[str]:
    """Columns that the frame must bring: read by an encoding, a filter or an expression, and made by none."""
    made = {value for key, value in walk(spec) if key == "as" and isinstance(value, str)}
    made |= {entry.get("as") for key, value in walk(spec) if key in ("aggregate", "joinaggregate") for entry in value}
    texts = [value for key, value in walk(spec) if isinstance(value, str)]
    return (fields(spec) | {column for text in texts for column in MADE.findall(text)} - {"value", "label"}) - made


@every_example
@pytest.mark.untraced
def test_a_specification_is_valid_vega_lite(name):
    spec = EXAMPLES[name].spec()
    maker = alt.FacetChart if "facet" in spec else alt.LayerChart if "layer" in spec else alt.Chart
    maker.from_dict(spec | {"data": {"name": "rows"}})
    with pytest.raises(ValidationError):
        maker.from_dict(spec | {"data": {"name": "rows"}, "height": "tall"})


@every_example
def test_a_builder_reads_the_columns_of_the_frame_that_its_docstring_names(name):
    example = EXAMPLES[name]
    frames = example.frames.values() if isinstance(example.frames, dict) else [example.frames]
    columns = columns_read(example.spec())
    assert columns <= {column for frame in frames for column in frame.columns}
    named = _frame_in_words(example.build)
    assert [column for column in columns if not re.search(rf"\b{column}\b", named)] == []


def _frame_in_words(build) -> str:
    """The docstring, and that of the builder to which it refers with "as for `name`" or "as in `name`"."""
    other = re.search(r"as (?:for|in) `(\w+)`", build.__doc__)
    return build.__doc__ + (BUILDERS[other[1]].__doc__ if other else "")


@every_example
def test_no_column_or_tooltip_name_is_special_to_the_browser(name):
    spec = EXAMPLES[name].spec()
    tooltips = [value for key, value in walk(spec) if key == "tooltip" and isinstance(value, list)]
    shown = {entry.get("title", entry["field"]) for tooltip in tooltips for entry in tooltip}
    names = fields(spec) | shown
    assert not names & {"image", "href", "url", "title", ""}
    assert not [x for x in names if set(".[]:") & set(x)]


@every_example
def test_the_same_options_give_the_same_specification_in_a_fresh_dict(name):
    first, second = EXAMPLES[name].spec(), EXAMPLES[name].spec()
    assert first == second and first is not second
    first.clear()
    assert EXAMPLES[name].spec() == second


@every_example
def test_other_words_give_another_specification(name):
    assert EXAMPLES[name].spec() != hostile(name)


@every_example
def test_data_titles_and_links_stay_outside(name):
    spec = EXAMPLES[name].spec()
    keys = {key for key, _ in walk(spec)}
    assert not keys & {"datasets", "href", "url"} and "title" not in spec
    assert not [value for key, value in walk(spec) if key == "data" and set(value) != {"name"}]
    assert spec["background"] == "transparent" and spec["autosize"]["type"] == "fit-x" and "width" not in spec


@every_example
def test_hostile_words_stand_only_in_values_never_in_code_or_column_names(name):
    spec = hostile(name)
    code = [
        value
        for key, value in walk(spec)
        if key in ("filter", "calculate", "labelExpr", "test", "expr") and isinstance(value, str)
    ]
    quoted = re.compile(r'"(?:[^"\\]|\\.)*"')  # a JSON string is a value, whatever stands in it
    assert not [text for text in code if "onerror" in quoted.sub("", text)]
    assert not [column for column in fields(spec) if "onerror" in column]
    assert "\u2028" not in json.dumps(spec)


def test_two_series_of_one_label_are_refused():
    with pytest.raises(ValueError, match=r"must differ, got: .*'A', 'A'"):
        step_curve((Series("A", "#000000"), Series("A", "#111111")), "Survival", 12)
