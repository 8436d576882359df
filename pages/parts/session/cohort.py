"""choose_cohort(): what the address and the sidebar ask for, and the cohort that it describes."""

from dataclasses import replace

import streamlit as st

from analyses.cohort import Choice, Cohort, CohortData, choose, counted
from analyses.counts import count_words
from endpoints.study import Study
from pages.parts.access.trace import note_page
from pages.parts.data.study import one_sentence
from pages.parts.session.choices import BY, GROUP, filters_of, rules_of
from pages.parts.session.head import draw_head
from pages.parts.session.options import end_options
from pages.parts.session.saved import compared_cohorts
from pages.parts.session.sidebar import draw_sidebar
from pages.parts.session.state import NEWS, ON_PAGE, SEEN, choices, listen_filters, listen_rules, session_memory
from pages.parts.style.sheets import put_on_styles

UPDATED = "updated"  # the code of that news
MAX_NEWS = 6


def choose_cohort(data: CohortData) -> Cohort:
    """Head, sidebar and chips; the cohort they describe. An empty cohort is a sentence and the end of the page."""
    put_on_styles()
    listen_rules()
    rules = rules_of(choices())
    with one_sentence("The cohort cannot be derived from this database."):
        whole, levels = data.study(rules), data.levels(rules)
    listen_filters(levels)
    _notice_version(data, whole)
    with one_sentence("The cohort cannot be chosen from this database."):
        cohort = choose(data, replace(chosen(), cohorts=compared_cohorts(levels)))
    note_page(cohort)
    draw_head(cohort)
    draw_sidebar(cohort, data.population(rules), levels)
    st.session_state[ON_PAGE] = {}
    end_options()
    if 0 < cohort.n < data.smallest:
        st.info(f"Fewer than {data.smallest} patients match all filters: nothing is shown of them. Remove a filter.")
        st.stop()
    if cohort.n == 0:
        st.info(f"No {cohort.rules.population} patient matches all filters. Remove a filter above, or reset.")
        st.stop()
    return cohort


def chosen() -> Choice:
    """What the session asks for."""
    state = choices()
    return Choice(rules_of(state), filters_of(state), state[BY], tuple(state[GROUP]))


def _notice_version(data: CohortData, whole: Study) -> None:
    """When an import has swapped the data since this session's last run, that is news, also that the chosen patient is
    gone. It stands until the reader closes it: a fast next click must not take it away unread."""
    now = f"{data.version}, data cut-off {data.cutoff_date}", counted(whole)
    before = st.session_state.get(SEEN, now)
    st.session_state[SEEN] = now
    if before[0] == now[0]:
        return
    remembered, known = session_memory("chosen"), set(whole.adsl["USUBJID"])
    gone = [code for code, usubjid in remembered.items() if usubjid not in known]
    for code in gone:
        del remembered[code]
    patient = " The patient chosen before is not in them." if gone else ""
    counts = _count_words(before[1], now[1], data.smallest)
    updated = (
        f"The data were updated ({before[0]} → {now[0]}) while you worked. {counts} "
        f"This page now shows the new data.{patient}"
    )
    others = [news for news in st.session_state[NEWS] if news[0] != UPDATED]  # an older change is old news
    st.session_state[NEWS] = [(UPDATED, updated), *others][:MAX_NEWS]


def _count_words(before: tuple[int, int], now: tuple[int, int], smallest: int) -> str:
    """Before and now, of the whole dataset, whatever the filters; as the viewer may see counts."""
    shown = (tuple(count_words(n, smallest) for n in counts) for counts in zip(before, now, strict=True))
    told = (f"{then} → {n} {words}" for words, (then, n) in zip(("enrolled", "infused"), shown, strict=True))
    return f"Patients in all: {', '.join(told)}."
