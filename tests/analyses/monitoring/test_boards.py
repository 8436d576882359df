"""Boards, funnel, swimmer and data quality recounted in plain loops over the raw tables of the sample."""

from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from analyses.course.overview import MONTHS, headline
from analyses.monitoring.due import due
from analyses.monitoring.follow_up_board import ALL_TIME, EVERYWHERE, completeness, follow_up_board, names_in_cell
from analyses.monitoring.outcome_board import COMPLETE, YEAR, funnel, outcome_board
from analyses.monitoring.quality import behind_page, broken_rows, missingness, plausibility
from analyses.monitoring.swimmer import ORDERS, PER_PAGE, n_pages, swimmer
from analyses.status.board import board
from data_access.bundle.checks import judge_all
from data_access.bundle.plausibility import RULES
from endpoints.schedule import ASSESSMENT
from endpoints.states import STATES
from endpoints.variables import PAGES, VARIABLE
from estimators.follow_up import clark_c
from pages.parts.session.page_choices import FIGURES
from tests.analyses.cohorts import cohort_of, sample, sample_cohort
from tests.literal import patient


@pytest.fixture(scope="module")
def cohort():
    return sample_cohort()


def days(later, earlier):
    return (later - earlier).days if pd.notna(later) else None


# Follow-up board ------------------------------------------------------------------------------------------------------


def counted_by_hand(cohort, table, is_done, first, last, near):
    """{(centre, quarter): Counter of classes}, patient by patient."""
    done = defaultdict(list)
    for row in cohort.data.tables[table].to_dict("records"):
        if is_done(row) and pd.notna(row["date"]) and row["date"] <= cohort.data.data_cutoff:
            done[row["patient_id"]].append(row["date"])
    course = cohort.whole.course.set_index("USUBJID")
    cells = defaultdict(Counter)
    for one in cohort.patients.to_dict("records"):
        name, day0, c = one["USUBJID"], one["TRTSDT"], course.loc[one["USUBJID"]]
        visits = [days(day, day0) for day in done[name]]
        ended = [d for d in (days(c["DTHDT"], day0), days(c["RELDT"], day0)) if d is not None]
        treated = [d for d in (days(c["NEWTHDT"], day0), days(c["HSCTDT"], day0)) if d is not None]
        if (cohort.data.data_cutoff - day0).days < last:
            code = "not_due"
        elif any(first <= d <= last for d in visits):
            code = "in_window"
        elif any(d <= last for d in ended):
            code = "ended"
        elif any(d <= last for d in treated):
            code = "treated"
        else:
            code = "outside" if any(near[0] <= d <= near[1] for d in visits if d > 0) else "missed"
        cells[one["SITEID"], f"{day0.year} Q{(day0.month + 2) // 3}"][code] += 1
    return cells


@pytest.mark.parametrize(
    ("assessment", "visit", "table", "is_done", "window", "near"),
    [
        ("response", "M3", "response_assessment", lambda row: True, (60, 120), (46, 150)),
        ("mrd", "M6", "mrd_assessment", lambda row: row["result"] in ("negative", "positive",
        "positive_not_quantifiable"), (150, 225), (121, 226)),
        ("b_cells", "M12", "b_cell_assessment", lambda row: True, (316, 455), (316, 524)),
    ],
)  # fmt: skip
def test_the_cells_of_the_board_are_those_of_a_loop(cohort, assessment, visit, table, is_done, window, near):
    found = follow_up_board(cohort, assessment, visit)
    by_hand = counted_by_hand(cohort, table, is_done, *window, near)
    assert len(found.cells) > len(by_hand) > 100
    for row in found.cells.to_dict("records"):
        inside = [
            counts
            for (centre, quarter), counts in by_hand.items()
            if row["row"] in (centre, EVERYWHERE) and row["column"] in (quarter, ALL_TIME)
        ]
        total = sum(inside, Counter())
        for code in ("in_window", "outside", "ended", "treated", "missed", "not_due"):
            assert row[code] == total[code], row
        due_ = total.total() - total["not_due"]
        assert (row["n_event"], row["n"], row["due"]) == (total["in_window"], due_, due_)
        assert row["asked"] == total["in_window"] + total["outside"] + total["missed"]


def test_the_month_3_board_of_overview_has_the_same_numbers(cohort):
    ours = follow_up_board(cohort, "response", "M3").cells
    total = ours[ours["column"] == ALL_TIME].set_index("row")
    theirs = board(cohort, "centre").rates
    theirs = theirs[theirs["outcome"] == "done_of_due"].set_index("strata")
    assert total.drop(EVERYWHERE)["n_event"].to_dict() == theirs["n_event"].to_dict()
    assert total.drop(EVERYWHERE)["n"].to_dict() == theirs["n"].to_dict()


def test_the_names_of_a_cell_are_as_many_as_it_counts(cohort):
    found = follow_up_board(cohort, "mrd", "M3")
    for cell in found.cells.sample(12, random_state=1).to_dict("records"):
        names = names_in_cell(cohort, "mrd", "M3", cell["row"], cell["column"])
        classes = Counter(names.rows["AVALC"])
        assert {code: cell[code] for code in classes} == dict(classes) and names.n == sum(classes.values())


def test_completeness_per_visit_is_the_total_of_the_board(cohort):
    for row in completeness(cohort).cells.to_dict("records"):
        if row["row"] in ("mrd", "igg"):
            total = follow_up_board(cohort, row["row"], row["column"]).cells.iloc[-1]
            assert (row["n_event"], row["n"]) == (total["in_window"], total["asked"])


def test_contact_goes_on_after_relapse(cohort):
    assert "treated" not in set(ASSESSMENT["contact"].treated) | set(ASSESSMENT["contact"].ends)
    one = patient("P1", responses={28: "CR"}, relapses=[dict(day=90)], contacts=[1100])
    found = follow_up_board(cohort_of(one, cutoff=pd.Timestamp("2028-01-01")), "contact", "Y3")
    assert found.cells["in_window"].tolist() == [1, 1, 1, 1]


# Outcome board and funnel ---------------------------------------------------------------------------------------------


def test_the_board_and_the_headline_say_one_number(cohort):
    rows = outcome_board(cohort, "centre").rows.set_index(["outcome", "strata"])
    heads = headline(cohort).rows.set_index("outcome")
    month = {m.code: m for m in MONTHS}
    assert month["os"].month * 30.4375 == YEAR
    for ours, theirs in (("os_year", "os"), ("efs_year", "efs"), ("cir_year", "relapse")):
        for name in ("estimate", "conf_low", "conf_high"):
            assert rows.loc[(ours, "all"), name] == heads.loc[theirs, name]


def test_patients_at_risk_and_completeness_are_those_of_a_loop(cohort):
    rows = outcome_board(cohort, "product").rows.set_index(["outcome", "strata"])
    course = cohort.whole.course.set_index("USUBJID")
    at_risk, time, dead, potential = Counter(), defaultdict(list), defaultdict(list), defaultdict(list)
    for one in cohort.patients.to_dict("records"):
        c, level = course.loc[one["USUBJID"]], f"level {one['PRODUCT']}"
        last = c["DTHDT"] if pd.notna(c["DTHDT"]) else c["LSTCNTDT"]
        at_risk[level] += days(last, one["TRTSDT"]) >= 100
        time[level].append(days(last, one["TRTSDT"]))
        dead[level].append(int(pd.notna(c["DTHDT"])))
        potential[level].append(days(cohort.data.data_cutoff, one["TRTSDT"]))
    for level in time:
        assert rows.loc[("os_100", level), "n_risk"] == at_risk[level]
        c = clark_c(np.array(time[level]), np.array(dead[level]), np.array(potential[level]))
        assert rows.loc[(COMPLETE.code, level), "estimate"] == pytest.approx(c)


def test_levels_stand_in_the_order_of_their_names_and_no_note_names_one(cohort):
    found = outcome_board(cohort, "centre")
    codes = [group.code for group in found.strata]
    assert codes[0] == "all" and codes[1:-1] == sorted(codes[1:-1])
    assert "ranking" in {note.code for note in found.notes} and "80 % (EBMT)" in found.notes[1].text


@pytest.mark.parametrize("expected", [0, 80])
def test_the_funnel_counts_who_is_known_at_a_year_and_its_limits_are_binomial(cohort, expected):
    found, course = funnel(cohort, expected), cohort.whole.course.set_index("USUBJID")
    alive, known, lost, waiting = Counter(), Counter(), 0, 0
    for one in cohort.patients.to_dict("records"):
        c, day0 = course.loc[one["USUBJID"]], one["TRTSDT"]
        if (cohort.data.data_cutoff - day0).days < YEAR:
            waiting += 1
        elif pd.notna(c["DTHDT"]) and days(c["DTHDT"], day0) <= YEAR:
            known[one["SITEID"]] += 1
        elif days(c["DTHDT"] if pd.notna(c["DTHDT"]) else c["LSTCNTDT"], day0) >= YEAR:
            known[one["SITEID"]] += 1
            alive[one["SITEID"]] += 1
        else:
            lost += 1
    p = expected / 100 if expected else sum(alive.values()) / sum(known.values())
    assert found.expected == pytest.approx(p) and found.is_own == (not expected)
    assert dict(zip(found.left_out["code"], found.left_out["n"], strict=True)) == {
        "year_not_reached": waiting,
        "lost": lost,
    }
    for row in found.numbers.to_dict("records"):
        centre = row["strata"].removeprefix("level ")
        assert (row["n_event"], row["n"]) == (alive[centre], known[centre])
        for tail, low, high in ((0.025, "low_95", "high_95"), (0.001, "low_998", "high_998")):
            limits = binom.ppf([tail, 1 - tail], row["n"], p) / row["n"]
            assert (row[low], row[high]) == pytest.approx(tuple(limits))
        outside = row["estimate"] < row["low_95"] or row["estimate"] > row["high_95"]
        assert (row["place"] != "within") == outside


# Swimmer --------------------------------------------------------------------------------------------------------------


def test_every_lane_is_the_patient_s_course_day_by_day(cohort):
    found, course = swimmer(cohort, "follow_up"), cohort.whole.course.set_index("USUBJID")
    labels = {state.code: i for i, state in enumerate(STATES)}
    assert len(found.order) == PER_PAGE == len(set(found.order))
    follow_up = [days(course.loc[name, "LSTCNTDT"], course.loc[name, "TRTSDT"]) for name in found.order]
    assert follow_up == sorted(follow_up, reverse=True)
    for name in found.order:
        c = course.loc[name]
        stays = found.stays[found.stays["USUBJID"] == name].sort_values("START")
        assert stays["START"].iloc[0] == 0
        assert stays["STOP"].tolist()[:-1] == stays["START"].tolist()[1:]  # no gap, no overlap
        places = [labels[code] for code in stays["STATE"]]
        assert places == sorted(places)  # states are never left backwards
        marks = {(row.KIND, row.ADY) for row in found.marks[found.marks["USUBJID"] == name].itertuples()}
        dates = ("RMSDT", "BCALOSDT", "HSCTDT", "NEWTHDT", "RELDT", "DTHDT")
        assert marks == {(kind, days(c[kind], c["TRTSDT"])) for kind in dates if pd.notna(c[kind])}
        assert (name in found.goes_on) == (pd.isna(c["DTHDT"]) and not c["DTHNODT"])


@pytest.mark.parametrize("order", ORDERS)
def test_pages_hold_every_patient_once_in_the_order_asked_for(cohort, order):
    pages = [swimmer(cohort, order, page).order for page in range(1, n_pages(cohort) + 1)]
    everybody = [name for page in pages for name in page]
    assert sorted(everybody) == sorted(cohort.patients["USUBJID"]) and len(pages) == 13
    if order == "age":
        ages = cohort.patients.set_index("USUBJID")["AGE"].dropna()
        told = [ages[name] for name in everybody if name in ages]
        assert told == sorted(told)


def test_a_page_beyond_the_last_is_the_last(cohort):
    assert swimmer(cohort, "age", 9999).order == swimmer(cohort, "age", n_pages(cohort)).order


# Data quality, due ----------------------------------------------------------------------------------------------------


def test_every_plausibility_rule_has_its_numerator_and_denominator_in_the_cohort():
    women = sample_cohort(filters={"sex": ("female",)})
    data = sample()
    verdicts = judge_all(RULES, data.tables, data.data_cutoff)
    found = plausibility(women, verdicts).numbers.set_index("id")
    ids, broken_rules = set(women.patients["USUBJID"]), 0
    assert len(found) == len(RULES)
    for place, verdict in enumerate(verdicts):
        rows = data.tables[verdict.rule.table]
        owners = rows["patient_id"] if "patient_id" in rows else pd.Series([None] * len(rows))
        own = [owner is None or owner in ids for owner in owners]
        applies = sum(a and o for a, o in zip(verdict.applies, own, strict=True))
        broken = sum(b and o for b, o in zip(verdict.broken, own, strict=True))
        line = found.loc[f"{place}:{verdict.rule.code}"]
        assert (line["n_broken"], line["n_applies"]) == (broken, applies), verdict.rule.code
        broken_rules += broken > 0
        assert len(broken_rows(women, verdict).rows) == broken
    assert broken_rules > 5


def test_missing_values_are_those_of_a_loop(cohort):
    cells = missingness(cohort).cells.set_index(["row", "column"])
    centre = cohort.patients.set_index("USUBJID")["SITEID"].to_dict()
    day0 = cohort.patients.set_index("USUBJID")["TRTSDT"].to_dict()
    counts = defaultdict(Counter)
    for row in cohort.data.tables["mrd_assessment"].to_dict("records"):
        name = row["patient_id"]
        if name in centre and row["date"] > day0[name] and row["result"] == "negative":
            for column in (centre[name], "all_centres"):
                counts[column]["n"] += 1
                counts[column]["missing"] += pd.isna(row["sensitivity"])
    for column, count in counts.items():
        cell = cells.loc[("mrd_assessment.sensitivity", column)]
        assert (cell["n_event"], cell["n"]) == (count["missing"], count["n"])


def test_the_block_of_a_page_has_exactly_its_variables_and_pages_are_pages(cohort):
    assert set(PAGES) <= {figure.code.removesuffix("_figure") for figure in FIGURES}
    for page, codes in PAGES.items():
        numbers = behind_page(cohort, page).numbers
        assert numbers["place"].tolist() == list(dict.fromkeys(codes)) and set(codes) <= set(VARIABLE)


def test_what_is_due_within_a_time_is_within_it(cohort):
    for what in ("visits", "registry"):
        near, far = due(cohort, what, 30), due(cohort, what, 365)
        assert 0 < len(near.rows) < len(far.rows)
        assert (near.rows["FROMDT"] <= cohort.data.data_cutoff + pd.Timedelta(days=30)).all()
