"""I04-I08: every tab of every page for somebody who may see no small numbers, drawn and searched."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from analyses.cohort import Choice, choose
from figures.release import without_patients
from tests.analyses.test_one_value import sample
from tests.every_tab import draw, every_tab
from tests.pages.test_roles import signed_in, texts
from tests.pages.twelve import figures, open_page

__all__ = ["signed_in"]
SMALL = range(1, 8)
WORDS = re.compile(
    r"n = (\d+)|(\d+) of (\d+)\b|\b(\d+)/(\d+)\b|(?<![\d.,–-])\b(\d+) (?=patients|no |not |with|were|are |died|lost)"
)
OF_NO_COHORT = re.compile(
    r"[Ff]ewer than 8|[Cc]ounts below 8|at least \d+|1 of 20, or 1 of 500|[Mm]onth \d+|median \d+"
)
COUNTED = ("n", "n_event", "n_risk", "total", "n_waiting", "n_exposed", "events_waiting", "events_exposed")
ON_ITS_PAGE = ("overview", "headline")  # it asks the session; the page itself is drawn above


@pytest.mark.parametrize("by", ["", "product", "centre"])
@pytest.mark.parametrize("page", ["overview", "response", "survival", "relapse", "mrd", "toxicity", "transplant"])
def test_no_small_count_and_no_pseudonym_reaches_the_screen(signed_in, monkeypatch, page, by):
    monkeypatch.delenv("DATABASE_URL", raising=False)  # the sample cohort
    signed_in(["aggregate", "exporter"])
    app = open_page(page, view="open", **({"by": by} if by else {}))
    assert not app.exception and not app.error
    assert not re.search(r"\bP\d{5}\b", texts(app))
    frames = [table for figure in figures(app) for table in figure.tables] + [one.value for one in app.dataframe]
    assert not [found for frame in frames for found in told(frame)]


def told(frame):
    """What of a frame must not be seen: small or exact counts, and patients."""
    counts = {name: pd.to_numeric(frame[name], errors="coerce").dropna() for name in set(COUNTED) & set(frame.columns)}
    exact = {name: n[n.isin(SMALL) | (n % 5 != 0)].tolist() for name, n in counts.items()}
    return [*((name, n) for name, n in exact.items() if n), *(["USUBJID"] if "USUBJID" in frame and len(frame) else [])]


def words_of(figure):
    """Every sentence, label and cell with words of a figure, its charts and their texts for those who do not see
    them."""
    notes = [note.text for note in figure.notes]
    yield from (figure.heading, figure.answer, figure.excluded, figure.nobody, *notes, *figure.strip, *figure.parts)
    yield from (words for chart in figure.charts for words in (chart.alt, chart.panel))
    for frame in frames_of(figure):
        yield from map(str, frame.columns)
        words = frame.select_dtypes(exclude="number")
        yield from pd.unique(words.to_numpy(dtype=str, na_value="").ravel())


def frames_of(figure):
    charts = [chart.frame for chart in figure.charts]
    return [
        *figure.tables.values(),
        *(one for frame in charts for one in (frame.values() if isinstance(frame, dict) else [frame])),
    ]


def said(words):
    """Counts in a text that are small or not rounded."""
    found = [n for match in WORDS.finditer(OF_NO_COHORT.sub("", words)) for n in match.groups() if n]
    return [n for n in found if int(n) in SMALL or int(n) % 5]


def test_a_count_in_words_is_found():
    small = ("Excluded: 7 not yet due", "3/20, 15 %", "(n = 398)", "4 of 20", "12 patients are in this table")
    assert all(map(said, small)) and not any(map(said, ("fewer than 8 not yet due", "95/120 (72-86)", "n = 400")))


def test_i07_i08_no_frame_and_no_word_of_any_tab_its_charts_and_files_holds_a_small_count_or_a_patient():
    cohort = choose(replace(sample(), smallest=8), Choice(by="product"))
    for page, tab in every_tab():
        if (page, tab.code) == ON_ITS_PAGE:
            continue
        for figure in map(without_patients, draw(tab, cohort).figures):
            assert not [found for frame in frames_of(figure) for found in told(frame)], (page, tab.code, figure.code)
            assert not [(n, words) for words in words_of(figure) for n in said(words)], (page, tab.code, figure.code)
