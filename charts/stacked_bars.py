"""Shares of classes per group, as stacked bars from 0 to 100 %."""

from functools import partial

import altair as alt

from charts import lettering, theme
from charts.numbers_over import numbers_over
from charts.spec import Drawn, dress, memoised_spec

ROW = 42  # px: a bar with the numbers over it


@memoised_spec
def stacked_bars(classes: tuple[tuple[str, str], ...], groups: tuple[str, ...]) -> Drawn:
    """Vega-Lite specification of one 100 % bar per group, its segments in the declared order of `classes`.

    `classes` are (label, colour) pairs (`theme.classes_of`), `groups` the row labels from top to bottom. The
    frame beside it: strata (row label), outcome (class label), n, total (patients of the row), share (n / total,
    0-1), order (position of the class), middle and place (`small_parts.with_places`): the number of a part that is too
    small for it stands over the bar. The patients of a row stand at its right.
    """
    base = alt.Chart().encode(y=_rows(groups), order=alt.Order("order:Q"), tooltip=_tooltip())
    base = base.transform_filter("datum.n > 0")  # else an empty class would leave its outline behind
    over = numbers_over(partial(_rows, groups), _along, alt.Text("n:Q", format=",d"), _tooltip())
    layers = alt.layer(_segments(base, classes), _numbers(base, classes), *over, _totals(groups))
    return dress(layers, lettering.row_height(groups, ROW) * len(groups))


def _rows(groups: tuple[str, ...], **options) -> alt.Y:
    scale = alt.Scale(domain=list(groups), paddingInner=0.45, paddingOuter=0.3)
    return alt.Y("strata:N", scale=scale, axis=lettering.row_axis(groups), sort=None, **options)


def _shares(**options) -> alt.X:
    return _along("share", stack="zero", **options)


def _along(column: str, **options) -> alt.X:
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], labelExpr=theme.PERCENT_LABEL, title=None, grid=False)
    return alt.X(f"{column}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis, **options)


def _segments(base: alt.Chart, classes) -> alt.Chart:
    labels = [label for label, _ in classes]
    series = [theme.Series(label, colour) for label, colour in classes]
    return base.mark_bar(stroke=theme.OUTLINE, strokeWidth=0.7).encode(
        x=_shares(), color=theme.colour_channel(series, "outcome", lettering.legend(labels))
    )


def _totals(groups: tuple[str, ...]) -> alt.Chart:
    """A share says little without its n; a row without patients says n = 0."""
    return (
        alt.Chart()
        .mark_text(align="left", dx=10, color=theme.INK, fontSize=theme.SMALL_FONT_SIZE)
        .encode(x=alt.XValue("width"), y=_rows(groups), text="words:N")
        .transform_aggregate(of="max(total)", groupby=["strata"])
        .transform_calculate(words="'n = ' + format(datum.of, ',d')")
    )


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("strata:N", title="Group"),
        alt.Tooltip("outcome:N", title="Class"),
        alt.Tooltip("n:Q", title="Patients", format=",d"),
        alt.Tooltip("total:Q", title="of", format=",d"),
        alt.Tooltip("share:Q", title="Share", format=".1%"),
    ]


def _numbers(base: alt.Chart, classes) -> alt.Chart:
    """Numbers in the middle of their segments; hidden ones stay in the stack, else the others would move."""
    on_dark = [label for label, colour in classes if theme.text_colour_on(colour) == theme.WHITE]
    return base.mark_text(fontSize=theme.SMALL_FONT_SIZE).encode(
        x=_shares(bandPosition=0.5),
        text=alt.Text("n:Q", format=",d"),
        detail="outcome:N",
        opacity=alt.OpacityValue(**alt.condition("isValid(datum.place)", alt.value(0), alt.value(1))),
        color=alt.ColorValue(
            **alt.condition(alt.FieldOneOfPredicate("outcome", on_dark), alt.value(theme.WHITE), alt.value(theme.BLACK))
        ),
    )
