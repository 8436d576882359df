"""F01, F02, F05, F07: whatever an address says, the page is whole, the default stands and one sentence names what was
not understood; no address holds a patient."""

import pytest

from endpoints.cohort import FILTERS
from pages.parts.session.address import Reader
from pages.parts.session.choices import RULE, defaults
from pages.parts.session.page_choices import LOCAL
from tests.pages.twelve import PAGES, PATIENTS, figures, patients_line, visit

BYTES = (
    "\x00",
    "%00",
    "\ufffd",
    "\u202e\u2028",
    "<script>alert(1)</script>",
    "![x](http://127.0.0.1:9/b)",
    "' OR 1=1--",
    "../../etc/passwd",
    "é中Ж🩸",
    "",
)
NUMBERS = ("9" * 2500, "1e9", "-1", "NaN", "inf", "0x10", "1,5", "٣", "--1", "1-2-3")
REPEATED = (["1", "2"], ["female", "female", "male"], ["x"] * 50)
OPEN = {code for code, choice in LOCAL.items() if not getattr(choice, "options", True)}  # its own page makes the offer
OPENED = {"details"}  # tables stand open, or there would be nothing to compare
IDS = {one["patient"][0]["patient_id"] for one in PATIENTS}
pytestmark = pytest.mark.usefixtures("twelve")


def screen(app):
    assert not app.exception and not app.error, [e.value for e in app.error]
    return patients_line(app), [(f.title, [t.to_csv() for t in f.tables], f.captions) for f in figures(app)]


def notices(app):
    return [text.value for text in app.text if "Part of this link could not be read." in text.value]


def refused(apps, page, query):
    """The notice of an address of which nothing can be kept; the page is as without it."""
    app = visit(apps[page], query)
    shown, left, kept = screen(app), set(app.query_params), app.session_state["choices"]["details"]
    [notice] = notices(app)
    assert left <= OPEN | OPENED
    assert shown == screen(visit(apps[page], {"details": kept}))  # an address that is too long keeps nothing at all
    assert all(line.isprintable() and len(line) < 160 for line in notice.split("\n"))
    return notice


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("values", [BYTES, NUMBERS], ids=["F01 bytes", "F02 numbers"])
def test_F01_F02_any_value_of_every_choice_at_once_is_the_default_and_a_notice(apps, page, values):
    place = PAGES.index(page) % len(values)
    for value in (values[place], values[(place + 1) % len(values)]):
        refused(apps, page, dict.fromkeys(defaults().keys() - {"group"} - OPENED, value))


def test_F01_F02_every_choice_by_itself_refuses_bytes_and_a_huge_number():
    for code in defaults().keys() - {"group"}:
        for value in (BYTES[5], *NUMBERS[:1], *NUMBERS[5:9]):
            if code not in OPEN or value in (BYTES[5], NUMBERS[0]):
                reader = Reader({code: [value]})
                reader.read_filters({f.code: f.levels or () for f in FILTERS})
                assert reader.state == defaults() and len(reader.problems) == 1, (code, value)


@pytest.mark.parametrize(
    "page, code",
    [
        ("survival", "survival_endpoint"),
        ("patients", "patient_columns"),
        ("overview", "overview_figure"),
        ("transplant", "transplant_figure"),
    ],
)
def test_F02_a_choice_whose_offer_is_the_pages_says_that_there_is_no_such_option(apps, page, code):
    app = visit(apps[page], {code: "-1"})
    assert screen(app) and any("'-1' is not available on this page" in text.value for text in app.text)
    assert set(app.query_params) <= OPENED


@pytest.mark.parametrize("values", REPEATED, ids=len)
def test_F02_repeated_values_are_not_guessed(apps, values):
    app = visit(apps["survival"], dict.fromkeys((*RULE, "by", "age"), values))
    assert screen(app) and notices(app) and set(app.query_params) <= OPENED


def test_F02_an_unknown_choice_is_named_as_inert_text(apps):
    notice = refused(apps, "survival", {"zzz": "1", "![x](http://127.0.0.1:9/b)": "2"})
    assert "'zzz'" in notice


def test_F05_order_and_repetition_in_an_address_change_nothing(apps):
    one = {"sex": ["female", "male"], "centre": ["C01", "C02"], "by": "product", "mrd_cut": "any"}
    other = {"mrd_cut": "any", "by": "product", "centre": ["C02", "C01", "C02"], "sex": ["male", "female", "male"]}
    first = screen(visit(apps["survival"], one)), dict(apps["survival"].query_params)
    assert (screen(visit(apps["survival"], other)), dict(apps["survival"].query_params)) == first


def test_F07_no_address_holds_a_patient_or_anything_but_declared_codes(apps):
    app = visit(apps["patients"], {"sex": "female", "by": "centre", "patient_columns": "all", "timeline_days": "60"})
    app.session_state["memory:chosen"] = {"patients": "P01"}
    app.run()
    assert any("Patient P01" in figure.title for figure in figures(app))
    app = next(b for b in app.button if b.label == "Next patient").click().run()
    address = dict(app.query_params)
    assert not app.exception and address and set(address) <= set(defaults())
    assert not any(i in str(address) for i in IDS)
