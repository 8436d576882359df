"""python -m tests.oracle.largest_difference: the largest absolute difference to R per estimator and data set."""

import pandas as pd

from tests.oracle.comparisons import analyses
from tests.oracle.reading import TOLERANCE


def table():
    """estimator, data set, values compared, largest absolute difference; one row per pair that occurs."""
    rows = [
        (c.estimator, data_set, c.compared, c.difference)
        for data_set, _, comparisons in analyses()
        for c in comparisons()
    ]
    frame = pd.DataFrame(rows, columns=["estimator", "data set", "values", "difference"])
    return frame.groupby(["estimator", "data set"], as_index=False).agg({"values": "sum", "difference": "max"})


def main():
    frame = table()
    print(frame.to_string(index=False, formatters={"difference": "{:.1e}".format}))
    print(
        f"\n{frame['values'].sum():,} values compared, largest difference {frame['difference'].max():.1e}"
        f" (bound {TOLERANCE:.0e})"
    )


if __name__ == "__main__":
    main()
