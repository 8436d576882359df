"""python -m tests.oracle.largest_difference: the largest absolute difference to R per estimator and data set."""

import pandas as pd

from tests.oracle.comparisons import analyses


def table():
    """estimator, data set, values compared, largest absolute difference and the bound it must keep (that of a published
    interval is its rounding); one row per pair that occurs."""
    rows = [
        (c.estimator, data_set, c.compared, c.difference, c.tolerance)
        for data_set, _, comparisons in analyses()
        for c in comparisons()
    ]
    frame = pd.DataFrame(rows, columns=["estimator", "data set", "values", "difference", "bound"])
    how = {"values": "sum", "difference": "max", "bound": "max"}
    return frame.groupby(["estimator", "data set"], as_index=False).agg(how)


def main():
    frame = table()
    print(frame.to_string(index=False, formatters=dict.fromkeys(("difference", "bound"), "{:.1e}".format)))
    print(f"\n{frame['values'].sum():,} values compared, largest difference {frame['difference'].max():.1e}")


if __name__ == "__main__":
    main()
