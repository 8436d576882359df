"""What was measured: B cells by visit and over time, immunoglobulin G."""

from analyses.cohort import Cohort
from analyses.status.b_cells import BELOW, SEEN, b_cell_samples, b_cell_status, b_cell_visits, immunoglobulin, threshold
from endpoints.b_cell_course import B_CELL_VISITS, VISIT_WORDS
from estimators.proportion import proportion
from figures import rate_pictures
from figures.courses import courses
from figures.figure import figure_of
from pages.parts.published import beside_published
from pages.parts.session.options import choose_option
from pages.parts.show import show

VISIT = {visit.code: visit for visit in B_CELL_VISITS}
WINDOWS = f"Windows: {'; '.join(visit.window for visit in B_CELL_VISITS)}."
PUBLISHED = dict.fromkeys(("IgG_below_600", "IgG_replacement"), "low")  # in the table only
ELSEWHERE = "at any time, ours at a visit, and below another limit"
KINDS = (("seen", SEEN, "filled"), ("below", BELOW, "open"))
AXES = {"percent": ("B cells, % of blood lymphocytes", 100.0), "count": ("B cells in blood, per µL", 5000.0)}
SAMPLES = (
    "CD19-positive B cells in blood. Where two of lymphocytes, percentage and count are known, the third is "
    "computed. Linear near 0, logarithmic above 1. Dashed: the active rule, where it reads this value."
)
IGG = (
    "Immunoglobulin G (IgG) in the sample nearest the visit; replacement as recorded beside the sample. Of samples "
    "with a known value. IgG near a dose of replacement says little."
)


def draw_visits(cohort: Cohort) -> None:
    """Stacked classes at one visit, by the compared groups; then everybody at every visit."""
    visit = VISIT[choose_option("b_cell_visit")]
    found = b_cell_status(cohort, visit)
    show(
        figure_of(
            found,
            f"B cells, {visit.label.lower()}",
            *rate_pictures.shares(found),
            method=proportion,
            definition=f"{VISIT_WORDS} Window: day {visit.first}-{visit.last}.",
            code=f"b_cells_{visit.code.lower()}",
        )
    )
    found = b_cell_visits(cohort)
    show(
        figure_of(
            found,
            "B cells, all visits",
            *rate_pictures.shares(found),
            method=proportion,
            definition=f"{VISIT_WORDS} {WINDOWS}",
            code="b_cells_visits",
        )
    )


def draw_samples(cohort: Cohort) -> None:
    """One line per patient, with the rule."""
    measure, last = choose_option("b_cell_measure"), int(choose_option("course_days"))
    found, line = b_cell_samples(cohort, measure, last), threshold(cohort, measure)
    title, top = AXES[measure]
    charts = courses(found, KINDS, title, (0.0, top), last, scale="symlog", line=line and (line.value, line.words))
    show(figure_of(found, "B cells over time", *charts, definition=SAMPLES, code="b_cells_over_time"))


def draw_immunoglobulin(cohort: Cohort) -> None:
    """IgG and replacement by visit."""
    found = immunoglobulin(cohort)
    show(
        figure_of(
            found,
            "Immunoglobulin G and replacement",
            *beside_published(found, rate_pictures.rates(found), PUBLISHED, "intervals", lambda p: False, ELSEWHERE),
            definition=IGG,
            method=proportion,
            code="immunoglobulin",
        )
    )
