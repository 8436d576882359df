"""A funnel plot: a proportion per centre against its number of patients, between control limits."""

from typing import Any

import altair as alt

from charts import theme
from charts.spec import Drawn, dress, memoised_spec

EXPECTED, EXPECTED_DASH = "expected", (10, 4)  # the line in the middle
BANDS = ((0.95, "95 %", (4, 3)), (0.998, "99.8 %", theme.SOLID))
LEGEND: dict[str, Any] = {
    "orient": "top",
    "title": None,
    "symbolType": "stroke",
    "symbolSize": 400,
    "labelLimit": 320,
    "columns": 2,
}


@memoised_spec
def funnel(y_title: str, x_max: int, expected: float) -> Drawn:
    """Vega-Lite specification of one mark per centre on the steps of its limits.

    Two frames beside it, by name: limits with n, line (a limit's words: "95 %", "99.8 %"), side ("low", "high"), share;
    centres with n, share, strata (the centre's label), words. expected: the line in the middle, x_max: the end of the
    axis.
    """
    lines = [*(words for _, words, _ in BANDS), EXPECTED]
    limits = (
        alt.Chart(alt.NamedData(name="limits"))
        .mark_line(interpolate="step-after", strokeWidth=1.3, color=theme.MUTED_INK, clip=True)
        .encode(
            x=_patients(x_max),
            y=_share(y_title),
            detail="side:N",
            strokeDash=alt.StrokeDash(
                "line:N",
                scale=alt.Scale(domain=lines, range=[*(list(dash) for *_, dash in BANDS), list(EXPECTED_DASH)]),
                legend=alt.Legend(labelExpr=_line_words(expected), **LEGEND),
            ),
            tooltip=alt.TooltipValue(None),
        )
    )
    middle = (
        alt.Chart(alt.NamedData(name="centres"))
        .mark_rule(color=theme.INK, strokeWidth=1.2, strokeDash=list(EXPECTED_DASH))
        .encode(y=alt.Y(datum=expected), tooltip=alt.TooltipValue(None))
    )
    return dress(alt.layer(limits, middle, *_centres(y_title, x_max)), theme.CURVE_HEIGHT)


def _line_words(expected: float) -> str:
    said = f"Expected: {expected * 100:.0f} %"
    return f"datum.label == '{EXPECTED}' ? '{said}' : 'Control limits ' + datum.label"


def _centres(y_title: str, x_max: int) -> tuple[alt.Chart, ...]:
    """The marks, and beside each its name with a rim of the page, so that no line strikes through it."""
    base = alt.Chart(alt.NamedData(name="centres")).encode(
        x=_patients(x_max),
        y=_share(y_title),
        tooltip=[alt.Tooltip("strata:N", title="Centre"), alt.Tooltip("words:N", title=y_title)],
    )
    points = base.mark_point(filled=True, opacity=1, size=80, color=theme.GROUP_STYLES[0].colour)
    place: dict[str, Any] = {"align": "left", "dx": 7, "fontSize": theme.SMALL_FONT_SIZE, "limit": 110}
    rim = base.mark_text(stroke=theme.PAGE, strokeWidth=4, strokeJoin="round", color=theme.PAGE, **place)
    names = base.mark_text(color=theme.INK, **place)
    return rim.encode(text="strata:N"), points, names.encode(text="strata:N")


def _patients(x_max: int) -> alt.X:
    axis = alt.Axis(title="Patients", format=",d", tickMinStep=1, tickCount=6, labelOverlap=True)
    return alt.X("n:Q", scale=alt.Scale(domain=[0, x_max], nice=False), axis=axis)


def _share(title: str) -> alt.Y:
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], labelExpr=theme.PERCENT_LABEL, title=title, **theme.LEFT_AXIS)
    return alt.Y("share:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)
