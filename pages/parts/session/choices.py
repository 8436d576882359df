"""Every choice of the app as one flat set with one encoding. Pure: sidebar.py keeps, writes and reads it.

A state is a dict code -> value: filters (list of level codes, or (low, high)), rules, `by`, `group` and the choices of
single pages. A URL is a dict parameter -> list of texts; only what is not at its default stands in it.
"""

from collections.abc import Mapping
from typing import Any

from analyses.cohort import Levels
from endpoints.cohort import EVERY_FILTER, FILTER, GROUPINGS, Filter, Level
from endpoints.rules import RULES, Rule, Rules
from figures.labels import one_line
from pages.parts.session.page_choices import LOCAL

BY, GROUP = "by", "group"


RULE = {r.code: r for r in RULES}
GROUPING = {f.code: f for f in GROUPINGS}


def everyone(filter_: Filter) -> Any:
    """The value of a filter that keeps everybody."""
    return (filter_.low, filter_.high) if filter_.is_range else []


def defaults() -> dict[str, Any]:
    """The state of a fresh visit."""
    return (
        {r.code: r.default for r in RULES}
        | {f.code: everyone(f) for f in EVERY_FILTER}
        | {BY: "", GROUP: []}
        | {c.code: c.default for c in LOCAL.values()}
    )


def is_offered(rule: Rule, state: Mapping[str, Any]) -> bool:
    """Whether the rule has any effect: some only refine one value of another."""
    return rule.only_when is None or state[rule.only_when[0]] == rule.only_when[1]


def rules_of(state: Mapping[str, Any]) -> Rules:
    """The rules in force: a rule that is not offered is at its default, so that equal derivations have equal keys."""
    return Rules(**{r.code: state[r.code] if is_offered(r, state) else r.default for r in RULES})


def filters_of(state: Mapping[str, Any]) -> dict[str, tuple]:
    """The filters that narrow, in declared order, their codes sorted: the order of clicks makes no other request."""
    return {f.code: tuple(sorted(state[f.code])) for f in EVERY_FILTER if state[f.code] != everyone(f)}


def with_choice(state: Mapping[str, Any], code: str, value: Any) -> dict[str, Any]:
    """The state with a choice that has another value. Another comparison forgets the groups picked for the last; of the
    filters of one control (age) only the one that was chosen last narrows."""
    forgotten: dict[str, Any] = {GROUP: []} if code == BY else {}
    if code in FILTER:
        forgotten = {f.code: everyone(f) for f in EVERY_FILTER if f.control == FILTER[code].control}
    return {**state, **forgotten, code: value}


def offered(filter_: Filter, levels: Levels) -> tuple[Level, ...]:
    """The levels of a filter: declared, or those found in the data."""
    return filter_.levels or levels[filter_.code]


def without_lost(state: Mapping[str, Any], levels: Levels) -> tuple[dict[str, Any], list[str]]:
    """The state without the filter values and groups that the data do not have any more, in declared order, and a
    sentence for each choice that lost some."""
    kept, lost = dict(state), []
    for code, label, known in _data_choices(state, levels):
        kept[code] = [value for value in known if value in state[code]]
        gone = sorted(set(state[code]) - set(kept[code]))
        if gone:
            lost.append(f"{label} has no option '{one_line(', '.join(gone))}' any more; it is left out.")
    return kept, lost


def _data_choices(state: Mapping[str, Any], levels: Levels) -> list[tuple[str, str, list[str]]]:
    """(code, label, codes on offer) of every choice among the levels of the data."""
    found = [(f.code, f.label, [x.code for x in offered(f, levels)]) for f in EVERY_FILTER if not f.is_range]
    return [*found, *((GROUP, "Groups", [x.code for x in levels[by]]) for by in [state[BY]] if by)]
