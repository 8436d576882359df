"""Family L, what is about days and months: ages, leap days, clock changes, the length of a month, day 0, partial dates.

A date has no time of day anywhere in the app: what happens at 23:30 happens on that day, in every time zone.
"""

import ast
import re
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_access.bundle.problems import BundleRefused
from data_access.export import export_bundle
from data_access.load import load_bundle, load_source
from data_access.reading.engine import connect, open_engine
from data_access.reading.queries import fetch_tables
from data_access.schema.tables import BUNDLE_TABLES, columns_of, kind_of
from endpoints.adsl import derive_adsl
from endpoints.catalogue import CATALOGUE
from endpoints.exposure import EXPOSED, split_at_transplant
from endpoints.rules import DAYS_PER_MONTH, Rules
from endpoints.states import STATES, derive_stays
from endpoints.time_to_event import derive_tte
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.reasons import UNITS
from tests.data_access.bundles import ROWS, refresh, write_bundle
from tests.data_access.datasets import COHORT, TISA, write_csv, write_xpt
from tests.endpoints.reading import cohort, outcome, outcomes
from tests.faults.screen import is_whole
from tests.literal import DAY0, date, patient, tables_of
from tests.pages.twelve import PAGES, database, figures, number, open_page

ROOT = Path(__file__).parents[2]
ROOMS = ("data_access", "endpoints", "estimators", "charts", "pages", "sample_data")
CODE = [*sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), ROOT / "dashboard.py"]
ZONES = ("UTC", "Europe/Paris", "America/Los_Angeles", "Pacific/Auckland")
CHANGES = ("2024-03-10", "2024-03-31", "2024-04-07", "2024-09-29", "2024-10-27", "2024-11-03")  # clocks go on or back


@pytest.fixture(params=ZONES)
def zone(request, monkeypatch):
    """The server's time zone for one test."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def code_of(path):
    return ast.parse(path.read_text("utf-8"))


# L01: completed months / 12


def ages_at(birth_month, *days):
    """AGE of one patient infused on each of the days."""
    return cohort(
        *(patient("P1", infused=pd.Timestamp(day), enrolled=None, birth_month=birth_month) for day in days)
    ).adsl


def test_L01_born_1988_02_is_17_on_2006_01_31_and_18_on_2006_02_01():
    found = ages_at("1988-02", "2006-01-31", "2006-02-01", "2006-02-28")
    assert found["AGE"].tolist() == [17, 18, 18]
    assert found["AGE18"].tolist() == ["under_18", "from_18", "from_18"]
    assert found["AGEGR"].tolist() == ["10_17", "18_25", "18_25"]


def test_L01_the_age_of_a_loaded_bundle_is_in_completed_months_over_12(tmp_path):
    people = [
        patient(f"P{n}", infused=pd.Timestamp(on), enrolled=None, birth_month="1988-02")
        for n, on in enumerate(("2006-01-31", "2006-02-01"))
    ]
    with database(tmp_path, *people, cutoff=pd.Timestamp("2007-01-01")):
        url = f"sqlite:///{tmp_path}/twelve.db"
        with connect(open_engine(url)) as connection:
            tables = fetch_tables(connection, "all")
    tables = {
        name: frame.assign(PT=np.arange(len(frame)))
        if name in ("patient", "treatment_course")
        else frame.assign(PT=0)
        if name != "product"
        else frame
        for name, frame in tables.items()
    }
    assert derive_adsl(tables, Rules())["AGE"].tolist() == [17, 18]


def test_L01_every_month_of_life_has_its_completed_years():
    infused = [pd.Timestamp(1921 + m // 12, m % 12 + 1, m % 28 + 1) for m in range(1200)]
    found = cohort(*(patient("P1", infused=on, enrolled=None, birth_month="1921-01") for on in infused), cutoff=0).adsl
    assert found["AGE"].tolist() == [m // 12 for m in range(1200)]


# L02: 29 February

LEAP = pd.Timestamp("2024-02-29")


def leap_patients():
    """Born, infused, in remission and dead around leap days; the cut-off is one, too."""
    day = (LEAP - DAY0).days
    return (
        patient(
            "P1",
            birth_month="2008-02",
            infused=day,
            responses={day + 28: "CR", day + 366: "RELAPSE"},
            death=(pd.Timestamp("2028-02-29") - DAY0).days,
            cause="leukaemia",
        ),
        patient("P2", birth_month="2000-02", infused=day, responses={day + 28: "NR"}, last_contact=day + 365),
        patient(
            "P3",
            birth_month="2024-02",
            enrolled=day,
            infused=day + 1,
            responses={day + 29: "CRi"},
            last_contact=day + 731,
        ),
    )


def test_L02_nothing_in_the_code_replaces_the_year_of_a_date():
    for path in CODE:
        calls = [
            node
            for node in ast.walk(code_of(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "replace"
        ]
        for call in calls:
            assert not {k.arg for k in call.keywords} & {"year", "month", "day"}, f"{path}:{call.lineno}"


def test_L02_ages_and_days_around_a_leap_day():
    study = cohort(*leap_patients(), cutoff=(pd.Timestamp("2028-02-29") - DAY0).days)
    assert study.adsl["AGE"].tolist() == [16, 24, 0]
    rows = derive_tte(study.course, CATALOGUE[0], study.rules).rows
    assert rows["AVAL"].tolist() == [1461, 365, 730]


def test_L02_every_endpoint_derives_with_leap_days_everywhere():
    study = cohort(*leap_patients(), cutoff=(pd.Timestamp("2028-02-29") - DAY0).days)
    for endpoint in CATALOGUE:
        assert (derive_tte(study.course, endpoint, study.rules).rows["AVAL"] >= 0).all()


def test_L02_every_page_opens_with_a_leap_day_as_day_0_and_as_cut_off(tmp_path):
    with database(tmp_path, *leap_patients(), cutoff=pd.Timestamp("2028-02-29")):
        for page in PAGES:
            app = open_page(page)
            assert not app.exception and not app.error, page
            assert is_whole(app), page


# L04: days on which clocks change, and 23:30


def test_L04_dates_go_in_and_out_unchanged_on_days_when_clocks_change(tmp_path, zone):
    contacts = [dict(contact_id=f"C{n}", patient_id="P2", date=day) for n, day in enumerate(CHANGES)]
    bundle = write_bundle(tmp_path / "in", contact=contacts)
    refresh(bundle, data_cutoff="2024-12-31")
    load_bundle(bundle, f"sqlite:///{tmp_path / 'a.db'}")
    export_bundle(tmp_path / "out", f"sqlite:///{tmp_path / 'a.db'}")
    written = (tmp_path / "out" / "contact.csv").read_text("utf-8").splitlines()[1:]
    assert written == [f"C{n},P2,{day}" for n, day in enumerate(CHANGES)]


def test_L04_days_between_dates_are_whole_over_a_clock_change(zone):
    one = patient("P1", infused=pd.Timestamp("2024-03-30"), enrolled=None, death=pd.Timestamp("2024-04-01"))
    assert outcome("OS", one) == (2, "death")
    one = patient("P1", infused=pd.Timestamp("2024-10-26"), enrolled=None, death=pd.Timestamp("2024-10-28"))
    assert outcome("OS", one) == (2, "death")


@pytest.mark.parametrize("cell", ["2024-03-31T23:30", "2024-03-31 23:30:00", "2024-03-31T23:30:00Z"])
def test_L04_a_time_of_day_in_a_bundle_is_refused_not_rounded(tmp_path, cell):
    contact = [dict(contact_id="C1", patient_id="P2", date=cell)]
    with pytest.raises(BundleRefused) as refused:
        load_bundle(write_bundle(tmp_path / "in", contact=contact), f"sqlite:///{tmp_path / 'a.db'}")
    assert {(p.file, p.row, p.column) for p in refused.value.problems.listed} == {("contact.csv", 2, "date")}


def test_L04_an_event_at_23_30_stays_on_its_day_when_datasets_carry_times(tmp_path, zone):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1"]))
    seconds = (pd.Timestamp("2024-03-31T23:30") - pd.Timestamp("1960-01-01")).total_seconds()
    write_xpt(
        tmp_path / "data",
        "CE",
        dict(USUBJID=["P1", "P1"], CEDTM=[seconds, float("nan")], CEDTC=["", "2024-10-27T23:30+02:00"]),
        formats={"CEDTM": "DATETIME20."},
    )
    tables = "\n".join(
        f'[[table]]\ntarget = "contact"\ndataset = "CE"\nfilled = ["{name}"]\n[table.columns]\n'
        f'patient_id = "USUBJID"\ndate = "{name}"\n'
        for name in ("CEDTM", "CEDTC")
    )
    people = '[[table]]\ntarget = "patient"\ndataset = "ADSL"\n[table.columns]\npatient_id = "USUBJID"\n'
    (tmp_path / "m.toml").write_text(COHORT.replace("2024-06-30", "2024-12-31") + TISA + people + tables)
    url = f"sqlite:///{tmp_path / 'a.db'}"
    load_source(tmp_path / "data", url, "cdisc", tmp_path / "m.toml")
    with connect(open_engine(url)) as connection:
        assert [str(d.date()) for d in fetch_tables(connection, "all")["contact"]["date"]] == [
            "2024-03-31",
            "2024-10-27",
        ]


def test_L04_no_column_of_the_data_has_a_time_of_day():
    kinds = {kind_of(column) for table in BUNDLE_TABLES for column in columns_of(table)}
    assert "timestamp" not in kinds and "date" in kinds


# L07: one length of a month


def test_L07_a_month_is_30_4375_days_and_no_code_has_another_length():
    assert DAYS_PER_MONTH == 30.4375 == 365.25 / 12
    for path in CODE:
        for node in ast.walk(code_of(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                looks = 30 < node.value < 31 or 365 < node.value < 366
                assert not looks or node.value in (30.4375, 365.25), f"{path}:{node.lineno}: {node.value}"
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert set(re.findall(r"\b30\.4\d*|\b365\.\d+", node.value)) <= {"30.4375", "365.25"}, path


def test_L07_the_app_has_the_constant_once():
    homes = [
        path.name
        for path in CODE
        if path.parts[len(ROOT.parts)] != "sample_data"
        for node in ast.walk(code_of(path))
        if isinstance(node, ast.Constant) and node.value == 30.4375
    ]
    assert homes == ["rules.py", "reasons.py"]  # estimators do not know the endpoints
    assert UNITS["months"][0] == DAYS_PER_MONTH
    assert "30.4375 days" in (ROOT / "README.md").read_text("utf-8")


def test_L07_month_12_lies_between_day_365_and_day_366_on_the_screen(tmp_path):
    people = [patient(f"P{n:02d}", death=day, birth_month=f"{1950 + n}-01") for n, day in enumerate([365, 366] * 6)]
    with database(tmp_path, *people, cutoff=date(900)):
        survival = next(f for f in figures(open_page("survival", endpoint="OS")) if f.tables)
    found = number(survival, "Overall survival", 12)
    assert found["estimate"] == pytest.approx(0.5)


def test_L07_a_curve_is_drawn_at_its_days_over_30_4375(tmp_path):
    people = [patient(f"P{n:02d}", death=200 + n) for n in range(12)]
    with database(tmp_path, *people, cutoff=date(900)):
        survival = next(f for f in figures(open_page("survival", endpoint="OS")) if f.pictures)
    drawn = {round(t * DAYS_PER_MONTH, 6) for t in survival.pictures[0].frame["time"]}
    assert {float(200 + n) for n in range(12)} <= drawn


# L08: day 0 and same day


def test_L08_an_event_on_day_0_is_an_event_after_0_days():
    one = patient("P1", death=0, last_contact=0)
    assert outcome("OS", one) == (0, "death")
    assert outcome("EFS", one) == (0, "death")
    assert outcome("NRM", one) == (0, "death")


def test_L08_a_curve_falls_on_day_0_and_never_divides_by_nothing():
    curve = kaplan_meier([0, 0, 5, 9], [1, 0, 1, 0])
    assert curve["time"].tolist() == [0, 5, 9]
    assert curve["estimate"].tolist() == pytest.approx([0.75, 0.375, 0.375])
    assert kaplan_meier([0, 0], [1, 1])["estimate"].tolist() == [0.0]
    incidence = aalen_johansen([0, 0, 5, 9], [1, 2, 1, 0], causes=2)
    assert incidence.loc[incidence["time"] == 0, "estimate"].tolist() == pytest.approx([0.25, 0.25])


@pytest.mark.parametrize("paramcd", ["OS", "EFS", "EFSC", "RFS", "RFSC", "NRM"])
def test_L08_on_the_day_of_the_last_contact_the_event_counts(paramcd):
    one = patient("P1", responses={28: "CR", 300: "CR"}, death=300, cause="infection", last_contact=300)
    assert outcome(paramcd, one) == (300 if not paramcd.startswith("RFS") else 272, "death")


def test_L08_relapse_and_death_on_one_day_are_a_relapse_and_a_death_for_survival():
    one = patient("P1", responses={28: "CR", 200: "RELAPSE"}, death=200, cause="leukaemia")
    assert outcomes("RFS", one) == outcomes("CIR", one) == [(172, "relapse")]
    assert outcome("OS", one) == (200, "death")


def test_L08_relapse_and_transplant_on_one_day_are_a_relapse():
    one = patient("P1", responses={28: "CR", 200: "RELAPSE"}, transplants=[dict(day=200)])
    assert outcome("EFSC", one) == (200, "relapse")
    assert outcome("TTHSCT", one) == (200, "relapse")


def test_L08_an_event_on_the_day_of_the_transplant_belongs_to_the_not_yet_transplanted():
    one = patient("P1", responses={28: "CR"}, transplants=[dict(day=100)], death=100)
    study = cohort(one)
    rows = split_at_transplant(derive_tte(study.course, EXPOSED["os"], study.rules), study.course)
    assert rows[["ENTRY", "AVAL", "CNSR", "ARM"]].values.tolist() == [[27, 100, 0, "waiting"]]


def test_L08_on_one_day_the_later_state_counts():
    one = patient("P1", responses={28: "CR"}, transplants=[dict(day=100)], relapses=[dict(day=100)], death=100)
    stays = derive_stays(cohort(one))
    assert [STATES[to].code for to in stays["TO"]] == ["state_unknown", "state_relapsed", "state_dead"]
    assert stays["STOP"].tolist() == [28, 99, 100]  # a relapse on the day of death is passed through and counts


def test_L08_nobody_has_a_negative_time_on_any_endpoint():
    people = (
        patient("P1", death=0),
        patient("P2", responses={0: "CR", 14: "CR"}, death=14),
        patient("P3", responses={28: "CR", 29: "RELAPSE"}, last_contact=0),
    )
    study = cohort(*people)
    for endpoint in CATALOGUE:
        rows = derive_tte(study.course, endpoint, study.rules).rows
        assert (rows["AVAL"] >= 0).all() and (rows["ENTRY"] <= rows["AVAL"]).all(), endpoint.paramcd


# L09: partial dates


@pytest.mark.parametrize("cell", ["2015", "2015-06", "2015-06-00", "2015-00-00", "2015-06-XX", "2015--15"])
@pytest.mark.parametrize(
    ("table", "column", "line"),
    [("patient", "diagnosis_date", 2), ("relapse", "date", 2), ("treatment_course", "infusion_date", 2)],
)
def test_L09_a_partial_date_in_a_bundle_is_refused_with_its_place_and_never_completed(
    tmp_path, table, column, line, cell
):
    rows = [ROWS[table][0] | {column: cell}, *ROWS[table][1:]]
    with pytest.raises(BundleRefused) as refused:
        load_bundle(write_bundle(tmp_path / "in", **{table: rows}), f"sqlite:///{tmp_path / 'a.db'}")
    said = {
        (p.file, p.row, p.column): p.hint
        for p in refused.value.problems.listed
        if p.code in ("partial-date", "not-a-date")
    }
    assert list(said) == [(f"{table}.csv", line, column)] and all(said.values())
    assert not (tmp_path / "a.db").exists()


def test_L09_a_partial_date_of_a_dataset_is_left_missing_with_a_flag_only_where_the_mapping_says_so(tmp_path):
    write_csv(tmp_path / "data", "ADSL", dict(USUBJID=["P1", "P2"], DIAGDTC=["2015-06", "2015-06-30"]))
    people = (
        '[[table]]\ntarget = "patient"\ndataset = "ADSL"\n[table.columns]\npatient_id = "USUBJID"\n'
        'diagnosis_date = { from = "DIAGDTC", partial = "missing" }\n'
    )
    mapping, url = tmp_path / "m.toml", f"sqlite:///{tmp_path / 'a.db'}"
    mapping.write_text(COHORT + TISA + people)
    load_source(tmp_path / "data", url, "cdisc", mapping)
    with connect(open_engine(url)) as connection:
        dates = fetch_tables(connection, "all")["patient"]["diagnosis_date"]
    assert [None if value is pd.NaT else str(value.date()) for value in dates] == [None, "2015-06-30"]
    mapping.write_text(COHORT + TISA + people.replace(', partial = "missing"', ""))
    with pytest.raises(BundleRefused) as refused:
        load_source(tmp_path / "data", url, "cdisc", mapping)
    assert [(p.file, p.code, p.row, p.column) for p in refused.value.problems.errors] == [
        ("ADSL.csv", "partial-date", 2, "DIAGDTC")
    ]


def test_L09_a_month_of_birth_is_no_partial_date_and_a_year_of_birth_is_refused(tmp_path):
    tables = tables_of(patient("P1", birth_month="2010-02"))
    assert tables["patient"]["birth_month"].tolist() == ["2010-02"]
    rows = [ROWS["patient"][0] | {"birth_month": "2010"}, ROWS["patient"][1]]
    with pytest.raises(BundleRefused) as refused:
        load_bundle(write_bundle(tmp_path / "in", patient=rows), f"sqlite:///{tmp_path / 'a.db'}")
    assert [(p.row, p.column) for p in refused.value.problems.listed] == [(2, "birth_month")]
