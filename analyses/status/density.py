"""Infections per 100 person-days, to day 100 and after it, by organism class and compared group."""

import pandas as pd

from analyses.cohort import Cohort
from analyses.members import in_groups, left_out_of, memoised
from analyses.refusal import infused_only
from analyses.result import Densities, Note, Outcome
from endpoints.infections import ANY, ORGANISMS, PERIODS, derive_density
from estimators.person_time_rate import person_time_rate

CLASSES = {ANY: "Any"} | {organism.code: organism.label for organism in ORGANISMS}
CELLS = {
    (code, period.code): f"{words}, {period.label.lower()}" for code, words in CLASSES.items() for period in PERIODS
}
NOT_RECORDED = Note(
    "not_recorded",
    "Infections are counted as recorded: whether somebody looked for them is not in the data, so a low rate may be few "
    "infections or few records.",
)


@memoised
@infused_only("Infection density")
def infection_density(cohort: Cohort) -> Densities:
    """Density of every organism class that anybody compared had, and of any, in both periods."""
    rows = cohort.derived("INFDENS", derive_density)
    parts = {cell: _of_cell(cohort, rows, cell) for cell in CELLS}
    happened = {code for (code, _), part in parts.items() if part["N"].sum() or code == ANY}
    cells = [cell for cell in CELLS if cell[0] in happened]
    table = pd.concat([_rates(cohort, parts[cell], cell) for cell in cells], ignore_index=True)
    patients = pd.concat([parts[cell] for cell in cells], ignore_index=True)
    n, by_code = patients["USUBJID"].nunique(), {_code(cell): parts[cell] for cell in cells}
    return Densities(
        cohort=cohort,
        n=n,
        patients=patients[["USUBJID", "GROUP", "PERIOD", "CLASS", "N", "DAYS"]],
        left_out=left_out_of(cohort, {}),
        numbers=table,
        rows=table,
        strata=cohort.groups,
        outcomes=tuple(Outcome(_code(cell), CELLS[cell], "other") for cell in cells),
        notes=(NOT_RECORDED,) if n else (),
        behind=lambda strata, outcome: _infected(by_code[outcome], strata),
    )


def _infected(part: pd.DataFrame, strata: str) -> pd.Series:
    """Who of a group had at least one of the infections that a row counts."""
    return part.loc[(part["N"] > 0) & (part["CODE"] == strata), "USUBJID"]


def _of_cell(cohort: Cohort, rows: pd.DataFrame, cell: tuple[str, str]) -> pd.DataFrame:
    """The rows of the compared patients in one class and period."""
    return in_groups(cohort, rows[(rows["CLASS"] == cell[0]) & (rows["PERIOD"] == cell[1])])


def _rates(cohort: Cohort, part: pd.DataFrame, cell: tuple[str, str]) -> pd.DataFrame:
    codes = [group.code for group in cohort.groups]
    sums = part.groupby("CODE")[["N", "DAYS"]].sum().reindex(codes, fill_value=0)
    return person_time_rate(sums["N"], sums["DAYS"]).assign(strata=codes, outcome=_code(cell))


def _code(cell: tuple[str, str]) -> str:
    return ":".join(cell)
