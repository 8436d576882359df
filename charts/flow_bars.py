"""From enrolled to infused: how many reached each stage, and for which reasons others did not."""

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

ROW = 28  # px


@memoised_spec
def flow_bars(stages: tuple[tuple[str, str], ...]) -> Drawn:
    """Vega-Lite specification of one bar per row of the flow, from top to bottom.

    `stages` are (label, kind) pairs; kind "stage" is a station, "reason" a loss between two stations, drawn
    paler. The frame beside it: stage (the label), n, share (of the first stage, 0-1), text (e.g. "250 (82 %)").
    """
    labels = [label for label, _ in stages]
    base = alt.Chart().encode(y=_rows(labels))
    return dress(alt.layer(_bars(base, stages), _figures(base)), lettering.row_height(labels, ROW) * len(labels))


def _rows(labels: list[str]) -> alt.Y:
    scale = alt.Scale(domain=labels, paddingInner=0.25, paddingOuter=0.1)
    return alt.Y("stage:N", scale=scale, axis=lettering.row_axis(labels), sort=None)


def _counts() -> alt.X:
    return alt.X("n:Q", scale=alt.Scale(zero=True, nice=False), axis=None)


def _bars(base: alt.Chart, stages) -> alt.Chart:
    series = [theme.Series(label, theme.colour_of(kind)) for label, kind in stages]
    tooltip = [
        alt.Tooltip("stage:N", title="Stage"),
        alt.Tooltip("n:Q", title="Patients", format=",d"),
        alt.Tooltip("share:Q", title="Share of the first stage", format=".1%"),
    ]
    return base.mark_bar().encode(x=_counts(), tooltip=tooltip, color=theme.colour_channel(series, "stage"))


def _figures(base: alt.Chart) -> alt.Chart:
    """Written from the right edge of the plot outwards: the plot gives way to the longest text."""
    return base.mark_text(align="left", dx=6, color=theme.INK).encode(x=alt.XValue("width"), text="text:N")
