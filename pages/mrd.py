"""Who is MRD-negative, and who turns positive again?"""

from pages.parts.data.study import load_study
from pages.parts.mrd import levels, over_time, status
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs

begin_page("Measurable residual disease (MRD)")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "mrd_figure",
    (
        Tab("status", "Status by visit", status.draw),
        Tab("levels", "Levels over time", levels.draw),
        Tab("again", "Re-emergence", over_time.draw_reemergence),
        Tab("landmark", "By MRD, from a landmark", over_time.draw_landmark),
        Tab("subgroups", "MRD by subgroup", status.draw_subgroups),
    ),
)
