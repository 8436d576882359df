"""Elements of our own: their scripts and style sheets are files that the browser fetches once, by address.

Sent with the page they would travel with every run, and Streamlit would run them from a blob: address, which the
Content-Security-Policy of docs/deployment forbids. Everything in the folder `served` can be read by anybody who reaches
the server, so only what is for the browser lies there. The address holds a digest of the folder: a browser may keep
what it has for ever, and a new version is another address.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

SERVED = Path(__file__).parent / "served"


def mount(name: str, html: str, **arguments: Any) -> Any:
    """Draw the element `name`: its files are served/<name>.js and .css, `html` is what they find; the rest is for
    Streamlit. Returns its state."""
    _tell_where_files_are(name)
    return _renderer(name, html)(**arguments)


@lru_cache(maxsize=1)
def version() -> str:
    """Twelve letters that change with any file of the folder."""
    digest = hashlib.sha256()
    for path in sorted(SERVED.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _package() -> str:
    return f"cohort-{version()}"


def _tell_where_files_are(name: str) -> None:
    """Streamlit asks a manifest of an installed package; ours is not one. A server has one manager, a test many."""
    manager = get_bidi_component_manager()
    if manager.get_component_path(f"{_package()}.{name}") is None:
        manifest = ComponentManifest(_package(), version(), [ComponentConfig(name, SERVED.name)])
        manager.register_from_manifest(manifest, SERVED.parent)


@lru_cache
def _renderer(name: str, html: str) -> Callable[..., Any]:
    return st.components.v2.component(f"{_package()}.{name}", html=html, css=f"{name}.css", js=f"{name}.js")
