"""Our numbers beside R's for adjusted, weighted, interval-censored and sequential comparisons (adjusted.json)."""

import numpy as np
import pandas as pd

from estimators.cox import cox
from estimators.fine_gray import fine_gray
from estimators.holm import holm
from estimators.interaction import rate_interaction, time_interaction
from estimators.logistic import logistic
from estimators.logrank import logrank
from estimators.sequential_trials import sequential_trials
from estimators.treatment_weights import balance_of, treatment_weights
from estimators.turnbull import turnbull
from estimators.weighted_curve import weighted_incidence, weighted_kaplan_meier
from tests.oracle.reading import Comparison, array_of, csv_of, json_of

ITERATIVE = 1e-6  # R and we stop iterations by different rules
CELLS = ("adeno", "large", "smallcell", "squamous")

EVERY_ROW = 10**9  # R takes every trial


def adjusted():
    """(data set, analysis id, function without arguments that yields its comparisons)."""
    for analysis in json_of("adjusted")["analyses"]:
        kind = KINDS[analysis["kind"]]
        name = analysis["input"]["set"].removesuffix("_cells")
        yield name, analysis["id"], lambda a=analysis, k=kind: k(a["input"], a["values"])


# Data sets, as adjusted.R prepares them -------------------------------------------------------------------------------


def data_of(name):
    """time, event (or cause), group (0, 1, ...) and the covariates of a data set, complete cases."""
    if name == "veteran_cells":
        frame = csv_of("veteran")
        return frame.assign(arm=frame["group"], group=frame["celltype"].map(CELLS.index))
    frame = csv_of(name)
    prepare = {
        "veteran": lambda f: f.assign(**{level: f["celltype"] == level for level in CELLS[2:]}),
        "myeloid": lambda f: f.assign(time=f["futime"], event=f["death"], group=f["trt"] == "B", male=f["sex"] == "m"),
        "mgus2": lambda f: f.assign(time=f["futime"], event=f["death"], group=f["sex"] == "M"),
    }
    return prepare.get(name, lambda f: f)(frame)


def _arrays(given, last="event"):
    """time, what happened, group and x (n, p)."""
    frame = data_of(given["set"])
    if given["set"] == "mgus2":
        frame = frame.dropna(subset=["age", "hgb", "creat"] if last == "event" else ["age", "hgb"])
        if last == "cause":
            frame = frame.assign(time=frame["cr_time"], cause=frame["cr_status"])
    names = [given["x"]] if isinstance(given["x"], str) else given["x"]
    return (*(frame[name].to_numpy(int) for name in ("time", last, "group")), frame[names].to_numpy(float))


# Kinds ----------------------------------------------------------------------------------------------------------------


def _logistic(given, r):
    *_, group, x = _arrays(given)
    fit = logistic(x, group)
    yield Comparison("logistic", "coef", fit.coef[0], array_of(r["coef"]))
    yield Comparison("logistic", "var", fit.var, array_of(r["var"]))
    yield Comparison("logistic", "log likelihood", array_of(fit.log_likelihood), array_of(r["loglik"]))


def _multinomial(given, r):
    frame = data_of(given["set"])
    x, group = frame[given["x"]].to_numpy(float), frame["group"].to_numpy(int)
    yield Comparison("logistic", "coef, several groups", logistic(x, group).coef, array_of(r["coef"]), ITERATIVE)
    yield from _weight_values(x, group, r, ITERATIVE)


def _weights(given, r):
    *_, group, x = _arrays(given)
    yield from _weight_values(x, group, r, 1e-8)


def _weight_values(x, group, r, tolerance):
    found = treatment_weights(x, group)
    parts = {"weight": found.weight, "effective": array_of(found.effective)}
    parts |= {"before": balance_of(x, group), "after": balance_of(x, group, found.weight)}
    for name, ours in parts.items():
        yield Comparison("treatment_weights", name, ours, array_of(r[name]), tolerance)


def _arm(given, last="event"):
    time, happened, group, x = _arrays(given, last)
    held = group == given["arm"]
    return time[held], happened[held], treatment_weights(x, group).weight[held]


def _weighted_curve(given, r):
    curve = weighted_kaplan_meier(*_arm(given))
    curve = curve[curve["time"].isin(array_of(r["time"]))]
    ends = (curve["estimate"] > 1e-12).to_numpy()  # at 0 R prints what rounding left of the standard error
    for name in ("estimate", "std_err", "conf_low", "conf_high"):
        held = slice(None) if name == "estimate" else ends & (curve["estimate"] < 1).to_numpy()
        yield Comparison("weighted_curve", name, curve[name].to_numpy(float)[held], array_of(r[name])[held])
    yield Comparison("weighted_curve", "survey::svykm", curve["estimate"].to_numpy(float), array_of(r["svykm"]))


def _weighted_incidence(given, r):
    time, cause, weight = _arm(given, "cause")
    causes = len(r["estimate"])
    curves = weighted_incidence(time, cause, weight, causes)
    for outcome in range(1, causes + 1):
        own = curves[(curves["outcome"] == outcome) & curves["time"].isin(array_of(r["time"]))]
        for name in ("estimate", "std_err"):
            yield Comparison(
                "weighted_curve", f"incidence {name}", own[name].to_numpy(), array_of(r[name][outcome - 1])
            )


def _weighted_entry(given, r):
    rows = csv_of("heart").query(f"transplant == {given['arm']}")
    curve = weighted_kaplan_meier(rows["stop"], rows["event"], 0.5 + rows["id"] % 7 / 5, rows["start"])
    curve = curve[curve["time"].isin(array_of(r["time"]))]
    for name in ("estimate", "std_err"):
        yield Comparison(
            "weighted_curve", f"with delayed entry, {name}", curve[name].to_numpy(float), array_of(r[name])
        )


def _weighted_cox(given, r):
    time, event, group, x = _arrays(given)
    fit = cox(
        np.zeros(len(time), int), time, event, group, weight=treatment_weights(x, group).weight, ties=given["ties"]
    )
    for name in ("coef", "se", "conf_low", "conf_high", "p_value"):
        yield Comparison("cox", f"weighted, {name}", getattr(fit, name), array_of(r[name]), ITERATIVE)
    yield Comparison("cox", "weighted, log likelihood", array_of(fit.log_likelihood), array_of(r["loglik"]), ITERATIVE)


def _weighted_cox_rows(given, r):
    rows = csv_of("heart")
    fit = cox(
        rows["start"],
        rows["stop"],
        rows["event"],
        rows[["age", "transplant"]],
        strata=rows["surgery"],
        cluster=rows["id"],
        weight=0.5 + rows["id"] % 7 / 5,
        ties=given["ties"],
    )
    for name in ("coef", "var"):
        yield Comparison("cox", f"weighted rows, {name}", getattr(fit, name), array_of(r[name]), ITERATIVE)


def _adjusted_cox(given, r):
    time, event, group, x = _arrays(given)
    fit = cox(np.zeros(len(time), int), time, event, np.column_stack([group, x]))
    for name in ("coef", "var", "conf_low", "conf_high", "p_value"):
        yield Comparison("cox", f"adjusted, {name}", getattr(fit, name), array_of(r[name]), ITERATIVE)


def _adjusted_incidence(given, r):
    time, cause, group, x = _arrays(given, "cause")
    both, start, outcome = np.column_stack([group, x]), np.zeros(len(time), int), given["outcome"]
    fit = cox(start, time, cause == outcome, both)
    yield Comparison("cox", "adjusted, cause-specific", fit.coef, array_of(r["coef"]), ITERATIVE)
    yield Comparison("cox", "adjusted, cause-specific, var", fit.var, array_of(r["var"]), ITERATIVE)
    weighted = cox(start, time, cause == outcome, group, weight=treatment_weights(x, group).weight)
    ours = np.append(weighted.coef, weighted.se)
    yield Comparison("cox", "weighted, cause-specific", ours, array_of(r["weighted"]), ITERATIVE)
    subdistribution = fine_gray(time, cause, both, outcome)
    yield Comparison("fine_gray", "adjusted, coef", subdistribution.coef, array_of(r["fine_gray"]), ITERATIVE)
    yield Comparison("fine_gray", "adjusted, se", subdistribution.se, array_of(r["fine_gray_se"]), ITERATIVE)


def _fine_gray_entry(given, r):
    frame = data_of(given["set"])
    if given["set"] == "mgus2":
        frame = frame.dropna(subset=["age", "hgb"]).assign(time=frame["cr_time"], cause=frame["cr_status"])
    entry = np.arange(1, len(frame) + 1) % 9 * (40 if given["set"] == "pbc" else 2)
    held = (frame["time"] > entry).to_numpy()
    frame, entry = frame[held], entry[held]
    x = frame[given["x"]].to_numpy(float)
    fit = fine_gray(frame["time"], frame["cause"], x, given["outcome"], entry)
    yield Comparison("fine_gray", "with delayed entry, coef", fit.coef, array_of(r["coef"]), ITERATIVE)
    yield Comparison("fine_gray", "with delayed entry, var", fit.var, array_of(r["var"]), ITERATIVE)


def _interaction(given, r):
    frame, level = data_of(given["set"]), array_of(given["level"]).astype(int)
    start = np.zeros(len(frame), int)
    rows = (start, frame["time"].to_numpy(), frame["event"].to_numpy(bool), level)
    yield from _tests(time_interaction(*rows, frame["group"].to_numpy(int)), r["test"])
    yield from _tests(time_interaction(*rows), r["levels_test"])


def _interaction_rate(given, r):
    happened, level = array_of(given["yes"]) == 1, array_of(given["level"]).astype(int)
    group = data_of(given["set"])["group"].to_numpy(int)
    yield from _tests(rate_interaction(happened, level, group), r["test"])
    yield from _tests(rate_interaction(happened, level), r["levels_test"])


def _tests(found, r):
    ours = array_of([found.statistic, found.df, found.p_value])
    if not found.reason:
        yield Comparison("interaction", "likelihood ratio", ours, array_of(r), ITERATIVE)


def _turnbull(given, r):
    left, right = _intervals(given["part"])
    found = turnbull(left, right)
    low, high = found.at(array_of(r["time"]))
    yield Comparison("turnbull", "lower", low, array_of(r["low"]), ITERATIVE)
    yield Comparison("turnbull", "upper", high, array_of(r["high"]), ITERATIVE)
    likelihood = np.log(_probability(found, left, right)).sum()
    yield Comparison("turnbull", "log likelihood", array_of(likelihood), array_of(r["loglik"]), ITERATIVE)


def _intervals(part):
    """left, right (n,) of a part of a data set."""
    name, _, group = part.partition("_")
    frame = csv_of(name)
    if group:
        frame = frame[frame["gender"] == group] if name == "diabetes" else frame[frame["group"] == int(group)]
    return frame["left"].to_numpy(float), frame["right"].fillna(np.inf).to_numpy(float)


def _probability(found, left, right):
    """Of what was seen of each patient: the mass of the steps that lie within its interval."""
    steps = found.steps
    begins, ends, mass = (steps[name].to_numpy(float)[None] for name in ("left", "right", "mass"))
    exact = (left == right)[:, None]
    within = (
        (begins >= left[:, None]) & (ends <= right[:, None]) & ~((begins == ends) & (ends == left[:, None]) & ~exact)
    )
    return (within * mass).sum(axis=1)


def _holm(given, r):
    raw = array_of(given["p"])
    yield Comparison("holm", "adjusted", holm(raw), array_of(r["adjusted"]))


def _pairwise(given, r):
    frame = data_of(given["set"])
    pairs = [(a, b) for a in range(4) for b in range(a + 1, 4)]
    parts = [frame[frame["group"].isin(pair)] for pair in pairs]
    raw = [logrank(part["time"], part["event"], part["group"]).p_value for part in parts]
    yield Comparison("logrank", "of pairs", array_of(raw), array_of(r["raw"]))
    yield Comparison("holm", "of pairs", holm(raw), array_of(r["adjusted"]))


def _sequential(given, r):
    frame = _waiting(given["set"])
    columns = (frame[name].to_numpy(float) for name in ("opens", "closes", "time", "event", "change"))
    x = frame[given["x"]].to_numpy(float) if given["weighted"] else None
    found = sequential_trials(*columns, x, max_rows=EVERY_ROW)
    effect, rows = found.effect, found.rows
    yield Comparison(
        "sequential_trials",
        "trials",
        array_of([found.trials, found.entries, len(rows["stop"])]),
        array_of([r["trials"], r["entries"], r["rows"]]),
    )
    ours = array_of([effect.hazard_ratio, effect.conf_low, effect.conf_high, effect.p_value])
    words = "weighted" if given["weighted"] else "unweighted"
    theirs = np.append(array_of(r["ratio"]), r["p_value"])
    yield Comparison("sequential_trials", f"{words} ratio", ours, theirs, ITERATIVE)
    weight = rows["weight"]
    ours = array_of([weight.min(), weight.max(), weight.sum() / len(weight)])
    theirs = array_of(r["weights"]) / [1, 1, len(weight)]
    yield Comparison("sequential_trials", "weights", ours, theirs, ITERATIVE)


def _waiting(name):
    """opens, closes, time, event, change and covariates of a data set of waiting times."""
    frame = csv_of(name)
    if name == "jasa":
        days = pd.DataFrame(
            {"time": frame["futime"], "event": frame["fustat"], "change": frame["tx_at"].fillna(np.inf)}
        )
        return days.assign(opens=0, closes=np.inf, age=frame["age"], surgery=frame["surgery"])
    never = {"closes": frame["rltime"].fillna(np.inf), "change": frame["txtime"].fillna(np.inf)}
    frame = frame.assign(opens=frame["crtime"], time=frame["futime"], event=frame["death"], **never)
    frame = frame.assign(arm_b=frame["trt"] == "B", male=frame["sex"] == "m")
    return frame[frame["opens"].notna() & (frame["time"] > frame["opens"])]


KINDS = {
    "logistic": _logistic,
    "multinomial": _multinomial,
    "weights": _weights,
    "weighted_curve": _weighted_curve,
    "weighted_incidence": _weighted_incidence,
    "weighted_entry": _weighted_entry,
    "weighted_cox": _weighted_cox,
    "weighted_cox_rows": _weighted_cox_rows,
    "adjusted_cox": _adjusted_cox,
    "adjusted_incidence": _adjusted_incidence,
    "fine_gray_entry": _fine_gray_entry,
    "interaction": _interaction,
    "interaction_rate": _interaction_rate,
    "turnbull": _turnbull,
    "holm": _holm,
    "pairwise": _pairwise,
    "sequential": _sequential,
}
