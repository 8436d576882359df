"""What the estimators accept: every rule on an input stands here once, with the sentence that refuses it."""

import numpy as np
import pandas as pd

SECTION = None  # shared by the estimators, computes nothing of its own

LONGEST_COUNTABLE = 200_000  # days (547 years): above it, whole numbers are ranked like fractions


def numbers(name, values):
    """`values` as a plain array of integers (whole days) or floats; ValueError when missing or negative."""
    array = np.asarray(values)
    _refuse(name, array.ndim != 1, "have one dimension", array.ndim)
    _refuse(name, array.dtype.kind in "mM", "be numbers of days", "dates")
    if array.dtype.kind not in "iubf":
        array = pd.to_numeric(pd.Series(array), errors="coerce").to_numpy(float, na_value=np.nan)
    _refuse(
        name,
        array.dtype.kind == "f" and not np.isfinite(array).all(),
        "be finite numbers",
        "a missing, infinite or non-numeric value",
    )
    _refuse(name, array.min(initial=0) < 0, "not be negative", array.min(initial=0))
    return whole(array)


def whole(array):
    """Integers when every value is a whole number that can be counted by bincount, else floats."""
    if array.max(initial=0) > LONGEST_COUNTABLE:
        return array.astype(float)
    integers = array.astype(np.int64, copy=False)
    return integers if array.dtype.kind != "f" or (integers == array).all() else array


def codes(name, values, highest):
    """`values` as integers 0..highest (0 = censored); ValueError for anything else."""
    array = numbers(name, values)
    rule = "be 0 or 1" if highest == 1 else f"be whole numbers from 0 to {highest}"
    _refuse(name, array.dtype.kind == "f", rule, "a fraction")
    _refuse(name, array.max(initial=0) > highest, rule, array.max(initial=0))
    return array


def entries(entry, time):
    """Delayed entry as days at which observation starts; -1 = from the origin on, day 0 included.

    An entry of 0 means "from the origin": a patient with an event on day 0 was at risk for it. Any later entry must
    lie before the end of observation, because the risk set at t is entry < t <= time.
    """
    if entry is None:
        return None
    entry = numbers("entry", entry)
    same_length(time=time, entry=entry)
    late = entry > 0
    wrong = late & (entry >= time)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise ValueError(
            f"entry must be before the end of observation, got: entry {entry[first]:g}, "
            f"end {time[first]:g} ({wrong.sum()} rows)"
        )
    return np.where(late, entry, -1) if late.any() else None


def compared(group, time, exclude=()):
    """(part, labels, codes): which rows take part (n,); the groups present among them, in declared (categorical) or
    sorted order; and the position of each of these rows. Rows of a group in `exclude` take no part."""
    held = pd.Categorical(group)
    same_length(time=time, group=held)
    if (held.codes < 0).any():
        raise ValueError(f"group must not be missing, got: {(held.codes < 0).sum()} missing")
    part = ~np.asarray(held.isin(list(exclude)), bool)
    held = held[part].remove_unused_categories()
    return part, tuple(held.categories), held.codes.astype(np.int64)


def confidence(conf_level):
    """The level itself; ValueError unless strictly between 0 and 1."""
    if not 0 < conf_level < 1:
        raise ValueError(f"conf_level must be between 0 and 1, got: {conf_level}")
    return conf_level


def same_length(**arrays):
    """ValueError unless all arrays have one length."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"inputs must have the same length, got: {lengths}")


def _refuse(name, broken, rule, came):
    if broken:
        raise ValueError(f"{name} must {rule}, got: {came}")
