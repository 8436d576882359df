"""What harm follows infusion: CRS, neurotoxicity, blood counts, infections, other cancers?"""

from pages.parts.data.study import load_study
from pages.parts.session.cohort import choose_cohort
from pages.parts.session.head import begin_page
from pages.parts.session.tabs import Tab, tabs
from pages.parts.toxicity import episodes, infections, malignancies

begin_page("Toxicity")
cohort = choose_cohort(load_study())
tabs(
    cohort,
    "toxicity_figure",
    (
        Tab("grades", "CRS and ICANS: grade", episodes.draw_grades),
        Tab("days", "Onset and duration", episodes.draw_days),
        Tab("treatment", "Tocilizumab and steroids", episodes.draw_treatment),
        Tab("icaht", "ICAHT", episodes.draw_icaht),
        Tab("iec_hs", "IEC-HS", episodes.draw_iec_hs),
        Tab("infections", "Infections", infections.draw),
        Tab("malignancies", "Second malignancies", malignancies.draw),
    ),
)
