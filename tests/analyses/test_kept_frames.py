"""What is derived of everybody under the rules that everybody begins with outlives the server, and nothing else."""

from dataclasses import replace

import pandas as pd
import pytest

from analyses.cohort import Choice, choose
from analyses.memory import Memory
from analyses.monitoring.quality import missingness
from analyses.monitoring.watchlist import as_known_at, counts, unevaluated, watchlist
from data_access.reading.arrow import from_arrow, to_arrow
from endpoints.rules import Rules
from tests.analyses.cohorts import sample

ASKED = {
    "findings": lambda cohort: watchlist(cohort, "all", "all", "open", 91).rows,
    "counts": lambda cohort: counts(cohort, 91).numbers,
    "unevaluated": lambda cohort: unevaluated(cohort).rows,
    "missing": lambda cohort: missingness(cohort).numbers,
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
    assert set(before) == {"study", "WATCHLIST", "MISSING"}
    for cohort in (started(shelf, bca_confirm="no"), as_known_at(started(shelf), 200)):
        for ask in ASKED.values():
            ask(cohort)
    assert {name: bytes(content) for name, content in shelf.items()} == before


def test_an_earlier_cutoff_does_not_take_what_is_kept_of_the_later_one(shelf):
    then, derived = as_known_at(started(shelf), 400), as_known_at(started(), 400)
    pd.testing.assert_frame_equal(then.whole.course, derived.whole.course)
    pd.testing.assert_frame_equal(then.whole.adsl, derived.whole.adsl)
