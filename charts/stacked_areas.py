"""Stacked cumulative incidences: the parts add up to the whole at every time."""

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec


@memoised_spec
def stacked_areas(outcomes: tuple[theme.Series, ...], y_title: str, x_max: float, x_title: str = "Months") -> Drawn:
    """Vega-Lite specification of one step area per outcome, the first at the bottom, on a fixed 0-100 % axis.

    The frame beside it: time (months), outcome (label), order (place from the bottom), estimate (fraction), text. All
    outcomes have a row at every time. faded (may be missing): rows of a second stretch, drawn paler; the time at which
    it begins has rows of both, so that the areas join.
    """
    return dress(_areas(outcomes, _percent(y_title), x_max, x_title), theme.CURVE_HEIGHT)


@memoised_spec
def stacked_panel(outcomes: tuple[theme.Series, ...], x_max: float, x_title: str = "Months") -> Drawn:
    """Vega-Lite specification of the same picture as one of many small panels: its name and the legend stand apart.

    The frame beside it: as for `stacked_areas`.
    """
    axis = alt.Axis(values=[0, 0.5, 1], labelExpr=theme.PERCENT_LABEL, title=None, **theme.PANEL_AXIS)
    return dress(_areas(outcomes, axis, x_max, x_title, legend=False), theme.PANEL_HEIGHT)


def _percent(title: str) -> alt.Axis:
    return alt.Axis(
        values=[0, 0.25, 0.5, 0.75, 1],
        labelExpr=theme.PERCENT_LABEL,
        title=title,
        titleX=15 - theme.LEFT_EXTENT,
        **theme.LEFT_AXIS,
    )


def _areas(outcomes, axis: alt.Axis, x_max: float, x_title: str, legend: bool = True) -> Drawn:
    x = alt.X(
        "time:Q",
        scale=theme.month_scale(x_max),
        axis=alt.Axis(values=list(theme.month_ticks(x_max)), title=x_title, grid=False, labelOverlap=False),
    )
    y = alt.Y("estimate:Q", stack="zero", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)
    tooltip = [
        alt.Tooltip("outcome:N", title="Outcome"),
        alt.Tooltip("time:Q", title="Months", format=".1f"),
        alt.Tooltip("text:N", title="Incidence (interval)"),
    ]
    areas = (
        alt.Chart()
        .mark_area(interpolate="step-after", stroke=theme.OUTLINE, strokeWidth=0.7, clip=True)
        .encode(
            x=x,
            y=y,
            order=alt.Order("order:Q"),
            tooltip=tooltip,
            opacity=theme.paler(1.0),
            color=theme.colour_channel(
                outcomes, "outcome", lettering.legend([s.label for s in outcomes], alone=True) if legend else None
            ),
        )
    )
    stretches = (areas.transform_filter(here) for here in ("!datum.faded", "datum.faded"))
    return alt.layer(*stretches)
