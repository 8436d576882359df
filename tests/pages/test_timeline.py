"""The chosen patient's timeline: numbers and dates of the literal rows, open marks, previous and next, inert text."""

import csv
import io
import json

import pytest
import streamlit

from tests.charts.reading import fields, walk
from tests.literal import date, patient
from tests.pages.twelve import PATIENTS, database, figures, open_page, visit

HOSTILE = "![x](http://127.0.0.1:9/b) <b>"
RICH = patient(
    "P20",
    birth_month="2010-06",
    sex="female",
    last_contact=600,
    responses={28: "CR"},
    b_cells=[dict(day=28, cd19_pct_lymphocytes=0.1), dict(day=29, specimen="BM", normal_b_pct_marrow=0.0)],
    relapses=[dict(day=300, sites=HOSTILE)],
) | {
    name: [row | {"patient_id": "P20"} for row in rows]
    for name, rows in {
        "adverse_event": [dict(kind="CRS", grade=3, scale="ASTCT", onset_date=2, resolution_date=9)],
        "immunoglobulin": [dict(date=60, igg_mg_dl=350.0, on_replacement=False)],
        "ivig": [dict(date=62)],
        "car_persistence": [
            dict(date=28, method="qpcr", detected=True, value=5000.0, unit=HOSTILE),
            dict(date=91, method="qpcr", detected=False, value=0.0, unit=HOSTILE),
        ],
    }.items()
}


@pytest.fixture(scope="module", autouse=True)
def cohort(tmp_path_factory):
    with database(tmp_path_factory.mktemp("timeline"), *PATIENTS, RICH):
        yield


def choose(usubjid, **query):
    """The patients page with a patient chosen before."""
    app = open_page("patients", **query)
    app.session_state["memory:chosen"] = {"patients": usubjid}
    return healthy(app.run())


def healthy(app):
    assert not app.exception and not app.error
    return app


def timeline(app):
    return next(f for f in figures(app) if f.title.startswith("Timeline of patient"))


def drawn(app, lane, *columns):
    """The drawn rows of a lane: what the browser gets beside the specification of every panel."""
    frame = timeline(app).pictures[0].frame
    frame = frame.loc[frame["LANE"] == lane, list(columns)].astype(object)
    return [tuple(row) for row in frame.where(frame.notna(), None).itertuples(index=False)]


def test_the_drawn_numbers_and_dates_are_the_literal_rows():
    app = choose("P02")
    assert timeline(app).title == "Timeline of patient P02 (n = 1)"
    assert drawn(app, "mrd", "ADY", "VALUE", "LIMIT", "DETECTED", "DATE_TEXT") == [
        (28, None, 1e-4, False, "2024-01-29"),
        (91, 1e-3, 1e-5, True, "2024-04-01"),
    ]
    assert drawn(app, "b_pct", "ADY", "VALUE", "DETECTED", "AVALC") == [
        (28, 0.0, False, "not_over"),
        (91, 0.0, False, "not_over"),
        (150, 5.0, True, "over"),
        (160, 6.0, True, "over"),
    ]
    assert drawn(app, "relapse", "ADY", "DATE_TEXT") == [(200, "2024-07-19")]
    assert drawn(app, "transplant", "ADY", "SHORT") == [(260, "cord blood")]
    assert drawn(app, "status", "ADY", "SHORT", "DATE_TEXT") == [(500, "death: leukaemia", "2025-05-15")]


def test_the_table_holds_every_drawn_row_and_every_panel_the_same_frame():
    figure = timeline(choose("P20"))
    table, frames = figure.tables[0], [p.frame for p in figure.pictures]
    assert all(frame.equals(frames[0]) for frame in frames)
    assert list(table["ADY"]) == list(frames[0]["ADY"]) and list(table["LANE"]) == list(frames[0]["LANE"])
    assert list(table["DATE"].dt.strftime("%Y-%m-%d")) == list(frames[0]["DATE_TEXT"])
    assert all(fields(json.loads(p.spec)) <= {*frames[0].columns, "PLACE", "AT"} for p in figure.pictures)


def test_a_panel_per_kind_of_measurement_that_the_patient_has():
    titles = [p.alt.split(". ")[0] for p in timeline(choose("P20")).pictures[1:]]
    assert titles == [
        "B cells in blood, % of lymphocytes",
        "Normal B cells in marrow, % of marrow cells",
        "IgG, mg/dL: ● not on replacement, ▼ IVIG given",
        f"CAR persistence, {HOSTILE}: ■ qPCR",
    ]
    assert drawn(choose("P20"), "crs", "ADY", "END_ADY", "DAY_TEXT", "SHORT") == [(2, 9, "2 to 9", "grade 3, ASTCT")]


@pytest.mark.parametrize(
    "rule, panels",
    [
        ("pct3_marrow1", {"B cells in blood, % of lymphocytes": "\u2265 3 %"}),
        ("pct1_abs100_confirmed", {"B cells in blood, % of lymphocytes": "> 1 %"}),
        ("absolute", {}),
    ],
)
def test_the_active_rule_decides_what_of_the_b_cells_is_drawn(rule, panels):
    pictures = [p for p in timeline(choose("P02", bca_rule=rule)).pictures if p.alt.startswith("B cells")]
    lines = {
        p.alt.split(". ")[0]: v["value"]
        for p in pictures
        for k, v in walk(json.loads(p.spec))
        if k == "text" and isinstance(v, dict) and v.get("value", "no level") != "no level"
    }
    assert lines == panels


def test_the_axis_can_end_early():
    early, whole = (
        json.loads(timeline(app).pictures[1].spec) for app in (choose("P02", timeline_days="120"), choose("P02"))
    )
    assert [s["layer"][0]["encoding"]["x"]["scale"]["domain"] for s in (early, whole)] == [
        [pytest.approx(-43.2), pytest.approx(123.2)],
        [pytest.approx(-50.8), pytest.approx(510.8)],
    ]


def test_a_patient_without_any_sample_has_the_events_alone():
    app = choose("P05")
    assert len(timeline(app).pictures) == 1
    assert drawn(app, "status", "ADY", "SHORT") == [(20, "death: CRS, ICANS or HLH (not told apart)")]


def test_a_patient_who_was_never_infused_is_a_sentence():
    figure = timeline(choose("P11", population="enrolled"))
    assert not figure.pictures and figure.infos == (
        "P11 was not infused by the data cut-off: there is no day 0 to count from. All rows stand below.",
    )


def test_the_file_holds_the_rows_of_the_timeline(monkeypatch):
    offered = {}
    monkeypatch.setattr(
        streamlit, "download_button", lambda label, data, name, mime, key, **_: offered.update({key: data})
    )
    table = timeline(choose("P02")).tables[0]
    text = offered["download:patient_timeline:numbers"]().decode("utf-8-sig")
    *_, content = text.split("\r\n", int(text.split()[1]))
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert list(rows[0]) == list(table.columns)
    assert [(r["ADY"], r["LANE"], r["DATE"]) for r in rows] == [
        (str(r.ADY), r.LANE, str(r.DATE.date())) for r in table.itertuples()
    ]
    assert [float(r["LIMIT"]) for r in rows if r["LANE"] == "mrd"] == [1e-4, 1e-5]


# Previous and next ------------------------------------------------------------------------------------------------


def step(app, which):
    return healthy(app.button(key=f"step:{which} patient").click().run())


def test_next_and_previous_walk_through_the_filtered_cohort():
    app = choose("P02", sex="male")
    assert [t.value for t in app.text if " of 4" in t.value] == ["1 of 4"]
    assert timeline(step(app, "Next")).title == "Timeline of patient P04 (n = 1)"
    assert timeline(step(app, "Next")).title == "Timeline of patient P06 (n = 1)"
    assert timeline(step(app, "Previous")).title == "Timeline of patient P04 (n = 1)"


def test_at_both_ends_there_is_no_further():
    for usubjid, closed in (("P02", "Previous"), ("P08", "Next")):
        app = choose(usubjid, sex="male")
        assert app.button(key=f"step:{closed} patient").disabled
        assert not app.button(key=f"step:{'Next' if closed == 'Previous' else 'Previous'} patient").disabled


def test_a_step_leaves_no_patient_in_the_address():
    app = step(choose("P02", sex="male"), "Next")
    assert set(app.query_params) == {"sex", "details"} and not any("P0" in str(v) for v in app.query_params.values())


def test_the_step_is_taken_within_what_the_filter_leaves_now():
    app = step(choose("P01"), "Next")
    assert timeline(app).title == "Timeline of patient P02 (n = 1)"
    assert len(figures(visit(app, dict(sex="female")))) == 1
    assert timeline(visit(app, dict(sex="male"))).title == "Timeline of patient P02 (n = 1)"


# Text from the database -------------------------------------------------------------------------------------------


def test_text_from_the_database_is_never_markdown_or_code():
    app = choose("P20")
    figure = timeline(app)
    assert drawn(app, "relapse", "ADY", "WORDS") == [(300, f"morphologic relapse, CD19 unknown, {HOSTILE}")]
    assert not any(HOSTILE in element.value for element in [*app.markdown, *app.caption, *app.header])
    assert all(
        HOSTILE not in json.dumps(t)
        for p in figure.pictures
        for layer in json.loads(p.spec)["layer"]
        for t in layer.get("transform", [])
    )


def test_dates_are_text_so_that_no_time_zone_moves_them():
    assert drawn(choose("P20"), "igg", "DATE_TEXT") == [(str(date(60).date()),)]
