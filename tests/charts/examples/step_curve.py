"""Two curves: steps, bands, censor ticks, a stretch with few at risk (paler), a median beyond the axis."""

from charts.step_curve import step_curve, step_panel
from charts.theme import series_of_groups
from tests.charts.examples import Example, rows

SERIES = series_of_groups((("Obecabtagene autoleucel", 0), ("Tisagenlecleucel", 1)))
STEPS = rows(
    "strata time estimate conf_low conf_high n_risk n_censor faded run",
    ("Obecabtagene autoleucel", 0.0, 1.0, 1.0, 1.0, 20, 0, False, 0),
    ("Obecabtagene autoleucel", 3.0, 0.9, 0.65, 0.97, 20, 0, False, 0),
    ("Obecabtagene autoleucel", 8.0, 0.9, 0.65, 0.97, 18, 3, False, 0),
    ("Obecabtagene autoleucel", 14.0, 0.78, 0.5, 0.91, 9, 1, False, 0),
    ("Obecabtagene autoleucel", 14.0, 0.78, 0.5, 0.91, 9, 0, True, 1),
    ("Obecabtagene autoleucel", 30.0, 0.78, 0.5, 0.91, 4, 4, True, 1),
    ("Tisagenlecleucel", 0.0, 1.0, 1.0, 1.0, 12, 0, False, 0),
    ("Tisagenlecleucel", 5.0, 0.75, 0.41, 0.91, 12, 0, False, 0),
    ("Tisagenlecleucel", 18.0, 0.5, 0.21, 0.74, 9, 2, False, 0),
    ("Tisagenlecleucel", 36.0, 0.5, 0.21, 0.74, 3, 3, False, 0),
)
EXAMPLES = {
    "step_curve": Example(step_curve, (SERIES, "Overall survival", 36), STEPS),
    "step_curve_in_days": Example(
        step_curve, (SERIES, "Overall survival", 12, "Days"), STEPS, {"in_days": True, "band": False}
    ),
    "step_panel": Example(step_panel, (SERIES, 36), STEPS),
}
