"""One number in every declared subgroup of the cohort: the rows of a forest plot."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from endpoints.cohort import FILTER, GROUPINGS, levels_of
from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import EVENT, TimeToEvent
from estimators.kaplan_meier import estimates_at, kaplan_meier
from estimators.proportion import proportion
from pages.parts.estimate.by_group import arm_curve, count_left_out, month_title, tte, ungrouped, why_not
from pages.parts.estimate.notes import burden_cut
from pages.parts.estimate.result import (
    PATIENTS,
    Estimates,
    fraction,
    in_groups,
    left_out_of,
    percent,
    refused,
    remembered,
    short,
)
from pages.parts.sidebar import Cohort

OVERALL = "All patients"
NUMBERS = ["factor", "strata", "result", "n", "n_event", "estimate", "conf_low", "conf_high", "reason"]
ALIKE = "These patients are alike in every factor: there are no subgroups to compare."
ONE = "One patient: there are no subgroups to compare."
EXPLORATORY = (
    "Subgroups overlap, are not adjusted for each other and were not randomised: read them as description. "
    "The dashed line is the estimate of all patients shown here."
)


def rate_by_subgroup(study: Cohort, rows: pd.DataFrame, event: pd.Series, among: pd.Series) -> Estimates:
    """n/N with exact interval per subgroup. rows: USUBJID, one per patient; event, among: numerator and denominator,
    boolean, in the order of `rows`."""
    everybody = ungrouped(study)
    counted = in_groups(everybody, rows.assign(EVENT=event & among, AMONG=among))
    counted, out = counted[counted["AMONG"]], int((~counted["AMONG"]).sum())
    table = _table(study, counted, lambda part: (len(part), int(part["EVENT"].sum())))
    found = proportion(table["n_event"].to_numpy(), table["n"].to_numpy())
    table = table.assign(**{name: found[name].to_numpy() for name in ("estimate", "conf_low", "conf_high", "reason")})
    words = [
        fraction(*row)
        for row in table[["n_event", "n", "estimate", "conf_low", "conf_high"]].itertuples(index=False, name=None)
    ]
    return _estimates(
        study,
        table.assign(result=words),
        counted.drop(columns=["CODE", "AMONG"]),
        left_out_of(everybody, {"not due or not in the denominator": out} if out else {}),
    )


@remembered
def month_by_subgroup(study: Cohort, endpoint: TimeToEvent, months: int) -> Estimates:
    """The Kaplan-Meier estimate of an endpoint without competing events at one month, per subgroup."""
    if study.rules.population not in endpoint.populations:
        return refused(study, f"{endpoint.param} is defined for infused patients only. Choose the population Infused.")
    everybody, derived = ungrouped(study), tte(study, endpoint)
    rows = in_groups(everybody, derived.rows)
    table = _table(study, rows, lambda part: (len(part), int((part["CNSR"] == EVENT).sum())))
    found = pd.concat([_at(part, endpoint, months) for part in _parts(study, rows)], ignore_index=True)
    table = table.assign(**{name: found[name].to_numpy() for name in ("estimate", "conf_low", "conf_high", "reason")})
    words = [
        f"n = {n}, {percent(*limits) or short(reason)}"
        for n, *limits, reason in table[["n", "estimate", "conf_low", "conf_high", "reason"]].itertuples(
            index=False, name=None
        )
    ]
    estimates = _estimates(study, table.assign(result=words), rows[PATIENTS], count_left_out(everybody, derived))
    return replace(estimates, x_title=month_title(study, endpoint))


def _at(part: pd.DataFrame, endpoint: TimeToEvent, months: int) -> pd.DataFrame:
    """One number of the curve that is drawn of these patients alone."""
    read = estimates_at(arm_curve(part, endpoint, kaplan_meier), np.array([months * DAYS_PER_MONTH]))
    limits = read[["conf_low", "conf_high"]].mask(read["conf_low"] == read["conf_high"])  # as the curve's table
    return read.assign(**limits, reason=[why_not(reason, endpoint) for reason in read["reason"]])


def _subgroups(study: Cohort, usubjid: pd.Series) -> list[tuple[str, str, np.ndarray]]:
    """(factor, level, mask over `usubjid`) of the whole and of every level that anybody is in, declared order; a factor
    with one level only says nothing and is left out."""
    adsl = study.adsl.set_index("USUBJID").loc[usubjid]
    found = [("", OVERALL, np.ones(len(adsl), bool))]
    for by in GROUPINGS:
        codes = adsl[by.column].astype(str).to_numpy()
        levels = [(by.label, x.label, codes == x.code) for x in levels_of(by, study.study.adsl) if x.code in set(codes)]
        found += levels if len(levels) > 1 else []
    return found


def _parts(study: Cohort, rows: pd.DataFrame) -> list[pd.DataFrame]:
    return [rows[mask] for _, _, mask in _subgroups(study, rows["USUBJID"])]


def _table(study: Cohort, rows: pd.DataFrame, count: Callable[[pd.DataFrame], tuple[int, int]]) -> pd.DataFrame:
    """factor, strata, n, n_event per subgroup; the first row is the whole."""
    counts = [count(part) for part in _parts(study, rows)]
    named = [(factor, level) for factor, level, _ in _subgroups(study, rows["USUBJID"])]
    return pd.DataFrame(
        [(*names, *n) for names, n in zip(named, counts, strict=True)], columns=["factor", "strata", "n", "n_event"]
    )


def _estimates(study: Cohort, table: pd.DataFrame, patients: pd.DataFrame, left_out: pd.DataFrame) -> Estimates:
    found = Estimates(n=len(patients), numbers=table[NUMBERS], patients=patients, left_out=left_out)
    has_burden = (table["factor"] == FILTER["burden"].label).any()
    few = ONE if len(patients) == 1 else ALIKE
    notes = (EXPLORATORY if len(table) > 1 else few, *([burden_cut(study)] if has_burden else []))
    return replace(found, curve=table, notes=notes) if len(patients) else found
