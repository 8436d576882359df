"""What is derived and estimated is remembered by request: once per request, not to be changed, within bounds."""

from dataclasses import dataclass, replace
from functools import partial

import pandas as pd
import pytest

from analyses.cohort import Choice, choose
from analyses.members import memoised
from analyses.memory import Memory, canonical, size_of
from endpoints.catalogue import EFS, OS
from endpoints.rules import Rules
from estimators.follow_up import median
from tests.pages.tiny import loaded

DEFAULT = Rules()


def test_a_derivation_is_made_once_per_version_scope_cut_off_rules_and_name():
    memory, made = Memory(), []

    def ask(rules=DEFAULT, name="a", **changes):
        loaded(memory=memory, **changes).derived(rules, name, lambda: made.append((rules, name, changes)))

    asked = [
        {},
        {"name": "b"},
        {"rules": Rules(mrd_cut="any")},
        {"version": "ffffffffffff"},
        {"scope": "site C1"},
        {"data_cutoff": pd.Timestamp("2024-01-01")},
    ]
    for request in [*asked, *asked]:
        ask(**request)
    assert len(made) == 6
    ask(title="another")  # what the dataset is called changes no number
    assert len(made) == 6


def test_a_page_cannot_change_what_another_page_gets():
    data = loaded()

    def get():
        return data.derived(Rules(), "test of sharing", lambda: pd.DataFrame({"n": [1, 2]}))

    mine = get()
    mine.loc[0, "n"] = 99
    mine["more"] = 1
    assert get().to_dict("list") == {"n": [1, 2]}


def test_a_failed_derivation_is_not_remembered():
    data = loaded()
    with pytest.raises(ZeroDivisionError):
        data.derived(Rules(), "test of failure", lambda: 1 / 0)
    assert data.derived(Rules(), "test of failure", lambda: 7) == 7


def test_equal_content_has_one_canonical_text_and_its_parts_cannot_run_together():
    assert canonical(a=1, b=[2]) == canonical(b=[2], a=1) == '{"a":1,"b":[2]}'
    assert canonical(a="A", b="B") != canonical(a='A","b":"B')


def test_what_has_no_words_of_its_own_is_no_request():
    assert canonical(a=median) == canonical(a=median) != canonical(a=partial(median, conf_type="log"))
    for nameless in (lambda: 1, pd.DataFrame(), {1, 2}, object()):
        with pytest.raises(TypeError, match="must be made of"):
            canonical(a=nameless)


# Results: what an analysis found for a request ---------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Found:
    """What the analysis of these tests gives."""

    cohort: object
    table: pd.DataFrame


@memoised
def counted(cohort, of, day=0):
    COUNTED.append((cohort.key, of, day))
    return Found(replace(cohort, groups=()), pd.DataFrame({"n": [cohort.n]}))


COUNTED = []


def test_an_analysis_is_made_once_per_request_and_arguments_and_nobody_changes_what_the_next_gets():
    COUNTED.clear()
    data = loaded()
    for choice, of, day in [
        (Choice(), OS, 0),
        (Choice(), OS, 0),
        (Choice(), EFS, 0),
        (Choice(), OS, 7),
        (Choice(filters={"sex": ("female",)}), OS, 0),
        (Choice(), replace(OS, censored_at=EFS.events), 0),
    ]:
        found = counted(choose(data, choice), of, day=day)
        n = 4 if choice.filters else 10
        assert found.table.to_dict("list") == {"n": [n]} and len(found.cohort.patients) == n
        found.table.loc[0, "n"], found.cohort.patients.iloc[0, 0] = 99, "P99"
    assert len(COUNTED) == 5


def test_a_cohort_made_from_the_chosen_one_is_never_answered_from_memory():
    COUNTED.clear()
    chosen = choose(loaded())
    for cohort in (replace(chosen, members=chosen.members.iloc[:1]), replace(chosen, n=1)):
        counted(cohort, OS)
        counted(cohort, OS)
    assert len(COUNTED) == 4


def test_what_is_larger_than_the_memory_is_given_and_not_kept_and_the_oldest_goes_first():
    frame = pd.DataFrame({"n": range(1000)})
    made = []

    def ask(memory, request):
        return memory.recall(request, lambda: made.append(request) or frame.copy())

    small = Memory(max_bytes=size_of(frame) - 1)
    assert all(ask(small, "a").equals(frame) for _ in range(2)) and made == ["a", "a"] and small.bytes_held == 0
    made.clear()
    two = Memory(max_bytes=2 * size_of(frame))
    for request in ("a", "b", "a", "c", "a", "b"):  # c takes the place of b, which was asked for longest ago
        ask(two, request)
    assert made == ["a", "b", "c", "b"] and two.bytes_held <= 2 * size_of(frame)


def test_a_column_in_arrow_s_buffers_counts_once_whoever_holds_it():
    keys = pd.Series([f"key {i}" for i in range(1000)], dtype=pd.StringDtype("pyarrow", na_value=float("nan")))
    one, other = pd.DataFrame({"KEY": keys}), pd.DataFrame({"KEY": keys}).copy(deep=False)
    assert size_of((one, other)) < 1.1 * size_of(one) + 1000 and size_of(one) > 6000


def test_what_is_handed_out_for_months_does_not_grow_by_the_click():
    """pandas notes every shared copy beside the data: 1.5 MB a minute with ten visitors, for hours."""
    memory = Memory()
    frame = pd.DataFrame({"code": ["a", "b"], "n": [1, 2]})

    def noted():
        given = memory.recall("asked", lambda: frame)
        given["code"].tolist()
        notes = [*(block.refs for block in given._mgr.blocks), given.index._references, given.columns._references]
        return sum(len(note.referenced_blocks) for note in notes if note is not None)

    first = [noted() for _ in range(3)][-1]
    assert [noted() for _ in range(100)][-1] == first
