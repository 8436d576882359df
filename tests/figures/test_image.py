"""Images: one picture per figure with title, n, label and what the charts say; nothing is fetched, nothing is run."""

import contextlib
import json
import struct
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from xml.etree import ElementTree

import pandas as pd
import pytest

from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.recovery import recovery_landmark
from analyses.time_to_event.relapse import after_sign
from analyses.time_to_event.survival import all_endpoints
from charts.courses import courses
from charts.theme import series_of_groups
from endpoints.catalogue import BCA, OS
from estimators.kaplan_meier import kaplan_meier
from figures import pictures
from figures.chart import rows_of
from figures.figure import figure_of
from figures.image import drawable, image_bytes, image_spec
from figures.labels import SYNTHETIC
from pages.parts.mrd.levels import KINDS
from tests.analyses.cohorts import cohort

HOSTILE = 'A<script>alert(1)</script> & "b" ![x](http://127.0.0.1:9/b)'


@pytest.fixture(scope="module")
def charts():
    found = estimate_endpoint(cohort(by="product"), OS, kaplan_meier)
    return [[(chart.spec, chart.frame, "")] for chart in pictures.curves(found, OS.param)]


@pytest.fixture(scope="module")
def svg(charts):
    return image_bytes(
        charts, f"Overall survival of {HOSTILE} (n = 10)", ["Data cut-off 2026-03-11 · dataset abc"], "svg"
    ).decode("utf-8")


def test_the_svg_has_title_n_label_groups_and_axis(svg):
    for words in (
        "(n = 10)",
        "Data cut-off 2026-03-11 · dataset abc",
        "tisagenlecleucel",
        "brexucabtagene autoleucel",
        "Months from infusion",
        "At risk (events so far, censored so far)",
    ):
        assert words in svg, words


@pytest.mark.parametrize("character", ["\0", "\x01", "\x0b", "\x1b", "\x7f", "\x9f", "\uffff"])
def test_a_control_character_in_a_name_aborts_no_image(character):
    frame = pd.DataFrame({"g": [f"one{character}", "two"], "x": [1, 2]})
    spec = {"mark": "bar", "encoding": {"y": {"field": "g"}, "x": {"field": "x", "type": "quantitative"}}}
    rows = [[({"title": f"Of {character}"} | spec, frame, "")]]
    drawn = ElementTree.fromstring(image_bytes(rows, f"A {character} figure", [f"label {character}"], "svg"))
    assert any(text.startswith("one") for text in drawn.itertext())
    assert image_bytes(rows, f"A {character} figure", ["label"], "png").startswith(b"\x89PNG")


def test_names_that_differ_in_a_control_character_stay_two():
    assert len({*drawable(["A\x01", "A\x02", "A\x7f", "A"])}) == 4


def test_text_from_the_database_is_text_in_the_svg(svg):
    assert "<script" not in svg and "&lt;script&gt;" in svg and "href" not in svg and "<image" not in svg


def test_the_png_is_a_png_of_a_slide_size(charts):
    png = image_bytes(charts, "Overall survival (n = 10)", ["label"], "png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    assert width > 1800 and height > 800


def test_curve_and_risk_table_share_one_plot_width(charts):
    spec = image_spec(charts, "T", ["L"])
    assert [panel["width"] for panel in spec["vconcat"]] == [900, 900] and spec["background"] == "white"
    assert len(spec["vconcat"][0]["data"]["values"]) == len(charts[0][0][1])
    json.dumps(spec, allow_nan=False)


def test_panels_abreast_share_the_width_and_nothing_is_left_out():
    drawn = pictures.small_curves(all_endpoints(cohort(by="product"), "36"))
    spec = image_spec([[(chart.spec, chart.frame, chart.panel) for chart in row] for row in rows_of(drawn)], "T", ["L"])
    legend, *rows = spec["vconcat"]
    assert legend["width"] == 900 and {panel["width"] for row in rows for panel in row["hconcat"]} == {422}
    assert [panel["title"]["text"] for row in rows for panel in row["hconcat"]] == [[c.panel] for c in drawn[1:]]
    assert sum(len(row["hconcat"]) for row in rows) == len(drawn) - 1


@pytest.fixture
def asked():
    """(address, requests so far) of a live local server."""
    requests = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_url_inside_a_specification_is_not_fetched(asked, kind):
    address, requests = asked
    spec = {"mark": "bar", "encoding": {}, "data": {"url": f"{address}/x.csv"}}
    with contextlib.suppress(subprocess.CalledProcessError):
        image_bytes([[(spec, {}, "")]], "T", ["L"], kind)
    assert requests == []


def test_the_lines_of_an_image_say_rules_filters_left_out_and_label():
    found = estimate_endpoint(cohort(filters={"sex": ("female",)}, bca_relapse="no"), OS, kaplan_meier)
    lines = figure_of(found, "T", code="t").image_lines()
    assert lines[0].startswith("At 12 months from infusion, T: ")  # the answer first
    assert lines[1].startswith("CD19-positive relapse counts as loss") and lines[2] == "Filtered by Sex: Female"
    assert lines[3].startswith("Follow-up from infusion: median ") and lines[4] == "Excluded: nobody."
    assert "Not a medical device" in lines[5] and "Data cut-off" in lines[5] and len(series_of_groups([("A", 0)])) == 1
    assert lines[6] == SYNTHETIC


def test_a_panel_is_named_in_words_and_an_image_names_the_loss_rule():
    chosen = cohort()
    labels = [outcome.label for outcome in all_endpoints(chosen, "36").outcomes]
    assert any(label.startswith("Event-free survival, censored at transplant or new therapy (n = ") for label in labels)
    for found, words in (
        (estimate_endpoint(chosen, BCA, kaplan_meier), "Loss: B cells ≥ 3 % of blood lymphocytes"),
        (recovery_landmark(chosen, 183, "36"), "Recovery: B cells ≥ 3 %"),
        (after_sign(chosen, "bca", "36"), "Recovery: B cells ≥ 3 %"),
    ):
        lines = figure_of(found, "T", code="t").image_lines()
        assert any(words in line for line in lines), words


def test_what_shape_and_fill_say_together_is_one_legend_in_an_image():
    frame = pd.DataFrame(
        [
            {"USUBJID": "P", "ADY": 28, "VALUE": 1e-4, "KIND": words, "WORDS": "", "SENSITIVITY": 1e-4}
            for _, words, _ in KINDS
        ]
    )
    drawn = [[(courses(KINDS, "MRD level", 1e-7, 1.0, 365, limits=True), frame, "")]]
    svg = image_bytes(drawn, "MRD level over time (n = 1)", ["label"], "svg").decode("utf-8")
    assert svg.count(f">{KINDS[0][1]}</text>") == 1
