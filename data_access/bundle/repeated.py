"""Rows of a bundle that say the same thing twice: by their key, or by the columns that identify a row by nature."""

import numpy as np
import pandas as pd
import sqlalchemy as sa

from data_access.bundle.bundle import Rows
from data_access.bundle.problems import Problems
from data_access.schema.tables import key_of, natural_key_of


def check_keys(table: sa.Table, rows: Rows, problems: Problems) -> None:
    """The key, and the columns that identify a row by nature, must not come twice."""
    key = key_of(table).name
    _list_repeated(table, [key], rows, rows.frame[key].notna().to_numpy(), "duplicate-key", problems)
    if natural_key_of(table):
        _list_repeated(table, list(natural_key_of(table)), rows, rows.sound, "duplicate-row", problems)


def _list_repeated(table, names: list[str], rows: Rows, usable: np.ndarray, code: str, problems: Problems) -> None:
    repeated = rows.frame.duplicated(subset=names, keep=False).to_numpy() & usable
    if not repeated.any():
        return
    lines = pd.Series(rows.lines[repeated])
    values = [rows.frame.loc[repeated, name].reset_index(drop=True).astype("str") for name in names]
    first = lines.groupby(values, dropna=False).transform("min")
    for line, same in zip(lines[lines > first], first[lines > first], strict=True):
        problems.add(
            f"{table.name}.csv",
            code,
            "must be unique",
            row=int(line),
            column="+".join(names),
            value=f"the same as on line {same}",
        )
