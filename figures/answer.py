"""The answer line of a figure: the number with its interval, the difference of two groups, the range of more.

Made from the same rows as picture and table; every sentence is declared in sentences.py.
"""

from collections.abc import Callable

from analyses.monitoring.results import Cells, Counts, Funnel, Lanes, Listed, OutcomeBoard
from analyses.result import (
    Baseline,
    Curves,
    DayRanges,
    Densities,
    Flow,
    Forest,
    Headline,
    Note,
    Periods,
    Rates,
    Ratios,
    Result,
    Shares,
    States,
)
from figures import answer_counts, answer_monitoring, answer_over_time

ANSWERING = (  # notes that answer by themselves, in this order
    *("one_number", "effect", "drawn_of", "not_alike", "weighted_ratio", "adjusted_ratio", "between", "trials_ratio"),
    "balance",
)
ANSWERS: dict[type[Result], Callable[..., str]] = {
    Curves: answer_over_time.of_curves,
    States: answer_over_time.of_states,
    Shares: answer_counts.of_shares,
    Rates: answer_counts.of_rates,
    Densities: answer_counts.of_densities,
    Forest: answer_counts.of_forest,
    Headline: answer_counts.of_headline,
    Ratios: answer_counts.of_ratios,
    DayRanges: answer_counts.of_days,
    Periods: answer_counts.of_periods,
    Baseline: answer_counts.of_baseline,
    Flow: answer_counts.of_flow,
    Counts: answer_monitoring.of_counts,
    Listed: answer_monitoring.of_listed,
    Cells: answer_monitoring.of_cells,
    Funnel: answer_monitoring.of_funnel,
    Lanes: answer_monitoring.of_lanes,
    OutcomeBoard: answer_monitoring.of_board,
}


def answer_line(result: Result, what: str) -> str:
    """What the figure says, in one sentence; "" of nobody. what: the figure's subject, as its title names it."""
    if not result.n:
        return ""
    said = answering_note(result)
    make = next((ANSWERS[kind] for kind in type(result).__mro__ if kind in ANSWERS), None)
    return said.text if said else make(result, what) if make else ""


def answering_note(result: Result) -> Note | None:
    """The note that is the answer of a result whose analysis words it, or None."""
    by_code = {note.code: note for note in reversed(result.notes)}
    return next((by_code[code] for code in ANSWERING if code in by_code), None)
