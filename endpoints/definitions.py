"""The definitions as one document, printed from the declarations: `python -m endpoints.definitions` prints it.

docs/definitions.md is this output; a test holds both together.
"""

from collections.abc import Iterable, Iterator

from endpoints import (
    b_cell_course,
    board,
    covariates,
    deaths,
    infections,
    landmark,
    malignancies,
    mrd,
    sensitivity,
    states,
    transplant,
    trials,
    variables,
)
from endpoints.after_transplant import AFTER
from endpoints.catalogue import CATALOGUE
from endpoints.cohort import PRIOR_WORDS
from endpoints.due import DUE_DEFINITION, REGISTRY_DEFINITION
from endpoints.exposure import EXPOSED
from endpoints.mrd_course import REEMERGENCE, REEMERGENCE_ANY
from endpoints.outcome import OUTCOME_FILTERS, OUTCOME_WORDS
from endpoints.recovery import MRD_WORDS, RELAPSE_BY_RECOVERY
from endpoints.relapse import BY_ESCAPE, BY_LEVEL, NRM_CAUSES, OS_RELAPSE, SIGNS
from endpoints.response import ENROLLED_DUE, RESPONSES
from endpoints.response_definitions import DEFINITIONS, NOTE
from endpoints.rules import RULES, Rule
from endpoints.schedule import DEFINITION as SCHEDULE_WORDS
from endpoints.schedule import SCHEDULE, Assessment
from endpoints.time_to_event import Source, TimeToEvent
from endpoints.toxicity import SCALE_LABELS, TOXICITIES, Toxicity
from endpoints.visits import VISITS
from endpoints.watch.rules import AS_OF, RERUN_WORDS, WATCHLIST

OTHERS = (
    *EXPOSED.values(),
    *AFTER.values(),
    RELAPSE_BY_RECOVERY,
    BY_LEVEL,
    BY_ESCAPE,
    NRM_CAUSES,
    OS_RELAPSE,
    *(sign.endpoint for sign in SIGNS),
    REEMERGENCE,
    REEMERGENCE_ANY,
    deaths.BY_CAUSE,
    *infections.INFECTIONS.values(),
    infections.INFECTION_MORTALITY,
    malignancies.SECOND_MALIGNANCY,
)


def _visits(one: Assessment) -> str:
    """'**MRD**: Day 28 (day 14-45); ... Done: an MRD assay that did not fail.'"""
    return f"**{one.label}**: {'; '.join(visit.window for visit in one.visits)}. Done: {one.done}."


SECTIONS = (
    (
        "B cells",
        (
            b_cell_course.VISIT_WORDS,
            b_cell_course.LOCKED,
            *landmark.MOVED_ON_WORDS.values(),
            MRD_WORDS,
            b_cell_course.DOMAIN_WORDS,
            b_cell_course.BETWEEN_WORDS,
        ),
    ),
    (
        "Transplant",
        (
            PRIOR_WORDS,
            transplant.INTERVAL_WORDS,
            transplant.NOT_IN_REMISSION_WORDS,
            trials.QUESTION,
            trials.SUPER_MODEL_QUESTION,
            trials.WORDS,
        ),
    ),
    ("Adjusted comparisons and sensitivity", (covariates.WORDS, covariates.MRD_WORDS, sensitivity.WORDS)),
    ("States", (states.DEFINITION,)),
    ("Month-3 board", (board.DEFINITION,)),
    ("Schedule", (SCHEDULE_WORDS, *map(_visits, SCHEDULE), DUE_DEFINITION, REGISTRY_DEFINITION)),
    ("Watchlist", (AS_OF, RERUN_WORDS, *(f"**{rule.label}**: {rule.definition}" for rule in WATCHLIST))),
    ("Missing values", (variables.DEFINITION,)),
    (
        "Filters by what happened after infusion",
        (OUTCOME_WORDS, *(f"**{one.label}**: {one.help}" for one in OUTCOME_FILTERS if one.help)),
    ),
    (
        "Deaths, infections, second malignancies",
        (deaths.SHEET_WORDS, infections.ROWS_WORDS, infections.DENSITY_WORDS, malignancies.LIST_WORDS),
    ),
)


def definitions() -> str:
    """The document in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Definitions"
    yield ""
    yield "Printed from the declarations in `endpoints/` by `python -m endpoints.definitions`. Days are from infusion;"
    yield "months are 30.4375 days. On one day events come before competing events, these before ends of observation."
    yield from _heading("Time to event")
    for endpoint in (*CATALOGUE, *OTHERS):
        yield from _endpoint(endpoint)
    yield from _heading("Response")
    for response in RESPONSES:
        yield from (f"### {response.param} ({response.paramcd})", "", response.definition, "")
    yield from (ENROLLED_DUE, "", "### By everybody's definition", "", NOTE, "")
    yield from (f"- **{d.label}** ({d.source}): {d.definition}" for d in DEFINITIONS)
    yield from _heading("MRD")
    words = {option.code: option.label for option in _rule("mrd_cut").options}
    yield from (f"- **{words[code]}**: {text}" for code, text in mrd.DEFINITION.items())
    yield from ("", mrd.PICK, "", "| visit | window, days | nominal day |", "| --- | --- | --- |")
    yield from (f"| {visit.label} | {visit.first}-{visit.last} | {visit.nominal} |" for visit in VISITS)
    for title, texts in SECTIONS:
        yield from _heading(title)
        yield from (f"- {text}" for text in texts)
    yield from _heading("Toxicity")
    yield from (f"- **{t.param}**: {t.full}; scales {_scales(t)}. {t.source}".rstrip() for t in TOXICITIES)
    yield from _heading("Rules")
    yield from ("| rule | default | values | meaning |", "| --- | --- | --- | --- |")
    yield from (f"| {rule.label} | {rule.words(rule.default)} | {_values(rule)} | {rule.help} |" for rule in RULES)


def _heading(title: str) -> tuple[str, ...]:
    return "", f"## {title}", ""


def _endpoint(endpoint: TimeToEvent) -> Iterator[str]:
    yield from (f"### {endpoint.param} ({endpoint.paramcd})", "", endpoint.definition, "")
    outcomes = (("Events", endpoint.events), ("Competing", endpoint.competing), ("Censored at", endpoint.censored_at))
    yield from (f"- {title}: {_names(sources)}." for title, sources in outcomes if sources)
    yield f"- Population: {', '.join(endpoint.populations)}."
    yield ""


def _names(sources: Iterable[Source]) -> str:
    return "; ".join(dict.fromkeys(source.words for source in sources))


def _scales(toxicity: Toxicity) -> str:
    return ", ".join(SCALE_LABELS[scale] for scale in toxicity.scales)


def _rule(code: str) -> Rule:
    return next(rule for rule in RULES if rule.code == code)


def _values(rule: Rule) -> str:
    if rule.options:
        return "; ".join(option.label for option in rule.options)
    low, high = rule.limits
    return f"{low:g} to {high:g} {rule.unit}"


if __name__ == "__main__":
    print(definitions(), end="")
