"""The overview's tiles and the strip of steps as words and numbers for a screen: plain lists, nothing to compute."""

from typing import Any

import pandas as pd

from analyses.course.overview import MRD_RATE
from analyses.course.tiles import Tiles
from analyses.words import in_percent, labels_of, percent, verdict

NOT_SHOWN = "not shown"
BESIDE = {MRD_RATE.code: "not tested: not negative"}  # what the n of a tile must say
FEW = 10  # patients of a year: its point is drawn open


def tile_data(result: Tiles) -> list[dict[str, Any]]:
    """One dict per tile: code, label, value, interval, n, alt, points: [x, estimate, is_few] with x from 0 to 1, and
    years: what the first and the last point are of."""
    labels = labels_of(result.outcomes)
    return [_tile(row, labels[row["outcome"]], result.years) for row in result.rows.to_dict("records")]


def _tile(row: dict, label: str, years: pd.DataFrame) -> dict[str, Any]:
    own = years[(years["outcome"] == row["outcome"]) & years["estimate"].notna()]
    value, _, limits = percent(row["estimate"], row["conf_low"], row["conf_high"]).partition(" (")
    return {
        "code": row["outcome"],
        "label": label,
        "value": value or verdict(row["reason"]) or "not estimable",
        "interval": f"95 % interval {limits.removesuffix(')')}" if limits else "",
        "n": _n_words(row),
        "among": f"Of: {row['among']}",
        "points": _points(own, years),
        "years": _ends(own),
        "alt": _alt(own),
    }


def _n_words(row: dict) -> str:
    """'288 of 478' of a rate, 'n = 509' of a probability; and what must be known of it."""
    is_rate = row["months"] != row["months"]
    n = f"{int(row['n_event'])} of {int(row['n'])}" if is_rate else f"n = {int(row['n'])}"
    return "; ".join(filter(None, (n, BESIDE.get(row["outcome"], ""))))


def _points(own: pd.DataFrame, years: pd.DataFrame) -> list[list[float | bool]]:
    """Years at equal steps, the same for every tile."""
    periods = sorted(years["period"].unique())
    steps = max(len(periods) - 1, 1)
    return [[periods.index(row.period) / steps, float(row.estimate), bool(row.n < FEW)] for row in own.itertuples()]


def _ends(own: pd.DataFrame) -> list[str]:
    """['2017, n = 4', '2025, n = 57']; one where there is one."""
    told = [f"{row.period}, n\u00a0=\u00a0{row.n}" for row in own.sort_values("period").itertuples()]
    return list(dict.fromkeys([*told[:1], *told[-1:]]))


def _alt(own: pd.DataFrame) -> str:
    told = "; ".join(f"{row.period} {in_percent(row.estimate)} % (n = {row.n})" for row in own.itertuples())
    return f"By year of infusion: {told}" if told else "By year of infusion: no estimates"


def step_data(steps: pd.DataFrame) -> list[dict[str, Any]]:
    """One dict per step: words, n, share, losses as lines of text, the largest first, and who came without the step
    before: in all, beside those who had it, and why."""
    return [
        {
            "step": row.step,
            "n": NOT_SHOWN if pd.isna(row.n) else f"{row.n:,}",
            "share": f"{in_percent(row.share)} % of the enrolled" if row.share == row.share else "",
            "losses": [_counted(*one) for one in row.losses],
            "without": _without(row.kept, [n for _, n in row.without]),
            "why": [_counted(*one) for one in row.without],
        }
        for row in steps.itertuples()
    ]


def _counted(words: str, n: int) -> str:
    return f"{n:,} {words[0].lower()}{words[1:]}"


def _without(kept: Any, counts: list[int]) -> str:
    """'449 with a released product, 60 without'"""
    of_released = "" if pd.isna(kept) else f"{kept:,} with a released product, "
    return f"{of_released}{sum(counts):,} without{'' if of_released else ' a released product'}" if counts else ""
