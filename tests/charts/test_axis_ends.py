"""What lies beyond an axis is counted, so that the figure can say it; and it is drawn where the counts say."""

import numpy as np
import pandas as pd

from charts.axis_ends import Beyond, intervals_cut, rows_beyond
from charts.ratio_forest import ENDS
from tests.charts.examples.courses import LEVELS
from tests.charts.examples.ratio_forest import RATIOS
from tests.charts.found import EXAMPLES
from tests.charts.picture import elements, svg


def test_values_below_and_above_are_counted_and_the_ends_belong_to_the_axis():
    assert rows_beyond(pd.Series([-1.0, 0.0, 50.0, 100.0, 101.0, 250.0]), 0, 100) == Beyond(below=1, above=2)
    assert not rows_beyond(pd.Series([0.0, 100.0]), 0, 100)


def test_a_missing_value_lies_nowhere():
    assert rows_beyond(pd.Series([np.nan, None, 5.0]), 0, 1) == Beyond(above=1)
    assert rows_beyond(pd.array([pd.NA, 7], dtype="Int32"), 0, 1) == Beyond(above=1)
    assert rows_beyond(pd.Series([], dtype=float), 0, 1) == Beyond()


def test_an_interval_is_cut_when_one_of_its_limits_lies_beyond():
    assert intervals_cut(RATIOS["conf_low"], RATIOS["conf_high"], ENDS) == 1
    assert intervals_cut(pd.Series([0.1]), pd.Series([10.0]), ENDS) == 0


def test_a_level_beyond_the_axis_is_drawn_at_its_edge():
    assert rows_beyond(LEVELS["VALUE"], 1e-6, 1.0) == Beyond(above=1)
    levels = EXAMPLES["courses"]
    marks = [e for e in elements(svg(levels.spec(), levels.frames)) if "Patient: P03" in e.words]
    assert [mark.looks["transform"].endswith(",0)") for mark in marks] == [True]
