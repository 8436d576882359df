"""Wherever a share of patients is written, somebody is never 0 % and not everybody never 100 %."""

import re

import pytest

from analyses.course.overview import follow_up
from analyses.time_to_event.maturity import FollowUp
from analyses.words import fraction, in_percent, percent, share_words
from figures.figure import figure_of
from figures.notes import follow_up_words
from tests.analyses.cohorts import cohort_of, sample_cohort
from tests.every_tab import draw, every_tab
from tests.literal import date, patient

SHARE = r"(< 1|> 99|\d+) %"
WRITTEN = (rf"(?P<n>\d+)/(?P<of>\d+), {SHARE}", rf"{SHARE} \((?P<n>\d+)/(?P<of>\d+)\)")
ALONE = re.compile(rf"(?<!\d)(?P<n>[1-9]\d*) \(({SHARE})\)")


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0"),
        (1e-17, "0"),  # 1 - 1/3 - 1/3 - 1/3 on a machine
        (1 / 484, "< 1"),
        (0.005, "< 1"),
        (0.0051, "1"),
        (0.994, "99"),
        (0.995, "> 99"),
        (483 / 484, "> 99"),
        (1 - 1e-16, "100"),
        (1, "100"),
    ],
)
def test_a_share_in_percent(share, words):
    assert in_percent(share) == words


def test_a_share_is_written_so_with_and_without_an_interval():
    assert share_words(1, 484).startswith("1/484, < 1 % (0-1)") and share_words(483, 484).startswith(
        "483/484, > 99 % ("
    )
    assert fraction(0, 5, 0.0, 0.0, 0.52) == "0/5, 0 % (0-52)" and percent(0.999, 0.99, 1.0) == "> 99 % (99-100)"


def test_the_follow_up_line_of_484_patients_of_whom_one_was_lost():
    people = [patient(f"P{n:03d}", last_contact=900 if n else 20) for n in range(484)]
    figure = figure_of(follow_up(cohort_of(*people, cutoff=date(901))), "Follow-up", code="follow_up")
    assert (
        "followed to 12 months or until death: > 99 % (483/484), 24 months or until death: > 99 % (483/484)"
        in (figure.strip[0])
    )
    assert "completeness > 99 % (" in figure.strip[0]


def test_the_follow_up_line_of_one_who_was_followed():
    no_median = dict(median=float("nan"), low=float("nan"), high=float("nan"), reason_low="", reason_high="")
    one = FollowUp("", "", **no_median, completeness=0.001, under_observation=((12, 1, 484), (24, 0, 484)))
    assert "completeness < 1 %" in follow_up_words(one)
    assert "12 months or until death: < 1 % (1/484), 24 months or until death: 0 % (0/484)" in follow_up_words(one)


@pytest.fixture(scope="module")
def written():
    """Every sentence and cell of every figure of the sample, alone and compared."""
    found: set[str] = set()
    for cohort in (sample_cohort(), sample_cohort("product")):
        for _, tab in every_tab():
            for figure in draw(tab, cohort, with_specs=False).figures:
                found |= {*figure.remarks(), *figure.method_lines(), *(chart.alt for chart in figure.charts)}
                for table in figure.tables.values():
                    texts = [column for name, column in table.items() if name in table.select_dtypes(("object", "str"))]
                    found |= {str(cell) for column in texts for cell in column.dropna().unique()}
    return found


def test_every_share_of_the_sample_is_written_so(written):
    shares = [m for words in written for form in WRITTEN for m in re.finditer(form, words)]
    assert len(shares) > 500
    for found in shares:
        n, of, share = int(found["n"]), int(found["of"]), found[0]
        assert (n == 0) == bool(re.search(r"(?<!\d)0 %", share)), share
        assert (n == of) == ("100 %" in share), share
    alone = [m[0] for words in written for m in ALONE.finditer(words)]
    assert len(alone) > 100 and not [words for words in alone if re.search(r"\(0 %\)", words)]
