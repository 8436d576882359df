"""For whom an analysis is not defined: declared once per analysis, never an `if` in its body."""

import functools
from collections.abc import Callable
from typing import Any

from analyses.cohort import Cohort
from analyses.result import refused


def infused_only(subject: str) -> Callable[[Callable], Callable]:
    """Decorator of `analysis(cohort, ...)`: of the enrolled it gives a sentence that names `subject`."""
    return only_for(lambda *_, **__: ("infused",), lambda *_, **__: subject)


def only_for(
    populations: Callable[..., tuple[str, ...]], subject: Callable[..., str]
) -> Callable[[Callable], Callable]:
    """Decorator: the populations that the analysis is defined for, and its name in the sentence, by its arguments."""

    def declare(analysis: Callable) -> Callable:
        @functools.wraps(analysis)
        def ask(cohort: Cohort, *arguments: Any, **named: Any) -> Any:
            if cohort.rules.population in populations(*arguments, **named):
                return analysis(cohort, *arguments, **named)
            return refused(cohort, refusal(subject(*arguments, **named)))

        return ask

    return declare


def refusal(subject: str) -> str:
    """The sentence on the screen."""
    return f"{subject} is defined for infused patients only. Choose the population Infused."


def of_endpoint(analysis: Callable) -> Callable:
    """Decorator of `analysis(cohort, endpoint, ...)`: the endpoint declares its populations."""
    return only_for(lambda endpoint, *_, **__: endpoint.populations, lambda endpoint, *_, **__: endpoint.param)(
        analysis
    )
