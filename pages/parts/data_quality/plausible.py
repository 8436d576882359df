"""Every plausibility rule with numerator, denominator and share, and the rows that break the chosen one."""

from dataclasses import replace

from analyses.cohort import Cohort
from analyses.memory import canonical
from analyses.monitoring.quality import broken_rows, plausibility
from data_access.bundle.checks import Verdict, judge_all, packed, unpacked
from data_access.bundle.plausibility import RULES
from endpoints.rules import Rules
from figures.figure import ROWS, figure_of
from pages.parts.listed import show_list
from pages.parts.session.open_patient import story_button
from pages.parts.show import show_table

KEPT = "PLAUSIBILITY"
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
    """The rules, those with broken rows first."""
    judged = verdicts(cohort)
    found = plausibility(cohort, judged)
    figure = figure_of(found, "Plausibility rules", code="plausibility", definition=DEFINITION)
    chosen = show_table(replace(figure, tables={ROWS: found.numbers}), key="id")
    place = next((i for i, key in enumerate(found.numbers["id"]) if key == chosen), None)
    if place is not None:
        verdict = judged[int(found.numbers["id"].iloc[place].partition(":")[0])]
        rows = broken_rows(cohort, verdict)
        figure = figure_of(
            rows, f"Rows that break the rule {verdict.rule.code}", code="implausible", definition=DEFINITION
        )
        story_button(show_list(figure, rows), "implausible")
