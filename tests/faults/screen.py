"""What a reader may see when something is broken: one sentence with an error id, nothing half drawn, nothing leaked."""

import re

from tests.pages.twelve import figures, open_page, plain

LEAKS = re.compile(
    r"Traceback|SELECT |INSERT |FROM |WHERE |/tmp|/home|\.db\b|://|psycopg|sqlite3|sqlalchemy|host=|"
    r"change-me|cohort_\d|\bP\d\d\b"
)
SITUATION = re.compile(r"(?P<said>.+) Error (?P<id>[0-9a-f]{8})\.")


def sentence(app) -> str:
    """The one sentence of a page that could not be drawn, without its error id."""
    assert not app.exception and len(app.error) == 1, [e.value for e in app.exception]
    assert not figures(app) and not app.dataframe and not app.metric, "half a page"
    shown = plain(app.error[0].value)
    assert not LEAKS.search(shown), shown
    found = SITUATION.fullmatch(shown)
    assert found, f"must end in an error id, got: {shown}"
    return found["said"]


def is_whole(app) -> bool:
    """Whether the page is drawn as on any good day."""
    return not app.error and not app.exception and (bool(figures(app)) or bool(app.dataframe))


def blocked(page="overview") -> tuple:
    """A fresh session on a page that cannot be drawn: the app and its sentence."""
    app = open_page(page)
    return app, sentence(app)
