"""Whatever can stand in one picture can be told apart, on light and on dark, with every colour vision.

The sets are found: every list of classes that endpoints/ declares, the events of every endpoint, and the families of
the palette (a relapse by its CD19 status, level, site; deaths by cause; states).
"""

import importlib
import pkgutil
from itertools import combinations, pairwise

import numpy as np
import pytest

import endpoints
from charts import theme
from endpoints.catalogue import CATALOGUE
from tests.charts.test_theme import VISIONS, lab

FAMILIES = ("level_", "cause_", "state_", "relapse_", "escape_")
APART_FILLS = 10  # CIE-Lab units between areas with an outline, a legend and a fixed order
APART_GREYS = 18  # between greys, which have no hue to be told by
GREY = 12  # the most that a grey is away from the neutral axis
APART_LINES = 15  # between lines and marks


def classes() -> dict[str, tuple[str, ...]]:
    """{where it is declared: its codes} of every list of classes that has colours."""
    found = {}
    for info in pkgutil.iter_modules(endpoints.__path__, "endpoints."):
        for name, value in vars(importlib.import_module(info.name)).items():
            codes = [getattr(entry, "code", None) for entry in value] if isinstance(value, tuple) else []
            coloured = tuple(dict.fromkeys(code for code in codes if code in theme.PALETTE))
            if len(coloured) > len(codes) / 2 and len(coloured) > 1:
                found[f"{info.name}.{name}"] = coloured
    return found


def events() -> dict[str, tuple[str, ...]]:
    """{endpoint: codes of the events that can be drawn over one another}."""
    return {
        endpoint.paramcd: tuple(dict.fromkeys(source.code for source in (*endpoint.events, *endpoint.competing)))
        for endpoint in CATALOGUE
    }


def families() -> dict[str, tuple[str, ...]]:
    return {prefix: tuple(code for code in theme.PALETTE if code.startswith(prefix)) for prefix in FAMILIES} | {
        "relapse beside death": (*(c for c in theme.PALETTE if c.startswith("relapse_")), "death"),
        "escape beside death": (*(c for c in theme.PALETTE if c.startswith("escape_")), "death"),
        "infection beside deaths": ("infection", "death_infection", "death"),
        "second malignancy beside death": ("second_malignancy", "death"),
    }


def closest(codes, twins) -> tuple[float, str, str, str]:
    """The smallest distance between two of the codes, with whom it is seen."""
    colours = {code: twins.get(theme.colour_of(code), theme.colour_of(code)) for code in codes}
    return min(
        (float(np.linalg.norm(lab(colours[a], seen) - lab(colours[b], seen))), a, b, vision)
        for vision, seen in VISIONS.items()
        for a, b in combinations(codes, 2)
    )


@pytest.mark.parametrize("twins", [{}, theme.DARK_FILLS], ids=["light", "dark"])
@pytest.mark.parametrize(("name", "codes"), [*classes().items(), *families().items()])
def test_areas_of_one_picture_can_be_told_apart(name, codes, twins):
    distance, *pair = closest(codes, twins)
    assert distance >= APART_FILLS, pair


def greys_drawn() -> dict[str, tuple[str, ...]]:
    """{where it is declared: the greys among its classes that can stand in one bar}."""
    found = {}
    for name, codes in classes().items():
        module, _, attribute = name.rpartition(".")
        entries = getattr(importlib.import_module(module), attribute)
        away = {entry.code for entry in entries if not getattr(entry, "counts", True)}
        hues = {code: lab(theme.colour_of(code), VISIONS["normal"])[1:] for code in codes}
        greys = tuple(code for code in codes if code not in away and np.linalg.norm(hues[code]) < GREY)
        found |= {name: greys} if len(greys) > 1 else {}
    return found


@pytest.mark.parametrize("twins", [{}, theme.DARK_FILLS], ids=["light", "dark"])
@pytest.mark.parametrize(("name", "codes"), greys_drawn().items())
def test_greys_of_one_bar_do_not_look_alike(name, codes, twins):
    distance, *pair = closest(codes, twins)
    assert distance >= APART_GREYS, pair


def test_the_greys_are_found():
    assert {"NE", "lost", "not_assessed"} <= set(greys_drawn()["endpoints.response.STATUS_CLASSES"])


@pytest.mark.parametrize("twins", [{}, theme.DARK_TWINS], ids=["light", "dark"])
@pytest.mark.parametrize(("name", "codes"), [(n, c) for n, c in events().items() if len(c) > 1])
def test_lines_of_one_picture_can_be_told_apart(name, codes, twins):
    distance, *pair = closest(codes, twins)
    assert distance >= APART_LINES, pair


@pytest.mark.parametrize("twins", [{}, theme.DARK_FILLS], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_death_is_never_taken_for_what_is_not_known(vision, twins):
    dead, *unknown = (
        lab(twins.get(theme.colour_of(code), theme.colour_of(code)), VISIONS[vision])
        for code in ("died", "NE", "lost", "not_assessed", "not_due", "grade_unknown", "unknown")
    )
    assert min(np.linalg.norm(dead - grey) for grey in unknown) >= 25


@pytest.mark.parametrize("twins", [{}, theme.DARK_SHARES], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_more_of_a_share_stands_out_more_and_nothing_is_no_empty_cell(vision, twins):
    page = theme.DARK_PAGE if twins else theme.WHITE
    steps = [lab(twins.get(fill, fill), VISIONS[vision]) for _, fill in theme.SHARE_STEPS]
    from_page = [abs(step[0] - lab(page, VISIONS[vision])[0]) for step in steps]
    assert all(b - a >= 8 for a, b in pairwise(from_page[1:]))
    empty = lab(twins.get(theme.NO_SHARE, theme.NO_SHARE), VISIONS[vision])
    assert min(np.linalg.norm(a - b) for a, b in combinations([empty, *steps], 2)) >= APART_FILLS


@pytest.mark.parametrize("twins", [{}, theme.DARK_SHARES], ids=["light", "dark"])
def test_a_cell_is_seen_where_nobody_stands_beside_it_and_0_percent_most_of_the_low_ones(twins):
    ground = twins.get(theme.NO_SHARE, theme.NO_SHARE)
    none, *low = (theme.contrast(twins.get(fill, fill), ground) for _, fill in theme.SHARE_STEPS[:3])
    assert none >= 1.8 and none > low[1] and min(low) >= 1.25


@pytest.mark.parametrize("twins", [{}, theme.DARK_SHARES], ids=["light", "dark"])
def test_the_number_in_a_cell_is_read(twins):
    none, low, high = theme.LETTERS_ON_NONE, theme.LETTERS_ON_LOW, theme.LETTERS_ON_HIGH
    for (_, fill), letters in zip(theme.SHARE_STEPS, (none, low, low, low, high, high), strict=True):
        assert theme.contrast(twins.get(fill, fill), twins.get(letters, letters)) >= 4.5


def test_the_sets_are_found():
    assert {"endpoints.mrd.CLASSES", "endpoints.response.STATUS_CLASSES"} <= set(classes()) and len(events()) > 10
