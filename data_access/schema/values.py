"""One column of values: from the text of a CSV cell, from a database, and back to canonical text.

Frames everywhere have these dtypes: date datetime64[s], integer Int32, number float64, yes_no boolean, code category
(declared values in declared order), everything else str. Missing is NaT / NA / NaN, never a word.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from data_access.schema.tables import allowed_values, kind_of

YES_NO = ("no", "yes")
PATTERNS = {
    "date": r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}",
    "month": r"[12][0-9]{3}-(0[1-9]|1[0-2])",
    "integer": r"-?[0-9]{1,9}",
    "number": r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?",
    "pseudonym": "[A-Za-z]([^\x00-\x1f]*[^\x00-\x20\xa0])?",
    "id": "[^\x00-\x20\xa0]([^\x00-\x1f]*[^\x00-\x20\xa0])?",
    "text": r"[^\x00]*",  # PostgreSQL cannot store NUL
}
SENTINELS = (  # dates that systems write for "unknown" or count from; with them, their months
    "1111-11-11",
    "1753-01-01",
    "1800-01-01",
    "1899-12-30",
    "1899-12-31",
    "1900-01-01",
    "1901-01-01",
    "1904-01-01",
    "1970-01-01",
    "2099-12-31",
    "2100-01-01",
    "2199-12-31",
    "2999-12-31",
    "9999-12-31",
)
_NO_DATES = {"date": SENTINELS, "month": ("1111-11", "1899-12", "1900-01", "1901-01", "2099-12", "2999-12", "9999-12")}
RULES = {
    "date": "must be a real ISO date (YYYY-MM-DD)",
    "month": "must be a month (YYYY-MM)",
    "integer": "must be a whole number",
    "number": "must be a finite number with a decimal point",
    "pseudonym": "must be a pseudonym that begins with a letter, without a space at either end",
    "id": "must be an identifier without line break, and without a space at either end",
    "text": "must be text without NUL characters",
    "yes_no": "must be yes or no",
}


def rule_of(column: sa.Column) -> str:
    """What a cell of the column must be, in words."""
    kind, low, high = kind_of(column), column.info["low"], column.info["high"]
    if kind == "code":
        return f"must be one of {', '.join(allowed_values(column))}"
    limits = "" if low is None else f", at least {low}" if high is None else f" from {low} to {high}"
    return RULES[kind] + limits


def from_text(column: sa.Column, cells: Sequence[str]) -> tuple[pd.Series, np.ndarray]:
    """Typed values of CSV cells, and a mask of the cells that break the column's rule (missing in the values).

    An empty cell is missing. Nothing is guessed: 'NA' is text, 03/04/2024 is not a date.
    """
    text = pd.Series(cells, dtype="str")
    given = (text != "").to_numpy()
    known = given & _well_formed(column, text)
    values = _PARSE.get(kind_of(column), _same)(column, text.where(known))
    good = known & values.notna().to_numpy() & _within(column, values)
    return (values if good.sum() == known.sum() else values.where(good)), given & ~good


def _well_formed(column, text: pd.Series) -> np.ndarray:
    pattern = PATTERNS.get(kind_of(column))
    if pattern is None:
        return np.ones(len(text), bool)
    return text.str.fullmatch(pattern).to_numpy(bool) & ~text.isin(_NO_DATES.get(kind_of(column), ())).to_numpy(bool)


def _within(column, values: pd.Series) -> np.ndarray:
    """True where the declared limits hold or the value is missing."""
    inside = np.ones(len(values), bool)
    for limit, compare in ((column.info["low"], pd.Series.ge), (column.info["high"], pd.Series.le)):
        if limit is not None:
            inside &= (compare(values, limit) | values.isna()).to_numpy(bool)
    return inside


def _same(_column, text: pd.Series) -> pd.Series:
    return text


def _parse_date(_column, text: pd.Series) -> pd.Series:
    return pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")


def _parse_number(_column, text: pd.Series) -> pd.Series:
    """Python's float() rounds correctly; what overflows to infinity is not a number, and -0 is 0."""
    values = text.to_numpy(object, na_value="nan").astype(float) + 0.0
    return pd.Series(np.where(np.isfinite(values), values, np.nan))


def _parse_integer(_column, text: pd.Series) -> pd.Series:
    return pd.Series(_integers(text.to_numpy(object, na_value="nan").astype(float)))


def _parse_yes_no(_column, text: pd.Series) -> pd.Series:
    codes = pd.Index(YES_NO, dtype="str").get_indexer(text)
    return pd.Series(pd.arrays.BooleanArray(codes == 1, codes < 0))


def _parse_code(column, text: pd.Series) -> pd.Series:
    return pd.Series(_categorical(column, text))


_PARSE = {
    "date": _parse_date,
    "number": _parse_number,
    "integer": _parse_integer,
    "yes_no": _parse_yes_no,
    "code": _parse_code,
}


def from_database(column: sa.Column, values: Sequence) -> pd.Series:
    """Typed values of one selected column; dates come as ISO text or date objects, yes/no as 0/1 or booleans.

    Raises ValueError when the database holds something that the declaration does not allow.
    """
    kind = kind_of(column)
    if kind == "code":
        return pd.Series(_codes(column, values))
    if kind == "date":
        return pd.Series(np.array(values, dtype="datetime64[s]"))
    if kind not in ("integer", "number", "yes_no"):
        return pd.Series(values, dtype="str")
    if str in set(map(type, values)):  # SQLite keeps text in a column of numbers
        raise ValueError(_broken(column))
    numbers = np.array(values, dtype=float)
    typed: dict[str, Callable[[np.ndarray], Any]] = {"integer": _integers, "number": np.asarray, "yes_no": _booleans}
    return pd.Series(typed[kind](numbers))


def _categorical(column, text: pd.Series) -> pd.Categorical:
    """What is not declared is missing: the caller compares."""
    declared = pd.Index(allowed_values(column), dtype="str")
    return pd.Categorical.from_codes(declared.get_indexer(text), categories=declared)


def _codes(column, values) -> pd.Categorical:
    found = _categorical(column, pd.Series(values, dtype="str"))
    if int((found.codes < 0).sum()) != sum(value is None for value in values):
        raise ValueError(_broken(column))
    return found


def _broken(column) -> str:
    return f"{column.table.name}.{column.name} {rule_of(column)}, got: something else"


def _integers(numbers: np.ndarray) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(*_exact(numbers, np.int32))


def _booleans(numbers: np.ndarray) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(*_exact(numbers, bool))


def _exact(numbers: np.ndarray, dtype: type) -> tuple[np.ndarray, np.ndarray]:
    """(values, missing); a number that the type cannot hold is an error, never rounded."""
    missing = np.isnan(numbers)
    filled = np.where(missing, 0, numbers)
    with np.errstate(invalid="ignore"):  # what does not fit comes out as another number, and is refused below
        values: np.ndarray = filled.astype(dtype)
    if not np.array_equal(values, filled):
        raise ValueError(f"must be {dtype.__name__}, got: other numbers")
    return values, missing


def to_python(column: sa.Column, values: pd.Series) -> list:
    """Values as a database driver takes them: date, int, float, bool, str; missing is None."""
    if kind_of(column) == "date":
        return values.to_numpy("datetime64[D]").tolist()
    if kind_of(column) == "number":
        return [None if value != value else value for value in values.to_numpy(float).tolist()]
    return values.astype(object).where(values.notna(), None).tolist()


def to_text(column: sa.Column, values: pd.Series) -> list[str]:
    """Values as canonical cells: ISO dates, shortest exact decimal numbers, yes/no, empty for missing."""
    write = _WRITE.get(kind_of(column))
    if write is None:
        return values.astype(object).where(values.notna(), "").tolist()
    codes, found = pd.factorize(values)  # the same few thousand days and numbers, again and again
    words = ["" if value is None else write(value) for value in to_python(column, pd.Series(found))]
    return np.array([*words, ""], dtype=object)[codes].tolist()


_WRITE: dict[str, Callable[[Any], str]] = {
    "yes_no": YES_NO.__getitem__,
    "date": date.isoformat,
    "integer": repr,
    "number": repr,
}


def empty_series(column: sa.Column) -> pd.Series:
    """No values, right dtype."""
    return from_text(column, [])[0]
