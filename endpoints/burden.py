"""Groupings that one figure of response makes of what was known before infusion. Pre-infusion, but no filter."""

import pandas as pd

from endpoints.codes import MISSING, words_of
from endpoints.cohort import Level, with_missing

BANDS = with_missing(
    ("to_5", "< 5 % blasts"), ("to_25", "5 to < 25 %"), ("to_50", "25 to < 50 %"), ("from_50", "≥ 50 %")
)
BAND_STARTS = (0, 5, 25, 50, float("inf"))
BEFORE = (
    Level("not_cr", "Not in CR before"),
    Level("cr", "CR before: remission maintained"),
    Level(MISSING, "Status before not known"),
)
INFUSED_AS = ("released", "out_of_specification")
IN_CR = ("cr_mrd_positive", "cr_mrd_negative")
MADE = with_missing(
    *(pair for pair in words_of("treatment_course.manufacturing_outcome").items() if pair[0] in INFUSED_AS)
)


def burden_band(adsl: pd.DataFrame) -> pd.Series:
    """Code of BANDS: blasts before lymphodepletion in bands at every cut in print (5, 25, 50 %)."""
    codes = [level.code for level in BANDS if level.code != MISSING]
    bands = pd.cut(adsl["BURDEN"], BAND_STARTS, right=False, labels=codes).astype("str")
    return bands.where(adsl["BURDEN"].notna(), MISSING)


def remission_before(adsl: pd.DataFrame) -> pd.Series:
    """Code of BEFORE: whether the patient was in CR before lymphodepletion."""
    status = adsl["DISSTAT"].astype("str")
    code = status.isin(IN_CR).map({True: "cr", False: "not_cr"})
    return code.where(~status.isin([MISSING, "unknown"]), MISSING)


def product_made(adsl: pd.DataFrame) -> pd.Series:
    """Code of MADE: the product as it was released."""
    made = adsl["MANUFOUT"].astype("str")
    return made.where(made.isin([level.code for level in MADE]), MISSING)
