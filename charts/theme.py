"""The one look: fonts, sizes, and colours by what they mean. No other file of this room names a colour.

Labels come from the caller, colours from class codes, so that a class looks the same on every page.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import altair as alt

from charts.palette import PALETTE

FONT = "Source Sans, sans-serif"  # the one of the screen around the chart
FONT_SIZE = 12
SMALL_FONT_SIZE = 11
CURVE_HEIGHT = 340
BARS_HEIGHT = 220
PANEL_HEIGHT = 190  # px of one of many small panels, its title and axis included
LEFT_EXTENT = 64  # px for the y axis of curve and risk table alike: they share one plot area
LEFT_AXIS: dict[str, Any] = {"minExtent": LEFT_EXTENT, "maxExtent": LEFT_EXTENT, "labelPadding": 8}
PANEL_AXIS: dict[str, Any] = {"minExtent": 44, "maxExtent": 44, "labelPadding": 6}  # of a small panel
IMAGE_PLOT_WIDTH = 900  # px: in an image of several charts none has a width of its own, `width` is 0
MONTHS_BEYOND = 0.06  # of the month axis, free on the right: the last number of the risk table fits in
LINEAR_BELOW = 0.04045  # of sRGB: the foot of its curve is a line (WCAG 2.1, relative luminance)
PALER = 0.5  # of the opacity, where few remain at risk: at less, thin lines sink into a dark page
PERCENT_LABEL = "round(datum.value * 100) + ' %'"
EXPONENTS = "['⁻⁹', '⁻⁸', '⁻⁷', '⁻⁶', '⁻⁵', '⁻⁴', '⁻³', '⁻²', '⁻¹', '', '', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']"
POWER_LABEL = f"datum.value == 1 ? '1' : '10' + {EXPONENTS}[round(log(datum.value) / LN10) + 9]"

INK = "#31333F"
MUTED_INK = "#5F6673"
WHITE = "#FFFFFF"
PAGE = "#FEFEFE"  # the page itself, as a rim around letters over lines: turns dark with it
BLACK = "#000000"
GRID = "rgba(127, 132, 144, 0.25)"
OUTLINE = "#4B5260"  # around light segments: 3:1 against the page, whatever the fill
SOLID = (1, 0)
DARK_PAGE = "#171614"  # Streamlit's dark background
DARK_INKS = {INK: "#E6E8EC", MUTED_INK: "#AEB4C0", OUTLINE: "#AEB4C0"}
KEEPS_FILLS = "keeps_fills"  # says a specification of itself, in its usermeta
# Lines and marks that are under 3:1 on the dark page, with twins that are over it; dash and shape stay.
DARK_TWINS = {
    "#0072B2": "#6CB3FA",
    "#544817": "#FFC00F",
    "#721FE6": "#7D3EF4",
    "#7C2E54": "#A336A3",
    "#0B5C8C": "#4FA3D9",
    "#5FA8D3": "#B5E0FF",  # lighter than the one above, as on the light page
    "#1F1F24": "#F2F2F5",
    "#585E69": "#747B88",
    "#9A2A12": "#F08A6C",
    "#D55E00": "#E4572E",
    "#BA8865": "#F3FFFE",
}

# A fill that would be taken for the dark page itself, with a twin on which the same white numbers are read. Death is
# red there: a lighter grey would be taken for what is not known.
DARK_FILLS = {"#1F1F24": "#CF1B09"}

# Steps of a share, with twins for the dark page: what is more stands out more on both, none at all is amber, as it is
# what somebody must look at. Letters on them: black or white, whichever is read, with the other one as twin.
SHARE_STEPS = (
    ("0 %", "#D6AE55"),
    ("under 25 %", "#C6DCEC"),
    ("25-49 %", "#9CC4E0"),
    ("50-74 %", "#6AA9D6"),
    ("75-99 %", "#24709F"),
    ("100 %", "#0B4468"),
)
NO_SHARE = "#F4F5F7"  # where nobody counts
LETTERS_ON_NONE, LETTERS_ON_LOW, LETTERS_ON_HIGH = "#000000", "#010101", "#FDFDFD"  # those on none have no twin
HIGH_FROM = 0.75
DARK_SHARES = {
    NO_SHARE: "#262624",
    "#D6AE55": "#D9A850",
    "#C6DCEC": "#28495F",
    "#9CC4E0": "#2C6186",
    "#6AA9D6": "#387AA9",
    "#24709F": "#69B0E0",
    "#0B4468": "#A9DBFF",
    LETTERS_ON_LOW: LETTERS_ON_HIGH,
    LETTERS_ON_HIGH: LETTERS_ON_LOW,
}


@dataclass(frozen=True)
class Style:
    """Colour, dash (px on, px off, ...) and point shape of one compared group: never colour alone."""

    colour: str
    dash: tuple[int, ...]
    shape: str


# Six colours found by search: every pair at least 27 CIE-Lab units apart in normal, deutan, protan and tritan
# vision (Machado 2009, full severity), each at least 3:1 against white.
GROUP_STYLES = (
    Style("#0072B2", SOLID, "circle"),
    Style("#D55E00", (7, 3), "square"),
    Style("#544817", (2, 2), "triangle-up"),
    Style("#721FE6", (9, 3, 2, 3), "diamond"),
    Style("#BA8865", (4, 2), "triangle-down"),
    Style("#7C2E54", (12, 3, 2, 3, 2, 3), "cross"),
)


@dataclass(frozen=True)
class Series:
    """One line, band or bar colour of a chart: `label` is the value of the frame's strata column."""

    label: str
    colour: str
    dash: tuple[int, ...] = SOLID
    shape: str = "circle"


def series_style(label: str, style: int, dash_of: int | None = None) -> Series:
    """The series of a group by its style number (0-5); `dash_of` borrows the dash of another style."""
    look = GROUP_STYLES[style]
    return Series(label, look.colour, GROUP_STYLES[style if dash_of is None else dash_of].dash, look.shape)


def series_of_groups(groups: Iterable[tuple[str, int]]) -> tuple[Series, ...]:
    """Series of (label, style number) pairs, in reading order."""
    return tuple(series_style(label, style) for label, style in groups)


def series_of_outcomes(outcomes: Iterable[tuple[str, str]]) -> tuple[Series, ...]:
    """Series of (label, class code) pairs: colour by meaning, dash and shape by position."""
    return tuple(
        Series(label, colour_of(code), look.dash, look.shape)
        for (label, code), look in zip(outcomes, _styles_in_turn(), strict=False)
    )


def classes_of(classes: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """(label, class code) pairs as (label, colour) pairs for `stacked_bars`."""
    return tuple((label, colour_of(code)) for label, code in classes)


def colour_of(code: str) -> str:
    """The colour of a class code. Raises ValueError when the code has none."""
    if code not in PALETTE:
        raise ValueError(f"A class must be one of {', '.join(PALETTE)}, got: {code!r}")
    return PALETTE[code]


def text_colour_on(fill: str) -> str:
    """White or black, whichever has the higher contrast on `fill`: one of them always reaches 4.5:1 (WCAG 2.1)."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, fill))


def contrast(a: str, b: str) -> float:
    """WCAG 2.1 contrast ratio of two #RRGGBB colours, 1 to 21."""
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= LINEAR_BELOW else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _styles_in_turn():
    while True:
        yield from GROUP_STYLES


def month_ticks(x_max: float) -> tuple[int, ...]:
    """Ticks every 3 months up to 12, 6 up to 36, 12 up to 84, 24 beyond: risk-table numbers never touch."""
    step = next((step for limit, step in ((12, 3), (36, 6), (84, 12)) if x_max <= limit), 24)
    return tuple(range(0, int(x_max) + 1, step))


def for_screen(spec: dict) -> dict:
    """The specification in the colours of both pages, light and dark: the browser takes those of the page's scheme, and
    goes along when that changes. Drawn as SVG, since a canvas has its colours for good.

    On the dark page inks are light, and what is too dark on it has a lighter twin. Stacked parts keep their fills, for
    which the ink of the numbers inside was chosen, and get a light outline; so does their legend. Only death, nearly as
    dark as the page, is red there.
    """
    text = json.dumps(spec)
    keeps = '"stack": "zero"' in text or KEEPS_FILLS in spec.get("usermeta", ())
    twins = {PAGE: DARK_PAGE} | DARK_INKS | DARK_SHARES | (DARK_FILLS if keeps else DARK_TWINS)
    for colour, twin in twins.items():
        text = text.replace(f'"{colour}"', f'"light-dark({colour}, {twin})"')
    both = json.loads(text)
    # The element around it says the answer and the numbers; hundreds of marks read out one by one, some without a word,
    # would be in its way.
    config = both.get("config", {})
    config = config | {"mark": config.get("mark", {}) | {"aria": False}}
    return both | {"config": config, "usermeta": {**both.get("usermeta", {}), "embedOptions": {"renderer": "svg"}}}


def day_labels(in_days: bool) -> dict[str, Any]:
    """Labels of a month axis written in days (30.4375 a month, as everywhere)."""
    return {"labelExpr": "format(datum.value * 30.4375, ',.0f')"} if in_days else {}


def month_scale(x_max: float) -> alt.Scale:
    """The x scale shared by curve and risk table."""
    return alt.Scale(domain=[0, x_max * (1 + MONTHS_BEYOND)], nice=False, zero=True)


def colour_scale(series: Iterable[Series]) -> alt.Scale:
    """Label -> colour, in reading order."""
    series = _distinct(series)
    return alt.Scale(domain=[s.label for s in series], range=[s.colour for s in series])


def colour_channel(series: Iterable[Series], column: str = "strata", legend: alt.Legend | None = None) -> alt.Color:
    """The colour encoding of a column whose values are the series' labels."""
    return alt.Color(f"{column}:N", scale=colour_scale(series), legend=legend, sort=None)


def band_opacity(n_series: int) -> float:
    """Paler interval bands the more of them lie over each other."""
    return {1: 0.2, 2: 0.15, 3: 0.12}.get(n_series, 0.08)


def paler(opacity: float) -> Any:
    """The opacity of a mark whose frame has faded: where fewer than the declared number remain at risk it is paler."""
    return alt.OpacityValue(**alt.condition("datum.faded", alt.value(round(PALER * opacity, 3)), alt.value(opacity)))


def dash_scale(series: Iterable[Series]) -> alt.Scale:
    """Label -> dash, in reading order."""
    return alt.Scale(domain=[s.label for s in series], range=[list(s.dash) for s in series])


def shape_scale(series: Iterable[Series]) -> alt.Scale:
    """Label -> point shape, in reading order."""
    return alt.Scale(domain=[s.label for s in series], range=[s.shape for s in series])


def _distinct(series: Iterable[Series]) -> tuple[Series, ...]:
    series = tuple(series)
    labels = [s.label for s in series]
    if len(set(labels)) < len(labels):
        raise ValueError(f"Labels in one chart must differ, got: {labels!r}")
    return series
