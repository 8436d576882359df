"""The overview's tiles: seven numbers of everybody chosen, each with its course over the years of infusion; and who
stands behind each of them."""

from dataclasses import dataclass, field, replace

import pandas as pd

from analyses.cohort import Cohort, left_out_frame, ungrouped
from analyses.course.overview import M3_RATE, MONTHS, MRD_RATE, at_month, headline
from analyses.members import memoised
from analyses.refusal import of_outcome
from analyses.result import Headline, Result
from analyses.status.mrd import NEGATIVE_REMISSION, mrd, mrd_rates
from analyses.status.response import response, response_rates
from analyses.time_to_event.estimate import estimate_endpoint
from endpoints.cohort import FILTER, MISSING, Group, membership
from endpoints.mrd import EVERY_ASSAY
from endpoints.response import STATUS_M3
from endpoints.visits import M3

YEAR = "year"  # the filter whose levels the small pictures run along
ORDER = (M3_RATE.code, MRD_RATE.code, "aplasia", "relapse", "transplant", "efs", "os")
YEARS = ["outcome", "period", "n", "estimate", "conf_low", "conf_high"]


@dataclass(frozen=True, kw_only=True)
class Tiles(Headline):
    """The headline's rows of ORDER, of everybody chosen. years: YEARS, a row per outcome and year of infusion."""

    years: pd.DataFrame = field(default_factory=pd.DataFrame)


@memoised
@of_outcome("The summary of outcomes")
def tiles(cohort: Cohort) -> Result:
    """The tiles. A figure that compares shows the same numbers by group beneath them."""
    whole = headline(ungrouped(cohort))
    rows = _in_order(whole.rows)
    return Tiles(
        cohort=whole.cohort,
        n=whole.n,
        numbers=rows,
        rows=rows,
        patients=whole.patients,
        left_out=whole.left_out,
        strata=whole.strata,
        outcomes=tuple(outcome for code in ORDER for outcome in whole.outcomes if outcome.code == code),
        notes=whole.notes,
        by_row=True,
        years=_years(_by_year(cohort), set(rows["outcome"])),
    )


def _years(by_year: Cohort, codes: set[str]) -> pd.DataFrame:
    """The same numbers per year of infusion: rates by the same counts, probabilities off the same kind of curve."""
    labels = {group.code: group.label for group in by_year.groups}
    rows = [
        *_rates(by_year, codes),
        *(row for month in MONTHS if month.code in codes for row in at_month(by_year, month)),
    ]
    return pd.DataFrame([row | {"period": labels[row["strata"]]} for row in rows], columns=YEARS)


def _rates(by_year: Cohort, codes: set[str]) -> list[dict]:
    found = response_rates(by_year, STATUS_M3)
    parts = [(M3_RATE.code, found[found["outcome"] == found["outcome"].iloc[-1]])]
    if MRD_RATE.code in codes:
        rates = mrd_rates(by_year, M3)
        parts.append((MRD_RATE.code, rates[rates["outcome"] == NEGATIVE_REMISSION.code]))
    return [row | {"outcome": code} for code, part in parts for row in part.to_dict("records")]


def _by_year(cohort: Cohort) -> Cohort:
    """Every year of infusion as a group of its own, however many there are: nothing is compared or coloured by them."""
    by, levels = FILTER[YEAR], cohort.data.levels(cohort.rules)[YEAR]
    groups = tuple(Group(level.code, level.label, 0) for level in levels if level.code != MISSING)
    members = membership(cohort.patients, by, groups)
    missing = cohort.n - len(members)
    left_out = left_out_frame({"missing": ("without a year of infusion", missing)})
    return replace(cohort, by=by, groups=groups, members=members, emptied=(), left_out_levels=left_out)


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    known = rows[rows["outcome"].isin(ORDER)]
    return known.sort_values("outcome", key=lambda codes: codes.map(ORDER.index), kind="stable").reset_index(drop=True)


def behind(cohort: Cohort, code: str) -> Result:
    """The result whose patients a tile counts. ValueError for a code that no tile has."""
    everybody = ungrouped(cohort)
    if code == M3_RATE.code:
        return response(everybody, STATUS_M3)
    if code == MRD_RATE.code:
        return mrd(everybody, M3, EVERY_ASSAY)
    month = next((one for one in MONTHS if one.code == code), None)
    if month is None:
        raise ValueError(f"A tile must be one of {', '.join(ORDER)}, got: {code}")
    return estimate_endpoint(everybody, month.endpoint, month.estimator)
