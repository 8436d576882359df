"""No abbreviation stands on a screen or in a file without its entry, and none of them is markup."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from analyses.monitoring.watchlist import unevaluated, watchlist
from analyses.result import Note
from data_access.bundle.plausibility import RULES as PLAUSIBILITY
from endpoints.cohort import FILTERS
from endpoints.glossary import CLINICAL, FOUND, GLOSSARY, IN_FILES
from endpoints.rules import RULES
from endpoints.terms import PHRASES
from endpoints.timeline import EVENT_LANES, derive_timeline
from figures.chart import Chart
from figures.columns import column_words
from figures.glossary import abbreviation_lines, explained, found_terms, glossary_page, help_words, words_of_pictures
from figures.timeline import CLASSES
from pages.parts.session.page_choices import LOCAL
from tests.analyses.cohorts import cohort, sample_cohort
from tests.every_tab import draw, every_tab

WORD = re.compile(r"[A-Za-z0-9]*[A-Z][A-Za-z0-9]*[A-Z][A-Za-z0-9]*")
NO_ABBREVIATION = re.compile(r"[PC]\d+|ZUMA|FELIX|ROCCA|REALCAR")  # patients, centres, names of trials


def unexplained(text: str) -> set[str]:
    """The runs of capitals and camel codes of a text that the glossary does not have."""
    return {word for word in WORD.findall(FOUND.sub(" ", text)) if not NO_ABBREVIATION.fullmatch(word)}


def test_the_measure_finds_what_has_no_entry():
    assert unexplained("XYZQ and efsCT beside EFSCT, CD19+, IgG and P01") == {"XYZQ", "efsCT"}


def texts_of(figure):
    """What a reader sees of a figure: title, answer, remarks, panels, headers, outcomes and measures of its tables."""
    yield from (figure.heading, figure.answer, figure.nobody, *figure.remarks(), *(c.panel for c in figure.charts))
    for table in figure.tables.values():
        yield from map(column_words, table.columns)
        for name in {"outcome", "measure", "stage", "variable", "factor", "level"} & {*table.columns}:
            yield from map(str, table[name].dropna().unique())


@pytest.mark.parametrize("by", ["", "product"])
@pytest.mark.parametrize("of", [cohort, sample_cohort], ids=["twelve", "sample"])
def test_every_abbreviation_of_every_tab_has_an_entry(of, by):
    cohort_ = of(by=by)
    found = {
        (f"{page}/{tab.code}", word)
        for page, tab in every_tab()
        for text in (tab.label, *(t for f in draw(tab, cohort_, with_specs=False).figures for t in texts_of(f)))
        for word in unexplained(text)
    }
    assert found == set()


def test_every_abbreviation_of_options_rules_and_filters_has_an_entry():
    options = [text for choice in LOCAL.values() for text in (choice.label, *_labels(choice))]
    rules = [text for rule in RULES for text in (rule.label, rule.help, *_labels(rule))]
    assert {word for text in (*options, *rules, *(f.label for f in FILTERS)) for word in unexplained(text)} == set()


SHORT_FORM = re.compile(r"\b[A-Z][a-z]?\+|\b[A-Z][a-z]-like")  # Ph+, Ph-like


def test_every_abbreviation_of_levels_lists_and_stories_has_an_entry():
    """What stands in the facets, on the watchlist, among the rules of plausibility, on a patient's timeline."""
    whole = sample_cohort()
    products = {*whole.data.tables["product"]["product_code"]}
    found = watchlist(whole).rows
    texts = [
        *(level.label for levels in whole.data.levels(whole.rules).values() for level in levels),
        *(text for name in ("RULE", "KINDWD", "FINDING") for text in found[name].unique()),
        *(unevaluated(whole).rows["REASON"].unique()),
        *(text for rule in PLAUSIBILITY for text in (rule.message, rule.protects, rule.hint)),
        *(text for one in whole.patients["USUBJID"].iloc[::10] for text in derive_timeline(whole.whole, one)["WORDS"]),
        *CLASSES.values(),
        *EVENT_LANES.values(),
    ]
    assert {word for text in texts for word in unexplained(text)} - products == set()
    assert {word for text in texts for word in SHORT_FORM.findall(text)} <= {term.code for term in GLOSSARY}


def _labels(choice):
    return [option.label for option in getattr(choice, "options", ())]


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


HOSTILE = '<img src=x onerror=alert(1)> MRD" onfocus="x & </abbr><script>1</script> MRD'


@pytest.mark.parametrize("text", ["At 12 months 67 % are alive.", "MRD-negative CR", HOSTILE, "MRD MRD EFSCT"])
def test_a_text_with_abbreviations_is_inert_and_reads_the_same(text):
    read = Tags()
    read.feed(explained(text))
    assert read.text == text
    assert {tag for tag, _ in read.tags} <= {"abbr"}
    assert all(set(attrs) <= {"class", "data-words", "tabindex"} and attrs["data-words"] for _, attrs in read.tags)
    focusable = [i for i, (_, attrs) in enumerate(read.tags) if attrs.get("tabindex") == "0"]
    assert len(focusable) == len(set(FOUND.findall(text)))


def test_help_names_each_abbreviation_once():
    assert help_words("MRD and MRD", "NR") == (
        "MRD: measurable residual disease (negative needs a sensitivity of 10⁻⁴ or better); NR: no remission"
    )
    assert help_words("Overall survival") == ""


def test_a_file_explains_what_its_notes_do_not():
    table = pd.DataFrame({"outcome": ["NR", "CRi"], "n": [1, 2]})
    notes = (Note("abbreviations", "Abbreviations: CRi: as said.", True), Note("other", "ORR"))
    assert abbreviation_lines(["MRD status"], table, notes) == [
        "Abbreviations: MRD: measurable residual disease; NR: no remission."
    ]
    assert abbreviation_lines(["Survival"], pd.DataFrame({"n": [1]}), ()) == []


def test_every_file_explains_the_abbreviations_of_its_title_and_table():
    for _, tab in every_tab():
        for figure in draw(tab, cohort(by="product"), with_specs=False).figures:
            for kind in figure.tables if not figure.nobody else ():
                said = figure.csv(kind, {}).decode("utf-8-sig")
                assert all(f"{code}: " in said for code in FOUND.findall(figure.title)), (figure.title, kind)


def test_the_page_lists_every_entry():
    read = Tags()
    read.feed(glossary_page())
    assert sum(tag == "tr" for tag, _ in read.tags) == len(GLOSSARY) + len(PHRASES) + 2
    assert all(term.words in read.text for term in (*GLOSSARY, *PHRASES))


def test_clinical_terms_come_first_and_names_of_variables_are_folded():
    clinical, _, folded = glossary_page().partition("<details>")
    asked = (
        "Ph+",
        "Ph-like",
        "transplant-naive",
        "landmark",
        "followed elsewhere",
        "immune escape",
        "OS",
        "MRD",
        "BCA",
        "CRS",
    )
    assert all(f'<th scope="row">{code}</th>' in clinical for code in asked)
    assert all(f'<th scope="row">{code}</th>' in folded for code in ("EFSCT", "CIRBTX", "ADSL", "AVAL", "STATM3"))
    assert {*CLINICAL} | {*IN_FILES} == {*GLOSSARY, *PHRASES} and not {*CLINICAL} & {*IN_FILES}


def test_what_is_searched_for_is_not_folded_away():
    assert "<details open>" in glossary_page("EFSCT") and "<table" in glossary_page("EFSCT")
    assert "<details" not in glossary_page("Philadelphia") and "No entry" in glossary_page("<script>")


def test_axis_titles_legends_and_panels_of_a_picture_are_explained():
    axis = {"encoding": {"x": {"axis": {"title": "Months"}}, "y": {"axis": {"title": "MRD-negative"}}}}
    legend = {"encoding": {"color": {"scale": {"domain": ["CR", "ICANS"]}, "legend": {"title": None}}}}
    chart = Chart({"layer": [axis, legend]}, pd.DataFrame(), panel="EFS")
    assert sorted(words_of_pictures([chart])) == ["CR", "EFS", "ICANS", "MRD-negative", "Months"]
    said = help_words(*words_of_pictures([chart]))
    assert all(f"{term}: " in said for term in ("MRD", "CR", "ICANS", "EFS"))


def test_the_glossary_is_searched_in_abbreviation_and_words_whatever_their_case():
    assert [term.code for term in found_terms("measurable residual")] == ["MRD"]
    assert "EFS" in {term.code for term in found_terms(" event-FREE ")} and found_terms("") == CLINICAL
    assert found_terms("<script>") == ()
