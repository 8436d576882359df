"""Measurements of single patients as a picture: one line per patient, and how many values its axis does not reach."""

from analyses.result import Courses, Refusal
from charts.courses import courses as courses_spec
from figures.chart import Chart
from figures.labels import written
from figures.notes import beyond

COLUMNS = ["USUBJID", "ADY", "VALUE", "KIND", "WORDS"]
SENSITIVITY = "SENSITIVITY"


def courses(
    result: Courses | Refusal,
    kinds: tuple[tuple[str, str, str], ...],
    title: str,
    ends: tuple[float, float],
    last_day: int,
    **options,
) -> tuple[Chart, ...]:
    """kinds: (code, words, mark); title, ends: of the value axis; last_day: of the day axis; options: as of
    `charts.courses.courses`."""
    if not isinstance(result, Courses) or not result.n:
        return ()
    columns = [*COLUMNS, *([SENSITIVITY] if options.get("limits") else [])]
    spec = courses_spec(kinds, title, *ends, last_day, **options)
    words = f"{title} of each patient over days from infusion."
    frame = result.rows[columns].assign(WORDS=result.rows["WORDS"].map(written))
    return (Chart(spec, frame, words, notes=beyond(result.rows["VALUE"], *ends)),)
