"""How long do patients live, and live event-free, after infusion?"""

from pages.parts.data.study import load_study
from pages.parts.overview import follow_up
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs
from pages.parts.survival import curve, deaths, estimands, states

begin_page("Survival")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "survival_figure",
    (
        Tab("curve", "Survival curve", curve.draw),
        Tab("all", "All endpoints", curve.draw_all),
        Tab("deaths", "Deaths", deaths.draw),
        Tab("estimands", "Failure: transplant, three ways", estimands.draw),
        Tab("states", "States", states.draw),
        Tab("subgroups", "Survival by subgroup", curve.draw_subgroups),
        Tab("follow_up", "Time under observation", follow_up.draw),
    ),
)
