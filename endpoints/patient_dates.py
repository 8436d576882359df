"""One date per patient out of many rows: the small vectorised words the derivations are written in.

Rows carry PT, the position of their patient in ADSL; results are Series over all positions, NaT where there is none.
"""

import numpy as np
import pandas as pd

NEVER = np.iinfo(np.int64).max


def no_dates(n: int) -> pd.Series:
    """NaT for each of n patients."""
    return pd.Series(pd.NaT, index=range(n), dtype="datetime64[s]")


def earliest(rows: pd.DataFrame, n: int, date: str = "date") -> pd.Series:
    """First `date` per patient."""
    return rows.groupby("PT")[date].min().reindex(range(n)).astype("datetime64[s]")


def latest(rows: pd.DataFrame, n: int, date: str = "date") -> pd.Series:
    """Last `date` per patient."""
    return rows.groupby("PT")[date].max().reindex(range(n)).astype("datetime64[s]")


def rows_per_patient(positions: pd.Series, n: int) -> np.ndarray:
    """(n,) how many rows each of n patients has; positions: PT of the rows, those of nobody known are not counted."""
    return np.bincount(positions.dropna().to_numpy(np.int64), minlength=n)


def first_of(*dates: pd.Series) -> pd.Series:
    """The earlier date per patient, NaT ignored."""
    return pd.concat(dates, axis=1).min(axis=1).astype("datetime64[s]")


def of_patient(dates: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """The patient's date beside each of the patient's rows."""
    return pd.Series(dates.to_numpy()[rows["PT"].to_numpy()], index=rows.index)


def of_ids(dates: pd.Series, patients: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """The patient's date beside each row that names its patient by USUBJID. dates and patients: the same order."""
    matched = pd.Series(dates.to_numpy(), index=patients).reindex(rows["USUBJID"]).to_numpy()
    return pd.Series(matched, index=rows.index).astype("datetime64[s]")


def days_since(dates: pd.Series, origin: pd.Series) -> pd.Series:
    """Whole days from origin to date (float, NaN where either is missing); the day itself is day 0."""
    return (dates - origin) / pd.Timedelta(days=1)


def after(rows: pd.DataFrame, day0: pd.Series) -> pd.DataFrame:
    """The rows dated after the patient's day 0, with ADY, whole days from it. What is dated on day 0 came before."""
    ady = days_since(rows["date"], of_patient(day0, rows))
    return rows.assign(ADY=ady)[ady > 0]


def up_to(rows: pd.DataFrame, day: pd.Series) -> pd.DataFrame:
    """The rows dated by the patient's day, the day included."""
    return rows[rows["date"] <= of_patient(day, rows)]


def on_or_before(dates: pd.Series, bound: pd.Series) -> pd.Series:
    """True where the date is not after the bound; a missing bound never stops, a missing date is False.

    Used for "an assessment before new therapy": material taken on the day a therapy starts was taken before it.
    """
    return dates.notna() & (bound.isna() | (dates <= bound))


def ordinals(dates: pd.DataFrame) -> np.ndarray:
    """Days since 1970 as int64 matrix, NEVER where missing."""
    values = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(values), NEVER, values.astype(np.int64))
