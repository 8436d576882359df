"""Numbers of small parts over their bar, each with a line to its part."""

from collections.abc import Callable

import altair as alt

from charts import theme

LEADER = 5  # px from a bar to such a number


def numbers_over(
    rows: Callable[..., alt.Y], along: Callable[[str], alt.X], text: alt.Text, tooltip: list[alt.Tooltip]
) -> tuple[alt.Chart, alt.Chart]:
    """Lines and numbers of the rows that have a `place` (`small_parts.with_places`). rows, along: the channels of the
    bars, of a place on them."""
    top = alt.Chart().transform_filter("isValid(datum.place)").encode(y=rows(bandPosition=0))
    lines = top.mark_rule(color=theme.MUTED_INK, strokeWidth=0.7, y2Offset=-LEADER).encode(
        x=along("middle"), x2="place:Q", y2=alt.Y2("strata:N", bandPosition=0)
    )
    numbers = top.mark_text(fontSize=theme.SMALL_FONT_SIZE, color=theme.INK, baseline="bottom", dy=-LEADER)
    return lines, numbers.encode(x=along("place"), text=text, tooltip=tooltip)
