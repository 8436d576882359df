"""Family C, cache and wrong answers: C01, C02, C05, C08, C10, C11, C12. C04 is in test_new_version.py, C07 in
test_import_under_load.py, C09 in tests/browser/test_faults.py."""

import ast
import csv
import hashlib
import io

import pandas as pd
import pytest
import streamlit
from streamlit.runtime.memory_media_file_storage import _calculate_file_id
from streamlit.testing.v1 import AppTest

from analyses.memory import Memory
from endpoints.rules import Rules
from pages.parts.data.study import load_study
from tests.csv_files import taken_apart
from tests.faults.two_versions import INFUSED
from tests.pages import tiny
from tests.pages.twelve import PAGES, ROOT, WITHOUT_FIGURES, figures, patients_line, visit

MEBIBYTE = 1 << 20
INFUSED_WORDS = "10 of 10 infused patients (12 enrolled)"
CACHES = ("cache_resource", "cache_data")
pytestmark = pytest.mark.usefixtures("twelve")


@pytest.fixture
def files(monkeypatch):
    """What the download buttons of the last run offer: {file name: callable}."""
    offered = {}
    monkeypatch.setattr(
        streamlit, "download_button", lambda label, data, file_name, *_, **__: offered.update({file_name: data})
    )
    return offered


def comments_and_rows(content):
    facts, table = taken_apart(content.decode("utf-8-sig"))
    return facts, list(csv.DictReader(io.StringIO(table, newline="")))


def cached_functions():
    """(function, its cache decorators' options) of every cached function of the app."""
    for room in ("data_access", "endpoints", "estimators", "analyses", "charts", "figures", "pages"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                for mark in getattr(node, "decorator_list", ()):
                    if any(name in ast.unparse(mark) for name in CACHES):
                        yield node, {k.arg: k.value for k in getattr(mark, "keywords", ())}


def test_C01_two_tables_of_60000_rows_that_differ_in_one_give_two_results():
    first = pd.DataFrame({"n": range(60_000)})
    other = first.copy()
    other.loc[31_234, "n"] = -1
    memory = Memory()
    sums = [
        tiny.loaded(version=v, tables={"t": t}, memory=memory).derived(Rules(), "C01", lambda t=t: int(t["n"].sum()))
        for v, t in (("1" * 12, first), ("2" * 12, other))
    ]
    assert sums == [first["n"].sum(), other["n"].sum()] and sums[0] != sums[1]


def test_C01_C02_a_cached_function_has_one_text_as_its_key_and_is_never_given_a_frame_to_hash():
    found = list(cached_functions())
    assert found
    for function, _ in found:
        hashed = [a for a in function.args.args if not a.arg.startswith("_")]
        assert [ast.unparse(a.annotation) for a in hashed] == ["str"], function.name


def test_C02_names_that_could_run_together_stay_apart():
    names = ("A", "Astr:fltstr:B", 'A","name":"B', "A\\", "A\\\\")
    data = tiny.loaded()
    assert [data.derived(Rules(), name, lambda name=name: name) for name in names] == list(names)
    assert [data.derived(Rules(), name, lambda: "recomputed") for name in names] == list(names)


def test_C05_two_files_over_a_mebibyte_that_differ_in_the_middle_are_two_files(monkeypatch, files):
    def page():
        from tests.pages.tiny import page

        page()

    found = {}
    for version, cell in (("a" * 12, "x"), ("b" * 12, "y")):
        frame = pd.DataFrame({"text": ["0123456789" * 4] * 60_000})
        frame.loc[30_000, "text"] = cell * 40
        monkeypatch.setattr(tiny, "figure_numbers", frame)
        monkeypatch.setattr(tiny, "loaded", lambda version=version, make=ORIGINAL: make(version=version))
        app = AppTest.from_function(page, default_timeout=60)
        app.query_params["details"] = "open"
        app.run()
        found |= {name: build() for name, build in files.items() if "_numbers_" in name and name.endswith(".csv")}
    (one, first), (other, second) = found.items()
    assert len(first) == len(second) > MEBIBYTE and first != second
    assert _calculate_file_id(first, "text/csv", one) != _calculate_file_id(second, "text/csv", other)
    for content in (first, second):
        comments, body = content.decode("utf-8-sig").split("text\r\n", 1)
        assert hashlib.sha256(f"text\r\n{body}".encode()).hexdigest() in comments


ORIGINAL = tiny.loaded


def test_C08_what_one_run_changes_in_place_no_other_run_sees():
    def fresh():
        loaded = load_study()
        return loaded, loaded.derived(
            Rules(),
            "C08",
            lambda: {"table": loaded.tables["patient"], "loaded": loaded, "frame": pd.DataFrame({"n": [1, 2]})},
        )

    loaded, result = fresh()
    for frame in (*loaded.tables.values(), result["table"], result["frame"], *result["loaded"].tables.values()):
        frame["more"] = 1
        if len(frame):
            frame.iloc[0, 0] = frame.iloc[-1, 0]
    loaded.tables.clear()
    again, result = fresh()
    assert (
        set(again.tables["patient"]["patient_id"])
        == {f"P{i:02d}" for i in range(1, 13)}
        == set(result["table"]["patient_id"])
    )
    assert "more" not in again.tables["mrd_assessment"] and result["frame"].to_dict("list") == {"n": [1, 2]}
    assert "more" not in result["loaded"].tables["patient"]


@pytest.mark.parametrize("page", [page for page in PAGES if page not in WITHOUT_FIGURES])
def test_C10_heading_note_table_and_both_files_have_one_n(apps, files, page, tabs):
    app = visit(apps[page], {})
    for query in [{choice: code} for choice, codes in list(tabs.items()) for code in codes] or [{}]:
        files.clear()
        shown = figures(visit(app, query))
        assert patients_line(app) == f"{INFUSED['before']} of {INFUSED['before']} patients"
        contents = [(name, *comments_and_rows(build())) for name, build in files.items() if name.endswith(".csv")]
        assert contents or not any(figure.pictures or figure.tables for figure in shown), query
        for name, comments, rows in contents:
            [line] = [c for c in comments if c.startswith("Population: ")]
            figure = next(f for f in shown if f.title.split(" (n = ")[0] == comments[1])
            of_whom = "12 of 12 enrolled patients (10 infused)" if name.startswith("flow_") else INFUSED_WORDS
            assert line.startswith(f"Population: {of_whom}; "), (query, name)
            assert line.endswith(f"; in this figure: {figure.n}"), (query, name)
            if "_patients_" in name and rows:
                assert len({row["USUBJID"] for row in rows}) == figure.n, (query, name)
            if "_numbers_" in name and figure.tables:
                assert len(rows) in {len(table) for table in figure.tables}, (query, name)
            if rows and "n_risk" in rows[0] and "_numbers_" in name:
                assert max(float(row["n_risk"] or 0) for row in rows) <= figure.n


@pytest.mark.parametrize("page", PAGES)
def test_C11_nobody_left_is_said_and_never_a_rate_of_nought(apps, page):
    app = visit(apps[page], {"age": "99-100"})
    assert patients_line(app) == "0 of 10 patients" and not figures(app) and not app.metric and not app.dataframe
    assert "No infused patient matches all filters" in " ".join(i.value for i in app.info)
    said = " ".join(e.value for kind in (app.text, app.markdown, app.info, app.caption) for e in kind)
    assert "0 %" not in said and "nan" not in said.lower().split()


def test_C11_a_group_that_a_filter_emptied_has_no_rate(apps):
    app = visit(apps["response"], {"by": "product", "centre": "C03"})
    said = " ".join(i.value for i in app.info) + " ".join(line for f in figures(app) for line in f.captions)
    assert "tisagenlecleucel\\: no patients." in said or "tisagenlecleucel: no patients." in said
    assert all(
        "tisagenlecleucel" not in str(cell)
        for figure in figures(app)
        for table in figure.tables
        for cell in table.to_numpy().ravel()
    )


def test_C12_no_cache_refreshes_in_the_background_or_by_the_clock():
    for function, options in cached_functions():
        assert not {"refresh_mode", "ttl"} & options.keys(), function.name
