"""L03, L05: neither the server's time zone nor its clock moves a date or a number. "Today" is the data cut-off."""

import ast
import datetime
import time

import pytest
import streamlit as st

from data_access.load import load_bundle
from tests.faults.two_versions import BEFORE, COHORTS, CUTOFF
from tests.pages.twelve import ROOT, app_reads, figures, open_page, patients_line, write_bundle

ZONES = ("UTC", "Europe/Paris", "Pacific/Auckland", "America/Los_Angeles")
PAGES = ("overview", "patients", "survival")  # the headline, every date of every patient, and times from dates
CLOCK_CALLS = {"now", "today", "utcnow", "fromtimestamp", "localtime", "gmtime", "time_ns"}
YEARS = (1970, 2038, 2100)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    patients, cutoff = COHORTS[BEFORE]
    return write_bundle(tmp_path_factory.mktemp("bundle"), *patients, cutoff=cutoff)


def imported_and_shown(bundle, folder):
    """Import and three pages from scratch: (dataset version, what is on the pages)."""
    url = f"sqlite:///{folder / 'cohort.db'}"
    version = load_bundle(bundle, url).content_sha256
    with app_reads(url):
        st.cache_resource.clear()
        return version, [shown(open_page(page)) for page in PAGES]


def shown(app):
    assert not app.exception and not app.error
    return (
        patients_line(app),
        [text.value for text in app.text],
        [
            (f.title, [t.to_csv() for t in f.tables], [p.frame.to_csv() for p in f.pictures], f.captions, f.method)
            for f in figures(app)
        ],
    )


@pytest.fixture(scope="module")
def expected(bundle, tmp_path_factory):
    found = imported_and_shown(bundle, tmp_path_factory.mktemp("expected"))
    assert f"Data cut-off {CUTOFF[BEFORE]}" in " ".join(found[1][0][1])
    assert "2024-01-01" in found[1][1][2][0][1][0] and "00:00" not in found[1][1][2][0][1][0]
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_L03_the_servers_time_zone_moves_no_date_and_no_number(bundle, expected, tmp_path, monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert (
            time.strftime("%z", time.localtime(0))
            == {"UTC": "+0000", "Europe/Paris": "+0100", "Pacific/Auckland": "+1200", "America/Los_Angeles": "-0800"}[
                zone
            ]
        )
        assert imported_and_shown(bundle, tmp_path) == expected
    finally:
        monkeypatch.undo()
        time.tzset()


def clock(year):
    """datetime.datetime and datetime.date of that year's New Year; every other date is as ever."""

    class Any(type):
        def __instancecheck__(cls, instance):
            return isinstance(instance, cls.__mro__[1])

    class Then(datetime.datetime, metaclass=Any):
        @classmethod
        def now(cls, tz=None):
            return datetime_(year, 1, 1, tzinfo=tz)

        utcnow = today = now

    class Day(datetime.date, metaclass=Any):
        @classmethod
        def today(cls):
            return date_(year, 1, 1)

    return Then, Day


datetime_, date_ = datetime.datetime, datetime.date


@pytest.mark.parametrize("year", YEARS)
def test_L05_whatever_year_the_clock_says_the_cut_off_counts(bundle, expected, tmp_path, monkeypatch, year):
    then, day = clock(year)
    monkeypatch.setattr(datetime, "datetime", then)
    monkeypatch.setattr(datetime, "date", day)
    assert datetime.datetime.now(datetime.UTC).year == year == datetime.date.today().year
    assert imported_and_shown(bundle, tmp_path) == expected


def test_L05_the_clock_jumps_back_a_day_between_two_imports_and_the_later_import_is_shown(
    bundle, expected, tmp_path, monkeypatch
):
    later, earlier = clock(2030)[0], clock(2029)[0]
    monkeypatch.setattr(datetime, "datetime", later)
    load_bundle(bundle, f"sqlite:///{tmp_path / 'cohort.db'}")
    monkeypatch.setattr(datetime, "datetime", earlier)
    assert imported_and_shown(bundle, tmp_path) == expected


def test_L05_no_room_asks_the_clock_but_for_a_line_of_a_record_a_sign_in_and_the_cut_off_an_empty_bundle_proposes():
    asked = {}
    for room in ("data_access", "endpoints", "estimators", "analyses", "charts", "figures", "pages"):
        for path in (ROOT / room).rglob("*.py"):
            calls = [
                ast.unparse(node.func)
                for node in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            ]
            found = [call for call in calls if call.rsplit(".", 1)[1] in CLOCK_CALLS or call == "time.time"]
            if found:
                asked[str(path.relative_to(ROOT))] = found
    assert asked == {
        "data_access/audit.py": ["datetime.datetime.now"],  # when somebody read what
        "data_access/targets/history.py": ["datetime.datetime.now"],  # when an import was
        "data_access/template.py": ["datetime.datetime.now"],
        "pages/parts/access/viewer.py": ["time.time"] * 5,  # how old a sign-in is, also when a file leaves
        "pages/parts/server/log.py": ["datetime.datetime.fromtimestamp"],  # when a line of the log was written
    }
