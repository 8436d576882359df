"""One number in every declared subgroup of the cohort: the rows of a forest plot."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, ungrouped
from analyses.members import in_groups, left_out_of, memoised
from analyses.refusal import of_endpoint
from analyses.result import PATIENTS, Forest, Note
from analyses.time_to_event.estimate import adtte, arm_of, month_title, reasons_of
from analyses.time_to_event.heterogeneity import test_note, tests_of
from analyses.time_to_event.table import events_by, probabilities
from analyses.time_to_event.words import burden_cut
from endpoints.cohort import ALL_PATIENTS, GROUPINGS, Group
from endpoints.time_to_event import EVENT, TimeToEvent
from estimators.interaction import rate_interaction, time_interaction
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion

WHOLE = ""  # the factor of the row of everybody
ROWS = ["factor", "strata", "label", "n", "n_event", "estimate", "conf_low", "conf_high"]
ROWS += ["reason", "reason_time", "reason_last"]
ALIKE = Note("alike", "These patients are alike in every factor: there are no subgroups to compare.")
ONE = Note("one", "One patient: there are no subgroups to compare.")
EXPLORATORY = Note(
    "exploratory",
    "Subgroups overlap, are not adjusted for each other and were not randomised: read them as description. "
    "The dashed line is the estimate of all patients shown here.",
)


@dataclass(frozen=True)
class Subgroup:
    """factor: the code of a grouping, WHOLE for everybody; members: over the rows of the figure, boolean."""

    factor: str
    group: Group
    members: np.ndarray


def rate_by_subgroup(
    cohort: Cohort, rows: pd.DataFrame, event: pd.Series, among: pd.Series, otherwise: str = "not in the denominator"
) -> Forest:
    """n/N with exact interval per subgroup. rows: USUBJID, one per patient; event, among: numerator and denominator,
    boolean, in the order of `rows`; otherwise: why a patient is not in the denominator."""
    everybody = ungrouped(cohort)
    counted = in_groups(everybody, rows.assign(EVENT=event & among, AMONG=among))
    counted = counted[counted["AMONG"]]
    parts = _subgroups(cohort, counted["USUBJID"])
    table = proportion([int(counted.loc[part.members, "EVENT"].sum()) for part in parts], [_n(part) for part in parts])
    left_out = left_out_of(everybody, {otherwise: everybody.n - len(counted)})
    happened = counted["EVENT"].to_numpy(bool)
    tests = tests_of(cohort, counted["USUBJID"], lambda part, *of: rate_interaction(happened[part], *of))
    return _forest(everybody, cohort, parts, table, counted.drop(columns=["CODE", "AMONG"]), left_out, tests)


@memoised
@of_endpoint
def month_by_subgroup(cohort: Cohort, endpoint: TimeToEvent, months: int) -> Forest:
    """The Kaplan-Meier estimate of an endpoint without competing events at one month, per subgroup: what the curve of
    the same patients says there."""
    everybody, derived = ungrouped(cohort), adtte(cohort, endpoint)
    rows = in_groups(everybody, derived.rows)
    parts = _subgroups(cohort, rows["USUBJID"])
    table = pd.concat([_at(rows[part.members], part.group, endpoint, months) for part in parts], ignore_index=True)
    left_out = left_out_of(everybody, reasons_of(everybody, derived))
    start, stop = rows["ENTRY"].clip(lower=0).to_numpy(), rows["AVAL"].to_numpy()
    event = (rows["CNSR"] == EVENT).to_numpy()
    tests = tests_of(
        cohort, rows["USUBJID"], lambda part, *of: time_interaction(start[part], stop[part], event[part], *of)
    )
    return _forest(everybody, cohort, parts, table, rows[PATIENTS], left_out, tests, month_title(cohort, endpoint))


def _at(rows: pd.DataFrame, group: Group, endpoint: TimeToEvent, months: int) -> pd.DataFrame:
    arm = arm_of(group, rows, endpoint, kaplan_meier)
    return probabilities(arm, [months]).assign(n_event=events_by(arm.curve, months))


def _n(part: Subgroup) -> int:
    return int(part.members.sum())


def _subgroups(cohort: Cohort, usubjid: pd.Series) -> list[Subgroup]:
    """The whole and every level that anybody is in, declared order; a factor with one level only says nothing and is
    left out."""
    adsl = cohort.patients.set_index("USUBJID").loc[usubjid]
    parts = [Subgroup(WHOLE, ALL_PATIENTS, np.ones(len(adsl), bool))]
    for by in GROUPINGS:
        codes = adsl[by.column].astype(str).to_numpy()
        present = set(codes)
        levels = [level for level in cohort.data.levels(cohort.rules)[by.code] if level.code in present]
        parts += [
            Subgroup(by.code, Group(level.code, level.label, 0), codes == level.code)
            for level in levels
            if len(levels) > 1
        ]
    return parts


def _forest(
    cohort: Cohort,
    compared: Cohort,
    parts: list[Subgroup],
    table: pd.DataFrame,
    patients: pd.DataFrame,
    left_out: pd.DataFrame,
    tests: tuple[str, pd.DataFrame],
    x_title: str = "",
) -> Forest:
    """The rows of a forest: what each subgroup is, beside its estimate."""
    kind, tested = tests
    rows = table.assign(
        factor=[part.factor for part in parts],
        strata=[part.group.code for part in parts],
        label=[part.group.label for part in parts],
        n=[_n(part) for part in parts],
    ).reindex(columns=ROWS)
    factors = {by.code: by.label for by in GROUPINGS} | {WHOLE: ""}
    few = ONE if len(patients) == 1 else ALIKE
    notes = (EXPLORATORY if len(parts) > 1 else few, *([burden_cut(cohort)] if "burden" in set(rows["factor"]) else []))
    return Forest(
        cohort=cohort,
        n=len(patients),
        patients=patients,
        left_out=left_out,
        numbers=rows,
        rows=rows if len(patients) else rows.iloc[:0],
        factors=factors,
        tests=tested,
        x_title=x_title,
        behind=lambda level, factor: patients["USUBJID"][_part(parts, factor, level).members],
        notes=(*test_note(kind, tested, compared), *notes) if len(patients) else (),
    )


def _part(parts: list[Subgroup], factor: str, level: str) -> Subgroup:
    return next(part for part in parts if (part.factor, part.group.code) == (factor, level))
