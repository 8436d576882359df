"""Our numbers beside R's: one Comparison per quantity, shared by the tests and by the table of largest differences."""

import importlib
import re

import numpy as np

from estimators.aalen_johansen import aalen_johansen
from estimators.cox import cox
from estimators.expected_time import expected_time
from estimators.exposure_effect import exposure_effect
from estimators.follow_up import reverse_kaplan_meier
from estimators.gray import gray_test
from estimators.kaplan_meier import estimates_at, kaplan_meier, quantile
from estimators.logrank import logrank
from estimators.mantel_byar import mantel_byar
from estimators.occupancy import STAYS, occupancy
from estimators.proportion import clopper_pearson
from estimators.risk_table import risk_table
from estimators.simon_makuch import MIN_AT_RISK, simon_makuch, until_few
from tests.oracle.reading import FOLDER, Comparison, array_of, csv_of, json_of

DATA_SETS = ("ovarian", "aml", "mgus2", "heart", "transplant")
CONF_TYPES = ("log-log", "log", "plain", "logit", "arcsin")


def analyses():
    """(data set, analysis id, function without arguments that yields its comparisons) for every one that applies."""
    for data_set in DATA_SETS:
        for analysis in json_of(data_set)["analyses"]:
            if _applies(analysis):
                yield analysis["id"].split(".")[0], analysis["id"], lambda a=analysis: _KINDS[a["kind"]](a)
    yield from _edge()
    yield "proportions", "proportions.clopper_pearson", _proportions
    for authority in _authorities():
        yield from authority()


def _authorities():
    """The function of its own name of every other file of this folder that has one: a new authority is one file."""
    for name in sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in ("__init__", "comparisons")):
        module = importlib.import_module(f"tests.oracle.{name}")
        if hasattr(module, name):
            yield getattr(module, name)


def _applies(analysis):
    """Kinds we estimate; of the log-rank family only the unweighted, unstratified test."""
    weighted = analysis.get("rho", 0) != 0 or analysis["input"].get("strata")
    return analysis["kind"] in _KINDS and not weighted and analysis.get("ties") != "exact"


# Kaplan-Meier ---------------------------------------------------------------------------------------------------------


def _kaplan_meier(analysis):
    frame, given = _csv(analysis["input"]["csv"]), analysis["input"]
    time, event = re.match(r"Surv\((\w+), (\w+)\)", given["lhs"]).groups()
    for stratum in analysis["strata"]:
        rows = _rows(frame, given["group"], stratum["label"])
        yield from _survival(stratum, rows[time], rows[event])
        yield from _restricted_mean(stratum, rows[time], rows[event])


def _restricted_mean(r, time, event):
    """Time without event until tau is the time in the first of two states; R's standard error is Greenwood's, too."""
    if "rmst" not in r:
        return
    start, origin = np.zeros(len(time)), np.zeros(len(time))
    ours = expected_time(start, time, origin, np.where(event == 1, 1, STAYS), 2, r["rmst"]["tau"])
    yield from _columns(
        "expected_time",
        ours.iloc[:1],
        {"estimate": r["rmst"]["rmean"], "std_err": r["rmst"]["se"]},
        at="restricted mean",
    )


def _simon_makuch(analysis):
    given = analysis["input"]
    frame = _csv(given["csv"])
    frame = frame[frame[given["stop"]] > analysis["landmark"]]
    for stratum in analysis["strata"]:
        rows = _rows(frame, given["group"], stratum["label"])
        entry = rows[given["start"]].clip(lower=analysis["landmark"])
        yield from _survival(stratum, rows[given["stop"]], rows[given["event"]], entry)
        if analysis["landmark"]:
            yield from _arm(
                stratum, _rows(_csv(given["csv"]), given["group"], stratum["label"]), given, analysis["landmark"]
            )


def _arm(r, rows, given, landmark):
    """The curve of one arm from every row of the file, and what is drawn of it: as far as 5 are at risk."""
    whole = simon_makuch(rows[given["stop"]], rows[given["event"]], rows[given["start"]], kaplan_meier, landmark)
    few = np.flatnonzero(np.array(r["n_risk"]) < MIN_AT_RISK)
    yield from _arm_until(r, whole, slice(0, None))
    yield from _arm_until(r, until_few(whole), slice(0, few[0] if len(few) else None))


def _arm_until(r, curve, held):
    yield from _columns(
        "simon_makuch",
        _on_days(curve, r["time"][held]),
        {
            "time": r["time"][held],
            "estimate": r["surv"][held],
            "std_err": r["std_err_surv"][held],
            "n_risk": r["n_risk"][held],
            "conf_low": r["ci"]["log-log"]["lower"][held],
            "conf_high": r["ci"]["log-log"]["upper"][held],
        },
    )


def _survival(r, time, event, entry=None):
    """Curve, counts, standard error, five intervals, readings at times and quantiles of one stratum."""
    curve = _on_days(kaplan_meier(time, event, entry), r["time"])
    yield from _columns(
        "kaplan_meier",
        curve,
        {
            "estimate": r["surv"],
            "std_err": r["std_err_surv"],
            "n_risk": r["n_risk"],
            "n_event": r["n_event"],
            "n_censor": r["n_censor"],
        },
    )
    table = risk_table(time, event, r["time"], entry)
    yield from _columns(
        "risk_table",
        table,
        {"n_risk": r["n_risk"], "n_event": np.cumsum(r["n_event"]), "n_censor": np.cumsum(r["n_censor"])},
    )
    yield _n_risk_at(r, time, event, entry)
    for conf_type in CONF_TYPES:
        yield from _band(conf_type, r, kaplan_meier(time, event, entry, conf_type=conf_type))


def _band(conf_type, r, curve):
    band, name = r["ci"][conf_type], f"kaplan_meier {conf_type}"
    yield from _columns(name, _on_days(curve, r["time"]), {"conf_low": band["lower"], "conf_high": band["upper"]})
    at = array_of(r["at_times"]["time"])
    within = (at >= 0) & (at <= max(r["time"]))
    expected = {
        "estimate": array_of(r["at_times"]["surv"])[within],
        "conf_low": array_of(band["at_times"]["lower"])[within],
        "conf_high": array_of(band["at_times"]["upper"])[within],
    }
    yield from _read_at(name, curve, at[within], expected)
    for p, theirs in zip(r["quantile_probs"], zip(*(band["quantile"][k] for k in _QUANTILE), strict=True), strict=True):
        ours = _quantile(curve, p)
        held = slice(None) if band["band_monotone"] else slice(1)
        yield Comparison("quantile", f"{conf_type} {p}", ours[held], array_of(theirs)[held])


_QUANTILE = ("est", "lower", "upper")


def _quantile(curve, p=0.5):
    found = quantile(curve, p)
    return array_of([found.value, found.low, found.high])


def _read_at(name, curve, at, expected):
    """A curve read at times; an interval without width, which R prints, is no interval for us and not compared."""
    read = estimates_at(curve, at)
    flat = expected["conf_low"] == expected["conf_high"]
    for limit in ("conf_low", "conf_high"):
        expected = expected | {limit: np.where(flat, np.nan, expected[limit])}
        yield Comparison(name, f"no {limit}", array_of(read[limit].isna()), np.where(flat, 1.0, np.nan))
    yield from _columns(name, read, expected, at="at times")


def _n_risk_at(r, time, event, entry):
    """At risk, counted from the patients; at the origin of a delayed-entry curve R repeats the next row, and between
    two of its days it counts who enters before the next: asked there only when nobody enters late."""
    at = array_of(r["at_times"]["time"])
    held = (at >= 0) & (at <= max(r["time"])) if entry is None else np.isin(at, r["time"])
    counted = risk_table(time, event, at[held], entry)
    return Comparison(
        "risk_table", "n_risk at times", array_of(counted["n_risk"]), array_of(r["at_times"]["n_risk"])[held]
    )


# Tests between groups -------------------------------------------------------------------------------------------------


def _logrank(analysis, frame=None):
    given = analysis["input"]
    frame = _csv(given["csv"]) if frame is None else frame
    time, event = re.match(r"Surv\((\w+), (\w+)\)", given["lhs"]).groups()
    yield from _test(
        "logrank", analysis, logrank(frame[time], frame[event], frame[given["group"]], min_n=0, min_events=0)
    )


def _mantel_byar(analysis):
    given = analysis["input"]
    frame = _csv(given["csv"])
    rows = frame[given["start"]], frame[given["stop"]], frame[given["event"]], frame[given["group"]]
    yield from _test("logrank with entry", analysis, logrank(rows[1], rows[2], rows[3], rows[0], min_n=0, min_events=0))
    ours = mantel_byar(*rows)
    for field, key in (("statistic", "chisq"), ("p_value", "p"), ("observed", "observed"), ("expected", "expected")):
        yield Comparison("mantel_byar", field, array_of(getattr(ours, field)), array_of(analysis[key]))
    yield Comparison(
        "mantel_byar",
        "score test of coxph, exact ties",
        array_of([ours.statistic, ours.df, ours.p_value]),
        array_of(analysis["score_test_coxph_exact"]),
    )
    effect, fit = exposure_effect(*rows), next(a for a in json_of("heart")["analyses"] if a["id"] == "heart.cox_tx")
    yield Comparison(
        "exposure_effect",
        "hazard ratio and limits",
        array_of([effect.hazard_ratio, effect.conf_low, effect.conf_high, effect.test.p_value]),
        np.concatenate([*(array_of(fit[key]) for key in ("hr", "hr_lower", "hr_upper")), array_of(analysis["p"])]),
    )


def _test(name, r, ours):
    yield Comparison(
        name, "groups", np.array([str(g) for g in ours.groups]) == np.array(r["groups"]), np.ones(len(r["groups"]))
    )
    for field, key in (
        ("statistic", "chisq"),
        ("df", "df"),
        ("p_value", "p"),
        ("observed", "observed"),
        ("expected", "expected"),
    ):
        yield Comparison(name, field, array_of(getattr(ours, field)), array_of(r[key]))


def _gray(analysis, frame=None):
    given = analysis["input"]
    frame = _csv(given["csv"]) if frame is None else frame
    for i, outcome in enumerate(analysis["causes"]):
        ours = gray_test(
            frame[given["time"]], frame[given["status"]], frame[given["group"]], outcome, min_n=0, min_events=0
        )
        for field, key in (("statistic", "stat"), ("df", "df"), ("p_value", "p")):
            yield Comparison(
                "gray", f"{field} of cause {outcome}", array_of(getattr(ours, field)), array_of(analysis[key][i])
            )


# Cumulative incidence -------------------------------------------------------------------------------------------------


def _cumulative_incidence(analysis, frame=None):
    given = analysis["input"]
    frame = _csv(given["csv"]) if frame is None else frame
    for stratum in analysis["strata"]:
        rows = _rows(frame, given["group"], stratum["label"])
        curves = aalen_johansen(rows[given["time"]], rows[given["status"]], max(given["causes"]))
        for r in stratum["causes"]:
            yield from _incidence(stratum, r, curves[curves["outcome"] == r["cause"]].drop(columns="outcome"))


def _incidence(stratum, r, curve):
    """Every day against survfit, every step and the asked times against cmprsk, the asked times against etm."""
    daily = _on_days(curve, stratum["survfit_time"])
    yield from _columns(
        "aalen_johansen", daily, {"estimate": r["survfit"]["est"], "n_risk": stratum["survfit_n_risk_initial_state"]}
    )
    steps, last = np.unique(array_of(r["cmprsk"]["step_time"])[::-1], return_index=True)
    last = len(r["cmprsk"]["step_time"]) - 1 - last
    at_steps = curve[curve["time"].isin(steps)]
    at_steps = at_steps.assign(variance=at_steps["std_err"] ** 2)
    yield from _columns(
        "aalen_johansen",
        at_steps,
        {"estimate": array_of(r["cmprsk"]["step_est"])[last], "variance": array_of(r["cmprsk"]["step_var"])[last]},
        at="at steps",
    )
    yield from _incidence_at(stratum["times"], r, curve)


def _incidence_at(times, r, curve):
    within = array_of(times) <= curve["time"].max()
    read = estimates_at(curve, array_of(times)[within])
    variance = curve["std_err"].to_numpy()[np.searchsorted(curve["time"], read["time"], "right") - 1] ** 2
    theirs = r["cmprsk"]["at_times"]
    yield Comparison("aalen_johansen", "variance, at times", variance, array_of(theirs["var"])[within])
    expected = {
        "estimate": theirs["est"],
        "conf_low": theirs["ci_loglog_lower"],
        "conf_high": theirs["ci_loglog_upper"],
    }
    expected = {k: array_of(v)[within] for k, v in expected.items()}
    yield from _read_at("aalen_johansen", curve, array_of(times)[within], expected)
    if r.get("etm"):
        yield from _columns(
            "aalen_johansen", read, {"estimate": array_of(r["etm"]["at_times"]["est"])[within]}, at="etm"
        )


# Cox and states -------------------------------------------------------------------------------------------------------


def _cox(analysis):
    frame = _csv(analysis["input"]["csv"])
    times = re.match(r"Surv\((.*)\)", analysis["input"]["lhs"])[1].split(", ")
    stop, event = frame[times[-2]], frame[times[-1]]
    start = frame[times[0]] if len(times) == 3 else np.zeros(len(frame))
    x = np.column_stack([_term(frame, term) for term in analysis["terms"]])
    ours = cox(start, stop, event, x, ties=analysis["ties"])
    name = f"cox {analysis['ties']}"
    for field, key in (
        ("coef", "coef"),
        ("se", "se"),
        ("var", "var"),
        ("hazard_ratio", "hr"),
        ("conf_low", "hr_lower"),
        ("conf_high", "hr_upper"),
        ("z", "z"),
        ("p_value", "p"),
        ("log_likelihood", "loglik"),
        ("score", "score"),
    ):
        yield Comparison(name, field, array_of(getattr(ours, field)), array_of(analysis[key]))
    yield Comparison(name, "events", array_of(ours.n_event), array_of(analysis["events"]))


def _term(frame, term):
    """A column, the product of two, or the indicator of a level (R writes sexM)."""
    if ":" in term:
        return np.prod([_term(frame, part) for part in term.split(":")], axis=0)
    if term in frame:
        return frame[term].to_numpy(float)
    name = next(
        name for name in frame if term.startswith(name) and (frame[name].astype(str) == term[len(name) :]).any()
    )
    return (frame[name].astype(str) == term[len(name) :]).to_numpy(float)


def _occupancy(analysis):
    given = analysis["input"]
    frame, states = _csv(given["csv"]), given["states"]
    for r in analysis["strata"]:
        rows = _rows(frame, given["group"], r["label"])
        to = rows[given["event"]].map({state: i for i, state in enumerate(states)} | {given["no_event"]: STAYS})
        origin = to.groupby(rows[given["id"]]).shift(fill_value=0)
        days = np.unique(np.append(rows[given["stop"]], 0))  # the data set has fractions of months: ranks are as good
        start, stop = (np.searchsorted(days, rows[given[name]]) for name in ("start", "stop"))
        curve = occupancy(start, stop, origin, to, len(states))
        yield from _states(r, curve.assign(time=days[curve["time"]]), states)
        mean = r["sojourn_time_rmean"]
        if days[-1] >= mean["tau"]:
            ours = expected_time(rows[given["start"]], rows[given["stop"]], origin, to, len(states), mean["tau"])
            yield Comparison(
                "expected_time", "time in each state", ours["estimate"].to_numpy(), array_of(mean["rmean"])
            )


def _states(r, curve, states):
    theirs = r["survfit"]
    for i in range(len(states)):
        one = curve[curve["outcome"] == i + 1].drop(columns="outcome")
        at = one[one["time"].isin(theirs["time"])]
        yield from _columns(
            "occupancy",
            at,
            {"estimate": np.array(theirs["pstate"], float)[:, i], "n_risk": np.array(theirs["n_risk"], float)[:, i]},
        )
        within = array_of(r["times"]) <= one["time"].max()
        read = estimates_at(one, array_of(r["times"])[within])
        yield from _columns("occupancy", read, {"estimate": array_of(r["etm"][i]["est"])[within]}, at="etm")
        std_err = one["std_err"].to_numpy()[np.searchsorted(one["time"], array_of(r["times"])[within], "right") - 1]
        yield Comparison("occupancy", "variance, etm", std_err**2, array_of(r["etm"][i]["var_greenwood"])[within])


# Follow-up, landmark, proportions, edge cases -------------------------------------------------------------------------


def _follow_up(analysis):
    given = analysis["input"]
    frame, r = _csv(given["csv"]), analysis["prodlim"]
    curve = reverse_kaplan_meier(frame[given["time"]], frame[given["status"]])
    yield from _columns("reverse_kaplan_meier", _on_days(curve, r["time"]), {"estimate": r["surv"]})
    yield Comparison("reverse_kaplan_meier", "median", _quantile(curve)[:1], array_of(r["median_first_time_G_le_half"]))
    for conf_type in CONF_TYPES:  # the naive curve, event and censoring exchanged, is a Kaplan-Meier curve like any
        naive = kaplan_meier(frame[given["time"]], 1 - frame[given["status"]], conf_type=conf_type)
        theirs = analysis["naive"]["ci"][conf_type]
        yield Comparison(
            "quantile",
            f"naive follow-up {conf_type}",
            _quantile(naive),
            np.concatenate([array_of(theirs[k]) for k in ("median", "lower", "upper")]),
        )


def _landmark(analysis):
    frame, rule = _csv("jasa.csv"), analysis["landmark"]
    held = frame[frame["futime"] > rule]
    yield Comparison(
        "landmark",
        "patients kept and exposed",
        np.array([len(held), int((held["tx_at"] <= rule).sum())], float),
        np.array([analysis["n_at_landmark"], analysis["n_exposed"]], float),
    )
    yield from _kaplan_meier(analysis["km"])
    yield from _logrank(analysis["logrank"])
    yield from _cox(analysis["cox"])
    frame, fit = _csv(analysis["cox"]["input"]["csv"]), analysis["cox"]
    effect = exposure_effect(np.zeros(len(frame)), frame["lm_time"], frame["status"], frame["exposed"])
    yield Comparison(
        "exposure_effect",
        "from a landmark",
        array_of([effect.hazard_ratio, effect.conf_low, effect.conf_high, effect.test.p_value]),
        np.concatenate(
            [*(array_of(fit[key]) for key in ("hr", "hr_lower", "hr_upper")), array_of(analysis["logrank"]["p"])]
        ),
    )


def _edge():
    edge = json_of("edge")
    for case in edge["km"]["cases"]:
        rows = _case("edge_km.csv", case["label"])
        yield "edge", f"km {case['label']}", lambda r=case, f=rows: _survival(r, f["time"], f["status"])
    for case in edge["left_truncated_km"]["cases"]:
        rows = _case("edge_lefttrunc.csv", case["label"])
        yield (
            "edge",
            f"entry {case['label']}",
            lambda r=case, f=rows: _survival(r, f["stop"], f["status"], f["start"]),
        )
    for analysis in edge["logrank"]:
        rows = _case("edge_logrank.csv", analysis["case"])
        yield "edge", analysis["id"], lambda a=analysis, f=rows: _logrank(a, f)
    for analysis in edge["cif"]:
        rows = _case("edge_cif.csv", analysis["case"])
        yield "edge", analysis["id"], lambda a=analysis, f=rows: _cumulative_incidence(a, f)
        yield "edge", analysis["gray"]["id"], lambda a=analysis["gray"], f=rows: _gray(a, f)


def _proportions():
    for case in json_of("proportions_tables")["proportions"]["cases"]:
        ours = clopper_pearson(case["x"], case["n"], case["conf_level"])
        yield Comparison(
            "proportion", f"{case['x']}/{case['n']}", np.concatenate(ours), array_of(case["clopper_pearson"])
        )


_KINDS = {
    "kaplan_meier": _kaplan_meier,
    "simon_makuch": _simon_makuch,
    "logrank": _logrank,
    "gray_test": _gray,
    "mantel_byar": _mantel_byar,
    "cumulative_incidence": _cumulative_incidence,
    "landmark": _landmark,
    "reverse_km_followup": _follow_up,
    "cox": _cox,
    "multistate_occupancy": _occupancy,
}


# Reading --------------------------------------------------------------------------------------------------------------


def _columns(estimator, frame, expected, at="every day"):
    for column, r in expected.items():
        yield Comparison(estimator, f"{column}, {at}", array_of(frame[column]), array_of(r))


def _on_days(curve, days):
    """The curve without the row we put at the origin, where R has none."""
    return curve if len(curve) == len(days) else curve.iloc[1:]


def _rows(frame, group, label):
    return frame if group is None else frame[frame[group].astype(str) == str(label)]


def _csv(name):
    return csv_of(name.removesuffix(".csv"))


def _case(name, case):
    frame = _csv(name)
    return frame[frame["case"] == case]
