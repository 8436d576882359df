"""Expected time in each state as stacked bars: one bar per group, as long as the horizon."""

from functools import partial

import altair as alt

from charts import lettering, theme
from charts.numbers_over import numbers_over
from charts.spec import Drawn, dress, memoised_spec

ROW = 42  # px: a bar with the numbers over it


@memoised_spec
def time_bars(outcomes: tuple[theme.Series, ...], groups: tuple[str, ...], horizon: int, x_title: str) -> Drawn:
    """Vega-Lite specification of one bar per group over months, its segments in the order of `outcomes`.

    No legend: it stands under the picture of the same states over time. The frame beside it: strata (a group), outcome
    (label), order (place from the left), estimate (months; missing where not estimable), text (in words), middle and
    place (`small_parts.with_places`): the number of a part that is too small for it stands over the bar.
    """
    base = (
        alt.Chart()
        .transform_filter("isValid(datum.estimate)")
        .encode(y=_rows(groups), order=alt.Order("order:Q"), tooltip=_tooltip())
    )
    bars = base.mark_bar(stroke=theme.OUTLINE, strokeWidth=0.7).encode(
        x=_months(horizon, x_title), color=theme.colour_channel(outcomes, "outcome")
    )
    months = partial(_along, horizon=horizon, title=x_title)
    numbers = numbers_over(partial(_rows, groups), months, alt.Text("estimate:Q", format=".1f"), _tooltip())
    layers = alt.layer(bars, _figures(base, outcomes, horizon, x_title), *numbers, _reasons(groups))
    return dress(layers, lettering.row_height(groups, ROW) * len(groups))


def _reasons(groups: tuple[str, ...]) -> alt.Chart:
    """Why a group has no bar: follow-up that ends before the horizon."""
    return (
        alt.Chart()
        .transform_filter("!isValid(datum.estimate) && datum.order == 0")
        .mark_text(align="left", dx=6, color=theme.MUTED_INK)
        .encode(x=alt.XValue(0), y=_rows(groups), text="text:N")
    )


def _rows(groups: tuple[str, ...], **options) -> alt.Y:
    scale = alt.Scale(domain=list(groups), paddingInner=0.45, paddingOuter=0.3)
    return alt.Y("strata:N", scale=scale, axis=lettering.row_axis(groups), sort=None, **options)


def _months(horizon: int, title: str, **options) -> alt.X:
    return _along("estimate", horizon, title, stack="zero", **options)


def _along(column: str, horizon: int, title: str, **options) -> alt.X:
    axis = alt.Axis(values=list(theme.month_ticks(horizon)), title=title, grid=False)
    return alt.X(f"{column}:Q", scale=alt.Scale(domain=[0, horizon], nice=False), axis=axis, **options)


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("strata:N", title="Group"),
        alt.Tooltip("outcome:N", title="State"),
        alt.Tooltip("text:N", title="Expected (interval)"),
    ]


def _figures(base: alt.Chart, outcomes, horizon: int, x_title: str) -> alt.Chart:
    """Months in the middle of their segments; hidden ones stay in the stack, else the others would move."""
    on_dark = [s.label for s in outcomes if theme.text_colour_on(s.colour) == theme.WHITE]
    return base.mark_text(fontSize=theme.SMALL_FONT_SIZE).encode(
        x=_months(horizon, x_title, bandPosition=0.5),
        text=alt.Text("estimate:Q", format=".1f"),
        detail="outcome:N",
        opacity=alt.OpacityValue(**alt.condition("isValid(datum.place)", alt.value(0), alt.value(1))),
        color=alt.ColorValue(
            **alt.condition(alt.FieldOneOfPredicate("outcome", on_dark), alt.value(theme.WHITE), alt.value(theme.BLACK))
        ),
    )
