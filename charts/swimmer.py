"""A swimmer plot: one lane per patient, coloured by state, with marks for what happened."""

from collections.abc import Callable
from functools import partial

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

LANE = 17  # px
SHAPES = ("circle", "triangle-up", "cross", "triangle-right", "diamond", "square")
Days = Callable[[str], alt.X]  # the x channel of a column of days
GOES_ON = "Alive at last contact"
ARROW, STATE_SHAPE = "triangle-right", "square"


@memoised_spec
def swimmer(
    lanes: tuple[str, ...],
    states: tuple[tuple[str, str], ...],
    marks: tuple[tuple[str, str], ...],
    last_day: int,
    days_per_month: float,
) -> Drawn:
    """Vega-Lite specification of one lane per patient, from top to bottom.

    One legend of both stands above the lanes: of forty, what is under them is out of sight. lanes: identifiers; states,
    marks: (label, colour) pairs, a mark has the shape of its place; last_day: the end of the axis, whose months have
    days_per_month. Three frames beside it, by name: stays with USUBJID, START, STOP (days), STATE (a label of a state);
    marks with USUBJID, ADY, MARK (a mark's label), WORDS; arrows with USUBJID, STOP of those who are still followed.
    """
    days = partial(_days, last_day, days_per_month)
    layers = alt.layer(_stays(lanes, states, days), _arrows(lanes, days), _marks(lanes, states, marks, days))
    layers = layers.resolve_scale(color="independent", shape="independent", fill="independent")
    layers = layers.properties(usermeta={theme.KEEPS_FILLS: True})
    return dress(layers, LANE * max(len(lanes), 1))


def _lane(lanes: tuple[str, ...]) -> alt.Y:
    scale = alt.Scale(domain=list(lanes), paddingInner=0.3, paddingOuter=0.15)
    axis = alt.Axis(title=None, ticks=False, domain=False, labelLimit=120, labelPadding=6, labelFontSize=11)
    return alt.Y("USUBJID:N", scale=scale, axis=axis, sort=None)


def _days(last_day: int, days_per_month: float, column: str) -> alt.X:
    ticks = [month * days_per_month for month in theme.month_ticks(last_day / days_per_month)]
    months = f"format(datum.value / {days_per_month}, '.0f')"
    axis = alt.Axis(values=ticks, title="Months from day 0", labelExpr=months, labelOverlap=True)
    return alt.X(f"{column}:Q", scale=alt.Scale(domain=[0, last_day * 1.03], nice=False), axis=axis)


def _stays(lanes: tuple[str, ...], states: tuple[tuple[str, str], ...], days: Days) -> alt.Chart:
    labels = [label for label, _ in states]
    scale = alt.Scale(domain=labels, range=[colour for _, colour in states])
    return (
        alt.Chart(alt.NamedData(name="stays"))
        .mark_bar(stroke=theme.OUTLINE, strokeWidth=0.4)
        .encode(
            x=days("START"),
            x2="STOP",
            y=_lane(lanes),
            fill=alt.Fill("STATE:N", scale=scale, legend=None, sort=None),
            tooltip=[
                alt.Tooltip("USUBJID:N", title="Patient"),
                alt.Tooltip("STATE:N", title="State"),
                alt.Tooltip("START:Q", title="From day", format="d"),
                alt.Tooltip("STOP:Q", title="To day", format="d"),
            ],
        )
    )


def _arrows(lanes: tuple[str, ...], days: Days) -> alt.Chart:
    return (
        alt.Chart(alt.NamedData(name="arrows"))
        .mark_point(shape=ARROW, size=60, filled=True, opacity=1, color=theme.INK, xOffset=7)
        .encode(x=days("STOP"), y=_lane(lanes), tooltip=alt.TooltipValue(None))
    )


def _marks(lanes: tuple[str, ...], states, marks, days: Days) -> alt.Chart:
    """Their legend names the states and the arrows, too: two legends would stand abreast and leave a narrow screen."""
    shown = [(label, colour, STATE_SHAPE) for label, colour in states]
    shown += [(label, colour, SHAPES[place]) for place, (label, colour) in enumerate(marks)]
    shown += [(GOES_ON, theme.INK, ARROW)]
    labels = [label for label, *_ in shown]
    legend = lettering.legend(labels, "circle")
    colours = alt.Scale(domain=labels, range=[colour for _, colour, _ in shown])
    shapes = alt.Scale(domain=labels, range=[shape for *_, shape in shown])
    return (
        alt.Chart(alt.NamedData(name="marks"))
        .mark_point(filled=True, opacity=1, size=70, stroke=theme.PAGE, strokeWidth=0.8)
        .encode(
            x=days("ADY"),
            y=_lane(lanes),
            color=alt.Color("MARK:N", scale=colours, legend=legend, sort=None),
            shape=alt.Shape("MARK:N", scale=shapes, legend=legend, sort=None),
            tooltip=[alt.Tooltip("USUBJID:N", title="Patient"), alt.Tooltip("WORDS:N", title="What")],
        )
    )
