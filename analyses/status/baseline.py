"""Table 1 and the month-3 board: who the compared groups are, and of whom month 3 is known."""

import numpy as np
import pandas as pd

from analyses.result import Estimates, in_groups, kept, left_out_of, reasons_frame, remembered
from analyses.status.rates import rates_by_group, shares_by_group, with_rates
from analyses.time_to_event.landmark import classed
from endpoints.baseline import BASELINE, Variable
from endpoints.board import CLASSES, IN_WINDOW, WAITING, derive_board
from endpoints.cohort import FILTER, MISSING, UNKNOWN, Group, levels_of
from estimators.balance import standardised_difference, standardised_difference_of_levels
from estimators.quartiles import quartiles
from pages.parts.session.sidebar import Cohort

CELLS = "Median (quartiles) or n (% of known); missing, and what is recorded as unknown, are counted apart."
NO_TESTS = (
    "SMD: standardised mean difference, with more than two groups the largest between any two. No p-values: "
    "groups were not randomised, and a difference matters by its size."
)


APART = {MISSING, UNKNOWN}  # never part of a percentage
DUE, DONE_OF_DUE = "Due", "Done in the window, of due"


@remembered
def baseline(study: Cohort) -> Estimates:
    """One row per measured variable or level, one column per compared group, the standardised difference before them:
    behind six groups it would stand outside the screen."""
    rows = in_groups(study, study.adsl)
    arms = {
        f"{group.label} (n = {len(arm)})": arm for group in study.groups if len(arm := rows[rows["CODE"] == group.code])
    }
    table = pd.concat([_variable(study, variable, arms) for variable in BASELINE], ignore_index=True)
    columns = ["USUBJID", "GROUP", *dict.fromkeys(variable.column for variable in BASELINE)]
    n = rows["USUBJID"].nunique()
    compared = len(arms) > 1
    return Estimates(
        n=n,
        numbers=table if compared else table.drop(columns=["difference", "reason"]),
        patients=rows[columns],
        left_out=left_out_of(study, {}),
        notes=(CELLS, *([NO_TESTS] if compared else [])) if n else (),
    )


def _variable(study: Cohort, variable: Variable, arms: dict[str, pd.DataFrame]) -> pd.DataFrame:
    values = {label: arm[variable.column] for label, arm in arms.items()}
    return _measured(variable, values) if variable.is_measured else _levels(study, variable, values)


def _measured(variable: Variable, values: dict[str, pd.Series]) -> pd.DataFrame:
    known = {label: column.dropna().to_numpy(float) for label, column in values.items()}
    difference, reason = standardised_difference(list(known.values()))
    return _rows(
        variable,
        ["Median (quartiles)", "Missing"],
        {label: [_quartile_words(known[label]), str(int(column.isna().sum()))] for label, column in values.items()},
        difference,
        reason,
    )


def _quartile_words(values: np.ndarray) -> str:
    found = quartiles(values).iloc[0]
    median, low, high = (f"{round(found[name], 1):g}" for name in ("median", "quartile_low", "quartile_high"))
    return f"{median} ({low}-{high})" if len(values) else "no values"


def _levels(study: Cohort, variable: Variable, values: dict[str, pd.Series]) -> pd.DataFrame:
    """Levels that anybody of the cohort has, declared order; percentages are of the known."""
    declared = variable.levels or levels_of(variable.filter_, study.study.adsl)
    seen = set().union(*(set(column.astype(str)) for column in values.values()))
    levels = [level for level in declared if level.code in seen and level.code not in APART]
    apart = [level for level in declared if level.code == MISSING or level.code in seen & APART]
    counts = {
        label: np.array([int((column.astype(str) == x.code).sum()) for x in levels], int)
        for label, column in values.items()
    }
    difference, reason = standardised_difference_of_levels(list(counts.values()))
    cells = {
        label: [
            *(_share_words(n, counts[label].sum()) for n in counts[label]),
            *(str(int((column.astype(str) == x.code).sum())) for x in apart),
        ]
        for label, column in values.items()
    }
    return _rows(variable, [x.label for x in (*levels, *apart)], cells, difference, reason)


def _share_words(n: int, total: int) -> str:
    return f"{n} ({100 * n / total:.0f} %)" if total else "0"


def _rows(
    variable: Variable, levels: list[str], cells: dict[str, list[str]], difference: float, reason: str
) -> pd.DataFrame:
    """The difference stands in the first row of its variable."""
    beside = len(levels) - 1
    return pd.DataFrame(
        {
            "variable": variable.label,
            "level": levels,
            "difference": [difference, *[np.nan] * beside],
            **cells,
            "reason": [reason, *[""] * beside],
        }
    )


@remembered
def board(study: Cohort, by: str) -> tuple[Cohort, Estimates]:
    """Classes of the month-3 assessment per centre or quarter of infusion. Gives the cohort as it is compared, too."""
    rows = kept(study, "BOARD", derive_board)
    inside = rows[rows["USUBJID"].isin(study.adsl["USUBJID"])]
    if by == "centre":
        members = study.adsl[["USUBJID", "SITEID"]].rename(columns={"SITEID": "GROUP"})
        names = {level.code: level.label for level in levels_of(FILTER["centre"], study.study.adsl)}
    else:
        members = inside[["USUBJID", "QUARTER"]].rename(columns={"QUARTER": "GROUP"})
        names = {code: code for code in sorted(inside["QUARTER"])}
    members = members[members["USUBJID"].isin(inside["USUBJID"])]
    compared = classed(
        study,
        "Centre" if by == "centre" else "Quarter of infusion",
        tuple(Group(code, label, 0) for code, label in names.items()),
        members,
    )
    everybody, due = inside["USUBJID"].notna(), inside["AVALC"] != WAITING.code
    found = with_rates(
        shares_by_group(compared, inside, CLASSES),
        rates_by_group(
            compared, inside, {DUE: (due, everybody), DONE_OF_DUE: (inside["AVALC"] == IN_WINDOW.code, due)}
        ),
    )
    waiting = study.n - len(inside)
    out = reasons_frame({"not infused": waiting} if waiting else {})
    return compared, Estimates(**{**vars(found), "left_out": out})
