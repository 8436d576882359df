"""The way to data: one sentence when it is blocked, nothing shared by mistake, nothing shown that must not be."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analyses.result import REMEMBERED_PATIENTS, remembered
from data_access.bundle.problems import DatabaseProblem
from endpoints.catalogue import EFS, OS
from endpoints.rules import Rules
from estimators.follow_up import median
from pages.parts.data import study
from pages.parts.data.study import Viewer, canonical, derived, derived_key
from pages.parts.session.sidebar import Cohort
from tests.pages.tiny import loaded

ROOT = Path(__file__).parents[2]


def load_page():
    import streamlit as st

    from pages.parts.data.study import load_study

    found = load_study()
    st.text(f"{found.title}|{found.cutoff_date}|{found.version}|{found.synthetic}|{len(found.tables['patient'])}")


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
        DatabaseProblem("The database server must be reachable, got: no answer. Try again."),
    ],
)
def test_an_outage_is_one_sentence_with_an_id_and_the_detail_is_in_the_log(monkeypatch, caplog, problem):
    monkeypatch.setattr(study, "connect", broken(problem))
    app = open_app()
    said = app.error[0].value
    error_id = re.search(r"Error ([0-9a-f]{8})\.$", said)[1]
    assert len(app.error) == 1 and not app.text and not app.exception
    assert not re.search("SELECT|hidden|P00123|secret|RuntimeError", said)
    assert error_id in caplog.text and str(problem) in caplog.text


def test_a_database_problem_says_its_own_sentence(monkeypatch):
    monkeypatch.setattr(study, "connect", broken(DatabaseProblem("The server must answer, got: nothing.")))
    assert open_app().error[0].value.startswith("The server must answer, got\\: nothing. Error ")


def test_a_missing_database_is_a_sentence_without_its_path_and_creates_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/nowhere.db")
    said = open_app().error[0].value
    assert "nowhere" not in said and str(tmp_path) not in said and not list(tmp_path.iterdir())


def test_a_page_that_breaks_is_one_sentence_with_an_id_too(monkeypatch, caplog):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr("pages.parts.sidebar.choose_cohort", lambda loaded: {}["P00123"])
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


def test_a_derivation_is_made_once_per_version_scope_cut_off_rules_and_name():
    base = loaded()
    others = [
        derived_key(base, Rules(), "b"),
        derived_key(base, Rules(mrd_cut="any"), "a"),
        derived_key(loaded(version="ffffffffffff"), Rules(), "a"),
        derived_key(loaded(viewer=Viewer("other", "site C1")), Rules(), "a"),
        derived_key(loaded(data_cutoff=pd.Timestamp("2024-01-01")), Rules(), "a"),
    ]
    assert len({derived_key(base, Rules(), "a"), *others}) == 6
    assert derived_key(loaded(title="another"), Rules(), "a") == derived_key(base, Rules(), "a")


def test_a_page_cannot_change_what_another_page_gets():
    def get():
        return derived(loaded(), Rules(), "test of sharing", lambda: pd.DataFrame({"n": [1, 2]}))

    mine = get()
    mine.loc[0, "n"] = 99
    mine["more"] = 1
    assert get().to_dict("list") == {"n": [1, 2]}


def test_a_failed_derivation_is_not_remembered():
    with pytest.raises(ZeroDivisionError):
        derived(loaded(), Rules(), "test of failure", lambda: 1 / 0)
    assert derived(loaded(), Rules(), "test of failure", lambda: 7) == 7


def test_equal_content_has_one_canonical_text_and_its_parts_cannot_run_together():
    assert canonical(a=1, b=[2]) == canonical(b=[2], a=1) == '{"a":1,"b":[2]}'
    assert canonical(a="A", b="B") != canonical(a='A","b":"B')


# Answers: what a figure found for a request ------------------------------------------------------------------------


@remembered
def counted(study, of, day=0):
    COUNTED.append((study.key, of, day))
    return replace(study, groups=()), pd.DataFrame({"n": [study.n]})


COUNTED = []


def a_cohort(**changes):
    """A cohort as the sidebar chooses it, without a screen."""
    adsl = pd.DataFrame({"USUBJID": ["P01", "P02"]})
    parts = dict(
        loaded=loaded(),
        study=None,
        rules=Rules(),
        filters={},
        filter_words={},
        by=None,
        groups=(),
        members=adsl,
        left_out_levels=adsl,
        adsl=adsl,
        n=2,
        of_n=2,
        key="request",
    )
    cohort = Cohort(**(parts | changes))
    object.__setattr__(cohort, "is_chosen", True)
    return cohort


def test_a_figure_is_estimated_once_per_request_and_arguments_and_nobody_changes_what_the_next_gets():
    COUNTED.clear()
    for cohort, of, day in [
        (a_cohort(), OS, 0),
        (a_cohort(), OS, 0),
        (a_cohort(), EFS, 0),
        (a_cohort(), OS, 7),
        (a_cohort(key="other"), OS, 0),
        (a_cohort(), replace(OS, ends=EFS.events), 0),
    ]:
        compared, found = counted(cohort, of, day=day)
        assert found.to_dict("list") == {"n": [2]} and compared.adsl.to_dict("list") == {"USUBJID": ["P01", "P02"]}
        found.loc[0, "n"], compared.adsl.loc[0, "USUBJID"] = 99, "P99"
        compared.loaded.tables.clear()
    assert len(COUNTED) == 5


def test_a_cohort_made_from_the_chosen_one_or_a_large_one_is_never_answered_from_memory():
    COUNTED.clear()
    for cohort in (replace(a_cohort(), members=a_cohort().members.iloc[:1]), a_cohort(n=REMEMBERED_PATIENTS + 1)):
        counted(cohort, OS)
        counted(cohort, OS)
    assert len(COUNTED) == 4


def test_what_has_no_words_of_its_own_is_no_request():
    assert canonical(a=median) == canonical(a=median) != canonical(a=partial(median, conf_type="log"))
    for nameless in (lambda: 1, pd.DataFrame(), {1, 2}, object()):
        with pytest.raises(TypeError, match="must be made of"):
            canonical(a=nameless)
