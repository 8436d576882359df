"""Six groups as lines, three classes as areas."""

from charts.legend_strip import legend_strip
from charts.theme import series_of_groups, series_of_outcomes
from tests.charts.examples import Example, rows

NAMES = (
    *("Obecabtagene autoleucel", "Tisagenlecleucel", "Brexucabtagene autoleucel"),
    *("Universal allogeneic CD19 CAR-T cells", "CD19/CD22 bispecific CAR-T cells", "Missing"),
)
GROUPS = series_of_groups((name, style) for style, name in enumerate(NAMES))
STATES = series_of_outcomes((("In remission", "CR"), ("Relapsed", "relapsed"), ("Died", "died")))
EXAMPLES = {
    "legend_strip": Example(legend_strip, (GROUPS,), rows("strata", *((name,) for name in NAMES))),
    "legend_strip_of_areas": Example(
        legend_strip, (STATES, "square"), rows("strata", *((state.label,) for state in STATES))
    ),
}
