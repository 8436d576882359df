"""M07: no, one and two patients, all censored, all dead. No page breaks and what cannot be estimated says so.

tests/pages/test_every_figure.py opens every figure with nobody, one and five of the twelve patients.
"""

import pytest

from tests.literal import patient
from tests.pages.twelve import PAGES, WITHOUT_FIGURES, database, figures, open_page, patients_line, visit


def person(number, **course):
    """Infused on day 0, in remission at day 28 and month 3."""
    return patient(
        f"P{number:02d}",
        birth_month=f"20{number:02d}-01",
        site_code="C01",
        sex="female",
        responses={28: "CR", 91: "CR"},
        mrd=[dict(day=28, result="negative", sensitivity=1e-4)],
        b_cells=[dict(day=28, cd19_pct_lymphocytes=0.0)],
        **course,
    )


COHORTS = {
    "nobody": [person(1, infused=None, not_infused=10, reason="manufacturing")],
    "one": [person(1, last_contact=400)],
    "two, of whom one died": [person(1, last_contact=400), person(2, death=200, cause="infection")],
    "all censored": [person(i, last_contact=100 + 50 * i) for i in range(1, 7)],
    "all dead": [person(i, death=100 + 50 * i, cause="leukaemia") for i in range(1, 7)],
    "all dead on one day": [person(i, death=200, cause="leukaemia") for i in range(1, 7)],
}


@pytest.fixture(scope="module", params=COHORTS)
def cohort(request, tmp_path_factory):
    with database(tmp_path_factory.mktemp("small"), *COHORTS[request.param]):
        yield request.param


def every_tab(page, tabs):
    """The page at each of its tabs."""
    app = open_page(page)
    yield app
    for choice, codes in list(tabs.items()):
        for code in codes[1:]:
            yield visit(app, {choice: code})


@pytest.mark.parametrize("page", PAGES)
def test_M07_a_page_of_hardly_anybody_is_whole_and_says_what_cannot_be_estimated(cohort, page, tabs):
    first_only = cohort in ("nobody", "one", "all dead on one day")
    for app in [open_page(page)] if first_only else every_tab(page, tabs):
        assert not app.exception and not app.error, [e.value for e in app.error]
        infused = 0 if cohort == "nobody" else len(COHORTS[cohort])
        assert patients_line(app) == f"{infused} of {infused} patients"
        assert bool(figures(app)) == (bool(infused) and page not in WITHOUT_FIGURES)
        words = " ".join(e.value for kind in (app.text, app.caption, app.info) for e in kind)
        words += " ".join(line for figure in figures(app) for line in figure.captions)
        split = words.replace("(", " ").replace(")", " ").split()
        assert not {"nan", "inf"} & {word.lower() for word in split} and "None" not in split
        for figure in figures(app):
            assert figure.pictures or figure.tables or figure.infos


def at(page, months, **query):
    table = figures(open_page(page, survival_months="all", **query))[0].tables[0]
    return table[table["months"] == months].iloc[0]


def test_M07_survival_of_hardly_anybody_is_one_or_nought_without_a_made_up_interval(cohort):
    if cohort == "nobody":
        return
    row = at("survival", 12)
    expected = {
        "one": 1.0,
        "two, of whom one died": 0.5,
        "all censored": 1.0,
        "all dead": 1 / 6,
        "all dead on one day": 0.0,
    }[cohort]
    if expected == 0:  # all died on day 200: nobody can be alive at month 12
        assert at("survival", 6)["estimate"] == 1 and row["n_risk"] == 0 and row["result"] == "0 % (no interval)"
    assert row["estimate"] == pytest.approx(expected, abs=1e-12)
    if expected == 1:
        assert row[["conf_low", "conf_high"]].isna().all() and "no interval" in row["result"]
