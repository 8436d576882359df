"""The toxicity page on fourteen literal patients whose numbers can be computed by hand.

Twelve are infused. CRS on the ASTCT scale unless said (onset day - end day):

    T01 none, assessed         T06 grade 4, 1-20, both drugs     T10 grade 3 on Penn only, both drugs, 1-11
    T02 none, assessed         T07 grade 5, 5 - no end, steroids T11 grade 2 (ASTCT, 4-8) and 3 (Penn, 4-8)
    T03 not assessed           T08 grade not recorded, 3-2       T12 grade 1, no scale
    T04 nothing is said        T09 grade 1, 2-5, drugs unsaid    T13 never infused
    T05 grade 2, 3-7, tocilizumab                                T14 infusion pending

T01-T07 had TISA, the others BREXU. ICANS: T05 grade 1 (CTCAE), assessed in T01 and T02 only.
"""

import csv
import io

import pytest
import streamlit

from endpoints.cohort import GROUPINGS
from tests.literal import patient
from tests.pages.twelve import database, figures, number, open_dashboard, open_page, patients_line, visit


def _event(day, end, grade, tocilizumab=False, steroids=False, **columns):
    return dict(day=day, resolution_date=end, grade=grade, tocilizumab=tocilizumab, steroids=steroids) | columns


def _patients():
    rows = (
        ("T01", True, []),
        ("T02", True, []),
        ("T03", False, []),
        ("T04", None, []),
        ("T05", True, [_event(3, 7, 2, True), _event(6, 9, 1, kind="ICANS", scale="CTCAE")]),
        ("T06", True, [_event(1, 20, 4, True, True)]),
        ("T07", True, [_event(5, None, 5, False, True)]),
        ("T08", True, [_event(3, 2, None)]),
        ("T09", None, [_event(2, 5, 1, None, None)]),
        ("T10", True, [_event(1, 11, 3, True, True, scale="Penn")]),
        ("T11", True, [_event(4, 8, 2), _event(4, 8, 3, scale="Penn")]),
        ("T12", True, [_event(2, 4, 1, scale=None)]),
    )
    infused = [
        patient(
            name,
            product="TISA" if name <= "T07" else "BREXU",
            birth_month=f"{2020 - 2 * n}-01",
            sex="female" if n % 2 else "male",
            site_code="C01",
            events=events,
            **(dict(death=9, cause="crs_icans_hlh") if name == "T07" else dict(last_contact=100)),
            course=dict(crs_assessed=assessed, icans_assessed=True if n < 2 else None),
        )
        for n, (name, assessed, events) in enumerate(rows)
    ]
    return (
        *infused,
        patient("T13", birth_month="1980-01", infused=None, not_infused=10, reason="manufacturing"),
        patient("T14", birth_month="1970-01", infused=None, enrolled=780),
    )


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """One open session of the page."""
    with database(tmp_path_factory.mktemp("toxicity"), *_patients()):
        yield open_page("toxicity")


@pytest.fixture
def go(session):
    """go(**query): the page at another address, healthy: grade, days and treatment of one toxicity."""

    def to(**query):
        return on_tabs(session, ("grades", "days", "treatment"), query)

    return to


def on_tabs(app, tabs, query):
    """The figures of these tabs, in order."""
    found = []
    for tab in tabs:
        visit(app, query | {"toxicity_figure": tab})
        assert not app.exception and not app.error
        found += figures(app)
    return found


def drawn(figure, strata="Cohort"):
    """{class: n} as drawn."""
    bars = figure.pictures[0].frame
    return {r.outcome: r.n for r in bars[bars["strata"] == strata].itertuples() if r.n}


def says(figure, words):
    return any(words in caption for caption in figure.said)


# By hand ----------------------------------------------------------------------------------------------------------


def test_maximum_grade_on_the_astct_scale(go):
    grades = go()[0]
    assert grades.title == "CRS, ASTCT scale: maximum grade (n = 10)"
    assert drawn(grades) == {
        "None (assessed)": 2,
        "Grade 1": 1,
        "Grade 2": 2,
        "Grade 4": 1,
        "Grade 5": 1,
        "Grade not recorded": 1,
        "Not assessed": 2,
    }
    assert grades.left_out == {"graded on another scale only": 1, "scale not recorded": 1}
    # Any grade: T05-T09 and T11 of those with T01 and T02. Grade >= 3: T06 and T07, T08's grade is not known.
    assert [r.text for r in grades.pictures[1].frame.itertuples()] == [
        "6/8, 75 % (35-97)",
        "2/7, 29 % (4-71)",
        "2/5, 40 % (5-85)",
    ]
    assert number(grades, "Grade 4")["result"] == "1/10, 10 % (0-45)"
    assert says(grades, "Rates of the assessed: 2 not assessed in no rate; 1 with")
    assert says(grades, "Of 7 patients with CRS on a known scale, 6 are on the ASTCT scale.")


def test_the_same_patients_on_the_penn_scale_are_never_pooled_with_the_others(go):
    grades = go(toxicity_scale="Penn")[0]
    assert drawn(grades) == {"None (assessed)": 2, "Grade 3": 2, "Not assessed": 2}
    assert grades.left_out == {"graded on another scale only": 5, "scale not recorded": 1}
    assert [r.text.split(",")[0] for r in grades.pictures[1].frame.itertuples()] == ["2/4", "2/4", "2/2"]


def test_icans_is_assessed_apart_from_crs(go):
    # T01 and T02 were assessed, T05 has an episode on the CTCAE scale; of the nine others nothing is said.
    grades, days, _ = go(toxicity="ICANS", toxicity_scale="CTCAE")
    assert drawn(grades) == {"None (assessed)": 2, "Grade 1": 1, "Not assessed": 9} and grades.n == 12
    assert days.n == 1 and number(days, "Duration, days")["summary"] == "3 (3-3), n = 1"


def test_onset_and_duration_of_the_worst_episode(go):
    # Onset on days 3, 1, 5, 3, 2, 4; durations 4 (T05), 19 (T06), 3 (T09), 4 (T11); T07 has no end, T08's is wrong.
    days = go()[1]
    assert days.n == 6 and days.left_out == {
        "without CRS (assessed)": 2,
        "not assessed for CRS": 2,
        "with CRS graded on another scale only": 1,
        "with CRS, scale not recorded": 1,
    }
    onset, duration = (number(days, words) for words in ("Onset, days from infusion", "Duration, days"))
    assert tuple(onset[["n", "median", "quartile_low", "quartile_high", "lowest", "highest"]]) == (
        6,
        3,
        2.25,
        3.75,
        1,
        5,
    )
    assert tuple(duration[["n", "median", "quartile_low", "quartile_high", "lowest", "highest"]]) == (
        4,
        4,
        3.75,
        7.75,
        3,
        19,
    )
    assert list(days.pictures[0].frame["text"]) == ["3 (2.25-3.75), n = 6", "4 (3.75-7.75), n = 4"]
    assert says(days, "No duration: 1 with no end recorded by the cut-off, 1 with an end recorded before the")


def test_treatment_counts_answers_and_tells_of_silence(go):
    # Of T05-T09 and T11, T09 has no answer. Tocilizumab: T05, T06; steroids: T06, T07.
    treatment = go()[2]
    assert treatment.n == 6
    assert list(treatment.pictures[0].frame["text"]) == ["2/5, 40 % (5-85)"] * 2
    assert number(treatment, "Steroids not recorded")["result"] == "1/6, 17 % (0-64)"
    assert says(treatment, "tocilizumab not recorded in 1 of 6")


def test_by_product_each_has_its_own_denominators(go):
    # TISA: T01-T07; BREXU on the ASTCT scale: T08, T09, T11.
    grades, days, treatment = go(by="product")
    brexu = "brexucabtagene autoleucel"
    assert drawn(grades, "tisagenlecleucel") == {
        "None (assessed)": 2,
        "Grade 2": 1,
        "Grade 4": 1,
        "Grade 5": 1,
        "Not assessed": 2,
    }
    assert [
        number(grades, "Grade ≥ 3, of assessed with known grade", strata=s)["result"].split(",")[0]
        for s in ("tisagenlecleucel", brexu)
    ] == ["2/5", "0/2"]
    assert number(days, "Onset, days from infusion", strata=brexu)["summary"] == "3 (2.5-3.5), n = 3"
    assert number(treatment, "Tocilizumab", strata=brexu)["result"].startswith("0/2")


def test_a_scale_that_nobody_was_graded_on_is_said(go):
    grades, days, treatment = go(toxicity_scale="CTCAE")
    assert drawn(grades) == {"None (assessed)": 2, "Not assessed": 2}
    assert says(grades, "Of 7 patients with CRS on a known scale, 0 are on the CTCAE scale.")
    assert all(f.n == 0 and f.infos and not f.pictures for f in (days, treatment))


# Whatever is chosen -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [{}, dict(by="sex", age="0-20"), dict(toxicity="ICANS"), dict(toxicity_scale="Penn")],
    ids=["all", "by sex", "ICANS", "Penn"],
)
def test_heading_and_left_out_add_up_to_the_cohort(session, tabs, query):
    visit(session, query)
    found = on_tabs(session, tabs["toxicity_figure"], query)
    cohort = int(patients_line(session).split()[0])
    assert [figure.n + sum(figure.left_out.values()) for figure in found] == [cohort] * len(found) and len(found) > 3


def test_the_files_hold_the_patients_that_the_heading_counts(go, monkeypatch):
    files = {}
    monkeypatch.setattr(
        streamlit, "download_button", lambda label, data, name, mime, key, **_: files.update({key: data})
    )
    found = go(by="product")
    codes = list(dict.fromkeys(key.split(":")[1] for key in files))
    assert codes == ["crs_astct_grade", "crs_astct_days", "crs_astct_treatment"]
    for figure, code in zip(found, codes, strict=True):
        text = files[f"download:{code}:patients"]().decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text.split("\r\n", int(text.split()[1]))[-1], newline=""))
        assert len({row[0] for row in rows}) == len(rows) == figure.n
        assert {"AVALC", "SCALE", "ASTDT", "ASTDY", "ADURN", "AENDESC", "TOCI", "STEROID"} <= set(header)
        assert "toxicity = CRS; toxicity_scale = ASTCT" in text


def test_the_enrolled_read_that_toxicity_is_of_the_infused(go):
    for figure in go(population="enrolled"):
        assert figure.infos == ("CRS is defined for infused patients only. Choose the population Infused.",)
        assert figure.n == 0 and not figure.pictures and figure.left_out == {"not defined for this population": 14}


@pytest.mark.parametrize("grouping", [g.code for g in GROUPINGS])
def test_every_grouping_works(go, grouping):
    for figure in go(by=grouping):
        assert figure.pictures and all(p.alt for p in figure.pictures)


@pytest.mark.parametrize("age, infos", [("4-4", 2), ("8-8", 2), ("14-14", 0), ("18-18", 0)])
def test_one_patient_is_a_cohort(go, age, infos):
    # T01 none, T03 not assessed, T06 grade 4, T08 grade not recorded: born in January of 2020, 2016, 2010, 2006.
    found = go(age=age)
    assert sum(len(figure.infos) for figure in found) == infos and found[0].n == 1


def test_an_empty_cohort_is_a_sentence(session):
    app = visit(session, dict(sex="female", age="90-100"))
    assert app.info and not figures(app) and not app.exception


def test_an_unknown_scale_in_the_address_is_a_sentence(go, session):
    assert len(go(toxicity_scale="Lee")) == 3
    assert any("Grading scale cannot be 'Lee'" in t.value for t in session.text)


def test_the_page_is_in_the_menu_and_equals_the_page_alone(session, tabs):
    behind = on_tabs(open_dashboard("toxicity"), tabs["toxicity_figure"], dict(toxicity_scale="Penn"))
    alone = on_tabs(session, tabs["toxicity_figure"], dict(toxicity_scale="Penn"))
    assert [(f.title, f.method, f.captions) for f in behind] == [(f.title, f.method, f.captions) for f in alone]
