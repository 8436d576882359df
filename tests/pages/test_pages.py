"""Every page on twelve literal patients: the numbers by hand, and the same number wherever it stands."""

import re

import pytest
import streamlit

from analyses.course.tiles import tiles
from endpoints.catalogue import SURVIVAL_ENDPOINTS
from endpoints.cohort import GROUPINGS
from endpoints.rules import DAYS_PER_MONTH
from endpoints.visits import VISITS
from estimators import aalen_johansen, gray, kaplan_meier, logrank
from figures.tiles import tile_data
from pages.parts.overview import welcome
from tests.analyses.cohorts import sample_cohort
from tests.csv_files import facts_and_rows
from tests.pages.twelve import (
    AGES,
    INFUSED,
    PAGES,
    WITHOUT_FIGURES,
    drawn_at,
    figures,
    number,
    open_dashboard,
    open_page,
    patients_line,
    plain,
    visit,
)

APPROX = 1e-12
HEAVY = ("overview", "response", "transplant")  # each takes a third of the groupings: their figures are of one make
FIGURES = {
    **dict.fromkeys(WITHOUT_FIGURES, 0),
    "overview": 3,
    "watchlist": 1,
    "follow_up": 3,
    "programme": 1,
    "data_quality": 1,
    "patients": 1,
    "response": 2,
    "mrd": 1,
    "b_cell_aplasia": 1,
    "relapse": 1,
    "survival": 1,
    "transplant": 1,
    "toxicity": 1,
}
SEVERAL_ROWS = {"watchlist", "follow_up", "programme", "data_quality"}  # a patient has a row per finding or visit
NOBODY = "No infused patient matches all filters. Remove a filter above, or reset."
pytestmark = pytest.mark.usefixtures("twelve")


@pytest.fixture
def go(apps):
    """go(page, **query): the page's session at another address, and healthy."""

    def to(page, **query):
        return healthy(visit(apps[page], query))

    return to


@pytest.fixture
def files(monkeypatch):
    """What the download buttons of the last run would build of figures: {(figure code, kind): callable}."""
    offered = {}

    def note(_label, build, _name, mime, key, **_):
        _, code, kind = key.split(":", 2)
        if mime == "text/csv" and code != "plain":
            offered[code, kind] = build

    monkeypatch.setattr(streamlit, "download_button", note)
    return offered


def healthy(app):
    assert not app.exception and not app.error
    return app


def one(app, title=""):
    """The only figure of a page, or the one whose title begins with these words."""
    found = [f for f in figures(app) if f.title.startswith(title)]
    assert len(found) == 1
    return found[0]


def opened(build):
    """(facts of the comment lines, rows of cells) of a file."""
    return facts_and_rows(build())


# Response ---------------------------------------------------------------------------------------------------------


def shares(figure, strata="Cohort"):
    """{outcome: n} of the classes that anybody is in, as drawn; the table must say the same."""
    bars = figure.pictures[0].frame
    drawn = {r.outcome: r.n for r in bars[bars["strata"] == strata].itertuples() if r.n}
    table = figure.tables[0]
    table = table[table["strata"] == strata]
    assert all(name in zip(table["outcome"], table["n"], strict=True) for name in drawn.items())
    return drawn


def test_best_response_of_the_nine_who_are_due(go):
    # P06 is 50 days from infusion: not due. CR: P01 P03 P07 P08 P09 P10; CRi: P02; NR: P04; died on day 20: P05.
    best = one(go("response"), "Best response")
    assert best.n == 9 and best.left_out == {"not yet due": 1}
    assert shares(best) == {"CR": 6, "CRi": 1, "No remission": 1, "Died before assessment": 1}
    assert number(best, "CR + CRi")["result"] == "7/9, 78 % (40-97)"
    assert "Not infused" not in set(best.tables[0]["outcome"])  # in the infused population it is no class
    assert list(best.pictures[1].frame["text"]) == ["7/9, 78 % (40-97)", "6/9, 67 % (30-93)"]


def test_status_at_month_3_tells_what_became_of_each(go):
    # CR: P01 (91), P07 (90), P08 (92); CRi: P02; transplant on day 80 before the assessment on day 100: P03; NR on
    # day 60: P04; died: P05; last contact on day 50: P09; followed, but no assessment in day 60-120: P10.
    status = one(go("response"), "Status at month 3")
    assert status.n == 9
    assert shares(status) == {
        "CR": 3,
        "CRi": 1,
        "Transplanted in remission": 1,
        "No remission": 1,
        "Died": 1,
        "Lost to follow-up": 1,
        "Not assessed": 1,
    }
    assert [r.text for r in status.pictures[1].frame.itertuples()] == [
        "4/9, 44 % (14-79)",
        "3/9, 33 % (7-70)",
        "5/9, 56 % (21-86)",
    ]


@pytest.mark.parametrize(
    "code, title, n, expected",
    [
        # Day 28: all ten are due (P06: day 45 is day 795 of the calendar, the cut-off day 800).
        ("STATD28", "Status at day 28", 10, {"CR": 7, "CRi": 1, "No remission": 1, "Died": 1}),
        # Confirmed >= 28 days after onset: P01 91, P03 100 (transplanted on day 80), P07 90, P08 92, P02 (CRi) 91. P09
        # has day 28 only, P10 its second on day 160, after new therapy on day 150.
        (
            "CONFRM",
            "Confirmed remission",
            9,
            {"CR": 4, "CRi": 1, "Remission, not confirmed": 2, "No remission": 1, "Died before assessment": 1},
        ),
    ],
)
def test_further_definitions_stand_beside_the_two(go, code, title, n, expected):
    app = go("response", response_figure={"STATD28": "day_28", "CONFRM": "confirmed"}[code])
    assert one(app, title).n == n and shares(one(app, title)) == expected


def test_response_by_product_has_its_own_denominators(go):
    # TISA: P01-P05 (P06 not due): CR P01 P03, CRi P02; BREXU: P07-P10, all CR.
    best = one(go("response", by="product"), "Best response")
    assert [
        number(best, "CR + CRi", strata=s)["result"].split(",")[0]
        for s in ("tisagenlecleucel", "brexucabtagene autoleucel")
    ] == ["3/5", "4/4"]
    assert shares(best, "brexucabtagene autoleucel") == {"CR": 4}


def test_the_never_infused_stay_in_the_enrolled_denominator(go):
    # P11 (manufacturing failure) counts, P12 (pending) is not yet due: 7/10 and 5/10.
    app = go("response", population="enrolled")
    status, best = figures(app)
    assert number(best, "CR + CRi")["result"].startswith("7/10") and shares(best)["Not infused"] == 1
    assert number(status, "Alive in remission, transplanted or not")["result"].startswith("5/10")
    assert best.left_out == status.left_out == {"not yet due": 2}


# MRD --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query, n, expected, of_due, of_usable",
    [
        # Day 28. Negative: P01 P02 P06 P07 P10; sensitivity unknown: P09; positive: P03; failed: P08; died: P05;
        # no assay: P04. Negative and CR/CRi: 5 of 10 due, of 7 with an assay (P01 P02 P03 P06 P07 P09 P10).
        (
            dict(mrd_visit="D28"),
            10,
            {
                "MRD-negative": 5,
                "Indeterminate": 1,
                "MRD-positive": 1,
                "Assay failed": 1,
                "Died before an assay": 1,
                "No MRD assay": 1,
            },
            "5/10",
            "5/7",
        ),
        # Month 3. Negative: P01 P07; positive: P02; not quantifiable: P08; transplanted before: P03; no assay: P04 P10.
        (
            dict(),
            9,
            {
                "MRD-negative": 2,
                "Indeterminate": 1,
                "MRD-positive": 1,
                "Transplanted in remission before an assay": 1,
                "Died before an assay": 1,
                "Lost to follow-up": 1,
                "No MRD assay": 2,
            },
            "2/9",
            "2/4",
        ),
        # Any detectable: not quantifiable is positive (P08); negative needs 1e-6 (P01), P07 at 1e-4 is indeterminate.
        (
            dict(mrd_cut="any"),
            9,
            {
                "MRD-negative": 1,
                "Indeterminate": 1,
                "MRD-positive": 2,
                "Transplanted in remission before an assay": 1,
                "Died before an assay": 1,
                "Lost to follow-up": 1,
                "No MRD assay": 2,
            },
            "1/9",
            "1/4",
        ),
        # Month 6 (150-225). Negative: P01, but without a response assessment there; relapsed: P02 P07;
        # P03 transplanted; P10 on other therapy since 150; died: P04 (150) P05; lost: P09;
        # P08 not assessed (its relapse comes on day 250).
        (
            dict(mrd_visit="M6"),
            9,
            {
                "MRD-negative": 1,
                "Transplanted in remission before an assay": 1,
                "Other therapy in remission before an assay": 1,
                "Relapsed before an assay": 2,
                "Died before an assay": 2,
                "Lost to follow-up": 1,
                "No MRD assay": 1,
            },
            "0/9",
            "no patients",
        ),
    ],
)
def test_mrd_status_by_visit_and_cut(go, query, n, expected, of_due, of_usable):
    figure = one(go("mrd", **query))
    assert figure.n == n and shares(figure) == expected
    assert [r.text.split(",")[0] for r in figure.pictures[1].frame.itertuples()] == [of_due, of_usable]


@pytest.mark.parametrize("visit_", VISITS[:-1], ids=lambda v: v.code)
def test_at_every_visit_the_classes_add_up_to_those_due(go, visit_):
    figure = one(go("mrd", mrd_visit=visit_.code))
    due = 10 if 750 + visit_.last <= 800 else 9
    assert figure.title == f"MRD status, {visit_.label.lower()} (n = {due})"
    assert sum(shares(figure).values()) == due


def test_a_visit_that_nobody_is_due_for_is_a_sentence(go):
    # The window of month 24 ends on day 820, the cut-off is day 800.
    figure = one(go("mrd", mrd_visit="M24"))
    assert figure.n == 0 and figure.infos and not figure.pictures and not figure.tables
    assert figure.left_out == {"not yet due": 10}


# B-cell aplasia ---------------------------------------------------------------------------------------------------

# Under observation from first remission (day 28; P08: day 30): P01 P02 P03 P07 P08 P09 P10; P06 has no sample. Days:
# 28 loss P09 (6 at risk), 80 transplant P03 (6), 150 loss P02 (5: an event comes before the end of its day) and new
# therapy P10, 180 relapse P07 (3), 250 relapse P08 (2), 400 last sample P01. An end is known on its day, whether or not
# a sample follows: P10 (last sample 100) and P08 (last sample 200) stay until 150 and 250 in both views, P07's sample
# on day 190 comes after its relapse and is not used.
ONGOING = {3: 5 / 6, 6: 5 / 6 * 4 / 5, 12: 5 / 6 * 4 / 5}
LOSS = {
    "Loss of B-cell aplasia": 1 / 6 + 5 / 36,
    "Allogeneic transplant": 5 / 6 * 1 / 6,
    "New therapy": 25 / 36 * 1 / 5,
    "Relapse not counted as loss": 15 / 36 * 1 / 3 + 10 / 36 * 1 / 2,
    "Death": 0,
}


def test_ongoing_aplasia_from_first_remission(go):
    figure = one(go("b_cell_aplasia"))
    assert figure.title == "Ongoing B-cell aplasia (n = 7)"
    for month, expected in ONGOING.items():
        assert number(figure, "Ongoing B-cell aplasia", month)["estimate"] == pytest.approx(expected, abs=APPROX)
        assert drawn_at(figure.pictures[0], month)["estimate"] == pytest.approx(expected, abs=APPROX)
    assert number(figure, "Ongoing B-cell aplasia", 24)["reason"] == (
        "not estimable: last B-cell sample or event at 13.1 months"
    )
    assert number(figure, "Ongoing B-cell aplasia", measure="median, months")["result"].startswith("not reached")
    assert figure.left_out == {"no first remission": 2, "no usable B-cell sample after first remission": 1}
    assert any(c.startswith("Never aplastic") and c.endswith(": 1.") for c in figure.said)


def test_loss_of_aplasia_with_what_competes(go):
    figure = one(go("b_cell_aplasia", bca_view="loss"))
    for outcome, expected in LOSS.items():
        assert number(figure, outcome, 12)["estimate"] == pytest.approx(expected, abs=APPROX)
        assert drawn_at(figure.pictures[0], 12, outcome)["estimate"] == pytest.approx(expected, abs=APPROX)


@pytest.mark.parametrize(
    "query, six_months, words",
    [
        # Confirmed: P09's only sample is suspected, not a loss; P02's loss on day 150 is confirmed on day 160: 4/5.
        (dict(bca_rule="pct1_abs100_confirmed"), 4 / 5, "Loss: B cells > 1 % or > 100/µL in blood, confirmed"),
        # A CD19-positive relapse that does not count changes nothing here: P02 lost aplasia before it.
        (dict(bca_relapse="no"), 5 / 6 * 4 / 5, "Loss: B cells ≥ 3 %"),
    ],
)
def test_the_rule_of_loss_is_chosen_and_printed(go, query, six_months, words):
    figure = one(go("b_cell_aplasia", **query))
    assert number(figure, "Ongoing B-cell aplasia", 6)["estimate"] == pytest.approx(six_months, abs=APPROX)
    assert any(c.startswith(words) for c in figure.said)


def test_an_absolute_rule_without_any_count_leaves_everybody_out(go):
    figure = one(go("b_cell_aplasia", bca_rule="absolute", bca_count="150"))
    assert figure.n == 0 and not figure.pictures
    assert figure.infos
    assert figure.left_out == {"no usable B-cell sample after first remission": 8, "no first remission": 2}


def test_suspected_losses_are_counted_beside_the_confirmed(go):
    # By the confirmed rule P09's one sample over it (day 28) is suspected and the first usable one of nobody is a loss.
    for query, never, suspected in ((dict(), 1, 0), (dict(bca_rule="pct1_abs100_confirmed"), 0, 1)):
        said = one(go("b_cell_aplasia", **query)).said
        assert any(c.startswith("Never aplastic") and c.endswith(f": {never}.") for c in said)
        assert any(c.startswith("Suspected loss") and f": {suspected}." in c for c in said)


# Relapse ----------------------------------------------------------------------------------------------------------


def test_relapse_and_death_in_remission_from_remission(go):
    # Days from remission: 0 P06, 0 P09 (censored); 152 relapse P07 (6 at risk), 172 relapse P02 (5), 220 relapse
    # P08 (4), 272 death P10 (3), 372 P03, 712 P01. Each event takes 1/6.
    figure = one(go("relapse"))
    assert figure.title == "Cumulative incidence of relapse (n = 8)"
    for month, relapse, death in ((3, 0, 0), (6, 2 / 6, 0), (12, 3 / 6, 1 / 6)):
        for outcome, expected in (("Relapse", relapse), ("Death in remission", death)):
            assert number(figure, outcome, month)["estimate"] == pytest.approx(expected, abs=APPROX)
            assert drawn_at(figure.pictures[0], month, outcome)["estimate"] == pytest.approx(expected, abs=APPROX)
    assert number(figure, "Relapse", 12)["n_risk"] == 2
    assert any("positive 1/2" in c and "negative 1/2" in c and "unknown in 1." in c for c in figure.said)


def test_relapse_by_cd19_status(go):
    figure = one(go("relapse", relapse_view="cd19"))
    found = {outcome: number(figure, outcome, 12)["estimate"] for outcome in figure.tables[0]["outcome"].unique()}
    assert found == pytest.approx(
        {
            "CD19-positive relapse": 1 / 6,
            "CD19-negative relapse": 1 / 6,
            "Lineage switch": 0,
            "Relapse, CD19 unknown": 1 / 6,
            "Death in remission": 1 / 6,
        }
    )


def test_death_without_relapse_from_infusion_with_what_competes(go):
    # 20 death of CRS P05 (10 at risk), 28+ P06 P09, 60 failure P04 (7): 9/10 * 1/7; relapses 180 P07 (6), 200 P02 (5),
    # 250 P08 (4) take 9/10 * 1/7 each, as does the infection of P10 on day 300 (3). P02's death follows its relapse.
    figure = one(go("relapse", relapse_view="nrm"))
    each = 9 / 10 / 7
    assert figure.title == "Non-relapse mortality (n = 10)" and figure.left_out == {}
    assert "Leukaemia death" not in set(figure.tables[0]["outcome"])  # whatever its cause, death is the event
    for month, died, failed, relapsed in (
        (3, 1 / 10, each, 0),
        (6, 1 / 10, each, each),
        (12, 1 / 10 + each, each, 3 * each),
    ):
        for outcome, expected in (("Non-relapse death", died), ("Treatment failure", failed), ("Relapse", relapsed)):
            assert number(figure, outcome, month)["estimate"] == pytest.approx(expected, abs=APPROX)
            assert drawn_at(figure.pictures[0], month, outcome)["estimate"] == pytest.approx(expected, abs=APPROX)


def test_cd19_shares_are_told_per_compared_group(go):
    # TISA: P02 positive. BREXU: P07 negative, P08 unknown.
    said = one(go("relapse", by="product")).said
    assert any(
        c.startswith("tisagenlecleucel: CD19 status") and "positive 1/1" in c and c.endswith("unknown in 0.")
        for c in said
    )
    assert any(
        c.startswith("brexucabtagene autoleucel: CD19 status") and "negative 1/1" in c and c.endswith("unknown in 1.")
        for c in said
    )


# Survival ---------------------------------------------------------------------------------------------------------

# (n, probability by month, median in days). Events (at risk), + censored; months are 30.4375 days.
SURVIVAL = {
    # 20 P05 (10), 40+ P06, 50+ P09, 150 P04 (7), 300 P10 (6), 400+ P08, 500 P02 (4), 600+, 700+, 760+
    "OS": (10, {3: 9 / 10, 6: 9 / 10 * 6 / 7, 12: 9 / 14, 24: 9 / 14 * 3 / 4}, 500),
    # 20 P05 (10), 28+ P06 P09, 60 failure P04 (7), 180 P07 (6), 200 P02 (5), 250 P08 (4), 300 P10 (3), 400+, 740+
    "EFS": (10, {3: 27 / 35, 6: 27 / 35 * 5 / 6, 12: 9 / 14 * 4 / 5 * 3 / 4 * 2 / 3, 24: 9 / 35}, 250),
    # as EFS, but 80+ P03 (transplant) and 150+ P10 (new therapy): 180 (4), 200 (3), 250 (2), 740+
    "EFSC": (10, {3: 27 / 35, 6: 27 / 35 * 3 / 4, 12: 27 / 140, 24: 27 / 140}, 200),
    # as EFS, but 80+ P03 only: 180 (5), 200 (4), 250 (3), 300 (2), 740+
    "EFSCT": (10, {3: 27 / 35, 6: 27 / 35 * 4 / 5, 12: 27 / 35 * 4 / 5 * 3 / 4 * 2 / 3 * 1 / 2}, 200),
    # from remission: 0+ P06 P09, 152 (6), 172 (5), 220 (4), 272 death P10 (3), 372+, 712+; exactly 1/2 from 220 to 272
    "RFS": (8, {3: 1, 6: 4 / 6, 12: 2 / 6}, (220 + 272) / 2),
    # 52+ P03, 122+ P10: 152 (4), 172 (3), 220 (2), 712+; exactly 1/2 from 172 to 220
    "RFSC": (8, {3: 1, 6: 2 / 4, 12: 1 / 4}, (172 + 220) / 2),
    # as RFS, but 52+ P03 only: 152 (5), 172 (4), 220 (3), 272 (2), 712+
    "RFSCT": (8, {3: 1, 6: 3 / 5, 12: 1 / 5}, 220),
    # as RFS, but P10 died of infection: 272+ (the day of death, not its last assessment on 132): 152 (6), 172 (5), 220
    # (4); exactly 1/2 from 220 to the end on 712
    "DOR": (8, {3: 1, 6: 4 / 6, 12: 3 / 6}, (220 + 712) / 2),
    "BCA": (7, ONGOING, None),
}
# Events of the same lists by 3, 6, 12 months (91.3, 182.6, 365.25 days) and over all follow-up.
EVENTS_SO_FAR = {
    "OS": (1, 2, 3, 4),
    "EFS": (2, 3, 6, 6),
    "EFSC": (2, 3, 5, 5),
    "EFSCT": (2, 3, 6, 6),
    "RFS": (0, 2, 4, 4),
    "RFSC": (0, 2, 3, 3),
    "RFSCT": (0, 2, 4, 4),
    "DOR": (0, 2, 3, 3),
    "BCA": (1, 2, 2, 2),
}


def test_every_endpoint_of_the_survival_menu_is_computed_by_hand_here():
    assert [e.paramcd for e in SURVIVAL_ENDPOINTS] == list(SURVIVAL)


@pytest.mark.parametrize("endpoint", SURVIVAL_ENDPOINTS, ids=lambda e: e.paramcd)
def test_survival_in_table_and_curve(go, endpoint):
    figure = one(go("survival", **({} if endpoint.paramcd == "OS" else {"survival_endpoint": endpoint.paramcd})))
    n, expected, median = SURVIVAL[endpoint.paramcd]
    assert figure.title == f"{endpoint.param} (n = {n})" and endpoint.definition in figure.method
    for month, probability in expected.items():
        assert number(figure, endpoint.param, month)["estimate"] == pytest.approx(probability, abs=APPROX)
        assert drawn_at(figure.pictures[0], month)["estimate"] == pytest.approx(probability, abs=APPROX)
    found = number(figure, endpoint.param, measure="median, months")
    assert found["result"].startswith("not reached" if median is None else f"{median / DAYS_PER_MONTH:.1f} (")
    assert (
        *(number(figure, endpoint.param, month)["n_event"] for month in (3, 6, 12)),
        found["n_event"],
    ) == EVENTS_SO_FAR[endpoint.paramcd]


def test_numbers_at_risk_events_and_censored_under_the_curve(go):
    risk = one(go("survival")).pictures[1].frame
    # OS: at risk at 0, 6, 12, 18, 24 months (182.6, 365.25, 547.9, 730.5 days); events; censored so far
    found = {r.time: (r.n_risk, r.n_event, r.n_censor) for r in risk.itertuples()}
    assert {month: found[month] for month in (0, 6, 12, 18, 24)} == {
        0: (10, 0, 0),
        6: (6, 2, 2),
        12: (5, 3, 2),
        18: (3, 4, 3),
        24: (1, 4, 5),
    }


def test_nothing_is_said_or_drawn_past_the_last_follow_up(go):
    figure = one(go("survival"))
    row = number(figure, "Overall survival", 36)
    assert row["result"] == "not estimable" and row["reason"] == "not estimable: last follow-up at 25.0 months"
    assert figure.pictures[0].frame["time"].max() == pytest.approx(760 / DAYS_PER_MONTH)


def test_a_disease_endpoint_ends_with_the_last_assessment_not_with_the_last_contact(go):
    figure = one(go("survival", survival_endpoint="EFS"))
    assert number(figure, "Event-free survival", 36)["reason"].startswith("not estimable: last assessment or event at ")


def test_fewer_months_cut_the_axis_and_nothing_else(go):
    short, long = (one(go("survival", **q)) for q in ({"survival_months": "12"}, {}))
    assert short.pictures[0].frame["time"].max() == 12
    assert drawn_at(short.pictures[0], 12)["estimate"] == pytest.approx(9 / 14)
    assert short.tables[0].equals(long.tables[0])


def test_survival_of_the_enrolled_counts_from_enrolment(go):
    # Enrolled 40 days before day 0: 5+ P12 (pending), 60 P05 (11), 80+, 90+, 140+ P11, 190 P04 (7), 340 P10 (6), ...
    figure = one(go("survival", population="enrolled"))
    assert figure.title == "Overall survival (n = 12) · Population: Enrolled"
    assert number(figure, "Overall survival", 12)["estimate"] == pytest.approx(10 / 11 * 6 / 7 * 5 / 6)
    # EFS: 5+ P12, 50 P11 never infused (11), 60 P05 (10), 68+ P06 P09, 100 (7), 220 (6), 240 (5), 290 (4), 340 (3)
    figure = one(go("survival", population="enrolled", survival_endpoint="EFS"))
    expected = 10 / 11 * 9 / 10 * 6 / 7 * 5 / 6 * 4 / 5 * 3 / 4 * 2 / 3
    assert number(figure, "Event-free survival", 12)["estimate"] == pytest.approx(expected)


def test_failure_on_day_0_by_convention_moves_only_the_failure(go):
    # P04 fails on day 0 (10 at risk), P05 on 20 (9), then 180 (6), 200 (5), 250 (4), 300 (3)
    figure = one(go("survival", survival_endpoint="EFS", failure="day0"))
    assert number(figure, "Event-free survival", 12)["estimate"] == pytest.approx(
        9 / 10 * 8 / 9 * 5 / 6 * 4 / 5 * 3 / 4 * 2 / 3
    )
    assert figure.title == "Event-free survival (n = 10) · Date of treatment failure: Day 0"


def test_small_groups_get_no_p_value_and_the_reason(go):
    figure = one(go("survival", by="product"))
    assert any(c.startswith("Log-rank test: no p-value: fewer than 10 patients") for c in figure.said)


# Transplant -------------------------------------------------------------------------------------------------------


def test_transplant_in_remission_competes_with_what_ends_remission(go):
    # From day 28: 28+ P06 P09, 80 transplant P03 (6), 150 new therapy P10 (5), relapses 180 P07, 200 P02, 250 P08,
    # 740+ P01: each event takes 1/6. P02's transplant on day 260 is salvage and not here.
    figure = one(go("transplant", transplant_figure="incidence"), "Transplant in remission")
    assert figure.title == "Transplant in remission after CAR-T (n = 8)"
    for outcome, expected in (
        ("Allogeneic transplant in remission", 1 / 6),
        ("Relapse", 3 / 6),
        ("New therapy", 1 / 6),
        ("Death in remission", 0),
    ):
        assert number(figure, outcome, 12)["estimate"] == pytest.approx(expected, abs=APPROX)
        assert drawn_at(figure.pictures[0], 12, outcome)["estimate"] == pytest.approx(expected, abs=APPROX)


YES = "Yes, kind unknown"  # of the twelve nobody's prior transplant has its kind recorded


def test_event_free_survival_by_prior_transplant(go):
    # Yes: 60 P04 (3), 200 P02 (2), 250 P08 (1). No: 20 P05 (6), 28+ P09, 180 P07 (4), 300 P10 (3), 400+, 740+. Of P06
    # nobody knows.
    figure = one(go("transplant", transplant_figure="prior"), "Event-free survival by prior transplant")
    assert figure.title == "Event-free survival by prior transplant (n = 9)"
    assert figure.left_out == {"with missing prior transplant": 1} and set(figure.tables[0]["strata"]) == {YES, "No"}
    at = {
        strata: [number(figure, "Event-free survival", m, strata)["estimate"] for m in (3, 6)] for strata in (YES, "No")
    }
    assert at == {YES: pytest.approx([2 / 3, 2 / 3]), "No": pytest.approx([5 / 6, 5 / 6 * 3 / 4])}
    assert number(figure, "Event-free survival", 12, "No")["estimate"] == pytest.approx(5 / 8 * 2 / 3)
    assert [number(figure, "Event-free survival", 3, s)["n"] for s in (YES, "No")] == [3, 6]


# Overview ---------------------------------------------------------------------------------------------------------


def test_the_headline_is_what_the_pages_say(go):
    table = one(go("overview", overview_figure="numbers"), "Headline").tables[0].set_index("outcome")
    assert table["estimate"].to_dict() == pytest.approx(
        {
            "Best response CR + CRi within 3 months": 7 / 9,
            "In remission at month 3, transplanted or not": 5 / 9,
            "MRD-negative remission at month 3": 2 / 9,
            "B-cell aplasia at 6 months, of remissions": 5 / 6 * 4 / 5,
            "Event-free at 12 months (EFS)": 9 / 35,
            "Alive at 12 months (OS)": 9 / 14,
            "Relapse by 12 months from remission": 1 / 2,
            "Transplant in remission by 12 months": 1 / 6,
        }
    )
    assert list(table["n"]) == [9, 9, 9, 7, 10, 10, 8, 8]
    # By the month: losses P09 P02; P05 P04 P07 P02 P08 P10; deaths P05 P04 P10; relapses P07 P02 P08; transplant P03.
    assert list(table["n_event"]) == [7, 5, 2, 2, 6, 3, 3, 1]


def test_the_headline_is_drawn_as_it_is_written(go):
    figure = one(go("overview", overview_figure="numbers"), "Headline")
    drawn, table = figure.pictures[0].frame, figure.tables[0]
    for column in ("outcome", "strata", "estimate", "text"):
        assert list(drawn[column]) == list(table[column])


def test_the_flow_is_of_all_enrolled_with_reasons(go):
    for population in ({}, {"population": "enrolled"}):
        figure = one(go("overview", overview_figure="numbers", **population), "From enrolment")
        n = {r.stage: r.n for r in figure.pictures[0].frame.itertuples() if r.n}
        assert figure.n == 12 and n == {
            "Enrolled": 12,
            "No apheresis recorded (allogeneic: not needed)": 1,
            "Apheresis recorded": 11,
            "Product released": 10,
            "Manufacturing failed": 1,
            "Never infused, no product released: manufacturing failure": 1,
            "Not infused yet (pending)": 1,
            "Infused": 10,
            "Month 3 not yet due": 1,
            "Due, status not known at month 3": 2,
            "Status known at month 3": 7,
        }  # P09 lost, P10 not assessed


def test_infusions_per_quarter_keep_the_empty_quarters(go):
    # Day 0 is 2024-01-01, P06 was infused on 2026-01-20: nine quarters.
    figure = one(go("overview"), "Infusions")
    assert list(figure.pictures[0].frame["n"]) == [9, 0, 0, 0, 0, 0, 0, 0, 1] == list(figure.tables[0]["n"])
    assert [figure.tables[0]["period"].iloc[i] for i in (0, -1)] == ["2024 Q1", "2026 Q1"]


def test_follow_up(go):
    # Censored alive is the event: 40 P06 (9), 50 P09 (8), 400 P08 (5), 600 P07 (3): 7/9 * 4/5 * 2/3 < 1/2.
    figure = one(go("overview", overview_figure="time"), "Length of follow-up")
    numbers = figure.tables[0].set_index("measure")
    assert numbers.loc["median, months", "estimate"] == pytest.approx(600 / DAYS_PER_MONTH)
    assert drawn_at(figure.pictures[0], 12)["estimate"] == pytest.approx(7 / 9)
    # Observed 760+500+700+150+20+40+600+400+50+300 days; potential 5 * 800 + 50 alive, 500+150+20+300 dead.
    assert numbers.loc["completeness (Clark's C)", "estimate"] == pytest.approx(3520 / 5020)
    # Potential follow-up of 12 months: all but P06; lost before: P09. Of 24 months: P03, P07, P08, P09.
    assert list(numbers.loc["under observation, of those due", "estimate"]) == pytest.approx([8 / 9, 5 / 9])


# The same number everywhere ---------------------------------------------------------------------------------------


def drawn_n(figure):
    """Patients in the picture that counts them, or None: an estimate alone has no count."""
    for frame in (p.frame for p in figure.pictures):
        if "total" in frame:
            return frame["n"].sum()
        if "period" in frame:
            return frame["n"].sum()
        if "stage" in frame:
            return frame["n"].max()
        if "n_risk" in frame and "estimate" not in frame:
            last = frame[frame["time"] == frame["time"].max()]
            return last[["n_risk", "n_event", "n_censor"]].to_numpy().sum()
    return None


@pytest.mark.parametrize("page", [page for page in PAGES if page not in SEVERAL_ROWS])
@pytest.mark.parametrize(
    "query",
    [{}, {"by": "product", "sex": ["female", "male"]}, {"by": "year", "year": "2024"}],
    ids=["all", "by product", "an empty group"],
)
def test_heading_chart_table_and_files_count_the_same_patients(go, files, page, query):
    app = go(page, **query)
    found = figures(app)
    by_code = list(dict.fromkeys(code for code, _ in files))
    assert len(found) == FIGURES[page] == len(by_code)
    for figure, code in zip(found, by_code, strict=True):
        _, numbers = opened(files[code, "rows" if page == "patients" else "numbers"])
        comments, patients = opened(files[code, "rows" if page == "patients" else "patients"])
        assert any(line.endswith(f"in this figure: {figure.n}") for line in comments)
        assert len({row[0] for row in patients[1:]}) == len(patients) - 1 == figure.n
        assert drawn_n(figure) in (None, figure.n)
        assert numbers[0] == list(figure.tables[0].columns) and len(numbers) == len(figure.tables[0]) + 1
        assert [row[0] for row in numbers[1:]] == [str(x) for x in figure.tables[0].iloc[:, 0]]
        assert all(picture.alt for picture in figure.pictures)


@pytest.mark.parametrize("page", [p for p in PAGES if p != "patients"])
def test_heading_and_left_out_add_up_to_the_cohort(go, page):
    app = go(page, by="sex", age="0-61")
    for figure in figures(app):
        assert figure.n + sum(figure.left_out.values()) == (11 if figure.title.startswith("From enrolment") else 9)


# Whatever is chosen -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_whole_by_itself_and_says_what_it_is(page, twelve):
    app = healthy(open_page(page))
    assert patients_line(app) == "10 of 10 patients" and len(figures(app)) == FIGURES[page]
    assert any("2026-03-11" in t.value and twelve in t.value and "Not a medical device" in t.value for t in app.text)
    assert any("Synthetic data" in m.value for m in app.markdown), "the badge"


def test_pages_behind_the_menu_equal_the_pages_alone(apps):
    app = open_dashboard("overview")
    for page in PAGES:
        together = figures(healthy(app.switch_page(f"pages/{page}.py").run()))
        alone = figures(visit(apps[page], {}))
        assert [(f.title, f.method, f.captions) for f in together] == [(f.title, f.method, f.captions) for f in alone]
        for one_, other in zip(together, alone, strict=True):
            assert all(a.equals(b) for a, b in zip(one_.tables, other.tables, strict=True))
            assert all(
                a.spec == b.spec and a.frame.equals(b.frame) for a, b in zip(one_.pictures, other.pictures, strict=True)
            )


def test_a_filter_goes_with_the_reader_from_page_to_page():
    app = open_dashboard("survival", sex="female")
    for page in PAGES:
        assert patients_line(healthy(app.switch_page(f"pages/{page}.py").run())) == "5 of 10 patients"


@pytest.mark.parametrize("page", PAGES)
def test_every_grouping_works_on_every_page(go, page):
    third = HEAVY.index(page) if page in HEAVY else None
    for grouping in GROUPINGS if third is None else GROUPINGS[third::3]:
        found = figures(go(page, by=grouping.code))
        assert len(found) == FIGURES[page], grouping.code
        if page in ("survival", "response", "mrd"):
            names = set(found[0].pictures[0].frame["strata"])
            assert names == set(found[0].tables[0]["strata"]) and "Cohort" not in names


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_cohort_is_a_sentence(go, page):
    app = go(page, sex="female", age="90-100")
    assert [i.value for i in app.info] == [NOBODY] and not figures(app)
    assert patients_line(app) == "0 of 10 patients"


@pytest.mark.parametrize("page", PAGES)
def test_one_patient_is_a_cohort_without_false_precision(go, page):
    for one_patient in ("P01", "P05", "P06", "P09", "P10"):
        app = go(page, age=f"{AGES[one_patient]}-{AGES[one_patient]}")
        assert patients_line(app) == "1 of 10 patients"
        for figure in figures(app):
            assert figure.pictures or figure.infos or len(figure.tables[0])
            for table in figure.tables:
                if "conf_low" in table and len(table):
                    known = table.dropna(subset=["conf_low", "conf_high"])
                    assert (known["conf_high"] - known["conf_low"]).ge(0.9).all()


def test_the_sentences_of_one_patient_without_remission(go):
    # P05 died on day 20: nothing to say of remission, of aplasia or of transplant in remission.
    for page, words in (("relapse", "no first remission"), ("b_cell_aplasia", "no first remission")):
        figure = one(go(page, age="20-20"))
        assert figure.n == 0 and figure.infos and figure.left_out == {words: 1}


@pytest.mark.parametrize("page", ["survival", "relapse", "b_cell_aplasia", "transplant", "response", "mrd", "overview"])
def test_a_group_without_patients_is_a_sentence_and_not_drawn(go, page):
    # The patients of brexucabtagene autoleucel are 30 to 62 years old.
    tabs = {"transplant": {"transplant_figure": "incidence"}, "overview": {"overview_figure": "numbers"}}
    tab = tabs.get(page, {})  # the first has groups of its own, or none
    figure = figures(go(page, by="product", age="0-25", **tab))[0]
    assert any("brexucabtagene autoleucel: no patients." in line for line in figure.captions)
    assert "brexucabtagene autoleucel: no patients." in figure.method
    assert set(figure.tables[0]["strata"]) == {"tisagenlecleucel"}
    # One group with competing outcomes is one picture of its outcomes, else the group is what is drawn.
    outcomes = set(figure.tables[0]["outcome"]) if page in ("relapse", "transplant") else set()
    assert all(set(p.frame["strata"]) in ({"tisagenlecleucel"}, outcomes) for p in figure.pictures)
    assert all("brexucabtagene" not in p.spec for p in figure.pictures)


@pytest.mark.parametrize("page", ["response", "mrd"])
def test_a_group_of_which_nobody_is_due_has_no_share(go, page):
    # 24 to 45 years: P06 of tisagenlecleucel, not yet due; P07 P08 P09 of brexucabtagene autoleucel.
    figure = figures(go(page, by="product", age="24-45"))[0]
    table = figure.tables[0]
    empty = table[table["strata"] == "tisagenlecleucel"]
    assert figure.n == 3 and figure.left_out == {"not yet due": 1}
    assert set(empty["result"]) == {"no patients"} and empty["share"].isna().all()


def test_a_figure_that_compares_names_the_grouping_in_title_and_file(go, files):
    app = go("survival", by="product")
    assert one(app).title == "Overall survival by product (n = 10)"
    comments, _ = opened(files["os", "numbers"])
    assert comments[1] == "Overall survival by product"
    assert one(go("survival")).title == "Overall survival (n = 10)"


def test_the_note_names_estimator_and_test_with_their_sources(go):
    for page, modules in (("survival", (kaplan_meier, logrank)), ("relapse", (aalen_johansen, gray))):
        compared, alone = (one(go(page, **query)).method for query in ({"by": "product"}, {}))
        for module in modules:
            assert module.METHOD in compared and f"Reference: {module.REFERENCE}" in compared
        assert modules[0].METHOD in alone and modules[1].METHOD not in alone


def test_files_say_what_coded_columns_mean(go, files):
    go("survival")
    line = next(x for x in opened(files["os", "patients"])[0] if x.startswith("Columns: "))
    assert "CNSR = 0 event, 1 censored, 2 competing event" in line and "AVAL = Days" in line


RULES_CHANGED = {
    "mrd_cut": ("any", "MRD cut-off: Any detectable"),
    "molecular": ("yes", "Molecular relapse counts as relapse: Yes"),
    "burden_cut": ("20", "Cut-off for high disease burden: 20 % blasts"),
}


@pytest.mark.parametrize("page", PAGES)
def test_rules_that_are_not_at_their_default_stand_in_every_title(go, files, page):
    app = go(page, **{code: value for code, (value, _) in RULES_CHANGED.items()})
    for figure in figures(app):
        assert all(words in figure.title for _, words in RULES_CHANGED.values())
    for build in files.values():
        comments, _ = opened(build)
        [rules] = [line for line in comments if line.startswith("Rules: ")]
        assert all(f" {words};" in f"{rules};" for _, words in RULES_CHANGED.values())


INFUSED_ONLY = {
    "mrd": "MRD status is defined for infused patients only. Choose the population Infused.",
    "b_cell_aplasia": "Ongoing B-cell aplasia is defined for infused patients only. Choose the population Infused.",
    "relapse": "Cumulative incidence of relapse is defined for infused patients only. Choose the population Infused.",
    "transplant": "Transplant after CAR-T is defined for infused patients only. Choose the population Infused.",
}


@pytest.mark.parametrize("page", INFUSED_ONLY)
def test_what_is_defined_for_the_infused_only_says_so_to_the_enrolled(go, page):
    figure = figures(go(page, population="enrolled"))[0]
    assert figure.infos == (INFUSED_ONLY[page],) and not figure.pictures and not figure.tables


@pytest.mark.parametrize(
    "endpoint", [e for e in SURVIVAL_ENDPOINTS if "enrolled" not in e.populations], ids=lambda e: e.paramcd
)
def test_only_overall_and_event_free_survival_are_for_the_enrolled(go, endpoint):
    figure = one(go("survival", population="enrolled", survival_endpoint=endpoint.paramcd))
    assert figure.infos == (f"{endpoint.param} is defined for infused patients only. Choose the population Infused.",)


def test_the_overview_of_the_enrolled_has_the_numbers_that_are_defined(go):
    headline = one(go("overview", overview_figure="numbers", population="enrolled"), "Headline")
    assert list(headline.tables[0]["outcome"]) == [
        "Best response CR + CRi within 3 months",
        "In remission at month 3, transplanted or not",
        "Event-free at 12 months (EFS)",
        "Alive at 12 months (OS)",
    ]
    assert list(headline.tables[0]["n"]) == [10, 10, 12, 12]


@pytest.mark.parametrize("page", PAGES)
def test_an_address_that_cannot_be_read_is_a_sentence_and_the_default(go, page):
    app = go(page, sex="' OR 1=1--", age="9-1", mrd_cut="1e-9", survival_endpoint="XX", mrd_visit="M4", zzz="1")
    said = next(t.value for t in app.text if "Part of this link could not be read." in t.value)
    assert "Sex has no option" in said and "Age cannot be '9-1'" in said and "MRD cut-off cannot be" in said
    assert patients_line(app) == "10 of 10 patients" and len(figures(app)) == FIGURES[page]


def test_an_endpoint_that_is_not_in_the_menu_is_a_sentence(go):
    app = go("survival", survival_endpoint="NRM")
    assert any(t.value == "Endpoint 'NRM' is not available on this page; showing Overall survival." for t in app.text)
    assert one(app).title == "Overall survival (n = 10)"


# Patients ---------------------------------------------------------------------------------------------------------


def test_the_patients_are_the_filtered_ones_with_their_dates(go):
    table = one(go("patients", sex="male")).tables[0].set_index("USUBJID")
    assert list(table.index) == ["P02", "P04", "P06", "P08"]
    row = table.loc["P02"]
    assert [str(row[c].date()) for c in ("TRTSDT", "RMSDT", "RELDT", "HSCTSVDT", "BCALOSDT", "DTHDT")] == [
        "2024-01-01",
        "2024-01-29",
        "2024-07-19",
        "2024-09-17",
        "2024-05-30",
        "2025-05-15",
    ]
    assert row["RELCD19"] == "positive" and table.loc["P08", "RELCD19"] == "unknown"


def test_patients_who_are_not_compared_are_listed_too(go):
    # Centres C01: P01 P02 P03; C02: P04 P05 P06; C03: P07 P08 P09; C04: P10.
    figure = one(go("patients", by="centre", group=["C01", "C02"]))
    table = figure.tables[0].set_index("USUBJID")
    assert figure.n == len(table) == 10
    assert table["GROUP"].dropna().to_dict() == {p: "C01" if p < "P04" else "C02" for p in INFUSED[:6]}
    assert figure.left_out == {}


@pytest.mark.parametrize("view", ["baseline", "all"])
def test_the_patients_table_has_other_columns(go, view):
    figure = one(go("patients", patient_columns=view))
    assert figure.n == 10 and {"USUBJID", "DISSTAT", "PRIORTX"} <= set(figure.tables[0].columns)


@pytest.fixture
def chosen():
    """A patients page of its own on which P02 has been chosen."""
    app = open_page("patients")
    app.session_state["memory:chosen"] = {"patients": "P02"}
    return healthy(app.run())


def test_a_chosen_patients_story_is_every_row_in_time_order(chosen):
    timeline, findings, due, story = figures(chosen)
    assert [figure.title for figure in (timeline, findings, due, story)] == [
        "Timeline of patient P02 (n = 1)",
        "Findings on patient P02 (n = 1)",
        "Due next for patient P02 (n = 1)",
        "Patient P02 (n = 1)",
    ]
    rows = story.tables[0]
    assert rows["DATE"].dropna().is_monotonic_increasing
    told = set(zip(rows["ADY"].fillna(-999), rows["EVENT"], strict=True))
    assert {(-40, "enrolment"), (0, "infusion"), (28, "response assessment"), (150, "b cell assessment")} <= {
        (ady, event.replace("_", " ")) for ady, event in told
    }
    derived = rows[rows["DOMAIN"] == "derived"].set_index("EVENT")["ADY"].to_dict()
    assert derived == {
        "first remission": 28,
        "last evaluable response or MRD assessment": 91,
        "loss of B-cell aplasia (chosen rule)": 150,
        "relapse": 200,
        "salvage transplant after relapse": 260,
        "last contact": 500,
    }


def test_a_chosen_patient_who_is_filtered_away_has_no_story(chosen):
    assert len(figures(visit(chosen, dict(sex="female")))) == 1
    assert len(figures(visit(chosen, dict(sex="male")))) == 4


def test_no_patient_is_named_in_the_address(chosen):
    assert not any(re.search(r"P\d\d", str(v)) for v in chosen.query_params.values())


def test_a_patient_without_remission_without_samples_or_lost_has_a_story():
    app = open_page("patients")
    for one_patient in ("P04", "P06", "P09"):
        app.session_state["memory:chosen"] = {"patients": one_patient}
        story = figures(healthy(app.run()))[-1]
        assert plain(story.title) == f"Patient {one_patient} (n = 1)" and len(story.tables[0]) > 3


# What words explain ------------------------------------------------------------------------------------------------


def test_the_title_explains_what_tabs_and_heads_of_lists_shorten(go):
    said = go("toxicity").header[0].help
    assert all(f"{plain(code)}: " in plain(said) for code in ("CRS", "ICANS", "ICAHT", "IEC-HS"))
    listed = go("relapse", relapse_figure="outcome").header[1].help
    assert "CD22: " in plain(listed)  # a column of the list


def test_a_newcomer_reads_one_short_line_that_names_what_is_invented_and_where_own_data_go():
    assert len(welcome.ANSWERS + welcome.SYNTHETIC) <= 90
    assert "invented" in welcome.SYNTHETIC and "Data" in welcome.SYNTHETIC


def test_the_tile_of_mrd_says_that_not_tested_is_not_negative():
    tiled = {tile["code"]: tile["n"] for tile in tile_data(tiles(sample_cohort()))}
    assert tiled["mrd_m3"].endswith("; not tested: not negative") and " of " in tiled["mrd_m3"]
