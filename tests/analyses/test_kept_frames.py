"""What is derived of everybody under the rules that everybody begins with outlives the server, and nothing else."""

from dataclasses import replace

import pandas as pd
import pytest

from analyses import keeping
from analyses.cohort import Choice, choose
from analyses.cohort_data import CohortData
from analyses.memory import Memory
from analyses.monitoring.quality import missingness, plausibility
from analyses.monitoring.watchlist import as_known_at, counts, unevaluated, watchlist
from data_access.bundle.checks import judge_all, packed, unpacked
from data_access.bundle.plausibility import RULES
from data_access.reading.arrow import from_arrow, to_arrow
from data_access.reading.queries import empty_frame
from data_access.schema.tables import BUNDLE_TABLES
from endpoints.rules import Rules
from pages.parts.data_quality import plausible
from pages.parts.data_quality.plausible import verdicts
from tests.analyses.cohorts import CUTOFF, TWELVE, data_of, sample
from tests.every_tab import draw, every_tab

ASKED = {
    "findings": lambda cohort: watchlist(cohort, "all", "all", "open", 91).rows,
    "counts": lambda cohort: counts(cohort, 91).numbers,
    "unevaluated": lambda cohort: unevaluated(cohort).rows,
    "missing": lambda cohort: missingness(cohort).numbers,
    "plausible": lambda cohort: plausibility(cohort, verdicts(cohort)).numbers,
}


class Put(dict):
    """A shelf whose frames go through the form in which they are kept."""

    def take(self, name):
        return from_arrow(self[name]) if name in self else None

    def put(self, name, frames):
        self[name] = to_arrow(frames)


@pytest.fixture(scope="module")
def shelf():
    kept = Put()
    for ask in ASKED.values():
        ask(started(kept))
    return kept


def started(shelf=None, **rules):
    """The sample as a server that was just started sees it."""
    return choose(replace(sample(), memory=Memory(), shelf=shelf), Choice(rules=Rules(**rules)))


@pytest.mark.parametrize("what", ASKED)
def test_what_a_start_takes_from_an_earlier_one_is_what_it_would_derive(shelf, what):
    pd.testing.assert_frame_equal(ASKED[what](started(shelf)), ASKED[what](started()))


def test_what_is_kept_is_of_the_rules_that_everybody_begins_with_and_of_the_content_s_own_cutoff(shelf):
    before = {name: bytes(content) for name, content in shelf.items()}
    assert set(before) == {"study", "WATCHLIST", "MISSING", "PLAUSIBILITY"}
    for cohort in (started(shelf, bca_confirm="no"), as_known_at(started(shelf), 200)):
        for ask in ASKED.values():
            ask(cohort)
    assert {name: bytes(content) for name, content in shelf.items()} == before


def test_an_earlier_cutoff_does_not_take_what_is_kept_of_the_later_one(shelf):
    then, derived = as_known_at(started(shelf), 400), as_known_at(started(), 400)
    pd.testing.assert_frame_equal(then.whole.course, derived.whole.course)
    pd.testing.assert_frame_equal(then.whole.adsl, derived.whole.adsl)


def test_what_an_earlier_start_judged_is_not_judged_again(shelf, monkeypatch):
    """The first visit of the page Data took 5 s of CPU at 100,000 patients: every rule was asked of every row."""
    judged = verdicts(started())
    monkeypatch.setattr(plausible, "judge_all", lambda *_: pytest.fail("judged again"))
    for verdict, kept in zip(judged, verdicts(started(shelf)), strict=True):
        assert verdict.rule == kept.rule
        assert verdict.applies.tolist() == kept.applies.tolist()
        assert verdict.broken.tolist() == kept.broken.tolist()


def test_verdicts_on_no_rows_are_kept_too():
    nobody = {table.name: empty_frame(table) for table in BUNDLE_TABLES}
    kept = from_arrow(to_arrow(packed(judge_all(RULES, nobody, CUTOFF))))
    assert {len(verdict.broken) for verdict in unpacked(RULES, kept, nobody)} == {0}


@pytest.fixture
def of_every_tab(monkeypatch):
    """(shelf, {name: result}) of everything that all tabs derive, where also what is small is kept."""
    monkeypatch.setattr(keeping, "MANY", 0)
    kept, made = Put(), {}
    once = CohortData._once
    monkeypatch.setattr(
        CohortData, "_once", lambda self, rules, name, derive: made.setdefault(name, once(self, rules, name, derive))
    )
    cohort = choose(replace(data_of(*TWELVE.values()), shelf=kept))
    for _, tab in every_tab():
        draw(tab, cohort, with_specs=False)
    return kept, made


def test_everything_large_that_any_tab_derives_is_kept_and_comes_back_as_it_was(of_every_tab):
    """At 100,000 patients the first page after a start took 6 s, most of them to derive again what was known."""
    kept, made = of_every_tab
    frames = {name: keeping.packed(result) for name, result in made.items() if keeping.packed(result)}
    assert frames.keys() <= kept.keys()
    for name, before in frames.items():
        after = from_arrow(to_arrow(before))
        assert type(keeping.unpacked(after)) is type(made[name]), name
        for part, frame in before.items():
            pd.testing.assert_frame_equal(after[part], frame)
    rows = {name: getattr(result, "rows", result) for name, result in made.items()}
    filled = {name for name, frame in rows.items() if isinstance(frame, pd.DataFrame) and len(frame)}
    assert filled <= frames.keys(), "a frame that is derived again at every start"
