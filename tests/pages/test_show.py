"""show(): what stands around a chart, and what leaves the app."""

import html
import re
from dataclasses import replace

import pandas as pd
import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from figures.labels import written
from figures.rows import rows_figure
from pages.parts.server import log
from pages.parts.tables import as_written
from tests.analyses.cohorts import cohort
from tests.csv_files import facts_and_rows
from tests.pages import tiny
from tests.pages.tiny import HOSTILE
from tests.pages.twelve import figures

FILE_NAME = re.compile(r"patients_(numbers|patients|image)_[0-9a-f]{12}\.(csv|xlsx|svg|png)")


def tiny_page():
    from tests.pages.tiny import page

    page()


@pytest.fixture
def files(monkeypatch):
    """What the download buttons of the last run would build: {file name: callable}."""
    offered = {}

    def offer(label, data, file_name, mime, key, on_click):
        assert on_click == "ignore"  # a download does not draw the page again
        offered[file_name] = data

    monkeypatch.setattr(streamlit, "download_button", offer)
    return offered


def open_app(**query):
    app = AppTest.from_function(tiny_page, default_timeout=60)
    for code, value in ({"details": "open"} | query).items():
        app.query_params[code] = value
    return app.run()


def remarks(app):
    """The lines under the charts, as letters."""
    told = [e.proto.body for e in app.get("html") if 'class="remarks"' in e.proto.body]
    return [html.unescape(line) for body in told for line in re.sub("</?p[^>]*>", "", body).split("<br>")]


def content(files, kind):
    """(facts of the comment lines, table) of the offered file of that kind."""
    csv = next(build for name, build in files.items() if f"_{kind}_" in name and name.endswith(".csv"))
    return facts_and_rows(csv())


def test_the_title_says_how_many_and_which_rules_are_not_at_their_default():
    assert open_app(sex="female").header[0].value == "Patients (n\u00a0=\u00a04)"
    assert open_app(mrd_cut="any").header[0].value == "Patients (n\u00a0=\u00a010) · MRD cut-off\\: Any detectable"


def test_the_chart_has_words_and_its_frame_beside_a_constant_spec():
    """Constant, the name of the picture as well: else the browser draws it anew for every value."""
    apps = [open_app(**q) for q in ({}, {"sex": "female"})]
    assert [figures(app)[0].pictures[0].alt for app in apps] == ["Patients, 10 patients.", "Patients, 4 patients."]
    one, other = (app.get("vega_lite_chart")[0].proto for app in apps)
    assert one.alt == other.alt == "Patients: a picture. The words that follow say what it shows."
    assert one.spec == other.spec and one.data.data != other.data.data


@pytest.mark.parametrize(("charts", "n_open"), [((), 1), (None, 0)], ids=["without a picture", "with one"])
def test_a_figure_without_a_picture_shows_its_numbers_at_once(monkeypatch, charts, n_open):
    whole = tiny.figure
    monkeypatch.setattr(tiny, "figure", lambda c: whole(c) if charts is None else replace(whole(c), charts=charts))
    app = open_app(details="closed")
    assert len(app.dataframe) == n_open and not app.get("download_button")
    assert app.get("button_group")[-1].value == ["Numbers"] * n_open


def test_the_note_gives_definition_rules_and_who_was_left_out():
    said = [line for m in open_app(by="centre").markdown for line in m.value.split("\n\n")]
    assert "All chosen patients." in said
    assert any(line.startswith("Rule\\: Population\\: Infused") for line in said)
    assert "Excluded\\: 1 Centre\\: C7 is not among the compared groups." in said
    assert not any(line.startswith("Reference") for line in said)  # this figure's method names none


def test_who_was_left_out_is_one_line_under_the_chart_and_in_the_note(monkeypatch, files):
    monkeypatch.setattr(tiny, "figure_left_out", {"not yet due": 2, "no first remission": 1, "never seen": 0})
    app = open_app()
    line = "Excluded: 2 not yet due; 1 no first remission."
    assert line in remarks(app)
    assert sum(line.replace(":", "\\:") in m.value.split("\n\n") for m in app.markdown) == 1
    assert all(line in content(files, kind)[0] for kind in ("numbers", "patients"))


def test_a_figure_that_compares_says_by_what_and_which_groups_the_filters_emptied():
    app = open_app(by="sex", centre="C5")
    assert app.header[0].value == "Patients by sex (n\u00a0=\u00a01)"
    said = {line for m in app.markdown for line in m.value.split("\n\n")}
    assert {"Female\\: no patients.", "Missing\\: no patients."} <= said
    assert app.dataframe[0].value.to_numpy().tolist() == [["Male", 1]]


def test_a_figure_without_patients_is_a_sentence(monkeypatch):
    monkeypatch.setattr(tiny, "figure_left_out", {"not yet due": 10})
    app = open_app()
    said = "No patient in this cohort is eligible for this figure. Excluded\\: 10 not yet due."
    assert app.info[0].value == said
    assert not app.get("vega_lite_chart") and not app.get("download_button")


def test_the_file_of_the_numbers_equals_the_table_shown(files):
    app = open_app(by="product")
    shown = app.dataframe[0].value
    assert content(files, "numbers")[1] == [list(shown.columns), *([g, str(n)] for g, n in shown.to_numpy())]


def test_the_file_of_the_patients_holds_the_patients_behind_the_figure(files):
    open_app(sex="female")
    assert content(files, "patients")[1] == [
        ["USUBJID", "SITEID"],
        ["P01", "C1"],
        ["P02", "C1"],
        ["P03", "C2"],
        ["P04", "C3"],
    ]


def test_d20_a_file_says_what_it_is_of_whom_and_as_of_when(files):
    open_app(sex="female", mrd_cut="any", mrd_visit="D28")
    comments, _ = content(files, "numbers")
    assert re.match(r"(\d+) comment lines; ", comments[0]) and comments[1] == "Patients"
    for line in (
        "Patients",
        "Research and service evaluation. Not a medical device.",
        "Data cut-off: 2025-06-30",
        "Dataset version: 0123456789ab",
        "Filters: sex = Female",
        "View: mrd_visit = D28",
        "Population: 4 of 10 infused patients (12 enrolled); in this figure: 4",
        "Rows: 1",
    ):
        assert line in comments
    assert any(line.startswith("App version: ") for line in comments)
    [rules] = [line for line in comments if line.startswith("Rules: ")]
    assert rules.startswith("Rules: Population: Infused; ") and "; MRD cut-off: Any detectable; " in rules
    assert any(re.fullmatch("SHA-256 of the table below: [0-9a-f]{64}", line) for line in comments)


def test_a_file_says_what_its_coded_columns_mean(files):
    open_app()
    assert "Columns: USUBJID = Patient; SITEID = Centre" in content(files, "patients")[0]
    assert not any(line.startswith("Columns: ") for line in content(files, "numbers")[0])  # group, n: no codes


def test_d04_every_request_has_its_own_file_name(files):
    for query in ({}, {"sex": "female"}, {"mrd_cut": "any"}, {"mrd_visit": "D28"}, {"by": "sex"}, {"age": "0-99"}):
        open_app(**query)
    assert len(files) == 36 and all(FILE_NAME.fullmatch(name) for name in files)


def test_hostile_names_reach_the_file_as_they_are_and_the_screen_as_text(files):
    app = open_app(centre=[HOSTILE])
    comments, table = content(files, "patients")
    assert table[1:] == [["P09", HOSTILE]] and f"Filters: centre = {HOSTILE}" in comments
    assert not any(HOSTILE in element.value for element in [*app.markdown, *app.header, *app.caption])


def test_d14_h01_a_file_that_cannot_be_built_goes_nowhere_and_the_next_run_says_so(files, monkeypatch, caplog):
    app = open_app()
    monkeypatch.setattr(log, "INCIDENTS", log.Incidents())
    monkeypatch.setattr("figures.figure.csv_bytes", lambda *a: 1 / 0)
    with pytest.raises(RuntimeError, match="^the file could not be built$"):
        next(iter(files.values()))()
    said = app.run().error[0].value
    error_id = re.fullmatch(r"The last download of the numbers could not be built\. Error ([0-9a-f]{8})\.", said)[1]
    assert (
        error_id in {getattr(record, "error", "") for record in caplog.records} and "ZeroDivisionError" in caplog.text
    )
    assert not app.run().error


def test_missing_values_are_empty_cells(files, monkeypatch):
    monkeypatch.setattr(tiny, "figure_numbers", pd.DataFrame({"estimate": [0.5, None], "reason": [None, "too few"]}))
    open_app()
    assert content(files, "numbers")[1] == [["estimate", "reason"], ["0.5", ""], ["", "too few"]]


def test_a_table_is_read_in_words_where_the_file_has_the_codes_of_the_data():
    rows = pd.DataFrame(
        {
            "USUBJID": ["P_1"],
            "DOMAIN": ["treatment_course"],
            "DETAILS": ["donor = matched_unrelated; unit = copies/ug DNA"],
            "UNIT": ["copies/ug DNA"],
            "ESCAPE": ["cd19_lost"],
        }
    )
    assert as_written(rows).iloc[0].to_dict() == {
        "USUBJID": "P_1",
        "DOMAIN": "treatment course",
        "DETAILS": "donor: matched unrelated; unit: copies/µg DNA",
        "UNIT": "copies/µg DNA",
        "ESCAPE": "cd19 lost",
    }
    measured = pd.DataFrame({"DETAILS": ["igg_mg_dl = 560; blasts_pct = 3; dose_cells_e6 = 1.5; on_replacement = no"]})
    assert as_written(measured)["DETAILS"].tolist() == [
        "igg (mg/dL): 560; blasts (%): 3; dose cells (10⁶): 1.5; on replacement: no"
    ]
    assert [written(words) for words in ("12 ug/L", "5 uL", "bug", "mug/L")] == ["12 µg/L", "5 µL", "bug", "mug/L"]


def test_a_patient_without_findings_has_a_sentence_of_its_own():
    """ "No patient is eligible" would be read as if the patient were none."""
    found = rows_figure(cohort(), "Findings", pd.DataFrame(columns=["USUBJID"]), code="x", none="No finding.")
    assert found.nobody == "No finding."
