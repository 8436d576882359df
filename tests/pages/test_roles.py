"""G11, G13, F03, F04: what each role may open, see and take, from one declaration; what is not declared is no."""

import os
import re
from dataclasses import replace
from itertools import combinations

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from data_access.audit import entries, folder
from pages.parts.access import trace
from pages.parts.access import viewer as access
from pages.parts.access.grants import AccessFile, parsed
from pages.parts.access.identity import Viewer, scope_of
from pages.parts.access.quota import Quota
from pages.parts.access.roles import EVERYTHING, EXACT, FILES, PAGES, PATIENTS, RIGHTS, ROLES, may_open, rights_of
from pages.parts.server import exposure
from pages.parts.server.settings import Settings, WrongSettings
from pages.parts.session.cohort import _count_words
from tests.csv_files import facts_and_rows
from tests.pages.twelve import PAGES as SCREENS
from tests.pages.twelve import ROOT, figures, open_page

pytestmark = pytest.mark.usefixtures("twelve")
PSEUDONYM = re.compile(r"\bP(0[1-9]|1[0-2])\b")


@pytest.fixture
def signed_in(monkeypatch, tmp_path):
    """Sign in as somebody: `signed_in(roles, sites)`; the proxy's headers are what the guard would pass on."""
    headers = {}
    monkeypatch.setattr(type(streamlit.context), "headers", property(lambda self: headers))
    monkeypatch.setenv("COHORT_AUDIT", str(tmp_path / "audit"))
    path = tmp_path / "access.toml"
    monkeypatch.setattr(exposure, "settings", lambda: Settings(sign_in="header", access=str(path)))
    monkeypatch.setattr(access, "settings", exposure.settings)
    monkeypatch.setattr(exposure, "refusal", lambda: None)

    def sign_in(roles, sites="all", name="ada", groups="", user="ada"):
        listed = sites if sites == "all" else list(sites)
        path.write_text(f"[[grant]]\nuser = {user!r}\nroles = {list(roles)!r}\nsites = {listed!r}\n".replace("'", '"'))
        headers.clear()
        headers.update({"x-cohort-user": name, "x-cohort-groups": groups} if name else {})

    return sign_in


def texts(app):
    """Every text on a screen, frames included."""
    parts = [
        str(e.value) for kind in ("text", "markdown", "caption", "header", "warning", "info") for e in app.get(kind)
    ]
    frames = [table for figure in figures(app) for table in figure.tables]
    frames += [element.value for element in app.dataframe]
    return " ".join([*parts, *(frame.to_csv() for frame in frames)])


def lines():
    return [line for _, line in entries(folder())]


def test_every_page_is_declared_and_every_role_has_declared_rights():
    assert set(SCREENS) <= set(PAGES)
    assert all(rights <= EVERYTHING for rights in (*ROLES.values(), *map(frozenset, PAGES.values())))
    assert set().union(*ROLES.values()) == set(RIGHTS)


def test_what_is_not_declared_is_not_allowed():
    assert not may_open(EVERYTHING, "a page of tomorrow") and rights_of([]) == frozenset()
    assert not any(may_open(rights_of([]), page) for page in PAGES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", SCREENS)
def test_g11_h05_the_matrix_of_roles_pages_and_actions(signed_in, monkeypatch, role, page):
    offered = []
    monkeypatch.setattr(streamlit, "download_button", lambda *found, **named: offered.append(found))
    signed_in([role])
    app = open_page(page, view="open")
    rights = rights_of([role])
    assert not app.exception
    if not may_open(rights, page):
        assert [w.value for w in app.warning] == [access.NOT_THIS_PAGE] and not figures(app) and not app.dataframe
        assert b'"denied"' in lines()[-1] and f'"page":"{page}"'.encode() in lines()[-1]
        return
    assert b'"denied"' not in b"".join(lines())
    assert bool(offered) <= (FILES in rights)
    if PATIENTS not in rights:
        assert not PSEUDONYM.search(texts(app))


def test_nobody_and_strangers_see_nothing(signed_in):
    signed_in(["clinician"], name="")
    app = open_page("overview")
    assert [w.value for w in app.warning] == [access.NO_PROXY] and not figures(app)
    signed_in(["clinician"], name="eve")
    app = open_page("overview")
    assert [w.value for w in app.warning] == [access.STRANGER] and not figures(app)
    assert b'"denied"' in lines()[-1] and b"eve" in lines()[-1]


def test_c06_g07_a_grant_that_is_taken_back_counts_at_the_next_run(signed_in):
    signed_in(["clinician"])
    app = open_page("patients")
    assert PSEUDONYM.search(texts(app))
    signed_in(["aggregate"])
    assert [w.value for w in app.run().warning] == [access.NOT_THIS_PAGE]
    signed_in(["clinician"], user="somebody else")
    assert [w.value for w in app.run().warning] == [access.STRANGER]


def test_c03_f03_a_clinician_sees_the_patients_of_the_own_sites_only_and_figures_of_the_whole_cohort(signed_in):
    signed_in(["clinician", "exporter"], ["C03"])
    app = open_page("patients")
    own = set(app.dataframe[0].value["USUBJID"])
    signed_in(["clinician"])
    everybody = open_page("patients").dataframe[0].value
    assert own == set(everybody.loc[everybody["SITEID"] == "C03", "USUBJID"]) and 0 < len(own) < len(everybody)
    whole = open_page("survival")
    signed_in(["clinician"], ["C03"])
    assert figures(open_page("survival"))[0].n == figures(whole)[0].n
    for page in ("survival", "watchlist", "mrd", "b_cell_aplasia", "transplant"):
        found = {match[0] for match in PSEUDONYM.finditer(texts(open_page(page, view="open")))}
        assert found <= own, page


def test_without_exact_numbers_the_figures_too_are_of_the_own_sites():
    grant = Viewer("ada", rights_of(["aggregate"]), ("C01",))
    assert grant.scope_on("survival") == scope_of(("C01",)) != scope_of(("C0", "1")) != "all"
    assert Viewer("bob", rights_of(["clinician"]), ("C01",)).scope_on("survival") == "all"
    assert Viewer("bob", rights_of(["clinician"]), ("C01",)).scope_on("patients") == scope_of(("C01",))
    assert EXACT not in grant.rights


def test_each_list_of_sites_has_a_key_of_its_own():
    sites = ("C1", "C11", "1C", "all", "C1 ", "2:C1")
    lists = [one for n in (1, 2, 3) for one in combinations(sites, n)]
    assert len({scope_of(one) for one in lists}) == len(lists) and "all" not in {scope_of(one) for one in lists}


GRANTS = """
[[grant]]
group = "narrow"
roles = ["aggregate"]
sites = ["C01"]
[[grant]]
group = "wide"
roles = ["clinician", "exporter"]
sites = "all"
"""


def test_g13_of_two_groups_the_first_grant_counts_alone(tmp_path):
    path = tmp_path / "access.toml"
    path.write_text(GRANTS)
    file = AccessFile(path)
    assert file.grant_of("ada", ["wide", "narrow"]).roles == ("aggregate",)
    assert file.grant_of("ada", ["wide"]).sites is None and file.grant_of("ada", []) is None
    assert file.grant_of("wide", []) is None  # a name is no group
    path.write_text(GRANTS.replace("narrow", "none"))
    os.utime(path, ns=(1, 1))
    assert file.grant_of("ada", ["wide", "narrow"]).roles == ("clinician", "exporter")
    path.unlink()
    with pytest.raises(WrongSettings):
        file.grant_of("ada", ["wide"])


@pytest.mark.parametrize(
    "text",
    [
        "[[grant]]",
        '[[grant]]\nuser = "a"\nroles = ["clinician"]',
        '[[grant]]\nuser = "a"\nroles = ["boss"]\nsites = "all"',
        '[[grant]]\nuser = "a"\nroles = []\nsites = "all"',
        '[[grant]]\nuser = "a"\nroles = "clinician"\nsites = "all"',
        '[[grant]]\nuser = "a"\ngroup = "b"\nroles = ["clinician"]\nsites = "all"',
        '[[grant]]\nuser = ""\nroles = ["clinician"]\nsites = "all"',
        '[[grant]]\nuser = "a"\nroles = ["clinician"]\nsites = []',
        '[[grant]]\nuser = "a"\nroles = ["clinician"]\nsites = "C01"',
        '[[grant]]\nuser = "a"\nroles = ["clinician"]\nsites = "all"\nmore = 1',
        'grants = "all"',
        "grant = 3",
        "[[grant]",
    ],
)
def test_a_file_that_cannot_be_followed_grants_nothing(text):
    with pytest.raises(WrongSettings, match="must"):
        parsed(text)


def test_g15_more_files_than_an_hour_gives_are_refused_in_a_sentence_and_written_down(signed_in, monkeypatch):
    signed_in(["clinician", "exporter"])
    few = replace(exposure.settings(), files_per_hour=2)
    monkeypatch.setattr(trace, "settings", lambda: few)
    monkeypatch.setattr(trace, "QUOTA", Quota())
    built = {}
    monkeypatch.setattr(
        streamlit, "download_button", lambda _label, build, name, _mime, key, **_: built.update({name: build})
    )
    app = open_page("survival")
    names = sorted(built)[:3]
    contents = [built[name]() for name in names[:2]]
    assert all(contents)
    with pytest.raises(RuntimeError):
        built[names[2]]()
    assert b'"denied"' in lines()[-1] and names[2].encode() in lines()[-1] and b"too many files" in lines()[-1]
    assert "as many as this dashboard gives" in " ".join(e.value for e in app.run().error)


def with_sections(page):
    """The page with its sections of the sidebar open."""
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60)
    for section in ("Report", "Saved cohorts"):
        app.session_state[f"open:{section}"] = app.session_state[f"was_open:{section}"] = True
    return app.run()


def test_h02_without_a_line_who_is_signed_in_sees_no_page_and_the_local_viewer_is_told(
    signed_in, monkeypatch, tmp_path
):
    (tmp_path / "full").write_text("no folder")
    signed_in(["clinician"])
    open_page("overview")
    monkeypatch.setenv("COHORT_AUDIT", str(tmp_path / "full"))
    app = open_page("survival")
    assert "could not be written" in app.warning[0].value and not figures(app) and not app.dataframe
    monkeypatch.setattr(access, "settings", Settings)
    app = open_page("survival")
    assert figures(app) and [w.value for w in app.warning] == [trace.UNSEEN]


OF_CURVES = ["strata", "outcome", "measure", "months", "n_risk", "result", "n", "n_event", "estimate"]
OF_CURVES += ["conf_low", "conf_high", "reason"]
OF_PATIENTS = ["USUBJID", "GROUP", "TRTSDT", "PARAMCD", "PARAM", "STARTDT", "ENTRY", "ADT", "AVAL", "CNSR", "EVNTCD"]
OF_PATIENTS += ["EVNTDESC", "CNSCD", "CNSDTDSC", "DETAILCD"]
GOLDEN = {  # role -> file of the page Survival -> its columns; who may take no files has none
    ("clinician", "exporter"): {"numbers": OF_CURVES, "patients": OF_PATIENTS},
    ("aggregate", "exporter"): {"numbers": OF_CURVES},
    ("clinician",): {},
    ("aggregate",): {},
    ("exporter",): {"numbers": OF_CURVES},
}


@pytest.mark.parametrize("roles", GOLDEN)
def test_d17_the_columns_of_every_file_are_those_declared_for_the_role(signed_in, offered, monkeypatch, roles):
    monkeypatch.delenv("DATABASE_URL", raising=False)  # the sample: of twelve patients nothing is shown to some
    signed_in(roles)
    open_page("survival", view="open")
    built = {name: build() for name, build in offered.items() if name.endswith(".csv")}
    found = {name.split("_")[1]: facts_and_rows(content)[1][0] for name, content in built.items()}
    assert found == GOLDEN[roles]


@pytest.fixture
def offered(monkeypatch):
    """{name of a file: what builds it} of every button for a file that was drawn."""
    built = {}

    def button(_label, build, name, *_mime, **_named):
        built[name] = build

    monkeypatch.setattr(streamlit, "download_button", button)
    return built


@pytest.mark.parametrize("now", [["aggregate", "exporter"], ["clinician"]])
def test_c06_g07_h05_a_file_that_was_on_offer_before_the_rights_changed_does_not_leave(signed_in, offered, now):
    """A click runs no page: the file asks again who is there."""
    signed_in(["clinician", "exporter"])
    open_page("survival", view="open")
    first, second = sorted(offered)[:2]
    assert offered[first]()
    signed_in(now)
    with pytest.raises(RuntimeError):
        offered[second]()
    assert b'"denied"' in lines()[-1] and b"rights changed" in lines()[-1] and second.encode() in lines()[-1]


def test_g10_a_file_does_not_leave_once_the_sign_in_has_ended(signed_in, offered, monkeypatch):
    signed_in(["clinician", "exporter"])
    open_page("survival", view="open")
    later = access.time.time() + 31 * 60
    monkeypatch.setattr(access.time, "time", lambda: later)
    with pytest.raises(RuntimeError):
        offered[min(offered)]()
    assert b'"denied"' in lines()[-1]


def test_c06_what_was_seen_with_other_rights_is_in_no_report_and_no_saved_cohort(signed_in, offered):
    signed_in(["clinician", "exporter"])
    app = with_sections("survival")
    app = app.button(key="report:page").click().run()
    app.text_input(key="saved:name").set_value("mine").run()
    app = app.button(key="saved:save").click().run()
    assert b'"patients": 10' in offered["saved_cohorts.json"]() and b'"export"' in lines()[-1]
    assert any(one.key == "report:make" for one in app.button)
    signed_in(["aggregate", "exporter"])
    offered.clear()
    app = app.run()
    assert not any(one.key == "report:make" for one in app.button) and "saved_cohorts.json" not in offered


def test_who_takes_no_files_takes_no_counts_with_saved_cohorts(signed_in, offered):
    signed_in(["clinician"])
    app = with_sections("survival")
    app.text_input(key="saved:name").set_value("mine").run()
    app.button(key="saved:save").click().run()
    content = offered["saved_cohorts.json"]()
    assert b'"name": "mine"' in content and b'"patients"' not in content and b'"export"' in lines()[-1]


def test_h04_each_saving_of_a_report_is_a_line(signed_in, offered, monkeypatch):
    monkeypatch.setattr("pages.parts.session.report.FORMATS", (("html", "text/html", lambda figures, _: b"report"),))
    signed_in(["clinician", "exporter"])
    app = with_sections("survival").button(key="report:page").click().run()
    app.button(key="report:make").click().run()
    before = len(lines())
    [name] = [one for one in offered if one.startswith("report_")]
    assert offered[name]() == offered[name]() == b"report"
    assert len(lines()) == before + 2 and all(b'"export"' in line and name.encode() in line for line in lines()[-2:])


def test_i01_who_may_see_no_exact_numbers_sees_none_of_the_data_and_of_the_log(signed_in):
    """An administrator does not become a reader by the log: it says of everybody's filters how many they chose."""
    signed_in(["aggregate", "administrator"])
    open_page("survival")
    log = open_page("administration").dataframe[0].value
    assert "n about 10" in " ".join(log["facts"]) and "n 10" not in " ".join(log["facts"])
    page = open_page("data")
    rows = page.dataframe[0].value["rows"].astype(str)
    assert set(rows) <= {"0"} | {one for one in rows if one.startswith(("about", "fewer than 8"))}
    assert re.search(r"(fewer than 8|about \d+|0) errors", texts(page))


def test_i03_an_import_tells_no_exact_number_of_patients_to_who_may_see_none():
    assert (
        _count_words((600, 509), (601, 510), 8) == "Patients in all: about 600 → about 600 enrolled, about 510 → "
        "about 510 infused."
    )
    assert "600 → 601 enrolled" in _count_words((600, 509), (601, 510), 0)


def test_g15_the_hour_goes_on_and_people_are_counted_apart():
    quota = Quota()
    assert [quota.take("ada", 2, now) for now in (0, 10, 20)] == [True, True, False]
    assert quota.take("bob", 2, 20)
    assert [quota.take("ada", 2, now) for now in (3600, 3601, 3610)] == [True, False, True]
