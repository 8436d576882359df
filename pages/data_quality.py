"""How good are the data: what is implausible, what is missing?"""

from pages.parts.data.study import load_study
from pages.parts.data_quality import missing, plausible
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs

begin_page("Data quality")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "quality_figure",
    (Tab("rules", "Plausibility", plausible.draw), Tab("missing", "Missing values", missing.draw)),
)
