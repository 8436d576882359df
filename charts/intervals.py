"""Estimates with their intervals, one line per group, and the figures written beside them."""

import altair as alt

from charts import lettering, theme
from charts.grouped_rows import Rows, grouped, height_of, key_words
from charts.spec import Drawn, dress, memoised_spec

ROW, GAP = 26, 12  # px of a line, and between outcomes
HEADED_ROW = 24  # px of a line under a heading


@memoised_spec
def intervals(
    series: tuple[theme.Series, ...],
    outcomes: tuple[str, ...] = (),
    x_title: str | None = None,
    x_max: float | None = None,
    gates: tuple[tuple[float, str], ...] = (),
) -> Drawn:
    """Vega-Lite specification of one dot with interval per series on a fixed 0-100 % axis, text on the right.

    With `outcomes`, one row per outcome; of several series a row each under the heading of the outcome. With
    `x_max`, an axis of numbers from 0 up to it (rates per person-time); intervals beyond end at its edge. gates:
    (value,
    words) of lines that the estimates are held against.
    The frame beside it: strata (a series' label), estimate, conf_low, conf_high (fractions, or numbers on the axis of
    `x_max`; missing where not estimable), text (e.g. "61/75  81 % (71-89)"), and outcome where `outcomes` is given.
    """
    labels, rows = [s.label for s in series], _grouped_rows(series, outcomes)
    base = _base(labels, outcomes, rows)
    line = lettering.row_height(outcomes or labels, ROW)
    height = height_of(rows, HEADED_ROW) if rows else line * len(series) * max(1, len(outcomes)) + GAP * len(outcomes)
    layers = alt.layer(
        *(_gate(value, words) for value, words in gates),
        _ranges(base, x_title, x_max),
        _dots(base, series, x_title, x_max),
        _figures(base),
    )
    return dress(layers, height)


def _grouped_rows(series: tuple[theme.Series, ...], outcomes: tuple[str, ...]) -> Rows:
    """A row per outcome and series, where there are several of both."""
    return tuple((outcome, s.label) for outcome in outcomes for s in series) if len(series) > 1 else ()


def _gate(value: float, words: str) -> Drawn:
    """A dashed line with its words under the plot's upper edge."""
    place = alt.X(datum=value)
    line = alt.Chart().mark_rule(strokeDash=[4, 3], color=theme.INK, strokeWidth=1.2).encode(x=place)
    name = alt.Chart().mark_text(align="right", dx=-4, dy=-6, baseline="bottom", color=theme.MUTED_INK)
    return alt.layer(line, name.encode(x=place, y=alt.YValue(0), text=alt.datum(words)))


def _base(labels: list[str], outcomes: tuple[str, ...], rows: Rows) -> alt.Chart:
    if rows:
        return alt.Chart().transform_calculate(key=key_words("outcome", "strata")).encode(y=grouped(rows))
    return alt.Chart().encode(y=_rows("outcome" if outcomes else "strata", outcomes or labels))


def _rows(column: str, labels) -> alt.Y:
    return alt.Y(
        f"{column}:N",
        scale=alt.Scale(domain=list(labels), paddingInner=0.15, paddingOuter=0.05),
        axis=lettering.row_axis(labels),
        sort=None,
    )


def _axis(column: str, title: str | None, x_max: float | None) -> alt.X:
    if x_max is not None:
        axis = alt.Axis(format="~g", tickCount=5, title=title)
        return alt.X(f"{column}:Q", scale=alt.Scale(domain=[0, x_max], nice=False, clamp=True), axis=axis)
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], labelExpr=theme.PERCENT_LABEL, title=title)
    return alt.X(f"{column}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)


def _ranges(base: alt.Chart, x_title, x_max) -> alt.Chart:
    """Says the same about the axis as the dots: silence of one layer hides the title."""
    return (
        base.mark_rule(strokeWidth=1.6, color=theme.MUTED_INK)
        .encode(x=_axis("conf_low", x_title, x_max), x2=alt.X2("conf_high"))
        .transform_filter("isValid(datum.conf_low)")
    )


def _dots(base: alt.Chart, series, x_title, x_max) -> alt.Chart:
    tooltip = [alt.Tooltip("strata:N", title="Group"), alt.Tooltip("text:N", title="Estimate (interval)")]
    return (
        base.mark_point(filled=True, opacity=1, size=80)
        .encode(
            x=_axis("estimate", x_title, x_max),
            tooltip=tooltip,
            color=theme.colour_channel(series),
            shape=alt.Shape("strata:N", scale=theme.shape_scale(series), legend=None, sort=None),
        )
        .transform_filter("isValid(datum.estimate)")
    )


def _figures(base: alt.Chart) -> alt.Chart:
    return lettering.beside(base, theme.INK).encode(text="text:N")
