"""Adjusted, weighted, interval-censored and sequential figures of generated cohorts with what breaks analyses: ties,
one patient, everybody dead, two products of one name, delayed entry. Everybody is accounted for in each."""

import pytest

from analyses.cohort import Choice, choose
from figures.paragraph import paper
from tests.every_tab import draw, tabs_of
from tests.generated import SHAPES, generated

ASKED = (
    ("survival", "curve", dict(model="adjusted", survival_endpoint="EFS", model_rows="all", mrd_covariate="yes")),
    ("survival", "curve", dict(model="weighted", survival_endpoint="EFS", censored_at="contact", covariates="patient")),
    ("relapse", "incidence", dict(model="adjusted", missing_covariates="left_out", covariates="all")),
    ("relapse", "incidence", dict(model="weighted", covariates="status", relapse_view="nrm")),
    ("b_cell_aplasia", "curve", dict(bca_view="between")),
    ("transplant", "landmarks", dict(transplant_question="trials", transplant_outcome="os")),
)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_cohort_of_any_shape_gives_figures_files_and_paragraphs(shape):
    cohort = choose(generated(1, shape), Choice(by="product"))
    for page, code, options in ASKED:
        [tab] = [tab for tab in tabs_of(page) if tab.code == code]
        for figure in draw(tab, cohort, with_specs=False, **options).figures:
            paragraph, r_code = paper(figure)
            assert bool(paragraph) == bool(figure.n) and (figure.n or figure.nobody) and (paragraph or not r_code)
            assert all(figure.csv(kind, {}) for kind in figure.tables)
