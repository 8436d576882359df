"""The way to data: one sentence when it is blocked, nothing shared by mistake, nothing shown that must not be."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data_access.bundle.problems import DatabaseProblem
from pages.parts.data import study
from pages.parts.server import log

ROOT = Path(__file__).parents[2]


def load_page():
    import streamlit as st

    from pages.parts.data.study import load_study

    found = load_study()
    st.text(f"{found.title}|{found.cutoff_date}|{found.version}|{found.synthetic}|{len(found.tables['patient'])}")


@pytest.fixture(autouse=True)
def no_incident_before(monkeypatch):
    """An outage is told once: whatever other tests broke, here it is new."""
    monkeypatch.setattr(log, "INCIDENTS", log.Incidents())


def ids_in(caplog):
    """The error ids of the lines logged."""
    return {record.error for record in caplog.records if hasattr(record, "error")}


def open_app():
    return AppTest.from_function(load_page, default_timeout=60).run()


def broken(problem):
    def connect(engine):
        raise problem

    return connect


def test_the_sample_cohort_is_there_without_configuration(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    title, cutoff, version, synthetic, n = open_app().text[0].value.split("|")
    assert title and re.fullmatch(r"\d{4}-\d\d-\d\d", cutoff) and re.fullmatch("[0-9a-f]{12}", version)
    assert synthetic == "True" and int(n) > 0


@pytest.mark.parametrize(
    "problem",
    [
        RuntimeError("SELECT secret FROM /srv/hidden.db WHERE patient_id = 'P00123'"),
        DatabaseProblem("The database server does not answer. Try again."),
    ],
)
def test_an_outage_is_one_sentence_with_an_id_and_the_detail_is_in_the_log(monkeypatch, caplog, problem):
    monkeypatch.setattr(study, "connect", broken(problem))
    app = open_app()
    said = app.error[0].value
    error_id = re.search(r"Error ([0-9a-f]{8})\.$", said)[1]
    assert len(app.error) == 1 and not app.text and not app.exception
    assert not re.search("SELECT|hidden|P00123|secret|RuntimeError", said)
    assert error_id in ids_in(caplog) and str(problem) in caplog.text


def test_a_database_problem_says_its_own_sentence(monkeypatch):
    monkeypatch.setattr(study, "connect", broken(DatabaseProblem("The server must answer, got: nothing.")))
    assert open_app().error[0].value.startswith("The server must answer, got\\: nothing. Error ")


def test_a_missing_database_is_a_sentence_without_its_path_and_creates_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/nowhere.db")
    said = open_app().error[0].value
    assert "nowhere" not in said and str(tmp_path) not in said and not list(tmp_path.iterdir())


def test_a_page_that_breaks_is_one_sentence_with_an_id_too(monkeypatch, caplog):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr("pages.parts.session.cohort.choose_cohort", lambda loaded: {}["P00123"])
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    assert re.fullmatch(r"This page cannot be drawn\. Error [0-9a-f]{8}\.", app.error[0].value)
    assert not app.exception and "KeyError" in caplog.text


def test_the_next_run_after_an_outage_is_whole_again(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with monkeypatch.context() as outage:
        outage.setattr(study, "connect", broken(RuntimeError("down")))
        app = open_app()
        assert app.error
    app.run()
    assert not app.error and app.text
