"""B-cell samples of a study, read in plain loops: what the recounts of several tests share."""

import pandas as pd


def rows_of(study, table):
    found = {}
    for row in study.tables[table].itertuples():
        found.setdefault(row.PT, []).append(row)
    return found


def is_over(s):
    """3 % of lymphocytes in blood, 1 % of marrow; None: the sample says neither."""
    if s.below_limit is not pd.NA and s.below_limit:
        return False
    if s.specimen == "BM":
        return s.normal_b_pct_marrow >= 1 if s.normal_b_pct_marrow == s.normal_b_pct_marrow else None
    percent = s.cd19_pct_lymphocytes
    if percent != percent and s.lymphocytes_per_ul > 0:
        percent = 100 * s.cd19_per_ul / s.lymphocytes_per_ul
    return percent >= 3 if percent == percent else None
