"""For whom an analysis is not defined: declared once per analysis, never an `if` in its body.

An analysis of what happens after infusion is defined for some populations, and never for patients who were chosen by
what happened after infusion: they had to live to see it (immortal time), and their numbers are of the choice.
"""

import functools
from collections.abc import Callable
from typing import Any

from analyses.cohort import Cohort
from analyses.counts import count_words
from analyses.result import refused
from endpoints.cohort import n_in_several

EITHER = ("infused", "enrolled")
POPULATION = "not defined for this population"
CHOSEN_BY_OUTCOME = "chosen by what happened after infusion"


def infused_only(subject: str, is_estimate: bool = True) -> Callable[[Callable], Callable]:
    """Decorator of `analysis(cohort, ...)`: of the enrolled it gives a sentence that names `subject`. is_estimate: it
    gives rates or curves, in place of the measurements of single patients."""
    return only_for(lambda *_, **__: ("infused",), lambda *_, **__: subject, is_estimate)


def of_outcome(subject: str) -> Callable[[Callable], Callable]:
    """Decorator of an analysis of either population that gives rates or curves: under a filter of an outcome it gives a
    sentence that names `subject`."""
    return only_for(lambda *_, **__: EITHER, lambda *_, **__: subject)


def only_for(
    populations: Callable[..., tuple[str, ...]], subject: Callable[..., str], is_estimate: bool = True
) -> Callable[[Callable], Callable]:
    """Decorator: the populations that the analysis is defined for, and its name in the sentence, by its arguments; and
    whether it is one that patients chosen by an outcome would bias."""

    def declare(analysis: Callable) -> Callable:
        @functools.wraps(analysis)
        def ask(cohort: Cohort, *arguments: Any, **named: Any) -> Any:
            name, outcome = subject(*arguments, **named), cohort.outcome
            if is_estimate and outcome:
                return refused(cohort, chosen_by_outcome(name, outcome), CHOSEN_BY_OUTCOME)
            if cohort.rules.population not in populations(*arguments, **named):
                return refused(cohort, refusal(name), POPULATION)
            return analysis(cohort, *arguments, **named)

        return ask

    return declare


def refusal(subject: str) -> str:
    """The sentence on the screen: another population."""
    return f"{subject} is defined for infused patients only. Choose the population Infused."


def chosen_by_outcome(subject: str, filters: tuple[str, ...]) -> str:
    """The sentence on the screen: which filters forbid it, why, and what to do."""
    names = " and ".join(f"“{label}”" for label in filters)
    is_on, they = ("filter is on", "It chooses") if len(filters) == 1 else ("filters are on", "They choose")
    return (
        f"{subject} is not shown while the Outcome {is_on}: {names}. {they} patients by what happened after infusion; "
        "these patients had to live and be followed until then (immortal time), so a rate or curve from infusion would "
        "be biased. To see this figure, remove what is named. Patient lists, baseline and counts still follow it."
    )


def of_endpoint(analysis: Callable) -> Callable:
    """Decorator of `analysis(cohort, endpoint, ...)`: the endpoint declares its populations."""
    return only_for(lambda endpoint, *_, **__: endpoint.populations, lambda endpoint, *_, **__: endpoint.param)(
        analysis
    )


def of_groups_apart(subject: str) -> Callable[[Callable], Callable]:
    """Decorator of `analysis(cohort, ...)` that models groups: of groups that share patients it gives a sentence."""

    def declare(analysis: Callable) -> Callable:
        @functools.wraps(analysis)
        def ask(cohort: Cohort, *arguments: Any, **named: Any) -> Any:
            shared = n_in_several(cohort.members)
            if not shared:
                return analysis(cohort, *arguments, **named)
            told = count_words(shared, cohort.data.smallest)
            words = f"{subject} needs groups that share no patients: {told} patients are in several of these groups."
            return refused(cohort, words, "not defined for groups that share patients")

        return ask

    return declare
