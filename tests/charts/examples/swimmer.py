"""Two lanes: one goes on, one ends in death after relapse."""

from charts.swimmer import swimmer
from charts.theme import colour_of
from tests.charts.examples import Example, rows

STATES = (("Not in remission", colour_of("state_none")), ("Aplasia", colour_of("state_aplasia")))
MARKS = (("Remission", colour_of("CR")), ("Relapse", colour_of("relapse")), ("Death", colour_of("death")))
STAYS = rows(
    "USUBJID START STOP STATE",
    ("P01", 0, 28, "Not in remission"),
    ("P01", 28, 380, "Aplasia"),
    ("P02", 0, 200, "Not in remission"),
)
EVENTS = rows(
    "USUBJID ADY MARK WORDS",
    ("P01", 28, "Remission", "Remission, day 28"),
    ("P02", 120, "Relapse", "Relapse, day 120"),
    ("P02", 200, "Death", "Death, day 200"),
)
ARROWS = rows("USUBJID STOP", ("P01", 380))
EXAMPLES = {
    "swimmer": Example(
        swimmer, (("P01", "P02"), STATES, MARKS, 400, 30.4375), {"stays": STAYS, "marks": EVENTS, "arrows": ARROWS}
    )
}
