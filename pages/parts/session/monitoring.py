"""The choices of the pages that monitor: watchlist, follow-up, programme, swimmer plot."""

from analyses.monitoring.due import REGISTRY
from analyses.monitoring.due import VISITS as VISITS_DUE
from analyses.monitoring.outcome_board import BY as BY_LEVEL
from analyses.monitoring.outcome_board import COMPLETE, READINGS
from analyses.monitoring.swimmer import ORDERS
from analyses.monitoring.watchlist import ALL, CLOSED, NEW, OPEN
from endpoints.rules import Option
from endpoints.schedule import SCHEDULE
from pages.parts.session.declared import LocalChoice, NumberChoice

MONITORING = (
    LocalChoice("watch_rule", "Rule", ALL),
    LocalChoice("watch_kind", "Kind", ALL),
    LocalChoice("watch_which", "Findings", OPEN, (Option(OPEN, "Open"), Option(NEW, "New"), Option(CLOSED, "Closed"))),
    LocalChoice("follow_assessment", "Assessment", "mrd", tuple(Option(one.code, one.label) for one in SCHEDULE)),
    LocalChoice("follow_visit", "Visit", "M3"),
    LocalChoice("due_what", "Dates", VISITS_DUE, (Option(VISITS_DUE, "Visits"), Option(REGISTRY, "Registry"))),
    LocalChoice("swimmer_order", "Sort by", "follow_up", tuple(Option(*pair) for pair in ORDERS.items())),
    LocalChoice("programme_by", "By", "centre", tuple(Option(*pair) for pair in BY_LEVEL.items())),
    LocalChoice(
        "programme_reading", "Outcome", "os_year", tuple(Option(one.code, one.label) for one in (*READINGS, COMPLETE))
    ),
)
MONITORING_NUMBERS = (
    NumberChoice("watch_since", "New since", 0, 0, 3650, "days ago", zero="not compared"),
    NumberChoice("due_within", "Due within", 183, 1, 731, "days"),
    NumberChoice("swimmer_page", "Page", 1, 1, 9999, "of 40 lanes"),
    NumberChoice("programme_expected", "Expected alive, 0 = cohort", 0, 0, 100, "%", zero="as the cohort"),
)
