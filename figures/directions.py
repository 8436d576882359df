"""Which of two groups is higher, in words: no reader has to know what was subtracted from what."""

from dataclasses import dataclass

from analyses.words import limit_words, rounded


@dataclass(frozen=True)
class Direction:
    """How a difference is said. more, less: the words for its two directions; factor, decimals: how it is written."""

    more: str
    less: str
    factor: float
    decimals: int

    def of(self, value: float) -> tuple[str, str]:
        """A number as it is written, without a sign, and its direction; of what rounds to zero none."""
        written = rounded(abs(self.factor * value), self.decimals)
        return written, "" if not float(written) else self.more if value > 0 else self.less


POINTS = Direction("higher", "lower", 100, 0)
MONTHS = Direction("more", "less", 1, 1)
EXAMPLES = (
    ("`{difference}`", "Male is 4 percentage points lower than Female (12 lower to 4 higher)"),
    ("`{difference}`, on one side", "Male is 11 percentage points higher than Female (3 to 20 higher)"),
    ("`{difference}`, rounded to nothing", "Male and Female differ by 0 percentage points (6 lower to 6 higher)"),
    ("`{difference}`, nobody or everybody in a group", "Male is 1 percentage point lower than Female (no interval)"),
    ("`{ratio}`, hazards are proportional", "hazard ratio 1.15 (0.88 to 1.51), higher for Male"),
    (
        "`{ratio}`, hazards are not proportional",
        "hazard ratio 1.07 (0.61 to 1.87), higher for Male, but it changes over time (p = 0.038)",
    ),
    ("`{ratio}`, outcomes compete", "cause-specific hazard ratio 0.84 (0.39 to 1.79), lower for Male"),
    ("`{ratio}`, 1 to two decimals", "hazard ratio 1.00 (0.71 to 1.41), the same for Male"),
)


def difference_words(row: dict, other: str, one: str) -> str:
    """'Male is 4 percentage points lower than Female (12 lower to 4 higher)'. row: a difference of COMPARED, `other`
    minus `one`."""
    written, way = POINTS.of(row["estimate"])
    size, limits = f"{written} percentage point{'s' * (float(written) != 1)}", _limits(row, POINTS)
    if not way:
        return f"{other} and {one} differ by {size} ({limits})"
    return f"{other} is {size} {way} than {one} ({limits})"


def mean_words(row: dict, other: str) -> str:
    """'Male: 1.2 of 24 months less without the event (3.0 less to 0.6 more)'. row: a difference of restricted means."""
    written, way = MONTHS.of(row["estimate"])
    size = f"{written} of {row['months']:g} months {way or 'more'}"
    return f"{other}: {size} without the event ({_limits(row, MONTHS)})"


def _limits(row: dict, direction: Direction) -> str:
    """'12 lower to 4 higher', '3 to 12 higher', 'no interval'."""
    (low, way_low), (high, way_high) = (_limit(row, side, direction) for side in ("low", "high"))
    if row["conf_low"] != row["conf_low"] and row["conf_high"] != row["conf_high"]:
        return "no interval"
    if way_low and not way_high and high == direction.of(0)[0]:
        return f"{low} to {high} {way_low}"
    first = low if way_low in ("", way_high) else f"{low} {way_low}"
    return f"{first} to {high} {way_high}".strip()


def _limit(row: dict, side: str, direction: Direction) -> tuple[str, str]:
    value, reason = row[f"conf_{side}"], row[f"reason_{side}"]
    if value == value:
        return direction.of(value)
    return limit_words(value, reason if isinstance(reason, str) else ""), ""
