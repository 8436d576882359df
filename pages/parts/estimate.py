"""The one place where endpoints meet estimators: CNSR becomes event = 1, days become months, groups become strata."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from charts.theme import Series, month_ticks, series_of_groups, series_of_outcomes
from charts.thin import thin_steps
from endpoints.catalogue import BCA, CIR, EFS, OS, TTHSCT
from endpoints.cohort import FILTER, choose_groups, keep, levels_of, membership, refuse_overlap
from endpoints.flow import derive_flow
from endpoints.mrd import CLASSES as MRD_CLASSES
from endpoints.mrd import derive_mrd
from endpoints.response import BEST, STATUS_M3, ResponseEndpoint, derive_response
from endpoints.rules import DAYS_PER_MONTH, RULES
from endpoints.status import NOT_DUE
from endpoints.time_to_event import CENSORED, EVENT, Derived, TimeToEvent, derive_tte
from endpoints.visits import M3, Visit
from estimators.aalen_johansen import aalen_johansen
from estimators.follow_up import clark_c, reverse_kaplan_meier, under_observation
from estimators.gray import gray_test
from estimators.group_test import Test
from estimators.kaplan_meier import estimates_at, kaplan_meier, quantile
from estimators.logrank import logrank
from estimators.proportion import clopper_pearson, proportion
from estimators.risk_start import first_stable_day
from estimators.risk_table import risk_table
from pages.parts.sidebar import Cohort
from pages.parts.study import derived

MONTHS = (3, 6, 12, 24, 36)
NUMBERS = ["strata", "outcome", "measure", "n", "n_event", "months", "n_risk", "estimate", "conf_low", "conf_high",
           "result", "reason"]
PATIENTS = ["USUBJID", "GROUP", "TRTSDT", "PARAMCD", "PARAM", "STARTDT", "ENTRY", "ADT", "AVAL", "CNSR", "EVNTDESC",
            "CNSDTDSC"]
HEADLINE = ((BCA, kaplan_meier, 6, "B-cell aplasia ongoing at 6 months"),
            (EFS, kaplan_meier, 12, "Event-free at 12 months"), (OS, kaplan_meier, 12, "Alive at 12 months"),
            (CIR, aalen_johansen, 12, "Relapse by 12 months from remission"),
            (TTHSCT, aalen_johansen, 12, "Transplant in remission by 12 months"))


@dataclass(frozen=True)
class Estimates:
    """Everything a figure needs: frames for the charts, numbers as shown, patients behind them, who is left out."""

    n: int
    numbers: pd.DataFrame
    patients: pd.DataFrame
    left_out: pd.DataFrame
    curve: pd.DataFrame | None = None
    risk: pd.DataFrame | None = None
    series: tuple[Series, ...] = ()
    outcomes: tuple[Series, ...] = ()
    x_max: float = 36
    notes: tuple[str, ...] = ()
    test: Test | None = None
    rates: pd.DataFrame | None = None


def by_group(study: Cohort, endpoint: TimeToEvent, estimator, months: str = "36") -> Estimates:
    """A time-to-event endpoint estimated per compared group; a population the endpoint refuses is a sentence."""
    if study.rules.population not in endpoint.populations:
        return _refused(study, f"{endpoint.param} is defined for infused patients only. Choose the population Infused.")
    found = tte(study, endpoint)
    rows, left_out = in_groups(study, found.rows), count_left_out(study, found)
    arms = [(group, rows[rows["CODE"] == group.code]) for group in study.groups]
    outcomes = outcomes_of(endpoint, estimator)
    curves = [_curve(arm, endpoint, estimator).assign(strata=group.label) for group, arm in arms if len(arm)]
    curve = pd.concat(curves, ignore_index=True) if curves else pd.DataFrame()
    months = axis_end(months, rows["AVAL"])
    test = compare(rows, endpoint, estimator, study)
    return Estimates(
        n=rows["USUBJID"].nunique(), numbers=_numbers(arms, curves, endpoint, estimator), patients=rows[PATIENTS],
        left_out=left_out, curve=_to_draw(curve, outcomes, months), risk=_risk(arms, months),
        series=group_series(study),
        outcomes=series_of_outcomes(outcomes), x_max=months, notes=_notes(arms, endpoint, test), test=test)


def axis_end(months: str, days: pd.Series) -> float:
    """The end of a month axis: the number asked for, or whole years until everybody has left."""
    if months != "all":
        return float(months)
    return float(12 * max(1, np.ceil(days.max() / DAYS_PER_MONTH / 12))) if len(days) else 12.0


def group_series(study: Cohort) -> tuple[Series, ...]:
    """Colour, dash and shape of the compared groups, in reading order."""
    return series_of_groups((group.label, group.style) for group in study.groups)


def tte(study: Cohort, endpoint: TimeToEvent) -> Derived:
    """ADTTE of the whole dataset under the rules, kept between reruns."""
    return _derived(study, endpoint.paramcd, lambda whole: derive_tte(whole.course, endpoint, whole.rules))


def _derived(study: Cohort, name: str, derive):
    """`derive(Study)`, kept between reruns under dataset, rules and name: filters are not in the key, they come after."""
    return derived(study.loaded, study.rules, name, lambda: derive(study.study))


def _refused(study: Cohort, sentence: str) -> Estimates:
    return Estimates(n=0, numbers=pd.DataFrame(columns=NUMBERS), patients=pd.DataFrame(columns=PATIENTS),
                     left_out=_reasons({"not defined for this population": study.n}), notes=(sentence,))


def in_groups(study: Cohort, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the cohort's patients with CODE and GROUP; a patient of two groups stands in both."""
    labels = {group.code: group.label for group in study.groups}
    members = study.members[study.members["USUBJID"].isin(study.adsl["USUBJID"])]
    joined = rows.merge(members.rename(columns={"GROUP": "CODE"}), on="USUBJID", how="inner")
    joined = joined[joined["CODE"].isin(labels)]
    return joined.assign(GROUP=joined["CODE"].map(labels)).reset_index(drop=True)


def count_left_out(study: Cohort, found: Derived) -> pd.DataFrame:
    """Columns reason, n: the compared patients who are not in the figure, and why."""
    compared = study.members.loc[study.members["GROUP"].isin([g.code for g in study.groups]), "USUBJID"]
    inside = found.left_out["USUBJID"].isin(compared)
    reasons = found.left_out.loc[inside, "REASON"].value_counts().to_dict()
    return _reasons(reasons)


def _reasons(counts: dict[str, int]) -> pd.DataFrame:
    return pd.DataFrame({"reason": list(counts), "n": list(counts.values())})


def outcomes_of(endpoint: TimeToEvent, estimator) -> tuple[tuple[str, str], ...]:
    """(label, code) per distinct outcome; for Kaplan-Meier the endpoint itself is the only one."""
    if estimator is not aalen_johansen:
        return ((endpoint.param, "other"),)
    first = {source.code: source.words for source in reversed(endpoint.causes)}
    codes = dict.fromkeys(source.code for source in endpoint.causes)
    return tuple((first[code][0].upper() + first[code][1:], code) for code in codes)


def _cause(rows: pd.DataFrame, endpoint: TimeToEvent) -> np.ndarray:
    """0 censored, else the 1-based distinct outcome: two sources of one event are one outcome."""
    codes = list(dict.fromkeys(source.code for source in endpoint.causes))
    place = np.array([0, *(codes.index(source.code) + 1 for source in endpoint.causes)])
    return place[rows["CAUSE"].to_numpy()]


def _days(rows: pd.DataFrame, endpoint: TimeToEvent) -> dict[str, np.ndarray]:
    entry = rows["ENTRY"].to_numpy() if endpoint.entry else None
    return {"time": rows["AVAL"].to_numpy(), "entry": entry}


def _curve(rows: pd.DataFrame, endpoint: TimeToEvent, estimator) -> pd.DataFrame:
    days = _days(rows, endpoint)
    start = first_stable_day(days["entry"], days["time"]) if endpoint.entry else None
    if estimator is aalen_johansen:
        return aalen_johansen(days["time"], _cause(rows, endpoint), len(outcomes_of(endpoint, estimator)),
                              days["entry"], start=start)
    return kaplan_meier(days["time"], (rows["CNSR"] == EVENT).to_numpy(), days["entry"], start=start).assign(outcome=1)


def _to_draw(curve: pd.DataFrame, outcomes, months: float) -> pd.DataFrame:
    """The steps in months up to the end of the axis, thinned to what a screen can show, named by group and outcome."""
    if curve.empty:
        return curve
    curve = curve.assign(time=curve["time"] / DAYS_PER_MONTH,
                         outcome=curve["outcome"].map(dict(enumerate((label for label, _ in outcomes), start=1))))
    inside = curve[curve["time"] <= months]
    goes_on = curve.groupby(["strata", "outcome"])["time"].transform("max") > months
    edge = inside[goes_on[inside.index]].drop_duplicates(["strata", "outcome"], keep="last")
    drawn = pd.concat([inside, edge.assign(time=float(months), n_event=0, n_censor=0)])
    drawn = drawn.sort_values(["strata", "outcome", "time"], kind="stable", ignore_index=True)
    return thin_steps(drawn, months)


def _risk(arms, months: float) -> pd.DataFrame:
    ticks = np.array(month_ticks(months))
    parts = [risk_table(arm["AVAL"].to_numpy(), (arm["CNSR"] != CENSORED).to_numpy(), ticks * DAYS_PER_MONTH,
                        arm["ENTRY"].to_numpy() if (arm["ENTRY"] > 0).any() else None).assign(
                            time=ticks, strata=group.label) for group, arm in arms if len(arm)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _numbers(arms, curves, endpoint: TimeToEvent, estimator) -> pd.DataFrame:
    filled = [(group, arm) for group, arm in arms if len(arm)]
    parts = []
    for (group, arm), curve in zip(filled, curves, strict=True):
        for outcome, (label, _) in enumerate(outcomes_of(endpoint, estimator), start=1):
            one = curve[curve["outcome"] == outcome].drop(columns=["strata", "outcome"])
            events = int(one["n_event"].sum())
            at = estimates_at(one, np.array(MONTHS) * DAYS_PER_MONTH).assign(months=MONTHS, measure="probability")
            rows = [at] if estimator is aalen_johansen else [at, _median_row(one)]
            parts.append(pd.concat(rows).assign(strata=group.label, outcome=label, n=len(arm), n_event=events))
    if not parts:
        return pd.DataFrame(columns=NUMBERS)
    numbers = pd.concat(parts, ignore_index=True)
    numbers["reason"] = numbers["reason"].map(_in_months)
    return numbers.assign(result=[_result(row) for row in numbers.to_dict("records")])[NUMBERS]


def _median_row(curve: pd.DataFrame) -> pd.DataFrame:
    value, low, high = (x / DAYS_PER_MONTH for x in quantile(curve, 0.5))
    return pd.DataFrame([{"measure": "median, months", "estimate": value, "conf_low": low, "conf_high": high,
                          "reason": "not reached" if np.isnan(value) else ""}])


def _in_months(reason: str) -> str:
    """Estimators speak of days; screens speak of months."""
    words = str(reason).rsplit(" ", 2)
    if len(words) == 3 and words[2] == "days":
        return f"{words[0]} {float(words[1]) / DAYS_PER_MONTH:.1f} months"
    return str(reason)


def _result(row: dict) -> str:
    """The number as people write it: estimate and 95 % interval, or why there is none."""
    if row["measure"].startswith("median"):
        limits = [f"{row[x]:.1f}" if row[x] == row[x] else "not reached" for x in ("conf_low", "conf_high")]
        return f"{row['estimate']:.1f} ({limits[0]} to {limits[1]})" if row["estimate"] == row["estimate"] else (
            f"not reached ({limits[0]} to {limits[1]})")
    return percent(row["estimate"], row["conf_low"], row["conf_high"]) or row["reason"]


def percent(estimate: float, low: float, high: float) -> str:
    """'81 % (71-89)'; without limits the reason stands: none exist at 0 % and 100 % on the log-log scale."""
    if np.isnan(estimate):
        return ""
    limits = "no interval" if np.isnan(low) or np.isnan(high) else f"{100 * low:.0f}-{100 * high:.0f}"
    return f"{100 * estimate:.0f} % ({limits})"


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
    return gray_test(days["time"], _cause(rows, endpoint), group, 1)


def _notes(arms, endpoint: TimeToEvent, test: Test | None) -> tuple[str, ...]:
    notes = [f"{group.label}: no patients." for group, arm in arms if not len(arm)]
    if test is not None:
        notes.append(_test_words(test, endpoint))
    elif len(arms) > 1 and endpoint.competing and endpoint.entry:
        notes.append("No test is shown: Gray's test is not defined for delayed entry.")
    return (*notes, *_early_events(arms, endpoint))


def _test_words(test: Test, endpoint: TimeToEvent) -> str:
    name = "Gray's test" if endpoint.competing else "Log-rank test"
    if test.reason:
        return f"{name}: no p-value, {test.reason}."
    p = "p < 0.001" if test.p_value < 0.001 else f"p = {test.p_value:.3f}"
    return f"{name} over {len(test.groups)} groups: {p} (not adjusted; groups were not randomised)."


def _early_events(arms, endpoint: TimeToEvent) -> list[str]:
    """With delayed entry the curve begins once enough patients are at risk; what happened before is said, not drawn."""
    words = []
    for group, arm in arms if endpoint.entry else ():
        if not len(arm):
            continue
        start = first_stable_day(arm["ENTRY"].to_numpy(), arm["AVAL"].to_numpy())
        before = int(((arm["AVAL"] < start) & (arm["CNSR"] != CENSORED)).sum())
        words.append(f"{group.label}: the curve begins on day {start}, the first with 10 patients (or half of them) "
                     f"under observation; {before} with an event before it are counted as patients but not drawn.")
    return words


# ---------------------------------------------------------------------------------------------- status and rates


def shares_by_group(study: Cohort, rows: pd.DataFrame, classes) -> Estimates:
    """A status variable (USUBJID, AVALC) per group: n, share of those who count, exact interval, for every class."""
    rows = in_groups(study, rows)
    counted = [c for c in classes if c.counts]
    away = [c for c in classes if not c.counts]
    parts = []
    for group in study.groups:
        codes = rows.loc[rows["CODE"] == group.code, "AVALC"].value_counts()
        n = np.array([int(codes.get(c.code, 0)) for c in counted])
        part = proportion(n, np.full(len(n), n.sum())).rename(columns={"n_event": "n", "n": "total"})
        parts.append(part.assign(strata=group.label, outcome=[c.label for c in counted], order=range(len(counted))))
    shares = pd.concat(parts, ignore_index=True).rename(columns={"estimate": "share"})
    shares = shares.assign(result=[fraction(*row) for row in shares[["n", "total", "share", "conf_low", "conf_high"]]
                                   .itertuples(index=False, name=None)])
    out = {c.label.lower(): int((rows["AVALC"] == c.code).sum()) for c in away}
    out = {reason: n for reason, n in out.items() if n}
    columns = ["strata", "outcome", "n", "total", "share", "conf_low", "conf_high", "result", "reason"]
    return Estimates(n=int(shares.groupby("strata")["total"].first().sum()), numbers=shares[columns], curve=shares,
                     patients=_status_patients(rows, classes), left_out=_reasons(out),
                     series=group_series(study))


def _status_patients(rows: pd.DataFrame, classes) -> pd.DataFrame:
    words = {c.code: c.label for c in classes}
    columns = ["USUBJID", "GROUP", *(c for c in rows.columns if c not in ("USUBJID", "GROUP", "CODE"))]
    return rows.assign(AVALCAT=rows["AVALC"].map(words))[[*columns, "AVALCAT"]]


def fraction(n: int, total: int, share: float, low: float, high: float) -> str:
    """'61/75  81 % (71-89)'."""
    return f"{int(n)}/{int(total)}  {percent(share, low, high)}" if total else "no patients"


def rates_by_group(study: Cohort, rows: pd.DataFrame, rates: dict[str, tuple[pd.Series, pd.Series]]) -> pd.DataFrame:
    """Rates by label: (numerator, denominator) as boolean columns of `rows`. One row per rate and group."""
    parts = []
    for label, (event, among) in rates.items():
        marked = in_groups(study, rows[["USUBJID"]].assign(event=event & among, among=among))
        n = [(int(arm["event"].sum()), int(arm["among"].sum())) for arm in
             (marked[marked["CODE"] == group.code] for group in study.groups)]
        part = proportion(*np.array(n, dtype=int).reshape(-1, 2).T)
        parts.append(part.assign(outcome=label, strata=[group.label for group in study.groups]))
    table = pd.concat(parts, ignore_index=True)
    text = [fraction(*row) for row in table[["n_event", "n", "estimate", "conf_low", "conf_high"]]
            .itertuples(index=False, name=None)]
    return table.assign(text=text)


def response_status(study: Cohort, endpoint: ResponseEndpoint) -> pd.DataFrame:
    """The status rows of the whole dataset under the rules, kept between reruns."""
    return _derived(study, endpoint.paramcd, lambda whole: derive_response(whole, endpoint))


def response_rates(study: Cohort, endpoint: ResponseEndpoint) -> pd.DataFrame:
    """The declared rates of a response endpoint per group, over every patient whose class counts."""
    rows = response_status(study, endpoint)
    due = rows["AVALC"].isin([c.code for c in endpoint.classes if c.counts])
    return rates_by_group(study, rows, {rate.label: (rows["AVALC"].isin(rate.classes), due)
                                        for rate in endpoint.rates})


def response(study: Cohort, endpoint: ResponseEndpoint) -> Estimates:
    """All classes of a response definition per group, and its declared rates beneath them in the numbers."""
    found = shares_by_group(study, response_status(study, endpoint), endpoint.classes)
    return _with_rates(found, response_rates(study, endpoint))


def _with_rates(found: Estimates, rates: pd.DataFrame) -> Estimates:
    rows = rates.rename(columns={"n_event": "n", "n": "total", "estimate": "share", "text": "result"})
    numbers = pd.concat([rows, found.numbers], ignore_index=True)[found.numbers.columns]
    return replace(found, numbers=numbers, rates=rates)


def mrd_status(study: Cohort, visit: Visit) -> pd.DataFrame:
    """MRD status rows of the whole dataset at a visit, kept between reruns."""
    return _derived(study, f"MRD{visit.code}", lambda whole: derive_mrd(whole, visit))


def mrd_rates(study: Cohort, visit: Visit) -> pd.DataFrame:
    """MRD-negative remission over all due patients, and over CR/CRi with an assay that did not fail."""
    rows = mrd_status(study, visit)
    due = rows["AVALC"] != NOT_DUE.code
    return rates_by_group(study, rows, {
        f"MRD-negative remission, {visit.label}, of all due": (rows["MRDNEGRM"], due),
        f"MRD-negative remission, {visit.label}, of CR/CRi with a usable assay": (rows["MRDNEGRM"], rows["USABLE"] & due)})


def mrd(study: Cohort, visit: Visit) -> Estimates:
    """MRD status at a visit per group, every class, and MRD-negative remission beneath them in the numbers."""
    if study.rules.population != "infused":
        return _refused(study, "MRD status is defined for infused patients only. Choose the population Infused.")
    found = shares_by_group(study, mrd_status(study, visit), MRD_CLASSES)
    return _with_rates(found, mrd_rates(study, visit))


def bca_rule(study: Cohort) -> str:
    """The loss rule in force, in words: it stands on every figure that uses it."""
    rule = next(rule for rule in RULES if rule.code == "bca_rule")
    words = rule.words(study.rules.bca_rule)
    count = f": {study.rules.bca_count:g}/µL" if study.rules.bca_rule == "absolute" else ""
    relapse = "counts" if study.rules.bca_relapse == "yes" else "does not count"
    return f"Loss: {words}{count}; a CD19-positive relapse {relapse} as loss."


def aplasia_notes(study: Cohort) -> tuple[str, ...]:
    """Never-aplastic patients and suspected losses of the cohort, which the curve alone does not tell."""
    course = study.study.course
    course = course[course["USUBJID"].isin(study.adsl["USUBJID"])]
    never, suspected = int(course["NEVERAP"].sum()), int(course["BCASUSDT"].notna().sum())
    return (f"Never aplastic (first usable sample already over the rule; counted as loss there): {never}.",
            f"Suspected loss (last sample over the rule, not confirmed; censored there): {suspected}.")


def cd19_notes(found: Estimates) -> tuple[str, ...]:
    """Shares of CD19 status among relapses with known status; the unknown are printed, not shared out."""
    status = found.patients["EVNTDESC"].dropna()
    known = {"positive": 0, "negative": 0, "lineage switch": 0, "unknown": 0}
    known |= {word: int(status.str.endswith(f"CD19 {word}").sum()) for word in known}
    total = sum(known.values()) - known["unknown"]
    if not total:
        return (f"CD19 status at relapse: known for none, unknown for {known['unknown']}.",)
    words = [f"{word} {fraction(n, total, n / total, *(float(x[0]) for x in clopper_pearson([n], [total])))}"
             for word, n in known.items() if word != "unknown"]
    return (f"CD19 status of relapses with known status: {', '.join(words)}; unknown in {known['unknown']}.",)


# ---------------------------------------------------------------------------------------------- overview


def flow(study: Cohort) -> Estimates:
    """Enrolled -> apheresed -> infused with the reasons in between, of every filtered patient whatever the population."""
    enrolled = keep(study.study.adsl, study.filters)
    counts = derive_flow(enrolled)
    table = proportion(counts["n"].to_numpy(), np.full(len(counts), len(enrolled)))
    shares = counts.assign(share=table["estimate"], conf_low=table["conf_low"], conf_high=table["conf_high"])
    text = [f"{n} ({100 * share:.0f} %)" if share == share else "0" for n, share in
            zip(shares["n"], shares["share"], strict=True)]
    columns = ["USUBJID", "PRODLABEL", "ENRLDT", "APHERDT", "TRTSDT", "NOTINFDT", "NOTINFRS"]
    return Estimates(n=len(enrolled), numbers=shares.assign(text=text), patients=enrolled[columns],
                     left_out=_reasons({}))


def infusions(study: Cohort) -> Estimates:
    """Infusions per calendar quarter and group; every quarter between the first and the last is there."""
    rows = in_groups(study, study.adsl.loc[study.adsl["TRTSDT"].notna(), ["USUBJID", "PRODLABEL", "SITEID", "TRTSDT"]])
    quarter = rows["TRTSDT"].dt.to_period("Q")
    periods = pd.period_range(quarter.min(), quarter.max(), freq="Q") if len(rows) else pd.PeriodIndex([], freq="Q")
    counts = pd.crosstab(quarter, rows["GROUP"]).reindex(
        index=periods, columns=[g.label for g in study.groups], fill_value=0)
    table = counts.rename_axis(index="period", columns="strata").stack().rename("n").reset_index()
    table["period"] = [f"{p.year} Q{p.quarter}" for p in table["period"]]
    columns = ["USUBJID", "GROUP", "PRODLABEL", "SITEID", "TRTSDT"]
    waiting = int(study.adsl["TRTSDT"].isna().sum())
    out = {"not infused": waiting} if waiting else {}
    return Estimates(n=len(rows), numbers=table, patients=rows[columns], left_out=_reasons(out),
                     series=group_series(study))


def follow_up(study: Cohort) -> Estimates:
    """Distribution of follow-up (reverse Kaplan-Meier on OS), its median, Clark's C, share still under observation."""
    found = tte(study, OS)
    rows = in_groups(study, found.rows)
    arms = [(group, rows[rows["CODE"] == group.code]) for group in study.groups]
    filled = [(group, arm) for group, arm in arms if len(arm)]
    curves = [reverse_kaplan_meier(arm["AVAL"].to_numpy(), (arm["CNSR"] == EVENT).to_numpy())
              .assign(strata=group.label, outcome=1) for group, arm in filled]
    months = axis_end("all", rows["AVAL"])
    numbers = [_follow_up_numbers(group, arm, curve, study.loaded.data_cutoff)
               for (group, arm), curve in zip(filled, curves, strict=True)]
    curve = pd.concat(curves, ignore_index=True) if curves else pd.DataFrame()
    return Estimates(
        n=len(rows), numbers=pd.concat(numbers, ignore_index=True) if numbers else pd.DataFrame(columns=NUMBERS),
        patients=rows[PATIENTS], left_out=count_left_out(study, found), x_max=months,
        curve=_to_draw(curve, (("Under observation", "other"),), months), risk=_risk(arms, months),
        series=group_series(study),
        notes=tuple(f"{group.label}: no patients." for group, arm in arms if not len(arm)))


def _follow_up_numbers(group, arm: pd.DataFrame, curve: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    time, event = arm["AVAL"].to_numpy(), (arm["CNSR"] == EVENT).to_numpy()
    potential = ((cutoff - arm["STARTDT"]) / pd.Timedelta(days=1)).to_numpy()
    observed = under_observation(time, event, potential, np.array([12, 24]) * DAYS_PER_MONTH)
    observed = observed.assign(months=(12, 24), measure="under observation", n_risk=observed["n"])
    complete = pd.DataFrame([{"measure": "completeness (Clark's C)", "estimate": clark_c(time, event, potential),
                              "reason": "a descriptive index, no interval"}])
    rows = pd.concat([_median_row(curve), complete, observed.drop(columns=["time", "n", "n_event"])])
    rows = rows.assign(strata=group.label, outcome="Follow-up", n=len(arm), n_event=int(event.sum()))
    rows["result"] = [_result(row) for row in rows.to_dict("records")]
    return rows[NUMBERS]


def headline(study: Cohort) -> Estimates:
    """The eight headline numbers per group: outcome, strata, n_event, n, estimate, conf_low, conf_high, text."""
    curves = [(by_group(study, endpoint, estimator), month, label) for endpoint, estimator, month, label in HEADLINE]
    rows = [_named(response_rates(study, BEST), 0, "Best response CR + CRi within 3 months"),
            _named(response_rates(study, STATUS_M3), -1, "In remission at month 3, transplanted or not"),
            *([_named(mrd_rates(study, M3), 0, "MRD-negative remission at month 3")]
              if study.rules.population == "infused" else []),
            *(_at_month(found, month, label) for found, month, label in curves)]
    columns = ["outcome", "strata", "n_event", "n", "estimate", "conf_low", "conf_high", "text", "reason"]
    table = pd.concat(rows, ignore_index=True)[columns]
    return Estimates(n=study.n, numbers=table, patients=patients_of(study), left_out=_reasons({}), rates=table,
                     series=group_series(study), notes=tuple(found.notes[0] for found, _, _ in curves if not found.n))


def _named(rates: pd.DataFrame, which: int, label: str) -> pd.DataFrame:
    """One of several rates under the name it has in the headline."""
    chosen = rates["outcome"].unique()[which]
    return rates[rates["outcome"] == chosen].assign(outcome=label)


def _at_month(found: Estimates, month: int, label: str) -> pd.DataFrame:
    """An estimate at a month per group, of the first outcome: the event of interest."""
    numbers = found.numbers
    here = numbers[(numbers["months"] == month) & (numbers["measure"] == "probability")]
    here = here[here["outcome"] == next(iter(here["outcome"]), "")]
    text = [f"n = {n}  {result}" for result, n in zip(here["result"], here["n"], strict=True)]
    return here.assign(outcome=label, text=text)


def patients_of(study: Cohort) -> pd.DataFrame:
    """The filtered patients: ADSL with the name of the compared group."""
    rows = in_groups(study, study.adsl)
    return rows[["USUBJID", "GROUP", *(c for c in study.adsl.columns if c != "USUBJID")]]


def compared_by(study: Cohort, code: str) -> Cohort:
    """The same cohort compared by another declared grouping, whatever the sidebar compares."""
    by = FILTER[code]
    groups = choose_groups(levels_of(by, study.study.adsl))
    return replace(study, by=by, groups=groups, members=membership(study.adsl, by, groups))


def one_outcome(estimates: Estimates, label: str) -> Estimates:
    """The same estimates with the curve of one outcome only, for a panel of its own."""
    return replace(estimates, curve=estimates.curve[estimates.curve["outcome"] == label])
