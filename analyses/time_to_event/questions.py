"""Why figures of one exposure give several hazard ratios: each asks a question of its own, and says so."""

from analyses.result import Note

CODE = "questions"
SO = "The questions differ, and so do the hazard ratios."
EACH_LANDMARK = Note(
    CODE,
    "Each row is a question of its own: a landmark row fixes a patient's side on its day, whatever comes later; in "
    "the last row patients change sides on the day of transplant. So the hazard ratios differ.",
    True,
)
EACH_TRIAL = Note(
    CODE,
    "Each row is a question of its own: a trial compares transplant on one day with none so far; a landmark compares "
    "the already transplanted with the others, whatever comes later. So the hazard ratios differ.",
    True,
)


def side_fixed(event: str) -> Note:
    """Beside the ratio from a landmark on."""
    words = (
        f"Here a patient's side is fixed on the landmark day, whatever comes later; the figure before and after "
        f"{event} lets patients change sides on its day. {SO}"
    )
    return Note(CODE, words, True)


def side_changes(event: str) -> Note:
    """Beside a time-dependent ratio."""
    words = (
        f"Here patients change sides on the day of {event}, so the number at risk after it grows; figures from a "
        f"landmark fix the side on one day, whatever comes later. {SO}"
    )
    return Note(CODE, words, True)
