"""Every figure of every page, tab by tab: with everybody, compared, with five, one and no patient, and the enrolled.

The figures are found by asking the pages, so that a new tab is tested without a line here.
"""

from functools import cache

import pytest

from endpoints.rules import RULES
from tests.pages.twelve import AGES, PAGES, WITHOUT_FIGURES, figures, open_page, visit

COHORTS = {
    "everybody": {},
    "by product": {"by": "product"},
    "by product, women": {"by": "product", "sex": "female"},
    "five": {"centre": ["C01", "C03"]},
    "no remission": {"age": f"{AGES['P05']}-{AGES['P05']}"},
    "one": {"age": f"{AGES['P01']}-{AGES['P01']}"},
    "just infused": {"age": f"{AGES['P06']}-{AGES['P06']}"},
    "enrolled": {"population": "enrolled"},
    "molecular": {"molecular": "yes"},
    "any MRD": {"mrd_cut": "any"},
}
pytestmark = pytest.mark.usefixtures("twelve")


@pytest.fixture(scope="module")
def opened(twelve):
    """opened(page): its session, opened once."""
    return cache(open_page)


def every_tab(app, tabs, **query):
    """The page at every tab: (choice=code or nothing, the app)."""
    visit(app, query)
    if not tabs:
        yield "", app
    for choice, codes in list(tabs.items()):
        for code in codes:
            yield f"{choice}={code}", visit(app, query | {choice: code})


def test_the_cohorts_of_this_test_are_of_rules_that_exist():
    assert {"population", "molecular", "mrd_cut"} <= {rule.code for rule in RULES}


@pytest.mark.parametrize("cohort", COHORTS)
@pytest.mark.parametrize("page", PAGES)
def test_every_figure_is_a_picture_a_table_or_a_sentence(opened, tabs, page, cohort):
    app = opened(page)
    for tab, shown in every_tab(app, tabs, **COHORTS[cohort]):
        assert not shown.exception and not shown.error, (tab, [e.value for e in shown.error])
        found = figures(shown)
        assert found or page in WITHOUT_FIGURES, f"{tab} shows nothing"
        for figure in found:
            assert figure.n >= 0 and len(figure.method) >= 2, (tab, figure.title)
            assert figure.pictures or figure.infos or figure.tables, (tab, figure.title)
            assert "nan" not in " ".join((figure.title, *figure.said, *figure.infos)).lower().split(), tab
            for picture in figure.pictures:
                assert picture.alt and "nan" not in picture.alt.lower().split(), (tab, picture.alt)


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_a_sentence_on_every_tab(opened, tabs, page):
    app = opened(page)
    visit(app, {})
    for choice, codes in list(tabs.items()) or [("by", ["sex"])]:
        for code in codes:
            shown = visit(app, {choice: code, "sex": "female", "age": "90-100"})
            assert not shown.exception and not shown.error
            assert [i.value for i in shown.info] and not figures(shown)


def test_a_title_explains_the_abbreviations_of_its_options_and_of_its_pictures(opened):
    app = visit(opened("toxicity"), {})
    said = app.header[0].proto.help.replace("\\", "")
    for term in ("CRS", "ICANS", "ASTCT", "CTCAE"):  # two of them stand in menus alone
        assert f"{term}: " in said
