"""Counts per period, stacked by group."""

import json

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

DIGIT = 6  # px
LABEL_ROOM = 48  # px for "2024 Q1"
BAND = f"((width || {theme.IMAGE_PLOT_WIDTH}) / datum.n_periods)"  # px of one quarter
BAR = f"min(0.85 * {BAND}, 80)"  # px: one quarter alone is not a wall
# Every label while they fit; of many quarters only the years, at their first quarter.
LABEL = f"{BAND} >= {LABEL_ROOM} ? datum.period : slice(datum.period, -2) === 'Q1' ? slice(datum.period, 0, 4) : ''"


@memoised_spec
def period_bars(series: tuple[theme.Series, ...], y_title: str = "Patients", x_title: str | None = None) -> Drawn:
    """Vega-Lite specification of one stacked bar per quarter.

    The frame beside it: period (e.g. "2024 Q1"; every quarter present, with n = 0 where nothing happened), strata
    (a series' label), n.
    """
    labels = [s.label for s in series]
    bars = (
        alt.Chart()
        .mark_bar(stroke=theme.OUTLINE, strokeWidth=0.5, width=alt.ExprRef(BAR))
        .encode(
            x=_periods(x_title),
            y=_counts(y_title),
            order=alt.Order("position:Q"),
            tooltip=_tooltip(),
            color=theme.colour_channel(series, legend=lettering.legend(labels)),
        )
        .transform_joinaggregate(n_periods="distinct(period)")
        .transform_calculate(position=_position(labels))
    )
    return dress(alt.layer(bars, _totals(x_title, y_title), _names(x_title)), theme.BARS_HEIGHT)


def _totals(x_title: str | None, y_title: str) -> alt.Chart:
    """The patients of the whole bar above it, where it is wide enough for the number."""
    fits = f"length(format(datum.total, ',d')) * {DIGIT} <= 0.85 * {BAND} + 4"
    return (
        _once_per_period()
        .mark_text(dy=-6, fontSize=theme.SMALL_FONT_SIZE - 1, color=theme.INK)
        .encode(
            x=_periods(x_title),
            y=alt.Y("total:Q", axis=alt.Axis(title=y_title)),
            text=alt.Text("total:Q", format=",d"),
            opacity=alt.OpacityValue(**alt.condition(fits, alt.value(1), alt.value(0))),
        )
        .transform_filter("datum.total > 0")
    )


def _once_per_period() -> alt.Chart:
    return (
        alt.Chart().transform_aggregate(total="sum(n)", groupby=["period"]).transform_joinaggregate(n_periods="count()")
    )


def _names(x_title: str | None) -> alt.Chart:
    """Under the bars, in place of the axis' labels: an axis does not know how many it has."""
    return (
        _once_per_period()
        .mark_text(baseline="top", color=theme.INK)
        .encode(x=_periods(x_title), y=alt.YValue(theme.BARS_HEIGHT + 6), text="label:N")
        .transform_calculate(label=LABEL)
    )


def _periods(title: str | None) -> alt.X:
    axis = alt.Axis(title=title, labels=False, ticks=False, titlePadding=theme.FONT_SIZE + 12)
    return alt.X("period:N", sort="ascending", axis=axis, scale=alt.Scale(paddingInner=0.15))


def _counts(title: str) -> alt.Y:
    """Stacked from zero. Written as `true`, so that a dark page gives these bars the twins that its curves have: no
    number stands inside them."""
    return alt.Y("n:Q", stack=True, axis=alt.Axis(title=title, tickMinStep=1, format=",d", tickCount=5))


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("period:N", title="Period"),
        alt.Tooltip("strata:N", title="Group"),
        alt.Tooltip("n:Q", title="Patients", format=",d"),
    ]


def _position(labels: list[str]) -> str:
    """The stacking order as an expression: JSON escapes every quote and every non-ASCII character of a label."""
    return f"indexof({json.dumps(labels)}, datum.strata)"
