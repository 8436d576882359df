"""choose_cohort(): draws filters and rules, gives the cohort. The only code that touches the URL and session_state.

The choices live in one dict of the session; widgets are views of it (a callback copies a change into it, and a widget
is assigned from it before it is drawn whenever the two differ or the page changed, since Streamlit forgets the widgets
of another page). The URL is written from it and read into it here, with codes. Bound widgets would lose a pasted link's
value at the first page change.
"""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from endpoints.cohort import (
    ALL_PATIENTS,
    FILTER,
    FILTERS,
    MAX_GROUPS,
    Filter,
    Group,
    Level,
    choose_groups,
    count_levels,
    keep,
    levels_of,
    membership,
)
from endpoints.rules import RULES, Option, Rule, Rules
from endpoints.study import Study, derive_study
from figures.labels import SYNTHETIC, clean, inert, label_line
from pages.parts.data.study import Loaded, answer, canonical, derived, one_sentence
from pages.parts.session.choices import (
    BY,
    GROUP,
    GROUPING,
    LOCAL,
    RULE,
    Levels,
    Reader,
    Visit,
    defaults,
    encode,
    everyone,
    filters_of,
    is_offered,
    rules_of,
    url_to_adopt,
    without_lost,
)

CHOICES, VISIT, NOW, READER, TOUCHED = "choices", "visit", "now", "reader", "touched"
PAGE_CHANGED, PROBLEMS, ON_PAGE = "page_changed", "problems", "on_page"
ROW = "option_row"  # where the options of the chosen figure stand; of one run
SEEN, NEWS = "seen", "news"  # the version of the data at the last run, and what is not yet read about a newer one
RULES_SECTION = "Rules"
CHANGED = "The data have changed from version"
MAX_NEWS = 6


@dataclass(frozen=True, eq=False)
class Cohort:
    """The chosen patients. Every frame is shared: never change it in place.

    adsl: the filtered patients of the population (infused: with a day 0); members: USUBJID, GROUP (group code);
    left_out_levels: reason, n (patients of levels that are not compared); emptied: labels of groups without patients;
    key: canonical JSON of the request; not_by: what the sidebar compares by and one figure does not. is_chosen: this is
    what the key says; a copy made by `replace` has the key of the request that it comes from, and is not.
    """

    loaded: Loaded
    study: Study
    rules: Rules
    filters: dict[str, tuple]
    filter_words: dict[str, str]
    by: Filter | None
    groups: tuple[Group, ...]
    members: pd.DataFrame
    left_out_levels: pd.DataFrame
    adsl: pd.DataFrame
    n: int
    of_n: int
    key: str
    emptied: tuple[str, ...] = ()
    not_by: str = ""
    is_chosen: bool = field(default=False, init=False)

    def changed_rules(self) -> tuple[str, ...]:
        """The rules that are not at their default, in words: they stand in every title and file."""
        return tuple(f"{rule.label}: {rule.words(value)}" for rule, value in self.rules.changed())

    def who(self) -> str:
        """'82 of 504 infused patients (600 enrolled)': who was never infused is named by number."""
        enrolled, infused = counted(self.study)
        other = f"{enrolled} enrolled" if self.rules.population == "infused" else f"{infused} infused"
        return f"{self.n} of {self.of_n} {self.rules.population} patients ({other})"


def counted(study: Study) -> tuple[int, int]:
    """(enrolled, infused) patients of the whole dataset."""
    return len(study.adsl), int(study.adsl["TRTSDT"].notna().sum())


def choose_cohort(loaded: Loaded) -> Cohort:
    """Label, sidebar and chips; the cohort they describe. An empty cohort is a sentence and the end of the page."""
    _listen_rules()
    rules = rules_of(_choices())
    with one_sentence("The cohort cannot be derived from this database."):
        study = derived(loaded, rules, "study", lambda: derive_study(loaded.tables, rules, loaded.data_cutoff))
        everybody = _population(study.adsl, rules)
        levels = derived(loaded, rules, "levels", lambda: {f.code: levels_of(f, study.adsl) for f in FILTERS})
    _listen_filters(levels)
    _notice_version(loaded, study)
    with one_sentence("The cohort cannot be chosen from this database."):
        cohort = _cohort(loaded, study, everybody, levels)
    _draw_top(cohort)
    _draw_sidebar(cohort, everybody, levels)
    st.session_state[ON_PAGE], st.session_state[ROW] = {}, None
    if cohort.n == 0:
        st.info(f"No {cohort.rules.population} patient has all the chosen properties. Remove a filter above, or reset.")
        st.stop()
    return cohort


def begin_options() -> None:
    """From here on the options of this page stand side by side in one row, wherever they are chosen: the figure under
    them stays in sight."""
    st.session_state[ROW] = st.container(horizontal=True)


def choose_option(code: str, options: Iterable[Option | tuple[str, str]] | None = None, explain: str = "") -> str:
    """Draw a declared choice of this page and return its code. `options`: what the page offers, in place of or within
    the declared ones; a chosen value that is not among them gives way to the default, else to the first. `explain`:
    what the options mean."""
    choice = LOCAL[code]
    offered = {o.code: o.label for o in _as_options(choice.options if options is None else options)}
    value = _offered_value(code, offered)
    _assign(code, value)
    with _place():
        st.segmented_control(
            choice.label,
            list(offered),
            format_func=_words(offered, True),
            key=_key(code),
            required=True,
            on_change=_take,
            args=(code,),
            help=inert(explain, 2000) or None,
        )
    st.session_state[ON_PAGE][code] = value
    return value


def choose_number(code: str, explain: str = "") -> int:
    """Draw a declared whole number of this page and return it. `explain`: what it changes."""
    choice = LOCAL[code]
    _assign(code, _choices()[code])
    with _place():
        value = st.number_input(
            f"{choice.label} ({choice.unit})",
            choice.low,
            choice.high,
            step=1,
            key=_key(code),
            on_change=_take,
            args=(code,),
            help=inert(explain, 2000) or None,
            width=260,
        )
    st.session_state[ON_PAGE][code] = str(value)
    return value


def _place() -> Any:
    return st.session_state[ROW] or nullcontext()


def page_choices() -> dict[str, str]:
    """The choices drawn on this page so far: part of every request that leaves it."""
    return dict(st.session_state.get(ON_PAGE, {}))


def session_memory(name: str) -> dict[str, Any]:
    """A dict of this session that outlives the run, for what happens between two runs (a download that failed)."""
    return st.session_state.setdefault(f"memory:{name}", {})


# The URL and the session ------------------------------------------------------------------------------------------


def _choices() -> dict[str, Any]:
    return st.session_state[CHOICES]


def _key(code: str) -> str:
    return f"choice:{code}"


def _listen_rules() -> None:
    """First step of every run: who speaks, the URL or the session?"""
    url = {code: st.query_params.get_all(code) for code in st.query_params}
    context = get_script_run_ctx()
    page = context.page_script_hash if context else ""
    last, touched = st.session_state.get(VISIT), st.session_state.pop(TOUCHED, False)
    adopted = url_to_adopt(last, page, url, touched)
    page_changed = st.session_state[PAGE_CHANGED] = last is None or last.page != page
    if adopted is not None:
        st.session_state[READER] = Reader(adopted)
        st.session_state[CHOICES] = st.session_state[READER].state
    elif touched or page_changed:
        st.session_state[PROBLEMS] = []
    carried = encode(_choices()) if page_changed and not url else last.carried if last and not page_changed else None
    st.session_state[NOW] = Visit(page, url, carried)


def _listen_filters(levels: Levels) -> None:
    """Second step, with the levels known: finish reading an adopted URL, and leave the canonical one."""
    reader = st.session_state.pop(READER, None)
    if reader is not None:
        st.session_state[CHOICES] = reader.read_filters(levels)
        st.session_state[PROBLEMS] = reader.problems
    st.session_state[CHOICES], lost = without_lost(_choices(), levels)
    st.session_state[NEWS] = [*st.session_state.get(NEWS, []), *lost]
    _write_url()


def _notice_version(loaded: Loaded, study: Study) -> None:
    """When an import has swapped the data since this session's last run, that is news, also that the chosen patient is
    gone. It stands until the reader closes it: a fast next click must not take it away unread."""
    now = f"{loaded.version} (data cut-off {loaded.cutoff_date})", counted(study)
    before = st.session_state.get(SEEN, now)
    st.session_state[SEEN] = now
    if before[0] == now[0]:
        return
    chosen, known = session_memory("chosen"), set(study.adsl["USUBJID"])
    gone = [code for code, usubjid in chosen.items() if usubjid not in known]
    for code in gone:
        del chosen[code]
    patient = ["The patient chosen before is not in it."] if gone else []
    changed = (
        f"{CHANGED} {before[0]} to version {now[0]} since the last run. {_count_words(before[1], now[1])} "
        "Everything on this page is of the new version."
    )
    others = [line for line in st.session_state[NEWS] if not line.startswith(CHANGED)]  # an older change is old news
    st.session_state[NEWS] = [" ".join((changed, *patient)), *others][:MAX_NEWS]


def _count_words(before: tuple[int, int], now: tuple[int, int]) -> str:
    """Before and now, of the whole dataset, whatever the filters."""
    counts = zip(("enrolled", "infused"), before, now, strict=True)
    return f"Patients in all: {', '.join(f'{then} → {n} {words}' for words, then, n in counts)}."


def _read_news() -> None:
    st.session_state[NEWS] = []
    _touch()


def _write_url() -> None:
    url, now = encode(_choices()), st.session_state[NOW]
    if url != now.url:
        st.query_params.from_dict(url)
    carried = now.carried if url or not now.url else None
    st.session_state[NOW] = st.session_state[VISIT] = replace(now, url=url, carried=carried)


def _take(code: str) -> None:
    """A widget changed: its value is the choice."""
    _choose(code, st.session_state[_key(code)])


def _choose(code: str, value: Any) -> None:
    changed = {code: value} | ({GROUP: []} if code == BY else {})
    st.session_state[CHOICES] = _choices() | changed
    st.session_state[TOUCHED] = True


def _reset() -> None:
    st.session_state[CHOICES] = defaults()
    st.session_state[TOUCHED] = True


def _assign(code: str, value: Any) -> None:
    key = _key(code)
    if st.session_state[PAGE_CHANGED] or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _offered_value(code: str, offered: dict[str, str]) -> str:
    value, default = _choices()[code], LOCAL[code].default
    if value in offered:
        return value
    instead = default if default in offered else next(iter(offered))
    st.session_state[CHOICES] = _choices() | {code: instead}
    _write_url()
    st.text(f"{LOCAL[code].label} '{clean(value)}' is not offered here; {offered[instead]} is shown.")
    return instead


def _as_options(options: Iterable[Option | tuple[str, str]]) -> list[Option]:
    return [o if isinstance(o, Option) else Option(*o) for o in options]


def _words(labels: dict[str, str], is_markdown: bool):
    return (lambda code: inert(labels[code])) if is_markdown else (lambda code: clean(labels[code], 120))


# The cohort -------------------------------------------------------------------------------------------------------


def _population(adsl: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    return adsl[adsl["TRTSDT"].notna()] if rules.population == "infused" else adsl


def _cohort(loaded: Loaded, study: Study, everybody: pd.DataFrame, levels: Levels) -> Cohort:
    state = _choices()
    filters, by = filters_of(state), GROUPING.get(state[BY])
    adsl = keep(everybody, filters)
    groups, emptied = _filled(_groups(state, by, everybody, levels), by, adsl)
    key = canonical(
        version=loaded.version,
        scope=loaded.viewer.scope,
        cutoff=loaded.cutoff_date,
        rules=asdict(study.rules),
        filters=filters,
        by=state[BY],
        groups=[g.code for g in groups],
        emptied=emptied,
    )
    cohort = Cohort(
        loaded,
        study,
        study.rules,
        filters,
        _filter_words(filters, levels),
        by,
        groups,
        membership(adsl, by, groups),
        _left_out_levels(adsl, by, groups, levels),
        adsl,
        len(adsl),
        len(everybody),
        key,
        emptied,
    )
    object.__setattr__(cohort, "is_chosen", True)
    return cohort


def _filled(
    groups: tuple[Group, ...], by: Filter | None, adsl: pd.DataFrame
) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    """The groups that the filters left patients in, and the labels of the others; all of them when none is left."""
    codes = set(adsl[by.column].astype(str)) if by else {g.code for g in groups}
    filled = tuple(g for g in groups if g.code in codes)
    return (filled or groups), tuple(g.label for g in groups if filled and g not in filled)


def _groups(state: dict, by: Filter | None, everybody: pd.DataFrame, levels: Levels) -> tuple[Group, ...]:
    if by is None:
        return (ALL_PATIENTS,)
    present = _present(by, everybody, levels)
    picked = [x.code for x in present if x.code in state[GROUP]] or [x.code for x in present]
    return choose_groups(levels[by.code], tuple(picked[:MAX_GROUPS]))


def _present(by: Filter, everybody: pd.DataFrame, levels: Levels) -> list[Level]:
    """The levels that anybody in the population has: whatever the filters leave, the groups and their colours stay."""
    codes = set(everybody[by.column].astype(str))
    return [level for level in levels[by.code] if level.code in codes]


def _left_out_levels(adsl: pd.DataFrame, by: Filter | None, groups: tuple[Group, ...], levels: Levels) -> pd.DataFrame:
    if by is None:
        return pd.DataFrame({"reason": pd.Series(dtype="str"), "n": pd.Series(dtype="int64")})
    counts = count_levels(adsl, by, {}, levels[by.code])
    counts = counts[~counts["code"].isin([g.code for g in groups]) & (counts["n"] > 0)]
    return pd.DataFrame(
        {
            "reason": [f"{by.label}: {clean(x)} is not among the compared groups" for x in counts["label"]],
            "n": counts["n"].to_numpy(),
        }
    )


def _filter_words(filters: dict[str, tuple], levels: Levels) -> dict[str, str]:
    return {code: _value_words(FILTER[code], value, levels) for code, value in filters.items()}


def _value_words(filter_: Filter, value: tuple, levels: Levels) -> str:
    if filter_.is_range:
        return f"{value[0]}-{value[1]}"
    return ", ".join(level.label for level in levels[filter_.code] if level.code in value)


# The screen -------------------------------------------------------------------------------------------------------


def _draw_top(cohort: Cohort) -> None:
    """Banner, label, what was wrong with the address, and the chips with `n of N infused patients`."""
    if cohort.loaded.synthetic:
        st.badge(SYNTHETIC, color="orange")
    st.text(label_line(cohort.loaded.cutoff_date, clean(cohort.loaded.version)))
    if st.session_state.get(PROBLEMS):
        st.text("\n".join(["This address was not fully understood.", *st.session_state[PROBLEMS]]))
    if st.session_state[NEWS]:
        _draw_news(st.session_state[NEWS])
    with st.container(horizontal=True, vertical_alignment="center", key="chips"):
        counted_words, _, rest = cohort.who().partition(" (")
        st.markdown(f"**{counted_words}** ({rest}", width="content")
        for code, words in cohort.filter_words.items():
            _chip(code, f"{FILTER[code].label}: {words}", everyone(FILTER[code]))
        for rule, value in cohort.rules.changed():
            _chip(rule.code, f"{rule.label}: {rule.words(value)}", rule.default)
        if cohort.by:
            _chip(BY, f"Compared by: {cohort.by.label}", "")
        if cohort.filters or cohort.rules.changed():
            st.button("Reset all", key="reset:chips", type="tertiary", on_click=_reset)


def _draw_news(news: list[str]) -> None:
    st.info(inert(" ".join(news), 2000), icon=":material/update:")
    st.button("Close this message", key="close:news", type="tertiary", on_click=_read_news)


def _chip(code: str, words: str, neutral: Any) -> None:
    st.button(
        inert(words, 80),
        key=f"chip:{code}",
        icon=":material/close:",
        icon_position="right",
        help="Remove",
        on_click=_choose,
        args=(code, neutral),
    )


def _draw_sidebar(cohort: Cohort, everybody: pd.DataFrame, levels: Levels) -> None:
    with st.sidebar:
        st.text(clean(cohort.loaded.title))
        _draw_rule(RULE["population"])
        _draw_comparison(cohort.by, everybody, levels)
        for section in dict.fromkeys(f.section for f in FILTERS):
            _section(section, lambda section=section: _draw_filters(section, cohort, everybody, levels))
        _section(
            RULES_SECTION,
            lambda: [_draw_rule(r) for r in RULES if r.code != "population" and is_offered(r, _choices())],
        )
        st.button("Reset", key="reset", on_click=_reset, help="Every filter, rule and view back to its default")


def _section(name: str, draw: Callable[[], Any]) -> None:
    """A closed section costs nothing: its widgets are drawn while it is open, their values live in the session."""
    key, is_open = f"open:{name}", f"was_open:{name}"
    if st.session_state[PAGE_CHANGED]:
        st.session_state[key] = st.session_state.get(is_open, False)
    box = st.expander(name, key=key, on_change=_touch)
    st.session_state[is_open] = bool(box.open)
    if box.open:
        with box:
            draw()


def _touch() -> None:
    st.session_state[TOUCHED] = True


def _draw_filters(section: str, cohort: Cohort, everybody: pd.DataFrame, levels: Levels) -> None:
    filters = [f for f in FILTERS if f.section == section]
    counts = answer(
        lambda: {f.code: _counts(f, cohort, everybody, levels) for f in filters if not f.is_range},
        cohort=cohort.key,
        counts=section,
    )
    for filter_ in filters:
        if filter_.is_range:
            _draw_range(filter_)
        else:
            offered = {level.code: level.label for level in levels[filter_.code]}
            _draw_many(filter_.code, filter_.label, offered, "All")
            st.markdown(counts[filter_.code])


def _draw_range(filter_: Filter) -> None:
    _assign(filter_.code, tuple(_choices()[filter_.code]))
    st.slider(
        filter_.label,
        filter_.low,
        filter_.high,
        key=_key(filter_.code),
        on_change=_take,
        args=(filter_.code,),
        help="Missing values are kept by the full range only.",
    )


def _counts(filter_: Filter, cohort: Cohort, everybody: pd.DataFrame, levels: Levels) -> str:
    """A table of text: drawn as data grids, the counts of an open section cost more than the figure beside them."""
    counts = count_levels(everybody, filter_, cohort.filters, levels[filter_.code])
    rows = (f"| {inert(label)} | {n} |" for label, n in zip(counts["label"], counts["n"], strict=True))
    return "\n".join(("| Option | n |", "| :-- | --: |", *rows))


def _draw_many(code: str, label: str, offered: dict[str, str], placeholder: str, limit: int | None = None) -> None:
    _assign(code, list(_choices()[code]))
    st.multiselect(
        label,
        list(offered),
        format_func=_words(offered, False),
        key=_key(code),
        on_change=_take,
        args=(code,),
        placeholder=placeholder,
        max_selections=limit,
    )


def _draw_rule(rule: Rule) -> None:
    _assign(rule.code, _choices()[rule.code])
    shared = dict(key=_key(rule.code), on_change=_take, args=(rule.code,), help=rule.help)
    if rule.options:
        offered = {o.code: o.label for o in rule.options}
        st.selectbox(rule.label, list(offered), format_func=_words(offered, False), **shared)
    else:
        st.number_input(f"{rule.label} ({rule.unit})", rule.low, rule.high, step=rule.step, **shared)


def _draw_comparison(by: Filter | None, everybody: pd.DataFrame, levels: Levels) -> None:
    """Compare by, and which levels when there are more than can be told apart."""
    offered = {"": "None"} | {f.code: f.label for f in GROUPING.values()}
    _assign(BY, _choices()[BY])
    st.selectbox(
        "Compare by", list(offered), format_func=_words(offered, False), key=_key(BY), on_change=_take, args=(BY,)
    )
    present = _present(by, everybody, levels) if by else []
    if len(present) > 2:
        _draw_many(
            GROUP,
            f"Groups (up to {MAX_GROUPS})",
            {x.code: x.label for x in present},
            "All" if len(present) <= MAX_GROUPS else f"The first {MAX_GROUPS}",
            MAX_GROUPS,
        )
