"""by_group(): runs an estimator per group. Here CNSR becomes event = 1 and days become months, nowhere else."""

from dataclasses import replace

import numpy as np
import pandas as pd

from charts.theme import Series, month_ticks, series_of_outcomes
from charts.thin import thin_steps
from endpoints.cohort import ALL_PATIENTS, FILTER, MISSING, Filter, choose_groups, levels_of, membership, refuse_overlap
from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import CENSORED, EVENT, Derived, TimeToEvent, derive_tte, origin_of
from estimators.aalen_johansen import aalen_johansen
from estimators.gray import gray_test
from estimators.group_test import Test
from estimators.kaplan_meier import estimates_at, quantile
from estimators.logrank import logrank
from estimators.risk_start import first_stable_day
from estimators.risk_table import few_remain, risk_table
from estimators.simon_makuch import until_few
from pages.parts.estimate.notes import leaving, notes_of
from pages.parts.estimate.result import (
    NUMBERS,
    PATIENTS,
    Estimates,
    among,
    group_series,
    in_groups,
    in_order_of_number,
    kept,
    left_out_of,
    percent,
    reasons_frame,
    refused,
    remembered,
)
from pages.parts.sidebar import Cohort

MONTHS = (3, 6, 12, 24, 36)
FOLLOW_UP = "last follow-up at"  # as estimators say it
# By the milestone that censors: whose disease was last assessed long ago may still be in contact.
LAST_KNOWN = {
    "LSTCNTDT": FOLLOW_UP,
    "LDADT": "last assessment or event at",
    "BCACENDT": "last B-cell sample or event at",
    "MRDLASDT": "last usable MRD assay or event at",
}
ORIGINS = {"TRTSDT": "Months from infusion", "ENRLDT": "Months from enrolment", "RMSDT": "Months from first remission"}


@remembered
def by_group(study: Cohort, endpoint: TimeToEvent, estimator, months: str | None = "36") -> Estimates:
    """A time-to-event endpoint estimated per compared group; a population the endpoint refuses is a sentence.

    months: the end of the axis. None: the numbers alone, for a figure that takes one number of each of many endpoints.
    """
    if study.rules.population not in endpoint.populations:
        return refused(study, f"{endpoint.param} is defined for infused patients only. Choose the population Infused.")
    return of_rows(study, endpoint, tte(study, endpoint), estimator, months, month_title(study, endpoint))


def of_rows(
    study: Cohort, endpoint: TimeToEvent, found: Derived, estimator, months: str | None, x_title: str, at_least: int = 0
) -> Estimates:
    """Given ADTTE rows of the endpoint (of the whole dataset, or restarted at a landmark) estimated per group.

    at_least: a curve ends before the first day with fewer at risk, and is not drawn when it would begin with fewer.
    """
    rows = in_groups(study, found.rows)
    arms = [(group, rows[rows["CODE"] == group.code]) for group in study.groups]
    drawn = [
        (group, arm, until_few(arm_curve(arm, endpoint, estimator), at_least).assign(strata=group.label))
        for group, arm in arms
        if len(arm)
    ]
    drawn, thin = [one for one in drawn if len(one[2])], [one[:2] for one in drawn if not len(one[2])]
    curves = [curve for _, _, curve in drawn]
    table = cut_words(numbers_of([one[:2] for one in drawn], curves, endpoint, estimator), endpoint, at_least)
    table = under_one_another(table, not_drawn(thin, endpoint, estimator, at_least))
    numbers = Estimates(
        n=rows["USUBJID"].nunique(),
        numbers=table,
        patients=rows[PATIENTS],
        left_out=count_left_out(study, found),
        series=_filled_series(study, arms),
        notes=tuple(_without_patients(arms)),
    )
    if months is None or rows.empty:
        return replace(numbers, x_title=x_title, notes=numbers.notes if len(rows) else ())  # nobody: of which group?
    test, x_max = compare(rows, endpoint, estimator, study), axis_end(months, rows["AVAL"])
    return replace(
        with_curves(numbers, arms, curves, endpoint, estimator, x_max),
        x_title=x_title,
        test=test,
        tested_by=gray_test if endpoint.competing else logrank,
        notes=(
            *_notes(arms, endpoint, test),
            *leaving(endpoint),
            *never_seen(curves, thin, endpoint, estimator, x_max),
            *few_words([group.label for group, _ in thin], at_least),
            *notes_of(study, endpoint.paramcd, rows),
        ),
    )


def never_seen(curves: list[pd.DataFrame], thin, endpoint: TimeToEvent, estimator, x_max: float) -> tuple[str, ...]:
    """The outcomes that nobody of the figure had in the months shown: they have no picture of their own."""
    if not endpoint.competing:
        return ()
    seen = {
        outcome
        for curve in curves
        for outcome in curve.loc[(curve["n_event"] > 0) & (curve["time"] <= x_max * DAYS_PER_MONTH), "outcome"]
    }
    seen |= {outcome for _, arm in thin for outcome in causes_of(arm, endpoint)}  # without a curve, in the table
    words = {source.code: source.words for source in reversed(endpoint.causes)}
    unseen = [words[code] for place, (_, code) in enumerate(outcomes_of(endpoint, estimator), 1) if place not in seen]
    return (f"No event of this kind in the months shown: {'; '.join(unseen)}.",) if unseen else ()


def _filled_series(study: Cohort, arms) -> tuple[Series, ...]:
    """The groups that anybody is in: a legend names nothing that is nowhere in the picture."""
    filled = {group.label for group, arm in arms if len(arm)}
    return tuple(one for one in group_series(study) if one.label in filled or not filled)


def few_words(thin: list[str], at_least: int) -> tuple[str, ...]:
    """Where curves end, and which are not drawn at all."""
    missing = f" Not drawn for that reason: {', '.join(thin)}." if thin else ""
    return (f"Curves end where fewer than {at_least} are at risk.{missing}",) if at_least else ()


def cut_words(numbers: pd.DataFrame, endpoint: TimeToEvent, at_least: int) -> pd.DataFrame:
    """What a curve ends with: the last knowledge of this endpoint, or that few are left."""
    few = f"the curve ends where fewer than {at_least} are at risk, at"
    ends = few if at_least else LAST_KNOWN[endpoint.censor.date]
    return numbers.assign(**{name: numbers[name].str.replace(FOLLOW_UP, ends) for name in ("result", "reason")})


def why_not(reason: str, endpoint: TimeToEvent) -> str:
    """An estimator's reason for no number, in months and in the words of the endpoint."""
    return _in_months(reason).replace(FOLLOW_UP, LAST_KNOWN[endpoint.censor.date])


def under_one_another(*tables: pd.DataFrame) -> pd.DataFrame:
    """The rows of several tables of NUMBERS. Empty ones are left away: their columns have no type, and would take it
    from the others."""
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True)[NUMBERS] if filled else pd.DataFrame(columns=NUMBERS)


def not_drawn(arms, endpoint: TimeToEvent, estimator, at_least: int) -> pd.DataFrame:
    """A row per outcome of each group that has patients but no curve: their number, their events, and why."""
    why = f"fewer than {at_least} at risk where the curve would begin"
    rows = []
    for group, arm in arms:
        outcome = causes_of(arm, endpoint) if estimator is aalen_johansen else arm["CNSR"].to_numpy() == EVENT
        rows += [
            {
                "strata": group.label,
                "outcome": label,
                "measure": "not shown",
                "n": len(arm),
                "n_event": int((outcome == place).sum()),
                "result": f"not shown: {why}",
                "reason": why,
            }
            for place, (label, _) in enumerate(outcomes_of(endpoint, estimator), start=1)
        ]
    return pd.DataFrame(rows, columns=NUMBERS)


def with_curves(found: Estimates, arms, curves, endpoint: TimeToEvent, estimator, x_max: float) -> Estimates:
    """The same estimates with what is drawn: the steps, and the numbers at risk beneath them."""
    outcomes = outcomes_of(endpoint, estimator)
    curve = pd.concat(curves, ignore_index=True) if curves else pd.DataFrame()
    return replace(
        found,
        curve=to_draw(curve, outcomes, x_max, begins_at=0.0 if estimator is aalen_johansen else 1.0),
        risk=numbers_at_risk(arms, x_max),
        outcomes=series_of_outcomes(outcomes),
        x_max=x_max,
    )


def axis_end(months: str, days: pd.Series) -> float:
    """The end of a month axis: the number asked for, or whole years until everybody has left."""
    if months != "all":
        return float(months)
    return float(12 * max(1, np.ceil(days.max() / DAYS_PER_MONTH / 12))) if len(days) else 12.0


def month_title(study: Cohort, endpoint: TimeToEvent) -> str:
    """What the months count from: the title of the axis."""
    return ORIGINS[origin_of(endpoint, study.rules)]


def tte(study: Cohort, endpoint: TimeToEvent) -> Derived:
    """ADTTE of the whole dataset under the rules, kept between reruns."""
    return kept(study, endpoint.paramcd, lambda whole: derive_tte(whole.course, endpoint, whole.rules))


def count_left_out(study: Cohort, found: Derived) -> pd.DataFrame:
    """Columns reason, n: the compared patients who are not in the figure, and why."""
    compared = among(found.left_out["USUBJID"], study.members["USUBJID"])
    return left_out_of(study, in_order_of_number(found.left_out["REASON"][compared]))


def outcomes_of(endpoint: TimeToEvent, estimator) -> tuple[tuple[str, str], ...]:
    """(label, code) per distinct outcome; for Kaplan-Meier the endpoint itself is the only one."""
    if estimator is not aalen_johansen:
        return ((endpoint.param, "other"),)
    first = {source.code: source.words for source in reversed(endpoint.causes)}
    codes = dict.fromkeys(source.code for source in endpoint.causes)
    return tuple((first[code][0].upper() + first[code][1:], code) for code in codes)


def causes_of(rows: pd.DataFrame, endpoint: TimeToEvent) -> np.ndarray:
    """0 censored, else the 1-based distinct outcome: two sources of one event are one outcome."""
    codes = list(dict.fromkeys(source.code for source in endpoint.causes))
    place = np.array([0, *(codes.index(source.code) + 1 for source in endpoint.causes)])
    return place[rows["CAUSE"].to_numpy()]


def _days(rows: pd.DataFrame, endpoint: TimeToEvent) -> dict[str, np.ndarray]:
    entry = rows["ENTRY"].to_numpy() if endpoint.entry else None
    return {"time": rows["AVAL"].to_numpy(), "entry": entry}


def arm_curve(rows: pd.DataFrame, endpoint: TimeToEvent, estimator) -> pd.DataFrame:
    """The curve of one arm as every figure draws and reads it: with delayed entry from its first stable day on."""
    days = _days(rows, endpoint)
    start = first_stable_day(days["entry"], days["time"]) if endpoint.entry else None
    return curve_of(rows, endpoint, estimator, start)


def curve_of(rows: pd.DataFrame, endpoint: TimeToEvent, estimator, start: int | None = None) -> pd.DataFrame:
    """The estimator's curve of these rows, conditional on being event-free at `start`."""
    days = _days(rows, endpoint)
    if estimator is aalen_johansen:
        return aalen_johansen(
            days["time"], causes_of(rows, endpoint), len(outcomes_of(endpoint, estimator)), days["entry"], start=start
        )
    return estimator(days["time"], (rows["CNSR"] == EVENT).to_numpy(), days["entry"], start=start).assign(outcome=1)


def to_draw(curve: pd.DataFrame, outcomes, months: float, begins_at: float = 1.0) -> pd.DataFrame:
    """The steps in months up to the end of the axis, thinned to what a screen can show, named by group and outcome.

    A curve whose first row has an event gets a row before it, a curve that goes on beyond the axis one at its edge.
    faded: from here to the next row fewer than 10 are at risk; run numbers the stretches of a curve (see `in_runs`).
    """
    if curve.empty:
        return curve
    time, (first, last) = curve["time"].to_numpy() / DAYS_PER_MONTH, _ends(curve)
    inside = time <= months
    opens = first & inside & (curve["n_event"].to_numpy() > 0)
    goes_on = inside & ~last & ~np.append(inside[1:], False)
    rows = np.concatenate([np.flatnonzero(part) for part in (opens, inside, goes_on)])
    kind = np.repeat([0, 1, 2], [part.sum() for part in (opens, inside, goes_on)])
    order = np.lexsort((kind, rows))
    rows, kind = rows[order], kind[order]
    labels = np.array(["", *(label for label, _ in outcomes)], dtype=object)
    steps = {
        name: np.where(kind == 0, begins_at, curve[name].to_numpy()[rows])
        for name in ("estimate", "conf_low", "conf_high")
    }
    counts = {name: np.where(kind == 1, curve[name].to_numpy()[rows], 0) for name in ("n_event", "n_censor")}
    drawn = (
        curve.take(rows)
        .reset_index(drop=True)
        .assign(
            time=np.where(kind == 2, months, time[rows]),
            outcome=labels[curve["outcome"].to_numpy()[rows]],
            **counts,
            **steps,
            faded=few_remain(curve["n_risk"].to_numpy(), last)[rows],
        )
    )
    return in_runs(thin_steps(drawn, months))


def in_runs(curve: pd.DataFrame) -> pd.DataFrame:
    """With run, the number of the stretch of equal faded within a curve: a stretch ends in a copy of the row that
    begins the next, so that each can be drawn as a line of its own and nothing is missing between them."""
    if curve.empty:
        return curve.assign(run=0)
    begins, _ = _ends(curve)
    faded = curve["faded"].to_numpy()
    turns = np.append(False, faded[1:] != faded[:-1]) & ~begins
    order = np.sort(np.append(np.arange(len(curve)), np.flatnonzero(turns)))
    copy = np.append(order[:-1] == order[1:], False)
    runs = np.cumsum(turns | begins)[order] - copy
    found = curve.take(order).reset_index(drop=True)
    return found.assign(
        faded=faded[order] ^ copy,
        run=runs,
        n_event=found["n_event"].where(~copy, 0),
        n_censor=found["n_censor"].where(~copy, 0),
    )


def _ends(curve: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """(first, last): where the curve of one group and outcome begins and ends; their rows stand together."""
    strata, outcome = curve["strata"].to_numpy(object), curve["outcome"].to_numpy()
    changes = (strata[1:] != strata[:-1]) | (outcome[1:] != outcome[:-1])
    return np.insert(changes, 0, True), np.append(changes, True)


def numbers_at_risk(arms, months: float) -> pd.DataFrame:
    """The table under a curve. opens: where a group enters late, the first day of anybody under observation, at the
    ticks up to that day; a row of zeros would read as a group that nobody is in."""
    ticks = np.array(month_ticks(months))
    parts = []
    for group, arm in arms:
        entry = arm["ENTRY"].to_numpy() if (arm["ENTRY"] > 0).any() else None
        first = -1 if entry is None else int(entry.min()) + 1
        if len(arm):
            counted = risk_table(
                arm["AVAL"].to_numpy(), (arm["CNSR"] != CENSORED).to_numpy(), ticks * DAYS_PER_MONTH, entry
            )
            parts.append(
                counted.assign(
                    time=ticks, strata=group.label, opens=np.where(ticks * DAYS_PER_MONTH < first, float(first), np.nan)
                )
            )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def numbers_of(arms, curves, endpoint: TimeToEvent, estimator) -> pd.DataFrame:
    """Per filled arm and outcome the probability at the months of MONTHS, after Kaplan-Meier the median as well."""
    filled = [(group, arm) for group, arm in arms if len(arm)]
    rows = []
    for (group, arm), curve in zip(filled, curves, strict=True):
        for outcome, (label, _) in enumerate(outcomes_of(endpoint, estimator), start=1):
            one = curve[curve["outcome"] == outcome].drop(columns=["strata", "outcome"])
            shared = {"strata": group.label, "outcome": label, "n": len(arm)}
            median = [] if estimator is aalen_johansen else [median_row(one)]
            rows += [
                shared | {"n_event": _events_by(one, row.get("months"))} | row
                for row in (*_at_months(one, arm), *median)
            ]
    return pd.DataFrame([row | {"result": result_words(row)} for row in rows], columns=NUMBERS)


def _events_by(curve: pd.DataFrame, months: float | None) -> int:
    """Events of the curve by that month; over all follow-up beside the median."""
    last = np.inf if months is None else months * DAYS_PER_MONTH
    return int(curve["n_event"].to_numpy()[curve["time"].to_numpy() <= last].sum())


def _at_months(curve: pd.DataFrame, arm: pd.DataFrame) -> list[dict]:
    """Before the first event there is no interval: it would read as a sure 100 %. Where the curve is not (it begins
    later, or ended with few at risk) those under observation are counted from the patients."""
    days = np.array(MONTHS) * DAYS_PER_MONTH
    at, entry, time = estimates_at(curve, days), arm["ENTRY"].to_numpy(), arm["AVAL"].to_numpy()
    there = [np.count_nonzero((entry < day) & (time >= day)) for day in days]
    at = at.assign(n_risk=at["n_risk"].where(at["reason"] == "", there)).to_dict("records")
    nothing = {"conf_low": np.nan, "conf_high": np.nan}
    return [
        row
        | {"months": months, "measure": "probability", "reason": _in_months(row["reason"])}
        | (nothing if row["conf_low"] == row["conf_high"] else {})
        for row, months in zip(at, MONTHS, strict=True)
    ]


def median_row(curve: pd.DataFrame) -> dict:
    """The median in months with its interval."""
    value, low, high = (x / DAYS_PER_MONTH for x in quantile(curve, 0.5))
    return {
        "measure": "median, months",
        "estimate": value,
        "conf_low": low,
        "conf_high": high,
        "reason": "not reached" if np.isnan(value) else "",
    }


def _in_months(reason: str) -> str:
    """Estimators speak of days; screens speak of months."""
    words = str(reason).rsplit(" ", 2)
    if len(words) == 3 and words[2] == "days":
        return f"{words[0]} {float(words[1]) / DAYS_PER_MONTH:.1f} months"
    return str(reason)


def result_words(row: dict) -> str:
    """The number as people write it: estimate and 95 % interval, or why there is none."""
    if row["measure"].startswith("hazard ratio"):
        return f"{row['estimate']:.2f} ({row['conf_low']:.2f} to {row['conf_high']:.2f})"
    if row["measure"].startswith("median"):
        limits = [f"{row[x]:.1f}" if row[x] == row[x] else "not reached" for x in ("conf_low", "conf_high")]
        value = f"{row['estimate']:.1f}" if row["estimate"] == row["estimate"] else "not reached"
        return value if {value, *limits} == {"not reached"} else f"{value} ({limits[0]} to {limits[1]})"
    return percent(row["estimate"], row["conf_low"], row["conf_high"]) or row["reason"]


def compare(rows: pd.DataFrame, endpoint: TimeToEvent, estimator, study: Cohort) -> Test | None:
    """Log-rank or Gray test over the compared groups (all pre-infusion); None when there is nothing to compare."""
    if len(study.groups) < 2 or rows["CODE"].nunique() < 2:
        return None
    refuse_overlap(rows)
    days, group = _days(rows, endpoint), rows["GROUP"].to_numpy()
    if estimator is not aalen_johansen:
        return logrank(days["time"], (rows["CNSR"] == EVENT).to_numpy(), group, days["entry"])
    if endpoint.entry:
        return None
    return gray_test(days["time"], causes_of(rows, endpoint), group, 1)


def _notes(arms, endpoint: TimeToEvent, test: Test | None) -> tuple[str, ...]:
    notes = _without_patients(arms)
    if test is not None:
        notes.append(_test_words(test, endpoint))
    elif len(arms) > 1 and endpoint.competing and endpoint.entry:
        notes.append("No test is shown: Gray's test is not defined for delayed entry.")
    return (*notes, *_early_events(arms, endpoint))


def _without_patients(arms) -> list[str]:
    """The groups that nobody is in; of one group alone the figure says itself that nobody is left."""
    return [f"{group.label}: no patients." for group, arm in arms if not len(arm) and len(arms) > 1]


def _test_words(test: Test, endpoint: TimeToEvent) -> str:
    name = f"Gray's test for {endpoint.events[0].words}" if endpoint.competing else "Log-rank test"
    if test.reason:
        return f"{name}: {test.reason}."
    p = "p < 0.001" if test.p_value < 0.001 else f"p = {test.p_value:.3f}"
    return f"{name} over {len(test.groups)} groups: {p} (not adjusted; groups were not randomised)."


def _early_events(arms, endpoint: TimeToEvent) -> list[str]:
    """With delayed entry a curve begins once enough patients are at risk; what happened before is said, not drawn."""
    days, before = [], 0
    for group, arm in arms if endpoint.entry else ():
        if len(arm):
            start = first_stable_day(arm["ENTRY"].to_numpy(), arm["AVAL"].to_numpy())
            before += int(((arm["AVAL"] < start) & (arm["CNSR"] != CENSORED)).sum())
            days.append(f"{group.label} on day {start}")
    return (
        [
            f"Patients are at risk from first remission on. Curves begin once 10 (or half of a group) are under "
            f"observation: {', '.join(days)}. Patients with an event before that day, counted but not drawn: {before}."
        ]
        if days
        else []
    )


def lowered(label: str) -> str:
    """A label inside a sentence: MRD, CNS and B-cell keep their capitals."""
    return label if not label[1:2].islower() else label[0].lower() + label[1:]


def compared_by(study: Cohort, code: str) -> Cohort:
    """The same cohort compared by another declared grouping, whatever the sidebar compares; missing is left out."""
    by = FILTER[code]
    levels = levels_of(by, study.study.adsl)
    groups = choose_groups(levels, tuple(level.code for level in levels if level.code != MISSING))
    members = membership(study.adsl, by, groups)
    missing = study.n - len(members)
    return replace(
        study,
        by=by,
        groups=groups,
        members=members,
        emptied=(),
        not_by=unused(study, by),
        left_out_levels=reasons_frame({f"with missing {lowered(by.label)}": missing} if missing else {}),
    )


def ungrouped(study: Cohort) -> Cohort:
    """The same cohort as one group, for a figure that compares nothing."""
    return replace(
        study,
        by=None,
        groups=(ALL_PATIENTS,),
        members=membership(study.adsl, None, (ALL_PATIENTS,)),
        emptied=(),
        left_out_levels=study.left_out_levels.iloc[:0],
        not_by=unused(study),
    )


def unused(study: Cohort, by: Filter | None = None) -> str:
    """What the sidebar compares by, where a figure compares something else (`by`) or nothing."""
    return study.not_by if study.by is None else "" if study.by == by else study.by.label


def one_outcome(estimates: Estimates, label: str) -> Estimates:
    """The same estimates with the curve of one outcome only, for a panel of its own."""
    if estimates.curve is None or estimates.curve.empty:
        return estimates
    return replace(estimates, curve=estimates.curve[estimates.curve["outcome"] == label])
