"""Options of one page: declared choices that change what is shown, never who is in the cohort.

The options of the figure that is asked for stand in one row with its title; what is asked for rarely, under *Options*.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import streamlit as st

from endpoints.rules import Option
from figures.labels import escape_markdown, one_line
from pages.parts.session.declared import LocalChoice, NumberChoice
from pages.parts.session.late_address import leave_address
from pages.parts.session.page_choices import LOCAL, VIEW
from pages.parts.session.state import (
    CHOICES,
    ON_PAGE,
    PAGE_CHANGED,
    RARE,
    ROW,
    ROWS,
    TITLE,
    WORDS,
    assign,
    choices,
    choose,
    take,
    take_number,
    touch,
    widget_key,
)

WIDTH = {"narrow": 150, "wide": 250, "number": 310}  # px of a control in the row
LONG = 18  # letters of an option that asks for the wide one


def begin_options() -> None:
    """From here on the options of this page stand side by side in one row, wherever they are chosen, after the title of
    the figure: the figure under them stays in sight."""
    n = st.session_state[ROWS] = st.session_state.get(ROWS, 0) + 1
    row = st.container(horizontal=True, vertical_alignment="top", key=f"options_row_{n}")
    st.session_state[ROW], st.session_state[TITLE] = row, row.empty()
    st.session_state[RARE], st.session_state[WORDS] = None, []


def end_options() -> None:
    """What is chosen from here on stands where it is asked for."""
    st.session_state[ROW] = st.session_state[TITLE] = st.session_state[RARE] = None
    st.session_state[ROWS] = 0


def option_words() -> list[str]:
    """What the options beside the title of the first figure say; of every other none stand beside it."""
    return st.session_state.get(WORDS, []) if st.session_state.get(TITLE) is not None else []


def title_place() -> Any:
    """Where the title of the first figure stands; every other has a line of its own."""
    place, st.session_state[TITLE] = st.session_state.get(TITLE), None
    return place or st


def choose_option(code: str, options: Iterable[Option | tuple[str, str]] | None = None, explain: str = "") -> str:
    """Draw a declared choice of this page and return its code. `options`: what the page offers, in place of or within
    the declared ones; a chosen value that is not among them gives way to the default, else to the first. `explain`:
    what the options mean. Two figures of one page that ask for the same have one control."""
    choice = LOCAL[code]
    assert isinstance(choice, LocalChoice)
    offered = {o.code: o.label for o in _as_options(choice.options if options is None else options)}
    if code in st.session_state[ON_PAGE]:
        return _among(offered, st.session_state[ON_PAGE][code], choice.default)
    value = offered_value(code, offered)
    assign(code, value)
    with _place(choice.rare):
        _draw(choice, offered, explain)
    st.session_state[ON_PAGE][code] = value
    return value


def _draw(choice: LocalChoice, offered: dict[str, str], explain: str) -> None:
    """In the row a control has no line for its label: an option says by itself what it is, or begins with the label."""
    in_row = _has_row() and not choice.rare
    prefix = f"{choice.label}: " if in_row and not choice.plain else ""
    words = {code: f"{prefix}{one_line(label, 120)}" for code, label in offered.items()}
    st.session_state.setdefault(WORDS, []).extend((choice.label, *words.values()))
    st.selectbox(
        choice.label,
        list(offered),
        format_func=words.__getitem__,
        key=widget_key(choice.code),
        on_change=take,
        args=(choice.code,),
        help=escape_markdown(explain, 2000) or None,
        label_visibility="collapsed" if in_row and not explain else "visible",
        width=WIDTH["wide" if max(map(len, words.values())) > LONG else "narrow"] if in_row else "stretch",
        required=True,
    )


@dataclass(frozen=True)
class Tile:
    """One button of a row: its code, its words, the count that stands first on it, and what it means."""

    code: str
    label: str
    count: str
    help: str = ""


def choose_tile(code: str, tiles: Iterable[Tile]) -> str:
    """Draw a declared choice of this page as a row of buttons with counts, and return its code. Pressed again, the
    chosen one gives way to the default."""
    choice = LOCAL[code]
    assert isinstance(choice, LocalChoice)
    tiles = list(tiles)
    value = offered_value(code, {tile.code: tile.label for tile in tiles})
    with st.container(horizontal=True, key=f"tiles:{code}"):
        for tile in tiles:
            is_chosen = tile.code == value
            st.button(
                f"**{tile.count}** {escape_markdown(tile.label)}",
                key=f"tile:{code}:{tile.code}",
                type="primary" if is_chosen else "secondary",
                help=escape_markdown(tile.help, 2000) or None,
                on_click=choose,
                args=(code, choice.default if is_chosen else tile.code),
            )
    st.session_state[ON_PAGE][code] = value
    return value


def choose_number(code: str, explain: str = "") -> int:
    """Draw a declared whole number of this page, once, and return it. `explain`: what it changes."""
    choice = LOCAL[code]
    assert isinstance(choice, NumberChoice)
    if code in st.session_state[ON_PAGE]:
        return int(st.session_state[ON_PAGE][code])
    zero = choice.zeros.get(choices()[choice.zero_of], 0) if choice.zero_of else 0
    assign(code, choices()[code] or zero)
    with _place():
        shown = st.number_input(
            f"{choice.label} ({choice.unit})",
            choice.low,
            choice.high,
            step=1,
            key=widget_key(code),
            on_change=take_number,
            args=(code, zero),
            help=escape_markdown(_explained(choice, explain), 2000) or None,
            width=WIDTH["number"],
        )
    value = choices()[code] if zero else shown
    st.session_state[ON_PAGE][code] = str(value)
    return value


def _explained(choice: NumberChoice, explain: str) -> str:
    """What a number changes, and what 0 means."""
    return " ".join(filter(None, (explain, f"0: {choice.zero}." if choice.zero else "")))


@contextmanager
def open_section(name: str) -> Iterator[bool]:
    """A section that is closed until somebody opens it, on every page anew; gives whether it is open, so that a closed
    one costs nothing."""
    key = f"section:{name}"
    if st.session_state[PAGE_CHANGED]:
        st.session_state[key] = False
    box = st.expander(name, key=key, on_change=touch)
    with box:
        yield bool(box.open)


def choose_view() -> None:
    """Whether numbers and method stand open under every figure. A reader's habit, and part of a shared address."""
    assign(VIEW.code, choices()[VIEW.code])
    st.selectbox(
        VIEW.label,
        [option.code for option in VIEW.options],
        format_func={option.code: option.label for option in VIEW.options}.__getitem__,
        key=widget_key(VIEW.code),
        on_change=take,
        args=(VIEW.code,),
    )


def _has_row() -> bool:
    return st.session_state.get(ROW) is not None


def _place(rare: bool = False) -> Any:
    if not _has_row():
        return nullcontext()
    if not rare:
        return st.session_state[ROW]
    if st.session_state[RARE] is None:
        with st.session_state[ROW]:
            st.session_state[RARE] = st.popover("Options", key=f"options_rare_{st.session_state[ROWS]}")
    return st.session_state[RARE]


def offered_value(code: str, offered: dict[str, str]) -> str:
    """The chosen value where the page offers it; else what is shown in its place, and a sentence that says so."""
    value = choices()[code]
    instead = _among(offered, value, str(LOCAL[code].default))
    if instead == value:
        return value
    st.session_state[CHOICES] = choices() | {code: instead}
    leave_address()
    st.text(f"{LOCAL[code].label} '{one_line(value)}' is not available on this page; showing {offered[instead]}.")
    return instead


def _among(offered: dict[str, str], value: str, default: str) -> str:
    """The value, else the default, else the first of what is offered."""
    return next((code for code in (value, default) if code in offered), next(iter(offered)))


def _as_options(options: Iterable[Option | tuple[str, str]]) -> list[Option]:
    return [o if isinstance(o, Option) else Option(*o) for o in options]
