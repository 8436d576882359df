"""The follow-up board: per centre and quarter of infusion, and the names behind a cell."""

from dataclasses import replace

from analyses.cohort import Cohort
from analyses.monitoring.follow_up_board import follow_up_board, names_in_cell
from analyses.monitoring.results import Cells
from endpoints.board import definition_of
from endpoints.schedule import ASSESSMENT
from estimators.proportion import proportion
from figures import monitoring
from figures.figure import ROWS, figure_of
from pages.parts.listed import show_list
from pages.parts.session.open_patient import story_button
from pages.parts.session.options import choose_option
from pages.parts.show import show, show_table

CELLS = "One row per centre and quarter of infusion, with totals. Tick a row to see who is in it."


def draw(cohort: Cohort) -> None:
    """The heat map with its table; a list of the cells; the patients of the chosen one."""
    assessment = ASSESSMENT[choose_option("follow_assessment")]
    visit = assessment.visit[choose_option("follow_visit", [(v.code, v.label) for v in assessment.visits])]
    found = follow_up_board(cohort, assessment.code, visit.code)
    title, definition = f"{assessment.label} at {visit.label}", definition_of(assessment, visit)
    charts = monitoring.cells(found)
    figure = figure_of(found, title, *charts, definition=definition, method=proportion, code="follow_up_board")
    show(figure)
    if not isinstance(found, Cells) or not found.n:
        return
    listed = replace(figure, title=f"Cells: {title}", code="board_cells", charts=(), definition=CELLS)
    chosen = show_table(replace(listed, tables={ROWS: monitoring.cell_rows(found)}), key="id")
    row, column = monitoring.cell_of(found, chosen)
    names = names_in_cell(cohort, assessment.code, visit.code, row, column)
    figure = figure_of(names, f"Patients: {title}", code="board_names", definition=definition)
    story_button(show_list(figure, names), "board")
