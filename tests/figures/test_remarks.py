"""What stands at a figure without a click: why its number is not that of its neighbour, what paler means."""

import re

import pandas as pd
import pytest

from analyses import counted
from analyses.monitoring.results import Listed
from analyses.result import Curves, States
from analyses.words import labels_of
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


def told_of(figure):
    """What a figure calls its numbers: title, answer, groups, outcomes and rates."""
    result = figure.result
    labels = [one.label for one in (*result.strata, *result.outcomes, *getattr(result, "rate_outcomes", ()))]
    return " · ".join((figure.title, figure.answer, *labels)).lower()


def counted_by(figure):
    return [note.text for note in figure.notes if note.code == counted.CODE]


def of_results(figures):
    drawn = [figure for tab in figures.values() for figure in tab if figure.result is not None and figure.n]
    return [figure for figure in drawn if not isinstance(figure.result, Listed)]  # names: they count nothing


def test_every_figure_that_speaks_of_month_3_says_beside_it_whom_it_counts(figures):
    speaking = [f for f in of_results(figures) if re.search(r"month 3\b|day 90\b", told_of(f))]
    assert [f.code for f in speaking if not any(text in line for text in counted_by(f) for line in f.remarks())] == []
    assert {f.code: len(counted_by(f)) for f in speaking if len(counted_by(f)) > 1} == {}
    assert {"tiles", "headline", "flow", "board", "statm3", "mrd_m3", "rfs_landmark", "bca_by_mrd"} <= {
        f.code for f in speaking
    }


def test_every_curve_of_relapse_says_which_relapses_it_counts(figures):
    curves = [f for f in of_results(figures) if isinstance(f.result, Curves | States) and f.result.x_title]
    relapse = [f for f in curves if any("relapse" in one.label.lower() for one in f.result.outcomes)]
    relapse = [f for f in relapse if "survival" not in f.title.lower() and f.code != "all_endpoints"]
    assert [f.code for f in relapse if not counted_by(f) and not f.answer.startswith("Hazard ratio")] == []
    by_code = {f.code: counted_by(f) for f in relapse}
    assert by_code["cir"] != by_code["tthsct"] and {"cir", "tthsct", "mrd_reemergence_cut", "states"} <= set(by_code)


def denominators(figure):
    """{what a rate is of, as its name says: its denominators} per group."""
    result = figure.result
    rates, labels = getattr(result, "rates", None), labels_of((*result.outcomes, *getattr(result, "rate_outcomes", ())))
    for row in [] if rates is None or "n" not in rates else rates.to_dict("records"):
        _, of, whom = labels.get(row["outcome"], "").partition(", of ")
        if of:
            yield (row["strata"], whom), row["n"]


def test_one_name_of_a_denominator_stands_for_one_number_on_a_screen(figures):
    for figure in of_results(figures):
        told = {}
        for key, n in denominators(figure):
            assert told.setdefault(key, n) == n, (figure.code, key)
    graded = next(f for f in of_results(figures) if f.code == "crs_astct_grade")
    assert len({whom for (_, whom), _ in denominators(graded)}) == 3


def grows(risk):
    parts = risk.groupby([name for name in ("strata", "outcome") if name in risk], sort=False)["n_risk"]
    return any((part.diff() > 0).any() for _, part in parts)


def test_where_the_number_at_risk_grows_a_sentence_says_why(figures):
    curves = [f for f in of_results(figures) if isinstance(f.result, Curves) and len(f.result.risk)]
    growing = [f for f in curves if grows(f.result.risk)]
    assert [f.code for f in growing if "the number at risk" not in " ".join(f.remarks())] == []
    assert {"bca", "tthsct", "rfs_time_dependent"} <= {f.code for f in growing}


def test_whom_a_number_counts_is_one_sentence_that_can_be_read_at_a_glance(figures):
    sentences = {text for figure in of_results(figures) for text in counted_by(figure)}
    assert len(sentences) > 10
    assert [text for text in sentences if len(text) > 230 or not text.endswith(".") or ". " in text] == []


def test_one_group_of_a_filtered_cohort_is_never_called_all_patients():
    chosen = sample_cohort(filters={"sex": ("female",)})
    for page, tab in every_tab():
        for figure in draw(tab, chosen, with_specs=False).figures:
            told = [figure.answer, *figure.method_lines(), *(chart.alt for chart in figure.charts)]
            frames = [
                frame for c in figure.charts for frame in (c.frame.values() if isinstance(c.frame, dict) else [c.frame])
            ]
            cells = {
                cell
                for t in (*frames, *figure.tables.values())
                for name in {*t} & {"strata", "GROUP"}
                for cell in t[name]
            }
            assert "All patients" not in " ".join(map(str, (*told, *cells, *figure.header_lines("numbers", {})))), (
                page,
                tab.code,
            )
