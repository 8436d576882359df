"""Our numbers beside R's for what stands beside a comparison of two groups (contrasts.json, made by contrasts.R)."""

import numpy as np
import pandas as pd

from estimators.aalen_johansen import aalen_johansen
from estimators.balance import standardised_difference, standardised_difference_of_levels
from estimators.cox import cox
from estimators.difference import difference_at
from estimators.exposure_effect import exposure_effect
from estimators.fine_gray import fine_gray, incidence_effects
from estimators.follow_up import clark_c
from estimators.kaplan_meier import kaplan_meier
from estimators.odds_ratio import odds_ratio
from estimators.person_time_rate import person_time_rate
from estimators.piecewise_hazard_ratio import piecewise_hazard_ratio
from estimators.proportional_hazards import proportional_hazards
from estimators.quartiles import quartiles
from estimators.restricted_mean import restricted_mean, restricted_mean_difference
from estimators.risk_difference import risk_difference
from estimators.risk_start import first_stable_day
from estimators.super_model import super_model
from tests.oracle.reading import Comparison, array_of, csv_of, json_of

WALD = ("estimate", "std_err", "conf_low", "conf_high")
ITERATIVE = 1e-6  # R stops its iterations when the likelihood moves by less than 1e-9 of itself


def contrasts():
    """(data set, analysis id, function without arguments that yields its comparisons)."""
    for analysis in json_of("contrasts")["analyses"]:
        kind = KINDS[analysis["kind"]]
        yield analysis["input"]["set"], analysis["id"], lambda a=analysis, k=kind: k(a["input"], a["values"])


# Data sets, as contrasts.R prepares them ------------------------------------------------------------------------------


def _survival(name):
    """time, event, group 0/1 of a two-group data set."""
    frame = csv_of(name)
    prepare = {
        "ovarian": lambda f: (f["futime"], f["fustat"], f["rx"] == 2),
        "aml": lambda f: (f["time"], f["status"], f["x"] == "Nonmaintained"),
        "myeloid": lambda f: (f["futime"], f["death"], f["trt"] == "B"),
        "mgus2": lambda f: (f["futime"], f["death"], f["sex"] == "M"),
    }.get(name, lambda f: (f["time"], f["event"], f["group"] == 1))
    return tuple(column.to_numpy() for column in prepare(frame))


def _competing(name):
    """time, cause, group of a data set with competing outcomes."""
    prepare = {
        "pbc": lambda f: (f["time"], f["cause"], f["group"] == 1),
        "mgus2": lambda f: (f["cr_time"], f["cr_status"], f["sex"] == "M"),
        "transplant": lambda f: (f["futime"], f["status"], f["abo"] == "O"),
    }[name]
    return tuple(column.to_numpy() for column in prepare(csv_of({"transplant": "transplant_pos"}.get(name, name))))


def _curves(name):
    time, event, group = _survival(name)
    return [kaplan_meier(time[arm], event[arm]) for arm in (~group, group)]


# Kinds ----------------------------------------------------------------------------------------------------------------


def _difference(given, r):
    found = difference_at(*_curves(given["set"]), array_of(given["times"]))
    yield from _columns("difference", found, r)


def _difference_incidence(given, r):
    time, cause, group = _competing(given["set"])
    curves = [aalen_johansen(time[arm], cause[arm], int(cause.max())) for arm in (~group, group)]
    own = [curve[curve["outcome"] == given["outcome"]] for curve in curves]
    yield from _columns("difference", difference_at(*own, array_of(given["times"])), r)


def _restricted_mean(given, r):
    curves = _curves(given["set"])
    means = [restricted_mean(curve, given["tau"]) for curve in curves]
    for names in (("means", "std_errs"), ("printed_means", "printed_std_errs")):
        yield Comparison("restricted_mean", names[0], array_of([m.estimate for m in means]), array_of(r[names[0]]))
        yield Comparison("restricted_mean", names[1], array_of([m.std_err for m in means]), array_of(r[names[1]]))
    found = restricted_mean_difference(*curves, given["tau"])
    ours, theirs = (array_of([pick(name) for name in WALD]) for pick in (found.__getattribute__, r["difference"].get))
    yield Comparison("restricted_mean", "difference", ours, theirs)


def _restricted_mean_entry(given, r):
    rows = csv_of("heart")[lambda f: (f["stop"] > given["landmark"]) & (f["transplant"] == given["arm"])]
    start = np.maximum(rows["start"], given["landmark"])
    found = restricted_mean(kaplan_meier(rows["stop"], rows["event"], start, start=given["landmark"]), given["tau"])
    ours = array_of([found.estimate, found.std_err])
    yield Comparison("restricted_mean", "with delayed entry", ours, array_of([r["mean"], r["std_err"]]))


def _proportional_hazards(given, r):
    start, stop, event, x = _rows(given)
    for transform in ("km", "identity"):
        found = proportional_hazards(start, stop, event, x, transform=transform, ties=given.get("ties", "efron"))
        several = len(found.statistic) > 1
        statistic = np.append(found.statistic, found.overall[0])
        yield Comparison("proportional_hazards", transform, statistic, array_of(r[transform]), ITERATIVE)
        if transform == "km":
            p_value = np.append(found.p_value, found.overall[2])
            yield Comparison("proportional_hazards", f"p {several}", p_value, array_of(r["km_p"]), ITERATIVE)
            yield from _residuals(found.residuals, r)


def _residuals(ours, r):
    """Every event's scaled residual; R may order the events of a day otherwise, so days are compared by their sums."""
    names = [name for name in ours if name.startswith("residual")]
    theirs = pd.DataFrame(array_of(r["y"]).reshape(len(names), -1).T, columns=names).assign(
        time=r["time"], transformed=r["g"]
    )
    a, b = (frame.groupby("time").sum().sort_index() for frame in (ours, theirs))
    for name in (*names, "transformed"):
        difference = np.abs(b[name]).max() if name != "transformed" else 1
        yield Comparison(
            "proportional_hazards",
            "scaled residuals, of the largest",
            a[name].to_numpy() / difference,
            b[name].to_numpy() / difference,
            ITERATIVE,
        )


def _rows(given):
    """start, stop, event, x (n, p) of a data set of two groups, or of start-stop rows."""
    names = [given["x"]] if isinstance(given["x"], str) else given["x"]
    if given.get("start"):
        frame = csv_of(given["set"])
        return frame["start"], frame["stop"], frame["event"], frame[names].to_numpy(float)
    time, event, group = _survival(given["set"])
    x = [group if name == "group" else csv_of(given["set"])[name] for name in names]
    return np.zeros(len(time), int), time, event, np.column_stack(x).astype(float)


def _cox(given, r):
    start, stop, event, x = _rows(given)
    strata, cluster = (csv_of(given["set"])[given[k]] if given[k] else None for k in ("strata", "cluster"))
    found = cox(start, stop, event, x, strata=strata, cluster=cluster, ties=given["ties"])
    for field in ("coef", "se", "conf_low", "conf_high", "p_value", "var", "score"):
        yield Comparison("cox", field, array_of(getattr(found, field)), array_of(r[field]), ITERATIVE)
    naive = cox(start, stop, event, x, strata=strata, ties=given["ties"])
    yield Comparison("cox", "naive se", naive.se, array_of(r["naive_se"]), ITERATIVE)
    yield Comparison("cox", "log likelihood", array_of(found.log_likelihood), array_of(r["loglik"]))


def _piecewise(given, r):
    time, event, group = _survival(given["set"])
    found = piecewise_hazard_ratio(np.zeros(len(time), int), time, event, group, given["cuts"])
    held = (found["reason"] == "").to_numpy()
    for name in ("hazard_ratio", "conf_low", "conf_high", "p_value"):
        ours = found.loc[held, name].to_numpy(float)
        yield Comparison("piecewise_hazard_ratio", name, ours, array_of(r[name])[held], ITERATIVE)


def _from_landmark(given, r):
    frame = csv_of("heart")
    rows = (frame[name] for name in ("start", "stop", "event", "transplant"))
    found = exposure_effect(*rows, landmark=given["landmark"])
    ratio = array_of([found.hazard_ratio, found.conf_low, found.conf_high])
    yield Comparison("exposure_effect", "from a day on", ratio, array_of(r["hazard_ratio"]), ITERATIVE)
    test = array_of([found.test.statistic, found.p_value])
    yield Comparison("mantel_byar", "from a day on", test, array_of(r["test"]))


def _fine_gray(given, r):
    time, cause, group = _competing(given["set"])
    found = fine_gray(time, cause, group, given["outcome"], ties=given["ties"])
    for name in ("coef", "se", "p_value"):
        yield Comparison("fine_gray", name, getattr(found, name), array_of(r[name]), ITERATIVE)
    ratio = np.concatenate([found.hazard_ratio, found.conf_low, found.conf_high])
    yield Comparison("fine_gray", "ratio", ratio, array_of(r["hazard_ratio"]), ITERATIVE)
    if given["ties"] == "efron":
        yield from _both_ratios(time, cause, group, given, r)


def _both_ratios(time, cause, group, given, r):
    names = ("cause_specific", "hazard_ratio")
    for effect, name in zip(incidence_effects(time, cause, group, given["outcome"]), names, strict=True):
        ours = array_of([effect.hazard_ratio, effect.conf_low, effect.conf_high])
        yield Comparison("fine_gray", f"{name}, side by side", ours, array_of(r[name]), ITERATIVE)


def _crr(given, r):
    """cmprsk::crr, where no censoring shares its day with an event, so that both packages weigh alike. Its standard
    error also counts the weights as estimated and is not compared."""
    time, cause, group = _competing(given["set"])
    apart = np.empty(len(time), int)
    apart[np.lexsort((np.arange(len(time)), cause == 0, time))] = np.arange(1, len(time) + 1)
    coef = fine_gray(apart, cause, group, given["outcome"]).coef
    yield Comparison("fine_gray", "coef, cmprsk::crr", coef, array_of(r["coef"]), ITERATIVE)


def _fine_gray_covariates(given, r):
    frame = csv_of(given["set"])
    found = fine_gray(frame["time"], frame["cause"], frame[given["x"]], given["outcome"])
    yield Comparison("fine_gray", "coef, two covariates", found.coef, array_of(r["coef"]), ITERATIVE)
    yield Comparison("fine_gray", "var, two covariates", found.var, array_of(r["var"]), ITERATIVE)


def _super_model(given, r):
    frame = csv_of(given["set"])
    names = {"jasa": ("futime", "fustat", "tx_at"), "myeloid": ("futime", "death", "txtime")}[given["set"]]
    time, event, change = (frame[name].to_numpy(float) for name in names)
    parts = [(np.flatnonzero(time > day), day) for day in given["landmarks"]]
    patient = np.concatenate([held for held, _ in parts])
    landmark = np.concatenate([np.full(len(held), day) for held, day in parts])
    rest, exposed = time[patient] - landmark, change[patient] <= landmark
    found = super_model(
        frame["id"].to_numpy()[patient], landmark, rest, event[patient], exposed, window=given["window"]
    )
    ours = array_of([found.hazard_ratio, found.conf_low, found.conf_high, found.p_value])
    theirs = np.append(array_of(r["hazard_ratio"]), r["p_value"])
    yield Comparison("super_model", "hazard ratio, robust", ours, theirs, ITERATIVE)
    yield Comparison("super_model", "rows", array_of(len(patient)), array_of(r["rows"]))


def _rates(given, r):
    x, n = given["successes"], given["n"]
    risk, odds = risk_difference(x, n), odds_ratio(x, n)
    ours = array_of([risk.estimate, risk.conf_low, risk.conf_high])
    yield Comparison("risk_difference", "newcombe", ours, array_of(r["newcombe"]))
    logs = np.log(array_of([odds.estimate, odds.conf_low, odds.conf_high]))
    yield Comparison("odds_ratio", "log odds ratio", logs, np.log(array_of(r["odds_ratio"])))


def _person_time(given, r):
    row = person_time_rate([given["events"]], [given["days"]]).iloc[0]
    ours = row[["estimate", "conf_low", "conf_high"]].to_numpy(float)
    yield Comparison("person_time_rate", "rate", ours, array_of(r["rate"]))


def _quartiles(given, r):
    row = quartiles(csv_of(given["set"])[given["column"]].dropna()).iloc[0]
    names = ["median", "quartile_low", "quartile_high", "lowest", "highest"]
    yield Comparison("quartiles", given["column"], row[names].to_numpy(float), array_of(r["quartiles"]))


def _balance(given, r):
    frame = csv_of(given["set"])
    groups = [part.to_numpy() for _, part in frame.groupby("group")[given["column"]]]
    found = standardised_difference(groups)[0]
    yield Comparison("balance", given["column"], array_of(found), array_of(r["difference"]))


def _balance_levels(given, r):
    frame = csv_of(given["set"])
    counts = pd.crosstab(frame[given["column"]], frame["group"]).to_numpy().T
    found = standardised_difference_of_levels(list(counts))[0]
    yield Comparison("balance", given["column"], array_of(found), array_of(r["difference"]))


def _risk_start(given, r):
    rows = csv_of("myeloid").dropna(subset="txtime").query("txtime < futime")
    rows = rows[rows["trt"] == given["arm"]]
    yield Comparison(
        "risk_start", "day", array_of(first_stable_day(rows["txtime"], rows["futime"])), array_of(r["day"])
    )


def _follow_up(given, r):
    frame, potential = csv_of("jasa"), given["potential"]
    found = clark_c(frame["futime"], frame["fustat"], np.full(len(frame), potential))
    yield Comparison("follow_up", "clark_c", array_of(found), array_of(r["clark_c"]))


def _columns(estimator, frame, expected):
    for name, r in expected.items():
        yield Comparison(estimator, name, array_of(frame[name]), array_of(r))


KINDS = {
    "difference": _difference,
    "difference_incidence": _difference_incidence,
    "restricted_mean": _restricted_mean,
    "restricted_mean_entry": _restricted_mean_entry,
    "proportional_hazards": _proportional_hazards,
    "piecewise_hazard_ratio": _piecewise,
    "cox": _cox,
    "exposure_effect": _from_landmark,
    "fine_gray": _fine_gray,
    "fine_gray_covariates": _fine_gray_covariates,
    "crr": _crr,
    "super_model": _super_model,
    "rates": _rates,
    "person_time": _person_time,
    "quartiles": _quartiles,
    "balance": _balance,
    "balance_levels": _balance_levels,
    "risk_start": _risk_start,
    "follow_up": _follow_up,
}
