"""The findings of the declared rules, one row per patient and reason, narrowed by the tiles above them."""

from analyses.cohort import Cohort
from analyses.monitoring.watchlist import ALL, counts, patients_by_kind, watchlist
from endpoints.watch.rules import ORDER, WATCH, WATCHLIST
from figures.figure import figure_of
from pages.parts.listed import show_list
from pages.parts.session.open_patient import story_button
from pages.parts.session.options import Tile, choose_number, choose_option, choose_tile

KINDS = {rule.code: ((ALL, "All kinds"), *rule.kinds) for rule in WATCHLIST}
SORTED = "Sorted {order}: a sorting order, not urgency."


def draw(cohort: Cohort) -> None:
    """Tiles, the list, and the way to the story of the chosen patient."""
    since = choose_number("watch_since")
    found = counts(cohort, since)
    rule = choose_tile("watch_rule", [Tile(ALL, "All findings", str(found.n)), *_tiles(found)])
    which = choose_option("watch_which")
    kind = _choose_kind(cohort, rule, which, since)
    shown = watchlist(cohort, rule, kind, which, since)
    title = WATCH[rule].label if rule != ALL else "Findings of all rules"
    words = " ".join(one.definition for one in WATCHLIST if rule in (ALL, one.code))
    story_button(
        show_list(figure_of(shown, title, code="watchlist", definition=f"{_sorted(rule)} {words}"), shown), "watchlist"
    )


def _sorted(rule: str) -> str:
    return SORTED.format(order=ORDER if rule == ALL else WATCH[rule].order)


def _tiles(found) -> list[Tile]:
    rows = found.numbers.to_dict("records") if found.n else []
    return [
        Tile(row["outcome"], WATCH[row["outcome"]].label, _count(row), WATCH[row["outcome"]].definition) for row in rows
    ]


def _count(row: dict) -> str:
    """Patients, those followed elsewhere apart."""
    elsewhere = f" + {row['n_elsewhere']} followed elsewhere" if row["n_elsewhere"] else ""
    return f"{row['n_here']}{elsewhere}"


def _choose_kind(cohort: Cohort, rule: str, which: str, since: int) -> str:
    """A second row of tiles where a rule has several kinds."""
    if rule == ALL or len(WATCH[rule].kinds) == 1:
        return ALL
    found = patients_by_kind(cohort, rule, which, since)
    return choose_tile("watch_kind", [Tile(code, words, str(found[code])) for code, words in KINDS[rule]])
