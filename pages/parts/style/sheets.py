"""The style sheets of every page, one element: it takes no room, and the browser keeps it from run to run."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).parent


def put_on_styles() -> None:
    """Every style sheet of this folder, for the page that is drawn."""
    st.html(_sheets())


@lru_cache(maxsize=1)
def _sheets() -> str:
    sheets = "\n".join(path.read_text("utf-8") for path in sorted(FOLDER.glob("*.css")))
    return f"<style>{sheets}</style>"
