"""Options of one page: declared choices that change what is shown, never who is in the cohort."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import streamlit as st

from endpoints.rules import Option
from figures.labels import escape_markdown, one_line
from pages.parts.session.choices import LOCAL, LocalChoice, NumberChoice
from pages.parts.session.state import (
    CHOICES,
    ON_PAGE,
    PAGE_CHANGED,
    ROW,
    assign,
    choices,
    choose,
    take,
    touch,
    widget_key,
    write_url,
)


def begin_options() -> None:
    """From here on the options of this page stand side by side in one row, wherever they are chosen: the figure under
    them stays in sight."""
    st.session_state[ROW] = st.container(horizontal=True)


def choose_option(code: str, options: Iterable[Option | tuple[str, str]] | None = None, explain: str = "") -> str:
    """Draw a declared choice of this page and return its code. `options`: what the page offers, in place of or within
    the declared ones; a chosen value that is not among them gives way to the default, else to the first. `explain`:
    what the options mean. Two figures of one page that ask for the same have one control."""
    choice = LOCAL[code]
    assert isinstance(choice, LocalChoice)
    offered = {o.code: o.label for o in _as_options(choice.options if options is None else options)}
    if code in st.session_state[ON_PAGE]:
        return _among(offered, st.session_state[ON_PAGE][code], choice.default)
    value = _offered_value(code, offered)
    assign(code, value)
    with _place():
        st.segmented_control(
            choice.label,
            list(offered),
            format_func=lambda code: escape_markdown(offered[code]),
            key=widget_key(code),
            required=True,
            on_change=take,
            args=(code,),
            help=escape_markdown(explain, 2000) or None,
        )
    st.session_state[ON_PAGE][code] = value
    return value


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
    value = _offered_value(code, {tile.code: tile.label for tile in tiles})
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
    assign(code, choices()[code])
    with _place():
        value = st.number_input(
            f"{choice.label} ({choice.unit})",
            choice.low,
            choice.high,
            step=1,
            key=widget_key(code),
            on_change=take,
            args=(code,),
            help=escape_markdown(explain, 2000) or None,
            width=260,
        )
    st.session_state[ON_PAGE][code] = str(value)
    return value


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


def _place() -> Any:
    return st.session_state[ROW] or nullcontext()


def _offered_value(code: str, offered: dict[str, str]) -> str:
    value = choices()[code]
    instead = _among(offered, value, str(LOCAL[code].default))
    if instead == value:
        return value
    st.session_state[CHOICES] = choices() | {code: instead}
    write_url()
    st.text(f"{LOCAL[code].label} '{one_line(value)}' is not available on this page; showing {offered[instead]}.")
    return instead


def _among(offered: dict[str, str], value: str, default: str) -> str:
    """The value, else the default, else the first of what is offered."""
    return next((code for code in (value, default) if code in offered), next(iter(offered)))


def _as_options(options: Iterable[Option | tuple[str, str]]) -> list[Option]:
    return [o if isinstance(o, Option) else Option(*o) for o in options]
