"""Our own routes, at the root and below the base path; an unknown path is answered with the start page."""

from collections.abc import Callable

from starlette.routing import Route
from streamlit import config
from streamlit.url_util import make_url_path


def routes_of(endpoint: Callable, *paths: str) -> list[Route]:
    """The routes of one endpoint under its paths."""
    bases = dict.fromkeys(("", config.get_option("server.baseUrlPath") or ""))
    return [Route(make_url_path(base, path), endpoint) for base in bases for path in paths]
