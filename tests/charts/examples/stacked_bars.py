"""Shares of classes: rows of other sizes than their largest class, a share too small for its number, nobody."""

from charts.small_parts import with_places
from charts.stacked_bars import stacked_bars
from charts.theme import classes_of
from tests.charts.examples import Example, rows

CLASSES = classes_of((("Complete remission", "CR"), ("No remission", "no_remission"), ("Died", "died")))
LONG = "Universal allogeneic CD19 CAR-T cells of a third party"
SHARES = with_places(
    rows(
        "strata outcome n total share order",
        ("All", "Complete remission", 50, 100, 0.5, 0),
        ("All", "No remission", 47, 100, 0.47, 1),
        ("All", "Died", 3, 100, 0.03, 2),
        (LONG, "Complete remission", 4, 16, 0.25, 0),
        (LONG, "No remission", 0, 16, 0.0, 1),
        (LONG, "Died", 12, 16, 0.75, 2),
    )
)
EXAMPLES = {"stacked_bars": Example(stacked_bars, (CLASSES, ("All", LONG)), SHARES)}
