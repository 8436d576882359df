"""Many small step curves on one pair of axes each, side by side."""

import altair as alt

from charts import theme

WIDTH, HEIGHT, COLUMNS = 225, 130, 2  # two fit beside the sidebar on a screen of 1024 px


@theme.memoised_spec
def small_multiples(series: tuple[theme.Series, ...], panels: tuple[str, ...], x_max: float,
                    x_title: str = "Months") -> alt.FacetChart:
    """Vega-Lite specification of one panel per outcome, in the order of `panels`, one step line per series in each.

    The frame beside it: time (months), estimate, conf_low, conf_high (fractions), strata, outcome (a panel); faded and
    run as for `step_curve`.
    """
    legend = theme.legend([s.label for s in series], "stroke") or alt.Undefined
    x = alt.X("time:Q", scale=theme.month_scale(x_max), axis=alt.Axis(
        values=list(theme.month_ticks(x_max)), title=x_title, grid=False))
    colour = theme.colour_channel(series, legend=legend if len(series) > 1 else None)
    dash = alt.StrokeDash("strata:N", scale=theme.dash_scale(series), sort=None,
                          legend=legend if len(series) > 1 else None)
    base = alt.Chart().encode(x=x)
    bands = base.mark_area(interpolate="step-after", clip=True).encode(
        y=_percent("conf_low"), y2=alt.Y2("conf_high"), color=colour, detail="run:N",
        opacity=theme.paler(theme.band_opacity(len(series))))
    lines = base.mark_line(interpolate="step-after", strokeWidth=2, clip=True).encode(
        y=_percent("estimate"), color=colour, strokeDash=dash, detail="run:N", opacity=theme.paler(1.0))
    facet = alt.Facet("outcome:N", title=None, sort=list(panels), header=alt.Header(labelFontSize=theme.FONT_SIZE))
    named = alt.NamedData("panels")  # Altair asks for data at the top; the frame beside it takes its place
    layers = alt.layer(bands, lines, data=named).properties(width=WIDTH, height=HEIGHT)
    return theme.ink(layers.facet(facet=facet, columns=COLUMNS).properties(background="transparent"))


def _percent(column: str) -> alt.Y:
    axis = alt.Axis(values=[0, 0.5, 1], labelExpr=theme.PERCENT_LABEL, title=None)
    return alt.Y(f"{column}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)
