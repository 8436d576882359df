"""What stands at a figure without a click: why its ratio is not that of its neighbour, what paler means."""

import pandas as pd
import pytest

from figures.notes import PALER
from tests.analyses.cohorts import sample_cohort
from tests.every_tab import draw, every_tab

RATIOS = {
    ("transplant", "landmark"): 1,
    ("transplant", "landmarks"): 1,
    ("transplant", "time_dependent"): 1,
    ("b_cell_aplasia", "recovery"): 2,
    ("b_cell_aplasia", "landmark"): 1,
}


@pytest.fixture(scope="module")
def figures():
    """(page, tab): its figures, of the sample by product."""
    chosen = sample_cohort(by="product")
    return {(page, tab.code): draw(tab, chosen, with_specs=False).figures for page, tab in every_tab()}


def test_every_ratio_of_an_exposure_says_in_sight_why_the_others_differ(figures):
    told = {
        place: sum(any(" hazard ratios" in line and "question" in line for line in f.remarks()) for f in drawn)
        for place, drawn in figures.items()
    }
    assert {place: n for place, n in told.items() if n} == RATIOS


def test_sequential_trials_say_it_too():
    [tab] = [tab for page, tab in every_tab() if (page, tab.code) == ("transplant", "landmarks")]
    [figure] = draw(tab, sample_cohort(), with_specs=False, transplant_question="trials").figures
    assert "Each row is a question of its own: a trial" in " ".join(figure.remarks())


def test_what_paler_means_stands_over_every_chart_with_something_paler_whatever_else_is_said(figures):
    drawn = [figure for tab in figures.values() for figure in tab]
    frames = {f: [c.frame for c in f.charts if isinstance(c.frame, pd.DataFrame) and "faded" in c.frame] for f in drawn}
    is_paler = {f.code: any(frame["faded"].any() for frame in of) for f, of in frames.items()}
    assert {f.code: f.key == (PALER.text,) for f in drawn} == is_paler and sum(is_paler.values()) > 10
    assert [f.code for f in drawn if PALER.text in f.remarks()] == []
