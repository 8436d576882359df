"""Every plausibility rule with numerator, denominator and share, and the rows that break the chosen one."""

from collections.abc import Sequence
from dataclasses import replace

from analyses.cohort import Cohort
from analyses.memory import canonical
from analyses.monitoring.quality import broken_rows, plausibility
from analyses.monitoring.results import Counts
from analyses.result import Note
from data_access.bundle.checks import Verdict, judge_all, packed, unpacked
from data_access.bundle.plausibility import RULES
from endpoints.rules import Rules
from figures.figure import ROWS, figure_of
from figures.rules import broken_rules, kept_rules
from pages.parts.listed import show_list
from pages.parts.session.open_patient import story_button
from pages.parts.session.options import open_section
from pages.parts.show import show_table

KEPT = "PLAUSIBILITY"
KEPT_TITLE, KEPT_CODE = "Rules that no row breaks", "plausibility_kept"
DEFINITION = (
    "Every rule of the import, asked again of the data that are loaded: how many rows of the patients shown it "
    "applies to, "
    "and how many break it. An error stops an import; a warning is loaded as it is. Pick a rule to see its rows."
)


def verdicts(cohort: Cohort) -> tuple[Verdict, ...]:
    """The verdict of every rule on the whole database, remembered, and kept for the next start of the server: whatever
    a reader chooses, it is the same."""
    data = cohort.data
    kept = data.kept_frames(Rules(), KEPT, lambda: packed(judge_all(RULES, data.tables, data.data_cutoff)))
    request = canonical(**data.identity, derivation="plausibility")
    return data.memory.recall(request, lambda: tuple(unpacked(RULES, kept, data.tables)))


def draw(cohort: Cohort) -> None:
    """The rules that rows break, their rows, and apart from them the rules that nobody breaks."""
    judged = verdicts(cohort)
    found = plausibility(cohort, judged)
    figure = figure_of(found, "Plausibility rules", code="plausibility", definition=DEFINITION)
    broken, kept = broken_rules(found.numbers), kept_rules(found.numbers)
    unbroken = f"{len(kept)} rules checked: no row breaks any of them."
    notes = (*figure.notes, *((Note("none", unbroken),) if broken.empty else ()))
    chosen = show_table(replace(figure, tables={ROWS: broken}, notes=notes), key="id")
    _draw_rows(cohort, found, judged, chosen)
    with open_section(f"{len(kept)} rules checked, no row breaks them") as is_open:
        if is_open:
            show_table(replace(figure, title=KEPT_TITLE, code=KEPT_CODE, answer=unbroken, tables={ROWS: kept}))


def _draw_rows(cohort: Cohort, found: Counts, judged: Sequence[Verdict], chosen: str | None) -> None:
    """The rows that break the chosen rule."""
    place = next((i for i, key in enumerate(found.numbers["id"]) if key == chosen), None)
    if place is not None:
        verdict = judged[int(found.numbers["id"].iloc[place].partition(":")[0])]
        rows = broken_rows(cohort, verdict)
        figure = figure_of(
            rows, f"Rows that break the rule {verdict.rule.code}", code="implausible", definition=DEFINITION
        )
        story_button(show_list(figure, rows), "implausible")
