"""The legend alone, over many small panels that share it."""

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

NO_PLOT = 1  # px


@memoised_spec
def legend_strip(series: tuple[theme.Series, ...], symbol: str = "stroke") -> Drawn:
    """Vega-Lite specification of a legend without a plot, in reading order; symbol: stroke (lines) or square (areas).

    The frame beside it: strata, one row per series.
    """
    legend = lettering.legend([s.label for s in series], symbol)
    colour = theme.colour_channel(series, legend=legend)
    if symbol == "stroke":
        dash = alt.StrokeDash("strata:N", scale=theme.dash_scale(series), legend=legend, sort=None)
        return dress(alt.Chart().mark_line(opacity=0).encode(color=colour, strokeDash=dash), NO_PLOT)
    fills = alt.Chart(usermeta={theme.KEEPS_FILLS: True}).mark_area(opacity=0, stroke=theme.OUTLINE)
    return dress(fills.encode(color=colour), NO_PLOT)
