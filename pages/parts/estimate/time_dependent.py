"""Transplant in remission as a time-dependent exposure: Simon-Makuch curves, Mantel-Byar test, Cox hazard ratio."""

from dataclasses import replace

import pandas as pd

from endpoints.cohort import Filter
from endpoints.exposure import ARMS, EXPOSED, TRANSPLANTED, split_at_transplant
from endpoints.time_to_event import CENSORED, Derived, TimeToEvent, derive_tte
from estimators.aalen_johansen import aalen_johansen
from estimators.cox import Cox, cox
from estimators.group_test import Test
from estimators.kaplan_meier import kaplan_meier
from estimators.logrank import logrank
from pages.parts.estimate.by_group import (
    NUMBERS,
    PATIENTS,
    axis_end,
    causes_of,
    count_left_out,
    curve_of,
    numbers_of,
    result_words,
    with_curves,
)
from pages.parts.estimate.result import Estimates, group_series, kept, refused
from pages.parts.sidebar import Cohort

MIN_TRANSPLANTED, MIN_EVENTS, MIN_AT_RISK = 10, 5, 5
BY = Filter("transplant", "Transplant in remission, time-dependent", "", "")


def by_transplant(study: Cohort, outcome: str, landmark: int, months: str) -> Estimates:
    """An EXPOSED endpoint before and after transplant in remission. Curves begin at `landmark` (days from infusion) for
    those event-free then and end where fewer than 5 are at risk; test and ratio use all observation from remission."""
    endpoint = EXPOSED[outcome]
    if study.rules.population not in endpoint.populations:
        return refused(study, "Transplant in remission is defined for infused patients only. Choose the population "
                              "Infused.")
    found = kept(study, endpoint.paramcd, lambda whole: _derive(whole, endpoint))
    rows = _of_cohort(study, found.rows)
    arms = [(group, rows[rows["ARM"] == group.code]) for group in ARMS]
    estimator = aalen_johansen if endpoint.competing else kaplan_meier
    drawn = [(group, arm, _until_few(curve_of(arm, endpoint, estimator, landmark))) for group, arm in arms]
    drawn = [(group, arm, curve.assign(strata=group.label)) for group, arm, curve in drawn if len(curve)]
    test, ratio = _compare(rows, endpoint)
    exposed = replace(study, by=BY, groups=ARMS)
    numbers = _cut_words(numbers_of([x[:2] for x in drawn], [x[2] for x in drawn], endpoint, estimator))
    estimates = Estimates(
        n=rows["USUBJID"].nunique(), numbers=pd.concat([_ratio_rows(rows, ratio, test, endpoint), numbers])[NUMBERS],
        patients=rows[[*PATIENTS, "ARM"]], left_out=count_left_out(exposed, found), series=group_series(exposed),
        test=test, tested_by=logrank, x_title="Months from infusion",
        notes=tuple(_notes(arms, drawn, landmark, test, ratio, endpoint)))
    return with_curves(estimates, arms, [x[2] for x in drawn], endpoint, estimator, axis_end(months, rows["AVAL"]))


def compared_by_transplant(study: Cohort) -> Cohort:
    """The cohort as the figure of `by_transplant` names it: two arms, whatever the sidebar compares."""
    return replace(study, by=BY, groups=ARMS, emptied=(), left_out_levels=study.left_out_levels.iloc[:0])


def _derive(whole, endpoint: TimeToEvent) -> Derived:
    found = derive_tte(whole.course, endpoint, whole.rules)
    return replace(found, rows=split_at_transplant(found, whole.course))


def _of_cohort(study: Cohort, rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[rows["USUBJID"].isin(study.members["USUBJID"])]
    return rows.assign(GROUP=rows["ARM"].map({arm.code: arm.label for arm in ARMS})).reset_index(drop=True)


def _until_few(curve: pd.DataFrame) -> pd.DataFrame:
    """The curve as long as 5 are at risk; nothing when fewer are at risk where it begins."""
    if curve.empty:
        return curve
    few = curve.loc[curve["n_risk"] < MIN_AT_RISK, "time"]
    kept_rows = curve[curve["time"] < few.min()] if len(few) else curve
    return kept_rows.reset_index(drop=True)


def _cut_words(numbers: pd.DataFrame) -> pd.DataFrame:
    """A curve ends where few are left, not with the last follow-up."""
    few = f"fewer than {MIN_AT_RISK} at risk, or nobody followed, after"
    return numbers.assign(**{name: numbers[name].str.replace("last follow-up at", few)
                             for name in ("result", "reason")})


def _events(rows: pd.DataFrame, endpoint: TimeToEvent) -> pd.Series:
    """True where the event itself ends the row (a competing event ends observation of the cause-specific hazard)."""
    if endpoint.competing:
        return pd.Series(causes_of(rows, endpoint) == 1, index=rows.index)
    return rows["CNSR"] != CENSORED


def _compare(rows: pd.DataFrame, endpoint: TimeToEvent) -> tuple[Test | None, Cox | str]:
    """Mantel-Byar test and Cox fit, or (None, why neither is shown)."""
    event, exposed = _events(rows, endpoint), rows["ARM"] == TRANSPLANTED.code
    n, events = int(exposed.sum()), [int(event[~exposed].sum()), int(event[exposed].sum())]
    if n < MIN_TRANSPLANTED:
        return None, f"no test and no hazard ratio: fewer than {MIN_TRANSPLANTED} transplanted ({n})"
    if min(events) < MIN_EVENTS:
        return None, (f"no test and no hazard ratio: fewer than {MIN_EVENTS} events in an arm ({events[0]} not yet "
                      f"transplanted, {events[1]} transplanted)")
    start, stop = rows["ENTRY"].clip(lower=0).to_numpy(), rows["AVAL"].to_numpy()
    inside = stop > start  # first remission, event and censoring on one day leave no time at risk
    fit = cox(start[inside], stop[inside], event[inside], exposed[inside].astype(float))
    test = logrank(stop[inside], event[inside], rows["GROUP"].to_numpy()[inside], start[inside])
    return (None, fit.reason) if fit.reason else (test, fit)


def _ratio_rows(rows: pd.DataFrame, ratio: Cox | str, test: Test | None, endpoint: TimeToEvent) -> pd.DataFrame:
    if isinstance(ratio, str):
        return pd.DataFrame(columns=NUMBERS)
    row = {"strata": f"{TRANSPLANTED.label} / not yet", "outcome": endpoint.events[0].words.capitalize()
           if endpoint.competing else endpoint.param, "measure": "hazard ratio", "n": rows["USUBJID"].nunique(),
           "n_event": ratio.n_event, "estimate": ratio.hazard_ratio[0], "conf_low": ratio.conf_low[0],
           "conf_high": ratio.conf_high[0], "reason": f"Mantel-Byar p = {test.p_value:.3f}"}
    return pd.DataFrame([row | {"result": result_words(row)}], columns=NUMBERS)


def _notes(arms, drawn, landmark: int, test: Test | None, ratio: Cox | str, endpoint: TimeToEvent):
    n = {group.label: arm["USUBJID"].nunique() for group, arm in arms}
    yield (f"{n[TRANSPLANTED.label]} of the patients were transplanted in remission; each is counted as not yet "
           "transplanted until then.")
    yield (f"Curves are of those event-free on day {landmark} and end where fewer than {MIN_AT_RISK} are at risk.")
    missing = [group.label for group, _ in arms if group.label not in {x[0].label for x in drawn}]
    if missing:
        yield f"Not drawn, fewer than {MIN_AT_RISK} at risk on day {landmark}: {', '.join(missing).lower()}."
    if isinstance(ratio, str):
        yield ratio[0].upper() + ratio[1:] + "."
        return
    p = "p < 0.001" if test.p_value < 0.001 else f"p = {test.p_value:.3f}"
    yield (f"Hazard ratio {'of relapse ' if endpoint.competing else ''}after transplant against not yet transplanted "
           f"{ratio.hazard_ratio[0]:.2f} (95 % {ratio.conf_low[0]:.2f} to {ratio.conf_high[0]:.2f}); Mantel-Byar test "
           f"{p}. From first remission on, not adjusted. Observational, not causal.")
