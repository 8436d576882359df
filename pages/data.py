"""What is loaded, and would our own file load?"""

from pages.parts.data.study import load_study
from pages.parts.data_page import forms, loaded, own
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs

begin_page("Data")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "data_figure",
    (
        Tab("loaded", "What is loaded", loaded.draw),
        Tab("own", "Try your own file", own.draw),
        Tab("forms", "Template and dictionary", forms.draw),
    ),
)
