"""The day axis of one patient's timeline, and what all its panels share: colours, tooltips, turning points."""

import altair as alt

from charts import theme

LEFT = 110  # px left of every panel, the longest lane's label among them: they share one day axis
ROOM = 0.02  # of the day axis, free on both sides
STEPS = (7, 14, 30, 60, 90, 180, 365, 730, 1460)
MOST_TICKS = 12
COLOURS = {  # class code of a mark -> colour
    **{
        code: theme.colour_of(code)
        for code in (
            "CR",
            "CRi",
            "MLFS",
            "no_remission",
            "relapsed",
            "NE",
            "negative",
            "positive",
            "indeterminate",
            "failed",
            "new_therapy",
            "transplant",
            "relapse",
            "other",
            "died",
        )
    },
    "infusion": theme.colour_of("stage"),
    "step": theme.colour_of("reason"),
    "episode": theme.colour_of("failure"),
    "none": theme.colour_of("reason"),
    "contact": theme.colour_of("NE"),
    "over": theme.colour_of("relapsed"),
    "not_over": theme.colour_of("negative"),
    "igg": theme.colour_of("failure"),
    "ivig": theme.colour_of("failure"),
    "persistence": theme.colour_of("new_therapy"),
    "": theme.colour_of("NE"),
}
TURNING_POINTS = {"infusion": "infusion", "transplant": "transplant", "relapse": "relapse"}  # lane -> class code
TOOLTIP = [
    alt.Tooltip("WORDS:N", title="What"),
    alt.Tooltip("DAY_TEXT:N", title="Day"),
    alt.Tooltip("DATE_TEXT:N", title="Date"),
]
SILENT = alt.TooltipValue(None)  # without it, whatever the mark reads would be shown under the names of its columns


def day_ticks(first: int, last: int) -> tuple[int, ...]:
    """Multiples of a week, fortnight, 30 days, ... within the axis, day 0 among them; at most about twelve."""
    step = next((s for s in STEPS if (last - first) / s <= MOST_TICKS), STEPS[-1])
    return tuple(range(-(-first // step) * step, last + 1, step))


def days(column: str, first: int, last: int, with_labels: bool = True) -> alt.X:
    room = max(1.0, ROOM * (last - first))
    axis = alt.Axis(
        values=list(day_ticks(first, last)),
        title="Days from day 0" if with_labels else None,
        grid=True,
        labels=with_labels,
        ticks=with_labels,
        labelOverlap=True,
        format="d",
    )
    return alt.X(f"{column}:Q", scale=alt.Scale(domain=[first - room, last + room], nice=False, zero=False), axis=axis)


def one_of(column: str, pairs) -> alt.FieldOneOfPredicate:
    return alt.FieldOneOfPredicate(field=column, oneOf=[code for code, *_ in pairs])


def colour_scale() -> alt.Scale:
    return alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))


def colour() -> alt.Color:
    return alt.Color("AVALC:N", scale=colour_scale(), legend=None)


def verticals(first: int, last: int, with_days: bool = True) -> list[alt.Chart]:
    """Hairlines through every panel on the days of infusion, transplant and relapse."""
    chart = (
        alt.Chart()
        .mark_rule(strokeWidth=1, strokeDash=[2, 3], opacity=0.8, clip=True)
        .encode(x=days("ADY", first, last, with_days), color=colour(), tooltip=TOOLTIP)
    )
    return [
        chart.transform_filter(one_of("LANE", TURNING_POINTS.items())).transform_filter(
            alt.FieldOneOfPredicate(field="AVALC", oneOf=list(TURNING_POINTS.values()))
        )
    ]
