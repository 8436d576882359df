"""Counts per period, stacked by group."""

import altair as alt

from charts import theme


@theme.memoised_spec
def period_bars(series: tuple[theme.Series, ...], y_title: str = "Patients",
                x_title: str | None = None) -> alt.Chart:
    """Vega-Lite specification of one stacked bar per period.

    The frame beside it: period (a label that sorts as text, e.g. "2024 Q1"; every period present, with n = 0
    where nothing happened), strata (a series' label), n. Of many periods only every second, fourth, ... label is
    written.
    """
    tooltip = [alt.Tooltip("period:N", title="Period"), alt.Tooltip("strata:N", title="Group"),
               alt.Tooltip("n:Q", title="Patients", format=",d")]
    labels = [s.label for s in series]
    chart = alt.Chart().mark_bar(stroke=theme.WHITE, strokeWidth=0.5).encode(
        x=_periods(x_title), y=_counts(y_title), order=alt.Order("position:Q"), tooltip=tooltip,
        color=alt.Color("strata:N", scale=theme.colour_scale(series), sort=None,
                        legend=theme.legend(labels) if len(series) > 1 else None),
    ).transform_calculate(position=f"indexof({_literal(labels)}, datum.strata)")
    return theme.dress(chart, 220)


def _periods(title: str | None) -> alt.X:
    axis = alt.Axis(title=title, labelAngle=0, labelOverlap="parity", labelSeparation=8, ticks=False)
    return alt.X("period:N", sort="ascending", axis=axis, scale=alt.Scale(paddingInner=0.15))


def _counts(title: str) -> alt.Y:
    return alt.Y("n:Q", stack="zero", axis=alt.Axis(title=title, tickMinStep=1, format=",d", tickCount=5))


def _literal(labels: list[str]) -> str:
    """Labels as an expression's array: JSON escapes every quote and every non-ASCII character."""
    return theme.json.dumps(labels)
