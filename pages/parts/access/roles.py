"""Which role may do what, declared once. What is not declared is not allowed."""

from collections.abc import Iterable

FIGURES, EXACT, PATIENTS, FILES, ADMINISTRATION = "figures", "exact", "patients", "files", "administration"
RIGHTS = {
    FIGURES: "see figures and numbers, small cells hidden",
    EXACT: "see figures and numbers as they are",
    PATIENTS: "see the patients of the granted sites, by pseudonym",
    FILES: "take files of what is seen",
    ADMINISTRATION: "see the audit log, the readiness and the facts of the data",
}
ROLES: dict[str, frozenset[str]] = {
    "aggregate": frozenset({FIGURES}),
    "clinician": frozenset({FIGURES, EXACT, PATIENTS}),
    "exporter": frozenset({FIGURES, FILES}),
    "administrator": frozenset({ADMINISTRATION}),
}
PAGES = {  # page -> the rights of which one is enough to open it
    "overview": {FIGURES},
    "watchlist": {PATIENTS},
    "patients": {PATIENTS},
    "follow_up": {PATIENTS},
    "programme": {FIGURES},
    "data_quality": {PATIENTS, ADMINISTRATION},
    "data": {PATIENTS, ADMINISTRATION},
    "response": {FIGURES},
    "mrd": {FIGURES},
    "b_cell_aplasia": {FIGURES},
    "relapse": {FIGURES},
    "survival": {FIGURES},
    "transplant": {FIGURES},
    "toxicity": {FIGURES},
    "glossary": {FIGURES, PATIENTS, ADMINISTRATION},
    "administration": {ADMINISTRATION},
}
EVERYTHING = frozenset(RIGHTS)


def rights_of(roles: Iterable[str]) -> frozenset[str]:
    """What somebody with these roles may do: each role adds its own."""
    return frozenset().union(*(ROLES[role] for role in roles))


def may_open(rights: frozenset[str], page: str) -> bool:
    """Whether a page may be opened; one that is not declared may not."""
    return bool(PAGES.get(page, set()) & rights)
