"""Who needs somebody to look?"""

from pages.parts.data.study import load_study
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs
from pages.parts.watchlist import findings, rules, unevaluated

begin_page("Watchlist")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "watchlist_figure",
    (
        Tab("findings", "Findings", findings.draw),
        Tab("counts", "Counts per rule", rules.draw),
        Tab("unevaluated", "Could not be evaluated", unevaluated.draw),
    ),
)
