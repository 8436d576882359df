"""Lists: they say in which order they stand, what a tick does, and what is asked soonest stands first."""

import ast
from pathlib import Path

import pytest

from analyses.monitoring.due import REGISTRY, VISITS, due
from analyses.monitoring.watchlist import watchlist
from analyses.time_to_event.relapse import relapse_rows
from endpoints.glossary import terms_in
from endpoints.watch.rules import WATCHLIST
from figures.answer import answer_line
from figures.figure import ROWS
from tests.analyses.cohorts import sample_cohort
from tests.every_tab import draw, every_tab

ROOT = Path(__file__).parents[2]
WITHOUT_PATIENTS = ("patients", "administration", "data_page", "data_quality")  # or of one patient
OF_ONE_PATIENT = ("patient_story", "patient_findings", "patient_due")


def test_every_list_of_patients_says_in_which_order_it_stands():
    for page, tab in every_tab():
        for figure in draw(tab, sample_cohort(), with_specs=False).figures:
            if ROWS in figure.tables and "USUBJID" in figure.tables[ROWS] and figure.code not in OF_ONE_PATIENT:
                assert any(word in figure.answer for word in (" first", " by ", " order ")), (page, tab.code)


@pytest.mark.parametrize("rule", [rule.code for rule in WATCHLIST])
def test_a_rule_of_the_watchlist_says_its_order(rule):
    found = watchlist(sample_cohort(), rule)
    [declared] = [one.order for one in WATCHLIST if one.code == rule]
    assert answer_line(found, "").endswith(f"; {declared}.")


def test_what_is_overdue_longest_stands_first_whatever_the_assessment():
    days = watchlist(sample_cohort(), "overdue").rows["OVERDUE"].tolist()
    assert days == sorted(days, reverse=True) and len(days) > 20
    silent = watchlist(sample_cohort(), "contact").rows["OVERDUE"].tolist()
    assert silent == sorted(silent, reverse=True)


def test_whose_decision_is_due_soonest_stands_first():
    rows = watchlist(sample_cohort(), "decision").rows
    assert rows["ADT"].is_monotonic_increasing and len(rows) > 3


@pytest.mark.parametrize("what", [VISITS, REGISTRY])
def test_what_is_due_soonest_stands_first(what):
    found = due(sample_cohort(), what)
    assert found.rows["DUEDT"].is_monotonic_increasing and answer_line(found, "").endswith("; the soonest first.")


def test_the_list_of_relapses_has_the_age():
    chosen = sample_cohort(filters={"sex": ("female",)})
    rows, age = relapse_rows(chosen), chosen.whole.adsl.set_index("USUBJID")["AGE"]
    assert rows["AGE"].tolist() == age.loc[rows["USUBJID"]].tolist() and len(rows) > 20


def test_words_of_the_watchlist_explain_themselves_wherever_a_label_begins():
    for text in ("In remission, transplant-naive, day 45-120", "Transplant-naive", "5 followed elsewhere"):
        assert len(terms_in(text)) == 1, text


def test_every_table_that_names_patients_can_be_ticked():
    """A call of show_table without a key is a list that leads nowhere: those of one patient, and of rules that no row
    breaks."""
    for path in sorted((ROOT / "pages" / "parts").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "show_table":
                has_key = any(word.arg == "key" for word in node.keywords)
                names_nobody = path.name == "plausible.py" and "KEPT_TITLE" in ast.unparse(node)
                assert has_key or names_nobody or path.parent.name in ("patients", "administration", "data_page"), path
