"""Who are they, and what is one patient's story?"""

from pages.parts.data.study import load_study
from pages.parts.patients import listed, swimmer
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs

begin_page("Patients")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "patients_figure",
    (Tab("list", "Patients and stories", listed.draw), Tab("swimmer", "Swimmer plot", swimmer.draw)),
)
