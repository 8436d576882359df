"""What does an abbreviation stand for?"""

from pages.parts.data.study import load_study
from pages.parts.glossary import draw
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page

begin_page("Glossary")
cohort = choose_cohort(load_study())
draw()
