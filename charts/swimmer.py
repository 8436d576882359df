"""A swimmer plot: one lane per patient, coloured by state, with marks for what happened."""

import altair as alt

from charts import day_axis, lettering, theme
from charts.spec import Drawn, dress, memoised_spec

LANE = 17  # px
SHAPES = ("circle", "triangle-up", "cross", "triangle-right", "diamond", "square")
ARROW = "triangle-right"


@memoised_spec
def swimmer(
    lanes: tuple[str, ...], states: tuple[tuple[str, str], ...], marks: tuple[tuple[str, str], ...], last_day: int
) -> Drawn:
    """Vega-Lite specification of one lane per patient, from top to bottom.

    lanes: identifiers; states, marks: (label, colour) pairs, a mark has the shape of its place; last_day: the end of
    the axis. Three frames beside it, by name: stays with USUBJID, START, STOP (days), STATE (a state's label); marks
    with
    USUBJID, ADY, MARK (a mark's label), WORDS; arrows with USUBJID, STOP of those who are still followed.
    """
    layers = alt.layer(_stays(lanes, states, last_day), _arrows(lanes, last_day), _marks(lanes, marks, last_day))
    layers = layers.resolve_scale(color="independent", shape="independent", fill="independent")
    return dress(layers.properties(usermeta={theme.KEEPS_FILLS: True}), LANE * max(len(lanes), 1))


def _lane(lanes: tuple[str, ...]) -> alt.Y:
    scale = alt.Scale(domain=list(lanes), paddingInner=0.3, paddingOuter=0.15)
    axis = alt.Axis(title=None, ticks=False, domain=False, labelLimit=120, labelPadding=6, labelFontSize=11)
    return alt.Y("USUBJID:N", scale=scale, axis=axis, sort=None)


def _days(column: str, last_day: int) -> alt.X:
    axis = alt.Axis(
        values=list(day_axis.day_ticks(0, last_day)), title="Days from day 0", format="d", labelOverlap=True
    )
    return alt.X(f"{column}:Q", scale=alt.Scale(domain=[0, last_day * 1.03], nice=False), axis=axis)


def _stays(lanes: tuple[str, ...], states: tuple[tuple[str, str], ...], last_day: int) -> alt.Chart:
    labels = [label for label, _ in states]
    scale = alt.Scale(domain=labels, range=[colour for _, colour in states])
    return (
        alt.Chart(alt.NamedData(name="stays"))
        .mark_bar(stroke=theme.OUTLINE, strokeWidth=0.4)
        .encode(
            x=_days("START", last_day),
            x2="STOP",
            y=_lane(lanes),
            fill=alt.Fill("STATE:N", scale=scale, legend=lettering.legend(labels), sort=None),
            tooltip=[
                alt.Tooltip("USUBJID:N", title="Patient"),
                alt.Tooltip("STATE:N", title="State"),
                alt.Tooltip("START:Q", title="From day", format="d"),
                alt.Tooltip("STOP:Q", title="To day", format="d"),
            ],
        )
    )


def _arrows(lanes: tuple[str, ...], last_day: int) -> alt.Chart:
    return (
        alt.Chart(alt.NamedData(name="arrows"))
        .mark_point(shape=ARROW, size=60, filled=True, opacity=1, color=theme.INK, xOffset=7)
        .encode(x=_days("STOP", last_day), y=_lane(lanes), tooltip=alt.TooltipValue(None))
    )


def _marks(lanes: tuple[str, ...], marks: tuple[tuple[str, str], ...], last_day: int) -> alt.Chart:
    labels = [label for label, _ in marks]
    colours = alt.Scale(domain=labels, range=[colour for _, colour in marks])
    shapes = alt.Scale(domain=labels, range=list(SHAPES[: len(marks)]))
    legend = lettering.legend(labels, "circle")
    if legend is not None:
        legend.orient = "bottom"  # two legends abreast would leave a narrow screen
    return (
        alt.Chart(alt.NamedData(name="marks"))
        .mark_point(filled=True, opacity=1, size=70, stroke=theme.PAGE, strokeWidth=0.8)
        .encode(
            x=_days("ADY", last_day),
            y=_lane(lanes),
            color=alt.Color("MARK:N", scale=colours, legend=legend, sort=None),
            shape=alt.Shape("MARK:N", scale=shapes, legend=legend, sort=None),
            tooltip=[alt.Tooltip("USUBJID:N", title="Patient"), alt.Tooltip("WORDS:N", title="What")],
        )
    )
