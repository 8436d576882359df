"""The filters as one list of facets: checkbox, words, bar and live count of every option, drawn by facets.js.

The server is the only truth: what is chosen goes in with the counts, a change comes back as one value, and the next run
says what came of it. Words from the database go in as data and are never markup.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd
import streamlit as st

from analyses.cohort import Cohort, Levels
from analyses.cohort_data import with_outcome
from analyses.counts import shown_count
from analyses.memory import canonical
from endpoints.cohort import EVERY_FILTER, FILTER, MISSING, Filter, Level, count_every_level, encode_levels
from endpoints.outcome import SECTION
from figures.labels import one_line
from pages.parts.component import mount
from pages.parts.session.choices import BY, GROUPING, everyone, offered
from pages.parts.session.state import ADDRESS, choices, choose_all, session_memory, touch

MOST_USED = ("product", "age", "sex", "centre", "year", "prior_transplant")
KEY, ASKED, HTML = "facets", "asked", "<div class='facets'></div>"
LONGEST = 300  # letters of the words of an option: they wrap
FEW, IN_SIGHT = 2, 5  # levels that stand side by side (missing aside), and under one another without a click


def draw_facets(cohort: Cohort, everybody: pd.DataFrame, levels: Levels) -> None:
    """All filters. The section of outcomes is counted once it has been opened: its columns are derived for it alone."""
    heard = session_memory(KEY)
    is_open = heard.get("outcome", False) or bool(cohort.outcome)
    filters = [f for f in EVERY_FILTER if is_open or not f.is_outcome]
    n, whole = (_count(cohort, everybody, levels, filters, chosen) for chosen in (cohort.filters, {}))
    mount(
        KEY,
        HTML,
        key=KEY,
        data={
            "sections": _sections(levels, whole),
            "counts": n,
            "chosen": {f.code: list(choices()[f.code]) for f in EVERY_FILTER if choices()[f.code] != everyone(f)},
            "by": choices()[BY],
            "heard": heard.get("serial", 0),
            "address": st.session_state[ADDRESS],
        },
        on_asked_change=take_asked,
    )


def _count(
    cohort: Cohort, everybody: pd.DataFrame, levels: Levels, filters: Sequence[Filter], chosen: Mapping[str, tuple]
) -> dict[str, dict[str, int | None]]:
    """{filter: {level: n}} under the chosen filters, one entry of the memory per request."""
    codes, smallest = [f.code for f in filters], cohort.data.smallest
    on_offer = {f.code: offered(f, levels) for f in filters if not f.is_range}

    def count() -> dict[str, dict[str, int | None]]:
        rows = with_outcome(cohort.data, cohort.rules, everybody, codes)
        encoded = cohort.data.derived(cohort.rules, f"codes of {codes}", lambda: encode_levels(rows, on_offer))
        counted = count_every_level(rows, chosen, on_offer, encoded)
        return {
            code: {x.code: shown_count(n, smallest) for x, n in zip(on_offer[code], counted[code], strict=True)}
            for code in on_offer
        }

    request = canonical(**cohort.data.identity, rules=asdict(cohort.rules), counts=codes, filters=dict(chosen))
    return cohort.data.memory.recall(request, count)


# What there is to choose ------------------------------------------------------------------------------------------


def _sections(levels: Levels, whole: Mapping[str, Mapping[str, int | None]]) -> list[dict[str, Any]]:
    """The most used filters in a section without a name, then every other one in the section of its declaration."""
    controls = [f for f in EVERY_FILTER if f.code == f.control]
    used = [FILTER[code] for code in MOST_USED]
    begun = {f.section for f in used}  # what is left of a section says so in its name
    sections: dict[str, list[Filter]] = {"": used}
    for filter_ in controls:
        if filter_ not in used:
            name = f"{filter_.section}: more" if filter_.section in begun else filter_.section
            sections.setdefault(name, []).append(filter_)
    return [
        {"name": name, "asks": name == SECTION, "facets": [_facet(f, levels, whole) for f in filters]}
        for name, filters in sections.items()
    ]


def _facet(filter_: Filter, levels: Levels, whole: Mapping[str, Mapping[str, int | None]]) -> dict[str, Any]:
    """One control: the filter, and those that stand in it."""
    parts = [f for f in EVERY_FILTER if f.part_of == filter_.code]
    facet: dict[str, Any] = {
        "code": filter_.code,
        "label": filter_.label,
        "help": filter_.help,
        "compares": filter_.code in GROUPING,
        "parts": [_facet(part, levels, whole) for part in sorted(parts, key=lambda f: len(offered(f, levels)))],
    }
    if filter_.is_range:
        return facet | {"range": [filter_.low, filter_.high], "unit": filter_.unit}
    shown = _shown(filter_, levels, whole.get(filter_.code))
    words = [[x.code, one_line(x.label, LONGEST)] for x in shown]
    return facet | {"levels": words, "shown": _in_sight(filter_, len(words)), "few": _has_sides(filter_, levels)}


def _in_sight(filter_: Filter, n: int) -> int:
    """How many options stand there without a click: nobody is asked to open a list of one more."""
    return 0 if filter_.part_of in MOST_USED and n > FEW else n if n <= IN_SIGHT + 1 else IN_SIGHT


def _has_sides(filter_: Filter, levels: Levels) -> bool:
    return bool(filter_.part_of) and len(offered(filter_, levels)) == FEW + 1


def _shown(filter_: Filter, levels: Levels, n: Mapping[str, int | None] | None) -> list[Level]:
    """The levels that anybody of the population has, whatever is filtered, and those that are chosen. The part of a
    control that has two sides leaves the missing to its finer part."""
    chosen, left = choices()[filter_.code], {MISSING} if _has_sides(filter_, levels) else set()
    return [
        level
        for level in offered(filter_, levels)
        if level.code in chosen or (level.code not in left and (n is None or n[level.code] != 0))
    ]


# What comes back --------------------------------------------------------------------------------------------------


def take_asked() -> None:
    """Callback: the browser asks for other choices. Clicks that the server has not yet answered come again with the
    next one, so that none is lost."""
    asked = st.session_state[KEY][ASKED]
    if not isinstance(asked, dict):
        return
    heard, serial = session_memory(KEY), asked.get("serial")
    if not isinstance(serial, int) or serial <= heard.get("serial", 0):  # what a browser kept of another page
        return
    heard["serial"] = serial
    heard["outcome"] = heard.get("outcome", False) or asked.get("outcome") is True
    choose_all(changes_in(asked.get("changes")))
    touch()


def changes_in(asked: Any) -> dict[str, Any]:
    """{code: value} of what can be chosen; everything else that a browser may send is left out."""
    changes = asked if isinstance(asked, dict) else {}
    read = {code: _read(code, value) for code, value in changes.items()}
    return {code: value for code, value in read.items() if value is not None}


def _read(code: str, value: Any) -> Any:
    """The value as the choice has it, None where it cannot have it. Levels that nobody has go at the next run."""
    if code == BY:
        return value if isinstance(value, str) and value in ("", *GROUPING) else None
    if code not in FILTER or not isinstance(value, list):
        return None
    if not FILTER[code].is_range:
        return [text for text in value if isinstance(text, str)]
    if len(value) != 2 or not all(isinstance(end, int) for end in value):
        return None
    low, high = FILTER[code].low, FILTER[code].high
    return tuple(sorted(min(max(end, low), high) for end in value))
