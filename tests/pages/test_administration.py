"""The page Administration: the log of what was done, its chain, readiness, who may what."""

import pytest

from data_access.audit import entries, record
from data_access.reading.acts import acts
from pages.parts.access.grants import parsed
from pages.parts.access.roles import PAGES, ROLES
from pages.parts.administration.rights import grants_table, roles_table
from tests.pages.twelve import open_page

PAGE, CHECK = "administration", "audit:chain"


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.setenv("COHORT_AUDIT", str(tmp_path / "audit"))
    record("file", "=ada", figure="efs", n=12)
    return tmp_path / "audit"


def said(app):
    assert not app.exception
    return " ".join(e.value for kind in (app.text, app.warning, app.caption) for e in kind)


def tab(code):
    return open_page(PAGE, administration_figure=code)


def test_the_log_stands_the_newest_first_with_what_was_done_and_by_whom(twelve, log):
    [table] = [element.value for element in tab("log").dataframe]
    assert table.iloc[-1][["seq", "who", "action", "outcome"]].tolist() == [1, "=ada", "file", "done"]
    assert table.iloc[-1]["facts"] == "figure efs; n 12"
    assert table["seq"].is_monotonic_decreasing and "page administration" in table.iloc[0]["facts"]


def test_a_line_that_was_cut_off_is_not_in_the_table_and_the_chain_is_said_to_be_broken(twelve, log):
    assert "The chain is whole." in said(tab("chain").button(CHECK).click().run())
    with next(log.glob("*.jsonl")).open("ab") as file:
        file.write(b'{"seq": 9, "who": "eve"}\n')
    assert "The chain is broken" in said(tab("chain").button(CHECK).click().run())
    assert "eve" not in tab("log").dataframe[0].value.to_csv()


def test_a_log_that_cannot_be_read_is_a_sentence(twelve, log, monkeypatch):
    monkeypatch.setattr(
        "pages.parts.administration.log.acts", lambda place, _count: place.joinpath("nothing").read_bytes()
    )
    assert "cannot be read" in said(tab("log"))


def test_a_file_of_the_log_leaves_a_line_itself_and_runs_no_formula(twelve, log, monkeypatch):
    built = {}
    monkeypatch.setattr(
        "pages.parts.administration.log.draw_plain_file", lambda _, build, *__: built.update(file=build)
    )
    tab("log")
    assert b"'=ada" in built["file"]() and b'"export"' in list(entries(log))[-1][1]


def test_readiness_is_that_of_the_route(twelve, log, monkeypatch):
    assert "Ready: right numbers" in said(tab("readiness"))
    monkeypatch.setattr("pages.parts.data.ready.check", lambda *_: 1 / 0)
    assert "Not ready." in said(tab("readiness"))


def test_roles_stand_as_they_are_declared_and_grants_as_they_are_in_force(twelve, log):
    assert "Nobody signs in" in said(tab("rights"))
    assert roles_table()["role"].tolist() == list(ROLES)
    assert all(page.replace("_", " ") in " ".join(roles_table()["pages"]) for page in PAGES)
    grants = parsed('[[grant]]\ngroup = "g"\nroles = ["clinician"]\nsites = ["C2", "C1"]\n')
    assert grants_table(grants).to_dict("records") == [{"who": "group g", "roles": "clinician", "sites": "C1, C2"}]


def test_of_a_long_log_the_newest_lines_are_read_over_the_months(log, monkeypatch):
    (log / "audit-2020-01.jsonl").write_bytes(next(log.glob("*.jsonl")).read_bytes().replace(b"=ada", b"old"))
    assert acts(log)["who"].tolist() == ["=ada", "old"]
    monkeypatch.setattr("data_access.reading.acts.MOST", 1)
    assert acts(log)["who"].tolist() == ["=ada"]
