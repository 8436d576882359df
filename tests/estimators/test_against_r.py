"""Every number that R also computes equals R's to 1e-8 (tests/oracle)."""

import pytest

from tests.oracle.comparisons import analyses
from tests.oracle.contrasts import ITERATIVE
from tests.oracle.largest_difference import table
from tests.oracle.reading import FOLDER

ANALYSES = list(analyses())


@pytest.mark.parametrize("comparisons", [a[2] for a in ANALYSES], ids=[f"{a[0]}: {a[1]}" for a in ANALYSES])
def test_every_value_of_the_analysis_equals_r(comparisons):
    made = list(comparisons())
    assert sum(c.compared for c in made) > 0
    assert [(c.estimator, c.quantity, c.difference) for c in made if c.difference > c.tolerance] == []


@pytest.mark.untraced
def test_the_table_of_largest_differences_covers_every_data_set():
    frame = table()
    in_files = {path.stem for path in FOLDER.glob("*.csv")} - {"jasa_landmark30", "mgus2_ms", "transplant_pos"}
    assert {name for name in in_files if not name.startswith("edge_")} | {"edge"} <= set(frame["data set"])
    by_r = frame[frame["bound"] <= ITERATIVE]  # a published interval is rounded, and its bound says how far
    assert by_r["values"].sum() > 45_000
    assert (frame["difference"] <= frame["bound"]).all()
