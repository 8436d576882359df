"""Seven numbers of everybody chosen, each with its course over the years; under them five steps to month 3."""

import streamlit as st

from analyses.cohort import Cohort
from analyses.course.flow import at_step, flow
from analyses.course.steps import steps
from analyses.course.tiles import ORDER, Tiles, behind, tiles
from endpoints.flow import STEPS
from figures.figure import Figure, figure_of
from figures.labels import escape_markdown
from figures.tiles import step_data, tile_data
from pages.parts.component import mount
from pages.parts.overview import headline
from pages.parts.session.picks import value_of
from pages.parts.session.state import is_plain, session_memory
from pages.parts.show import show_made, show_names

KEY, OPENED, HTML = "tiles", "opened", "<div class='overview'></div>"
CHOSEN = "tile"


def draw(cohort: Cohort) -> None:
    """Tiles, strip, and the names behind the tile that was pressed."""
    found = tiles(cohort)
    definition = headline.DEFINITION
    figure = figure_of(found, "The cohort at a glance", code="tiles", definition=definition, method=headline.METHODS)
    if not isinstance(found, Tiles):
        show_made(figure, lambda: None)
        return
    way = steps(flow(cohort))
    show_made(figure, lambda: _draw(tile_data(found), step_data(way)))
    code = session_memory(CHOSEN).get("code")
    if code in ORDER:
        label = next(outcome.label for outcome in found.outcomes if outcome.code == code)
        _show_behind(figure_of(behind(cohort, code), label, code=f"tile_{code}"))
    elif code in STEPS:
        _show_behind(figure_of(at_step(cohort, code), code, code=f"step_{STEPS.index(code)}"))


def _show_behind(names: Figure) -> None:
    st.header(escape_markdown(names.heading), anchor=False)
    show_names(names)


def _draw(tiled: list[dict], strip: list[dict]) -> None:
    if is_plain():
        _draw_plain(tiled, strip)
    else:
        mount(KEY, HTML, key=KEY, data={"tiles": tiled, "steps": strip, "opens": True}, on_opened_change=_take)


def _take() -> None:
    """Callback: a tile or a step was pressed; pressed again, it closes its names."""
    code, memory = value_of(KEY, OPENED), session_memory(CHOSEN)
    _choose("" if memory.get("code") == code else code)


def _choose(code: str | None) -> None:
    session_memory(CHOSEN)["code"] = code if code in (*ORDER, *STEPS) else ""


def _draw_plain(tiled: list[dict], strip: list[dict]) -> None:
    """Without a browser: the same words and numbers, a button a tile and a step."""
    for tile in tiled:
        words = f"{tile['label']}: {tile['value']}, {tile['interval']}, {tile['n']}"
        st.button(escape_markdown(words, 200), key=f"tile:{tile['code']}", on_click=_choose, args=(tile["code"],))
    for step in strip:
        words = escape_markdown(f"{step['step']}: {step['n']}", 200)
        st.button(words, key=f"step:{step['step']}", on_click=_choose, args=(step["step"],))
        told = "; ".join((*filter(None, [step["without"]]), *step["why"], *step["losses"]))
        st.markdown(escape_markdown(told, 1000))
