"""Every option that any figure offers, opened on it: alone and by product. Found by asking the pages, tab by tab."""

import pytest
import streamlit

from tests.pages.twelve import PAGES, figures, open_page, visit

pytestmark = pytest.mark.usefixtures("twelve")


@pytest.fixture
def offered(monkeypatch):
    """{choice: its options that are not chosen} of the last run."""
    found = {}
    draw = streamlit.segmented_control

    def noted(label, options, *, args, **how):
        chosen = draw(label, options, args=args, **how)
        found[args[0]] = [option for option in options if option != chosen]
        return chosen

    monkeypatch.setattr(streamlit, "segmented_control", noted)
    return found


def seen(app, query, offered):
    """What this view offers; it shows a figure and no error."""
    offered.clear()
    visit(app, query)
    assert not app.exception and not app.error, (query, [e.value for e in app.error])
    assert figures(app), query
    return dict(offered)


@pytest.mark.parametrize("by", [{}, {"by": "product"}], ids=["alone", "by product"])
@pytest.mark.parametrize("page", PAGES)
def test_every_option_of_every_figure_can_be_drawn(offered, tabs, page, by):
    app = open_page(page)
    seen(app, by, offered)
    views = [by | {choice: code} for choice, codes in tabs.items() for code in codes] or [by]
    for view in views:
        for choice, options in seen(app, view, offered).items():
            for option in options if choice not in tabs else ():
                seen(app, view | {choice: option}, offered)
