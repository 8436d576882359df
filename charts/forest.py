"""Forest plot: one estimate with its interval per subgroup, under the heading of its factor, beside the whole."""

import altair as alt

from charts import lettering, theme
from charts.grouped_rows import WHOLE_KEY, Rows, grouped, height_of, row_key
from charts.spec import Drawn, dress, memoised_spec

__all__ = ["forest", "forest_height", "row_key"]
WHOLE = "dashed: cohort; larger: more patients"  # under the title of the axis
ROW = 25  # px: two marks with words between them


@memoised_spec
def forest(rows: Rows, x_title: str | None = None) -> Drawn:
    """Vega-Lite specification of a forest plot on a fixed 0-100 % axis, figures written at the right.

    rows: (factor, level) from top to bottom, the whole first with factor ''. The frame beside it: key (`row_key`),
    factor and strata (in the tooltip), estimate, conf_low, conf_high (fractions; missing where not estimable), n, text.
    Dots grow with n.
    """
    base = alt.Chart().encode(y=grouped(rows))
    layers = alt.layer(_whole(x_title), _ranges(base, x_title), _dots(base, x_title), _figures(base))
    return dress(layers, forest_height(rows))


def forest_height(rows: Rows) -> float:
    """px of the plot of these rows, headings among them."""
    return height_of(rows, ROW)


def _percent(column: str, title: str | None = None) -> alt.X:
    told = [title, WHOLE] if title else WHOLE
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], labelExpr=theme.PERCENT_LABEL, title=told)
    return alt.X(f"{column}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)


def _whole(x_title: str | None) -> alt.Chart:
    return (
        alt.Chart()
        .mark_rule(strokeDash=[4, 3], color=theme.MUTED_INK)
        .encode(x=_percent("estimate", x_title))
        .transform_filter(f"datum.key === '{WHOLE_KEY}' && isValid(datum.estimate)")
    )


def _ranges(base: alt.Chart, x_title: str | None) -> alt.Chart:
    return (
        base.mark_rule(strokeWidth=1.6, color=theme.MUTED_INK)
        .encode(x=_percent("conf_low", x_title), x2=alt.X2("conf_high"))
        .transform_filter("isValid(datum.conf_low)")
    )


def _dots(base: alt.Chart, x_title: str | None) -> alt.Chart:
    size = alt.Size("n:Q", scale=alt.Scale(type="sqrt", range=[30, 100], zero=True), legend=None)
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
    return lettering.beside(base, theme.INK).encode(text="text:N")
