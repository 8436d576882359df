"""Forest plot: one estimate with its interval per subgroup, under the heading of its factor, beside the whole."""

import json

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

ROW = 22
OVERALL_KEY = "overall"


def row_key(factor: str, level: str) -> str:
    """The y value of a subgroup: unique although many factors have a level Yes."""
    return f"{factor}\t{level}" if factor else OVERALL_KEY


@memoised_spec
def forest(rows: tuple[tuple[str, str], ...], x_title: str | None = None) -> Drawn:
    """Vega-Lite specification of a forest plot on a fixed 0-100 % axis, figures written at the right.

    rows: (factor, level) from top to bottom, the whole first with factor ''. The frame beside it: key (`row_key`),
    factor and strata (in the tooltip), estimate, conf_low, conf_high (fractions; missing where not estimable), n, text.
    Dots grow with n.
    """
    base = alt.Chart().encode(y=_rows(rows))
    layers = alt.layer(_whole(x_title), _ranges(base, x_title), _dots(base, x_title), _figures(base))
    return dress(layers, forest_height(rows))


def forest_height(rows: tuple[tuple[str, str], ...]) -> float:
    """px of the plot of these rows, headings among them."""
    return lettering.row_height(_lines(rows).values(), ROW) * len(_lines(rows))


def _lines(rows: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """y value -> label: subgroups, and a line of its own for the heading of each factor."""
    lines: dict[str, str] = {}
    for factor, level in rows:
        if factor:
            lines.setdefault(f"{factor}\t", factor)
        lines[row_key(factor, level)] = level
    return lines


def _rows(rows: tuple[tuple[str, str], ...]) -> alt.Y:
    lines = _lines(rows)
    heading = {
        "condition": {
            "test": f"indexof({json.dumps([x for x in lines if _is_heading(x)])}, datum.value) >= 0",
            "value": "bold",
        },
        "value": "normal",
    }
    axis = lettering.row_axis(lines, labelFontWeight=heading)
    return alt.Y("key:N", scale=alt.Scale(domain=list(lines)), axis=axis, sort=None)


def _is_heading(key: str) -> bool:
    return key == OVERALL_KEY or key.endswith("\t")


def _percent(column: str, title: str | None = None) -> alt.X:
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], labelExpr=theme.PERCENT_LABEL, title=title)
    return alt.X(f"{column}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)


def _whole(x_title: str | None) -> alt.Chart:
    return (
        alt.Chart()
        .mark_rule(strokeDash=[4, 3], color=theme.MUTED_INK)
        .encode(x=_percent("estimate", x_title))
        .transform_filter(f"datum.key === '{OVERALL_KEY}' && isValid(datum.estimate)")
    )


def _ranges(base: alt.Chart, x_title: str | None) -> alt.Chart:
    return (
        base.mark_rule(strokeWidth=1.6, color=theme.MUTED_INK)
        .encode(x=_percent("conf_low", x_title), x2=alt.X2("conf_high"))
        .transform_filter("isValid(datum.conf_low)")
    )


def _dots(base: alt.Chart, x_title: str | None) -> alt.Chart:
    size = alt.Size("n:Q", scale=alt.Scale(type="sqrt", range=[30, 160], zero=True), legend=None)
    tooltip = [
        alt.Tooltip("factor:N", title="Factor"),
        alt.Tooltip("strata:N", title="Subgroup"),
        alt.Tooltip("text:N", title="Estimate (interval)"),
    ]
    return (
        base.mark_point(filled=True, opacity=1, shape="square", color=theme.GROUP_STYLES[0].colour)
        .encode(x=_percent("estimate", x_title), size=size, tooltip=tooltip)
        .transform_filter("isValid(datum.estimate)")
    )


def _figures(base: alt.Chart) -> alt.Chart:
    return base.mark_text(align="left", dx=14, color=theme.INK).encode(x=alt.XValue("width"), text="text:N")
