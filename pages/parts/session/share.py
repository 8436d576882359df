"""Share: one press copies the address of what is on the screen. The address has every choice, and no patient."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

HTML = (
    '<button type="button">Share</button> <span role="status"></span>'
    '<input readonly hidden aria-label="Address of this view">'
)
CSS = """
:host, div { font: 14px var(--st-font); color: var(--st-text-color); }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--st-border-color); padding: 3px 10px;
  border-radius: 8px; cursor: pointer; }
button:focus-visible { outline: 3px solid var(--st-primary-color); }
input { font: inherit; width: 20rem; }
"""


@lru_cache(maxsize=1)
def _component() -> Any:
    script = Path(__file__).with_suffix(".js").read_text("utf-8")
    return st.components.v2.component("share", html=HTML, css=CSS, js=script)


def share_button() -> None:
    """The button; it needs nothing from the server."""
    _component()(key="share", width="content", height="content")
