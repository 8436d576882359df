"""Who is in an adjusted model, and its columns: declared covariates with levels and missing values settled, and no more
columns than the events allow."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, in_sentence
from analyses.members import in_groups
from analyses.time_to_event.estimate import adtte, reasons_of
from analyses.time_to_event.outcomes import code_of
from endpoints.cohort import MISSING, Group
from endpoints.covariates import AS_LEVEL, COVARIATE, Covariate, is_missing, values_of
from endpoints.time_to_event import TimeToEvent
from estimators.exposure_effect import MIN_PER_COVARIATE

MIN_LEVEL = 5  # patients of a level that is a column of its own: our convention
GROUPS = "groups"  # the factor of the compared groups


@dataclass(frozen=True)
class Column:
    """One coefficient: the factor it belongs to, its level ("" of a measured covariate), its words."""

    factor: str
    level: str
    label: str


@dataclass(frozen=True)
class Design:
    """rows: ADTTE of those in the model, with CODE; groups: the compared ones with patients, the first as reference
    (one group: nothing is compared); group: (n,) their places; columns and x (n, p): of the covariates; references:
    {factor: words of its reference level}; left_out: {reason: n}; too_many: labels of covariates that the events do not
    allow."""

    rows: pd.DataFrame
    groups: tuple[Group, ...]
    group: np.ndarray
    columns: tuple[Column, ...]
    x: np.ndarray
    references: dict[str, str]
    left_out: dict[str, int]
    too_many: tuple[str, ...]


def design_of(cohort: Cohort, endpoint: TimeToEvent, codes: tuple[str, ...], missing: str = AS_LEVEL) -> Design:
    """The model of an endpoint on the covariates `codes`. missing: AS_LEVEL or LEFT_OUT. Of an unknown group nobody is
    compared."""
    derived = adtte(cohort, endpoint)
    everybody = in_groups(cohort, derived.rows)
    known = everybody["CODE"] != MISSING if cohort.by else pd.Series(True, index=everybody.index)
    left_out = reasons_of(cohort, derived) | {"of unknown group": int((~known).sum())}
    rows = everybody[known].reset_index(drop=True)
    return _settled(cohort, endpoint, rows, codes, missing, left_out)


def _asked(cohort: Cohort, codes: tuple[str, ...], adsl: pd.DataFrame) -> list[Covariate]:
    """The covariates, without what is compared and without what is the same, or unknown, in everybody."""
    by = cohort.by.code if cohort.by else ""
    asked = [COVARIATE[code] for code in codes if by not in COVARIATE[code].told_by]
    return [one for one in asked if values_of(one, adsl).nunique(dropna=True) > 1]


def _settled(cohort: Cohort, endpoint: TimeToEvent, rows: pd.DataFrame, codes, missing: str, left_out) -> Design:
    event = code_of(rows, endpoint) == 1
    adsl = cohort.patients.set_index("USUBJID").loc[rows["USUBJID"]].reset_index()
    room = int(event.sum()) // MIN_PER_COVARIATE - (rows["CODE"].nunique() - 1)
    allowed, too_many = allowed_of(_asked(cohort, codes, adsl), adsl, room)
    values = {one.code: values_of(one, adsl) for one in allowed}
    kept = np.ones(len(rows), bool)
    for reason, out in _leaving(allowed, values, event, missing, kept):
        left_out = left_out | {reason: left_out.get(reason, 0) + int((kept & out).sum())}
        kept &= ~out
    rows = rows[kept].reset_index(drop=True)
    columns, references, x = columns_of(cohort, allowed, {code: v[kept] for code, v in values.items()}, int(kept.sum()))
    groups = tuple(group for group in cohort.groups if (rows["CODE"] == group.code).any())
    group = rows["CODE"].map({g.code: i for i, g in enumerate(groups)}).to_numpy(int)
    return Design(rows, groups, group, columns, x, references, left_out, too_many)


def allowed_of(asked: list[Covariate], adsl: pd.DataFrame, room: int) -> tuple[list[Covariate], tuple[str, ...]]:
    """(covariates, labels of the others): as many as `room` coefficients allow, in declared order."""
    allowed: list[Covariate] = []
    too_many: list[Covariate] = []
    for covariate in asked:
        size = len(set(values_of(covariate, adsl))) - 1 if covariate.filter_ else 1
        fits = size <= room and not too_many
        room -= size if fits else 0
        (allowed if fits else too_many).append(covariate)
    return allowed, tuple(one.label for one in too_many)


def _leaving(allowed, values, event, missing: str, kept: np.ndarray):
    """(reason, who leaves) one after the other; `kept` is read anew each time."""
    for one in allowed:
        label = in_sentence(one.label)
        if missing != AS_LEVEL or not one.filter_:
            yield f"with missing {label}", is_missing(one, values[one.code])
    while True:
        found = _rare(allowed, values, event, kept)
        if found is None:
            return
        yield found


def _rare(allowed, values, event, kept: np.ndarray):
    """The first level with too few patients, or without an event, among those kept."""
    for one in allowed:
        if not one.filter_:
            continue
        codes = values[one.code].to_numpy(object)
        for code in sorted(set(codes[kept])):
            held = kept & (codes == code)
            if held.sum() < MIN_LEVEL or not event[held].any():
                return f"of a level of {in_sentence(one.label)} with fewer than {MIN_LEVEL} patients or no event", held
    return None


def columns_of(cohort: Cohort, allowed, values, n: int):
    """(columns, references, x): the most frequent level is the reference."""
    columns, x = [], []
    references: dict[str, str] = {}
    for one in allowed:
        if not one.filter_:
            columns.append(Column(one.code, "", f"{one.label}, per {one.per:g} {one.unit}"))
            x.append(values[one.code].to_numpy(float))
            continue
        levels = {level.code: level.label for level in cohort.data.levels(cohort.rules)[one.code]}
        codes = values[one.code].to_numpy(object)
        present = sorted(set(codes), key=lambda code: (-(codes == code).sum(), code))
        for code in [level for level in levels if level in present[1:]]:
            columns.append(Column(one.code, code, levels[code]))
            x.append((codes == code).astype(float))
        references |= {one.code: levels[present[0]]} if len(present) > 1 else {}
    return tuple(columns), references, np.column_stack(x) if x else np.zeros((n, 0))


def in_common(design: Design) -> Design:
    """The design without the patients of a level that not every compared group has: weights cannot make alike who has
    no counterpart. Columns that nothing varies in any more are gone."""
    left_out, kept = dict(design.left_out), np.ones(len(design.rows), bool)
    levels = {code: _levels_of(design, code) for code in dict.fromkeys(one.factor for one in design.columns)}
    while (alone := _alone(design, levels, kept)) is not None:
        code, held = alone
        reason = f"of a level of {in_sentence(COVARIATE[code].label)} that not every compared group has"
        left_out[reason] = left_out.get(reason, 0) + int((kept & held).sum())
        kept &= ~held
    x = design.x[kept]
    varies = [i for i in range(x.shape[1]) if len(x) and np.ptp(x[:, i]) > 0]
    return replace(
        design,
        rows=design.rows[kept].reset_index(drop=True),
        group=design.group[kept],
        columns=tuple(design.columns[i] for i in varies),
        x=x[:, varies],
        left_out=left_out,
    )


def _levels_of(design: Design, code: str) -> np.ndarray:
    """(n,) the level of a covariate by number, 0 the reference; one for all of what is measured."""
    held = [i for i, one in enumerate(design.columns) if one.factor == code and one.level]
    return (design.x[:, held] * np.arange(1, len(held) + 1)).sum(axis=1).astype(int)


def _alone(design: Design, levels: dict[str, np.ndarray], kept: np.ndarray) -> tuple[str, np.ndarray] | None:
    """The first (covariate, patients) of a level that is missing in a group."""
    everybody = set(design.group[kept])
    for code, level in levels.items():
        for one in sorted(set(level[kept])):
            held = level == one
            if set(design.group[kept & held]) != everybody:
                return code, held
    return None
