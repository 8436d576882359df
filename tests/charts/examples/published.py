"""Published figures over a curve, and beneath rates of ours."""

from charts.published import HEADING, MAIN, MARKS, OURS, PUBLISHED, rates_beside, with_marks
from charts.step_curve import step_curve
from charts.theme import Series, series_of_groups
from tests.charts.examples import Example, rows
from tests.charts.examples.step_curve import STEPS

SERIES = series_of_groups((("Tisagenlecleucel", 1),))
PAPERS = rows(
    "time estimate conf_low conf_high numbers WORDS",
    (12.0, 0.76, 0.63, 0.86, "1", "1: ELIANA"),
    (18.0, 0.7, None, None, "1, 2", "2: a registry"),
)
LINES = (
    ("Tisagenlecleucel\t", "Tisagenlecleucel", HEADING),
    ("Tisagenlecleucel\tours", "Overall remission", OURS),
    ("Tisagenlecleucel\t1", "1: ELIANA", PUBLISHED),
    ("Tisagenlecleucel\t2", "2: CIBMTR", PUBLISHED),
)
RATES = rows(
    "key kind strata estimate conf_low conf_high text WORDS",
    ("Tisagenlecleucel\tours", OURS, "Tisagenlecleucel", 0.6, 0.36, 0.81, "12/20  60 % (36-81)", "60 %"),
    ("Tisagenlecleucel\t1", PUBLISHED, None, 0.81, 0.71, 0.89, "81 % (71-89)", "81 %"),
    ("Tisagenlecleucel\t2", PUBLISHED, None, 0.85, None, None, "85 %", "85 %"),
)


def curve_with_marks(series: tuple[Series, ...], y_title: str, x_max: float) -> dict:
    """A curve of ours under published marks.

    MAIN as for `step_curve`; MARKS: time, estimate, conf_low, conf_high, numbers, WORDS.
    """
    return with_marks(step_curve(series, y_title, x_max))


EXAMPLES = {
    "published_over_a_curve": Example(
        curve_with_marks,
        (SERIES, "Overall survival", 36),
        {MAIN: STEPS[STEPS["strata"] == "Tisagenlecleucel"], MARKS: PAPERS},
    ),
    "rates_beside": Example(rates_beside, (SERIES, LINES), RATES),
}
