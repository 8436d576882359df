"""Expected time in each state as stacked bars: one bar per group, as long as the horizon."""

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

NARROW = 0.05  # of the horizon: a segment under it carries no number


@memoised_spec
def time_bars(outcomes: tuple[theme.Series, ...], groups: tuple[str, ...], horizon: int, x_title: str) -> Drawn:
    """Vega-Lite specification of one bar per group over months, its segments in the order of `outcomes`.

    No legend: it stands under the picture of the same states over time. The frame beside it: strata (a group), outcome
    (label), order (place from the left), estimate (months; missing where not estimable), text (in words).
    """
    base = (
        alt.Chart()
        .transform_filter("isValid(datum.estimate)")
        .encode(y=_rows(groups), order=alt.Order("order:Q"), tooltip=_tooltip())
    )
    bars = base.mark_bar(stroke=theme.OUTLINE, strokeWidth=0.7).encode(
        x=_months(horizon, x_title), color=theme.colour_channel(outcomes, "outcome")
    )
    layers = alt.layer(bars, _figures(base, outcomes, horizon, x_title), _reasons(groups))
    return dress(layers, lettering.row_height(groups, theme.ROW_HEIGHT) * len(groups))


def _reasons(groups: tuple[str, ...]) -> alt.Chart:
    """Why a group has no bar: follow-up that ends before the horizon."""
    return (
        alt.Chart()
        .transform_filter("!isValid(datum.estimate) && datum.order == 0")
        .mark_text(align="left", dx=6, color=theme.MUTED_INK)
        .encode(x=alt.XValue(0), y=_rows(groups), text="text:N")
    )


def _rows(groups: tuple[str, ...]) -> alt.Y:
    scale = alt.Scale(domain=list(groups), paddingInner=0.25, paddingOuter=0.12)
    return alt.Y("strata:N", scale=scale, axis=lettering.row_axis(groups), sort=None)


def _months(horizon: int, title: str, **options) -> alt.X:
    axis = alt.Axis(values=list(theme.month_ticks(horizon)), title=title, grid=False)
    return alt.X("estimate:Q", stack="zero", scale=alt.Scale(domain=[0, horizon], nice=False), axis=axis, **options)


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("strata:N", title="Group"),
        alt.Tooltip("outcome:N", title="State"),
        alt.Tooltip("text:N", title="Expected (interval)"),
    ]


def _figures(base: alt.Chart, outcomes, horizon: int, x_title: str) -> alt.Chart:
    """Months in the middle of their segments; hidden ones stay in the stack, else the others would move."""
    on_dark = [s.label for s in outcomes if theme.text_colour_on(s.colour) == theme.WHITE]
    wide_enough = alt.datum.estimate >= NARROW * horizon
    return base.mark_text(fontSize=theme.SMALL_FONT_SIZE).encode(
        x=_months(horizon, x_title, bandPosition=0.5),
        text=alt.Text("estimate:Q", format=".1f"),
        detail="outcome:N",
        opacity=alt.OpacityValue(**alt.condition(wide_enough, alt.value(1), alt.value(0))),
        color=alt.ColorValue(
            **alt.condition(alt.FieldOneOfPredicate("outcome", on_dark), alt.value(theme.WHITE), alt.value(theme.BLACK))
        ),
    )
