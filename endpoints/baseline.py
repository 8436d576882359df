"""Table 1, declared: what is known of a patient before infusion. Never what happens after it."""

from dataclasses import dataclass

from endpoints.codes import pairs_of
from endpoints.cohort import FILTER, Filter, Level, with_missing


@dataclass(frozen=True)
class Variable:
    """A row group of Table 1. levels None and no `filter_`: measured, shown as median and quartiles."""

    label: str
    column: str
    filter_: Filter | None = None
    levels: tuple[Level, ...] | None = None

    @property
    def is_measured(self) -> bool:
        return self.filter_ is None and self.levels is None


def _of(code: str) -> Variable:
    return Variable(FILTER[code].label, FILTER[code].column, FILTER[code])


BASELINE = (
    Variable("Age, years", "AGE"),
    _of("sex"),
    _of("product"),
    _of("cytogenetics"),
    _of("down"),
    Variable("Prior lines of therapy", "PRIORLN"),
    Variable("Prior relapses", "PRIORREL"),
    _of("prior_transplant"),
    _of("prior_car_t"),
    _of("prior_blinatumomab"),
    _of("prior_inotuzumab"),
    _of("disease_status"),
    Variable("Blasts before lymphodepletion, %", "BURDEN"),
    _of("burden"),
    _of("cns"),
    _of("extramedullary"),
    Variable("Bridging therapy", "BRIDGE", levels=with_missing(*pairs_of("treatment_course.bridging_therapy"))),
    Variable("Lymphodepletion", "LYMPDEPL", levels=with_missing(*pairs_of("treatment_course.lymphodepletion"))),
    _of("transplant_intended"),
)
