"""A new version of the data under a running dashboard (A11, C04): each session moves to it whole, and is told."""

import gc
import weakref

import pandas as pd
import pytest
import streamlit

from pages.parts.data import study
from pages.parts.data.study import load_tables
from tests.csv_files import taken_apart
from tests.faults.two_versions import AFTER, BEFORE, COHORTS, CUTOFF, DIED, ENGINES, INFUSED, swapped
from tests.pages.twelve import PAGES, app_reads, figures, open_page, patients_line, plain, write_bundle


@pytest.fixture(scope="module", params=ENGINES)
def either(request, tmp_path_factory):
    """A database of each kind, which the app in this process reads."""
    with swapped(request.param, tmp_path_factory.mktemp(request.param), request) as made, app_reads(made.reader):
        yield made


@pytest.fixture
def both(either):
    """On either kind: it holds BEFORE."""
    either.import_(BEFORE)
    return either


@pytest.fixture(scope="module")
def file(request, tmp_path_factory):
    with swapped("sqlite", tmp_path_factory.mktemp("file"), request) as made, app_reads(made.reader):
        yield made


@pytest.fixture
def database(file):
    """Where the kind of database does not matter: it holds BEFORE."""
    file.import_(BEFORE)
    return file


def screen(app):
    """Everything of the cohort that stands on the page."""
    assert not app.exception and not app.error, [e.value for e in app.error]
    return (
        patients_line(app),
        [text.value for text in app.text],
        [
            (
                figure.title,
                [table.to_csv() for table in figure.tables],
                [p.frame.to_csv() for p in figure.pictures],
                [p.alt for p in figure.pictures],
                figure.captions,
                figure.method,
            )
            for figure in figures(app)
        ],
    )


def news(app):
    return [plain(info.value) for info in app.info if "data were updated" in info.value]


def chosen(app, code):
    return list(app.session_state["choices"][code])


def test_A11_C04_every_page_moves_whole_to_the_new_version_on_its_next_rerun_and_says_so(both):
    apps = {page: open_page(page) for page in PAGES if page != "administration"}  # its log grows with every look
    old = {page: screen(app) for page, app in apps.items()}
    new_version = both.import_(AFTER)
    for page, app in apps.items():
        assert old[page][0].startswith(f"{INFUSED[BEFORE]} of ") and not news(app), page
        assert f"Data cut-off {CUTOFF[BEFORE]}" in " ".join(old[page][1]), page
        [said] = news(app.run())
        assert CUTOFF[BEFORE] in said and f"→ {new_version}, data cut-off {CUTOFF[AFTER]})" in said
        assert "Patients in all: 12 → 9 enrolled, 10 → 7 infused." in said  # without the four of GONE, with P13
        assert screen(app) == screen(open_page(page)) != old[page]
        assert f"Data cut-off {CUTOFF[AFTER]} · dataset {new_version}" in " ".join(screen(app)[1])


def test_A11_the_sentence_stands_until_it_is_closed_and_only_for_who_was_there_before(database):
    app = open_page("survival")
    database.import_(AFTER)
    assert news(app.run()) and news(app.run())
    closed = next(b for b in app.button if b.label == "Close this message").click().run()
    assert not news(closed) and not news(closed.run()) and not news(open_page("survival"))


def test_A11_J20_a_change_and_the_way_back_leave_the_last_sentence_only(database):
    app = open_page("survival")
    newer = database.import_(AFTER)
    app.run()
    older = database.import_(BEFORE)
    [said] = news(app.run())
    assert said.count("data were updated") == 1 and said.index(newer) < said.index(f"→ {older}, data cut-off")


def test_A11_C04_the_dead_and_the_patients_are_counted_anew_and_a_rollback_gives_the_old_numbers(both):
    def counted():
        app = open_page("survival", survival_months="all")
        return int(patients_line(app).split()[0]), int(figures(app)[0].tables[0]["n_event"].max()), screen(app)

    before = counted()
    assert before[:2] == (INFUSED[BEFORE], DIED[BEFORE])
    both.import_(AFTER)
    after = counted()
    assert after[:2] == (INFUSED[AFTER], DIED[AFTER]) and after != before
    both.import_(BEFORE)
    assert counted() == before


def test_A11_a_filter_and_a_group_that_the_new_version_does_not_have_are_named_and_left_out(database):
    app = open_page("survival", centre=["C01", "C03"], by="centre", group=["C02", "C03"])
    assert patients_line(app) == "6 of 10 patients"
    database.import_(AFTER)
    [said] = news(app.run())
    assert "Centre has no option 'C03' any more; it is left out." in said and "Groups has no option 'C03'" in said
    assert patients_line(app) == "2 of 7 patients" and chosen(app, "centre") == ["C01"]
    assert app.query_params["centre"] == "C01" and app.query_params["group"] == "C02"


def test_A11_when_the_only_value_of_a_filter_is_gone_the_cohort_is_everybody_and_that_is_said(database):
    app = open_page("survival", centre="C03")
    app.session_state["open:Patient"] = app.session_state["was_open:Patient"] = True
    assert patients_line(app.run()) == "3 of 10 patients"
    database.import_(AFTER)
    assert "'C03' any more" in news(app.run())[0] and patients_line(app) == "7 of 7 patients"
    assert next(m for m in app.multiselect if m.label == "Centre").value == []
    next(m for m in app.multiselect if m.label == "Centre").select("C01").run()
    assert not app.exception and patients_line(app) == "2 of 7 patients"


@pytest.mark.parametrize("patient, is_gone", [("P01", True), ("P03", False)])
def test_A11_a_chosen_patient_who_is_gone_is_told(database, patient, is_gone):
    app = open_page("patients")
    app.session_state["memory:chosen"] = {"patients": patient}
    assert any(f"Patient {patient}" in figure.title for figure in figures(app.run()))
    database.import_(AFTER)
    [said] = news(app.run())
    assert ("The patient chosen before is not in them." in said) == is_gone and not app.exception
    assert any(f"Patient {patient}" in figure.title for figure in figures(app)) != is_gone


def test_A11_a_file_clicked_before_the_next_rerun_is_of_the_version_on_the_screen(database, monkeypatch):
    offered = {}
    monkeypatch.setattr(
        streamlit, "download_button", lambda label, data, file_name, *_, **__: offered.update({file_name: data})
    )
    open_page("survival")
    old = {name: build().decode("utf-8-sig") for name, build in offered.items() if name.endswith("csv")}
    builders = dict(offered)
    new_version = database.import_(AFTER)
    assert {name: builders[name]().decode("utf-8-sig") for name in old} == old
    assert all(
        f"Data cut-off: {CUTOFF[BEFORE]}" in taken_apart(text)[0] and new_version not in text for text in old.values()
    )
    offered.clear()
    open_page("survival")
    assert not offered.keys() & builders.keys()  # another version is another file


def test_A11_an_import_between_the_two_reads_of_a_run_gives_the_newer_version_whole(both, monkeypatch):
    state, imports = study.state_of, []
    load_tables.clear()

    def first_read(connection):
        found = state(connection)
        if not imports:
            imports.append(both.import_(AFTER))
        return found

    monkeypatch.setattr(study, "state_of", first_read)
    app = open_page("survival")
    assert patients_line(app) == "7 of 7 patients" and f"dataset {imports[0]}" in " ".join(t.value for t in app.text)
    assert not news(app) and not app.error


def test_A11_imports_without_end_are_a_sentence(database, monkeypatch):
    asked = []

    def never_the_one_asked_for(version, scope):
        asked.append(version)
        raise study.Superseded

    monkeypatch.setattr(study, "load_tables", never_the_one_asked_for)
    app = open_page("survival")
    assert len(asked) == study.ATTEMPTS and not app.exception
    assert app.error[0].value.startswith(study.UNSTEADY.split(":")[0])


def test_A11_the_tables_and_derivations_of_old_versions_do_not_pile_up(database, monkeypatch):
    kept, read = [], study.fetch_verified

    def noted(*arguments):
        tables = read(*arguments)
        kept.append([weakref.ref(frame) for frame in tables.values()])
        return tables

    monkeypatch.setattr(study, "fetch_verified", noted)
    monkeypatch.setattr(study, "gc", gc)  # as in a server: tests.pages.twelve does without
    load_tables.clear()
    open_page("survival")
    for day in (1, 2, 3):
        _import_later(database, day)
        open_page("survival")
    gc.unfreeze()
    gc.collect()
    assert [{ref() is None for ref in version} for version in kept] == [{True}, {True}, {False}, {False}]


def _import_later(database, days):
    """Yet another version: the same patients under a later cut-off."""
    patients, cutoff = COHORTS[AFTER]
    write_bundle(database.folder / AFTER, *patients, cutoff=cutoff + pd.Timedelta(days=days))
    database.import_(AFTER)
