"""The style sheets of every page, one element: it takes no room, and the browser keeps it from run to run."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).parent
FILTERS = "filters"  # the place that the link leads to
FONT = "font:8pt sans-serif;color:#444;vertical-align:middle;"
LOOK = {"top-left": f"{FONT}width:100%", "bottom-left": f"{FONT}width:85%", "bottom-right": f"{FONT}text-align:right"}


def put_on_styles() -> None:
    """Every style sheet of this folder, for the page that is drawn."""
    st.html(_sheets())


def put_on_margins(top: str, bottom: str) -> None:
    """What stands in the margins of every printed page, beside its number. Any text: it is written as code points."""
    boxes = {
        "top-left": _css_text(top),
        "bottom-left": _css_text(bottom),
        "bottom-right": '"Page " counter(page) " of " counter(pages)',
    }
    drawn = "".join(f"@{place}{{content:{words};{LOOK[place]}}}" for place, words in boxes.items())
    st.html(f"<style>@media print{{@page{{margin:20mm 12mm 18mm;{drawn}}}}}</style>")


def put_on_skip_link() -> None:
    """First on every page: by keyboard to the filters, past the menu; what follows the link is the figure."""
    st.html(f'<nav class="skip" aria-label="Skip"><a href="#{FILTERS}">Skip to the filters</a></nav>')


def put_on_target() -> None:
    """Where the link leads: the next key goes to the first filter."""
    st.html(f'<span class="target" id="{FILTERS}" tabindex="-1"></span>')


def _css_text(words: str) -> str:
    """A string of CSS in which nothing but letters and digits stands for itself."""
    return f'"{"".join(map(_css_letter, words))}"'


def _css_letter(letter: str) -> str:
    return letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):x} "


@lru_cache(maxsize=1)
def _sheets() -> str:
    sheets = "\n".join(path.read_text("utf-8") for path in sorted(FOLDER.glob("*.css")))
    return f"<style>{sheets}</style>"
