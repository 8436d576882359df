"""Two outcomes stacked over time, the last stretch with few at risk (paler)."""

from charts.stacked_areas import stacked_areas, stacked_panel
from charts.theme import series_of_outcomes
from tests.charts.examples import Example, rows

OUTCOMES = series_of_outcomes((("Relapse", "relapse"), ("Death in remission", "death")))
POINTS = ((0, 0.0, 0.0, False), (6, 0.2, 0.05, False), (18, 0.35, 0.1, False), (18, 0.35, 0.1, True))
AREAS = rows(
    "time outcome order estimate text faded",
    *(
        (month, outcome.label, order, share, f"{share:.0%}", faded)
        for month, *shares, faded in (*POINTS, (36, 0.4, 0.12, True))
        for order, (outcome, share) in enumerate(zip(OUTCOMES, shares, strict=True))
    ),
)
EXAMPLES = {
    "stacked_areas": Example(stacked_areas, (OUTCOMES, "Cumulative incidence", 36), AREAS),
    "stacked_panel": Example(stacked_panel, (OUTCOMES, 36), AREAS),
}
