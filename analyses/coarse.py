"""Numbers in steps so coarse that no single patient can be read off them: small_cells.py says of what."""

import numpy as np
import pandas as pd

from analyses.counts import BASE
from analyses.result import EXPECTED, MEDIAN
from endpoints.rules import DAYS_PER_MONTH
from estimators.person_time_rate import person_time_rate
from estimators.proportion import proportion

FINEST = 0.01  # a whole percent
LIMITS = ("conf_low", "conf_high")
DECIMALS = {MEDIAN: 0, EXPECTED: 1}  # of measures that are months
DAYS = ["median", "quartile_low", "quartile_high"]  # of ranges of days
OF_ONE = ("std_err", "lowest", "highest")  # told from one patient, or telling a number that is rounded


def to_base(column: pd.Series) -> pd.Series:
    """Counts as multiples of BASE."""
    rounded = (column.astype("float64") / BASE).round() * BASE
    return rounded if column.isna().any() else rounded.astype("int64")


def at_months(curve: pd.DataFrame, month: float = DAYS_PER_MONTH) -> pd.DataFrame:
    """The steps of curves at whole months only, without the days on which anybody left. month: how much time it is."""
    number = np.ceil(curve["time"] / month)
    keys = [name for name in ("strata", "outcome") if name in curve]
    last = curve.assign(time=(number * month).round()).groupby([*keys, "time"], sort=False).tail(1)
    left = [name for name in ("n_event", "n_censor") if name in last]
    return last.assign(**dict.fromkeys(left, 0)).reset_index(drop=True)


def in_steps(exact: pd.DataFrame, rounded: pd.DataFrame, n: pd.Series) -> pd.DataFrame:
    """The rows with rounded counts and with all that is estimated as coarse: shares of rounded counts, probabilities in
    steps of BASE of n patients, months and days whole. exact: the same rows as they are, which say what is a share."""
    rows = rounded.assign(**dict.fromkeys([name for name in OF_ONE if name in rounded], np.nan))
    rows = rows.assign(**{name: _whole_months(rows[name]) for name in ("reason_time", "opens") if name in rows})
    rows = rows.assign(**{name: rows[name].round() for name in (DAYS if "lowest" in rows else ())})
    share = "share" if "share" in rows else "estimate"
    if share not in rows:
        return rows
    is_share = _is_share(exact, share)
    rows = _stepped(rows, share, n, ~is_share)
    return _recounted(rows, share, is_share) if is_share.any() else rows


def _whole_months(days: pd.Series) -> pd.Series:
    """A day that one patient is known by, to the month."""
    return (np.ceil(days.astype(float) / DAYS_PER_MONTH) * DAYS_PER_MONTH).round()


def _parts(rows: pd.DataFrame) -> tuple[str, str]:
    return ("n", "total") if "total" in rows else ("n_event", "n")


def _is_share(exact: pd.DataFrame, share: str) -> pd.Series:
    """True of rows that are a count of a count; an estimate at a month is none, nor is one that its counts do not
    give."""
    part, whole = _parts(exact)
    if "time" in exact or not {part, whole} <= set(exact):
        return pd.Series(False, index=exact.index)
    rows = exact["months"].isna() if "months" in exact else pd.Series(True, index=exact.index)
    nobody, known = exact[whole].eq(0), exact[share].notna()
    told = rows & known & ~nobody
    counted = exact.loc[told, part].astype(float) / exact.loc[told, whole].astype(float)
    return rows & (known | nobody) & bool(np.isclose(counted, exact.loc[told, share].astype(float), atol=1e-9).all())


def _stepped(rows: pd.DataFrame, share: str, n: pd.Series, which: pd.Series) -> pd.DataFrame:
    """Probabilities in steps of BASE patients, at least of a percent; other measures in their decimals."""
    step = np.maximum(FINEST, BASE / n.astype(float).clip(lower=BASE))
    measure = rows["measure"] if "measure" in rows else pd.Series(EXPECTED if _is_expected(rows) else "", rows.index)
    step = measure.map({name: 10.0**-decimals for name, decimals in DECIMALS.items()}).fillna(step)
    names = [name for name in (share, *LIMITS) if name in rows]
    coarse = {name: ((rows[name].astype(float) / step).round() * step).round(4) for name in names}
    is_probability = ~measure.isin(list(DECIMALS))
    return rows.assign(
        **{name: rows[name].where(~which, one.where(~is_probability, one.clip(0, 1))) for name, one in coarse.items()}
    )


def _is_expected(rows: pd.DataFrame) -> bool:
    """Months in states stand in a frame of their own, without a measure."""
    return "order" in rows and "time" not in rows


def _recounted(rows: pd.DataFrame, share: str, which: pd.Series) -> pd.DataFrame:
    """Shares and their exact limits of the rounded counts."""
    part, whole = _parts(rows)
    total = np.nan_to_num(rows[whole].to_numpy(float)).astype(int)
    table = proportion(np.minimum(np.nan_to_num(rows[part].to_numpy(float)).astype(int), total), total)
    found = {share: table["estimate"], **{name: table[name] for name in LIMITS if name in rows}}
    return rows.assign(**{name: rows[name].astype(float).where(~which, one.to_numpy()) for name, one in found.items()})


def of_rounded_counts(exact: pd.DataFrame, rounded: pd.DataFrame, n: pd.Series) -> pd.DataFrame:
    """Rates per person-time of rounded events, and of time rounded to at least what BASE of the n patients have of
    it."""
    time = exact["person_time"].astype(float)
    base = _rounded_up(BASE * time / n)
    time = ((time / base).round().clip(lower=1) * base).astype("int64")
    rate = person_time_rate(rounded["n_event"].to_numpy("int64"), time.to_numpy())
    return rounded.assign(person_time=time, **{name: rate[name].to_numpy() for name in ("estimate", *LIMITS)})


def _rounded_up(values: pd.Series) -> pd.Series:
    """The next of 1, 2, 5 times a power of ten: it stays the same with one patient more."""
    power = 10.0 ** np.floor(np.log10(values.clip(lower=1)))
    lead = values / power
    return power * np.select([lead <= 1, lead <= 2, lead <= 5], [1, 2, 5], 10)  # noqa: PLR2004
