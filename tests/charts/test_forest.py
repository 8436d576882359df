"""The forest plot's rows: subgroups under the heading of their factor."""

from charts.forest import forest, row_key


def test_a_forest_plot_has_a_line_per_subgroup_and_one_per_heading():
    spec = forest((("", "All patients"), ("Sex", "Female"), ("Sex", "Male")), "CR + CRi")
    domain = spec["layer"][1]["encoding"]["y"]["scale"]["domain"]
    assert domain == [row_key("", "All patients"), "Sex\t", "Sex\tFemale", "Sex\tMale"]
