"""Exact thinning of step curves to what the screen can show."""

import numpy as np
import pandas as pd

from charts.theme import MONTHS_BEYOND

THIN_ABOVE = 500  # rows an arm; below, the browser draws everything quickly


def thin_steps(frame: pd.DataFrame, x_max: float, width_px: int = 800, height_px: int = 400) -> pd.DataFrame:
    """The rows of a step-curve frame that move a pixel; other rows, were they drawn, would change nothing.

    `frame`: time, estimate, conf_low, conf_high, n_censor, and strata and/or outcome, in time order per curve.
    Kept per curve: the first and the last row, per pixel column the last row that moves the estimate or a limit
    by a pixel, and one censored row per pixel; of the rows right of the axis, the last. Values are never
    changed: at any time the drawn curve is within one pixel across and one pixel down of the full one. Curves of
    up to 500 rows are returned whole.
    """
    if len(frame) <= THIN_ABOVE:
        return frame
    curve = _curve_numbers(frame)
    small = np.bincount(curve)[curve] <= THIN_ABOVE
    x_end = x_max * (1 + MONTHS_BEYOND)
    return frame[small | _kept(frame, curve, x_end, width_px, 1 / height_px)]


def _curve_numbers(frame: pd.DataFrame) -> np.ndarray:
    by = [c for c in ("strata", "outcome") if c in frame.columns]
    if not by:
        return np.zeros(len(frame), dtype=int)
    return frame.groupby(by, observed=True, sort=False, dropna=False).ngroup().to_numpy()


def _kept(frame: pd.DataFrame, curve: np.ndarray, x_end: float, width_px: int, y_px: float) -> np.ndarray:
    """True per row to draw. Works on the rows curve by curve, then puts the answers back in the frame's order."""
    order = np.argsort(curve, kind="stable")
    curve, sorted_ = curve[order], frame.iloc[order]
    column = np.floor(np.minimum(sorted_["time"].to_numpy(float) / x_end, 1.0) * width_px)
    estimate, *limits = (_pixel(sorted_[c], y_px) for c in ("estimate", "conf_low", "conf_high"))
    moved = _differs([curve, estimate, *limits])
    censored = sorted_["n_censor"].to_numpy(float) > 0
    keep = _differs([curve]) | _last([curve], np.ones(len(curve), dtype=bool))
    keep |= _last([curve, column], moved) | _last([curve, column, estimate], censored)
    return keep[np.argsort(order)]


def _pixel(values: pd.Series, size: float) -> np.ndarray:
    """Pixel numbers from the bottom; missing values have a number of their own, so a gap begins where it does."""
    return np.nan_to_num(np.floor(values.to_numpy(float) / size), nan=-1.0)


def _differs(keys: list[np.ndarray]) -> np.ndarray:
    """True where any key differs from the row before; True on the first row."""
    changed = np.ones(len(keys[0]), dtype=bool)
    changed[1:] = np.logical_or.reduce([k[1:] != k[:-1] for k in keys])
    return changed


def _last(keys: list[np.ndarray], among: np.ndarray) -> np.ndarray:
    """True on the last row of each run of equal keys, looking only at the rows of `among`."""
    last = np.zeros(len(among), dtype=bool)
    if among.any():
        last[among] = np.roll(_differs([k[among] for k in keys]), -1)
    return last
