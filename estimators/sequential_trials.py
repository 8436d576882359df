"""Sequential trials: on every day on which somebody begins an exposure, those who begin against those who could."""

from dataclasses import dataclass

import numpy as np

from estimators.cox import cox
from estimators.exposure_effect import Effect, effect_of, gate
from estimators.inputs import numbers, same_length
from estimators.partial_likelihood import baseline_hazard, maximise, sets_of
from estimators.reasons import FEW_PER_COVARIATE
from estimators.treatment_weights import effective_number

SECTION = "Sequential trials"
METHOD = (
    "Sequential trials: every day on which an eligible patient begins the exposure is a trial of those who begin it "
    "against all others eligible on that day, who leave the trial on the day they begin it later; the clock starts on "
    "the day of the trial. One Cox regression stratified by trial, Efron's method for tied days, robust variance by "
    "patient. With weights: inverse probability of beginning (on the day of the trial) and of not beginning (until "
    "later days, in steps of 30 days), from a Cox model of the exposure on declared covariates; stabilised, taken as "
    "known, nothing cut off."
)
REFERENCE = (
    "Hernan MA, et al. Epidemiology 2008;19:766-779. Gran JM, et al. Stat Med 2010;29:2757-2768. Keogh RH, et al. Stat "
    "Med 2023;42:2191-2225. Lin DY, Wei LJ. J Am Stat Assoc 1989;84:1074-1078 (robust variance)."
)
STEP = 30  # days after which the weight of who has not begun is renewed
MAX_ROWS = 500_000  # of more, every second (third, ...) trial is taken
MIN_PER_COVARIATE = 10  # beginnings per covariate of the model of the weights


@dataclass(frozen=True)
class People:
    """Arrays (n,) of days: eligible on opens <= day < closes; followed to time; change: the day on which the exposure
    begins (infinite: never)."""

    opens: np.ndarray
    closes: np.ndarray
    time: np.ndarray
    event: np.ndarray
    change: np.ndarray


@dataclass(frozen=True)
class Trials:
    """effect: exposed / not; n and events in it count patients, each once per arm. trials: how many days; entries: how
    often a patient took part in one; every: 1 where all days are trials, k where every k-th is. rows: patient (place),
    trial (its day), start, stop, event, exposed, weight. largest, effective: of the weights at the beginning of the
    trials (1 and the entries without weights)."""

    effect: Effect
    trials: int
    entries: int
    every: int
    rows: dict
    largest: float = 1.0
    effective: float = np.nan


def sequential_trials(opens, closes, time, event, change, x=None, *, max_rows=MAX_ROWS, conf_level=0.95) -> Trials:
    """The pooled ratio. Arrays (n,): see `People`; x: (n, p) covariates known before the exposure (None: no weights).

    Eligible on a day d: opens <= d < closes, observed beyond it (time > d), not exposed before it (change >= d). An
    event on the day on which the exposure begins belongs to the not exposed. Gates of `exposure_effect`, in patients;
    with weights fewer than MIN_PER_COVARIATE beginnings a covariate, too. ValueError: missing, unequal lengths.
    """
    people = _people(opens, closes, time, event, change)
    days = np.unique(people.change[_begins(people)])
    every = max(int(np.ceil(_eligible(people, days)[1].sum() / max_rows)), 1)
    entries = _entries(people, days[::every])
    if x is not None and (size := _pieces(people, entries)) > max_rows:
        every *= int(np.ceil(size / max_rows))
        entries = _entries(people, days[::every])
    rows, reason = _rows(people, entries), ""
    x = np.zeros((len(people.time), 0)) if x is None else np.asarray(x, float)
    x = x[:, None] if x.ndim == 1 else x
    if x.shape[1] and len(days):
        model, reason = _beginning(people, x)
        rows = _in_steps(rows)
        rows = rows if model is None else rows | {"weight": _weights(people, rows, model)}
    return _pooled(rows, every, reason, conf_level)


def _people(opens, closes, time, event, change) -> People:
    opens, time = numbers("opens", opens), numbers("time", time)
    closes, change = np.asarray(closes, float), np.asarray(change, float)
    same_length(opens=opens, closes=closes, time=time, event=event, change=change)
    if np.isnan(closes).any() or np.isnan(change).any():
        raise ValueError("closes and change must be known (infinite: never), got: missing values")
    return People(opens, closes, time, np.asarray(event, bool), change)


def _begins(p: People):
    """(n,) who begins the exposure while eligible and observed beyond that day."""
    return (p.opens <= p.change) & (p.change < p.closes) & (p.change < p.time)


def _eligible(p: People, days):
    """(first, n) (patients,): the place of the first trial day that each is eligible on, and on how many it is."""
    first = np.searchsorted(days, p.opens)
    until = np.searchsorted(days, np.minimum(p.closes, p.time))
    return first, np.maximum(np.minimum(until, np.searchsorted(days, p.change, side="right")) - first, 0)


def _entries(p: People, days):
    """(patient, day) of every patient eligible on every trial day, trial after trial."""
    first, n = _eligible(p, days)
    patient = np.repeat(np.arange(len(n)), n)
    place = np.arange(len(patient)) - np.repeat(np.cumsum(n) - n, n) + np.repeat(first, n)
    order = np.argsort(place, kind="stable")
    return patient[order], days[place[order]]


def _pieces(p: People, entries) -> int:
    """How many rows the trials have once those who wait are cut every STEP days."""
    patient, day = entries
    return int(np.ceil((np.minimum(p.time, p.change)[patient] - day).clip(1) / STEP).sum())


def _rows(p: People, entries):
    patient, day = entries
    exposed = p.change[patient] == day
    end = np.where(exposed, p.time[patient], np.minimum(p.time, p.change)[patient])
    event = p.event[patient] & (p.time[patient] <= end)
    start = np.zeros(len(day))
    weight = np.ones(len(day))
    columns = (patient, day, start, end - day, event, exposed, weight)
    return dict(zip(("patient", "trial", "start", "stop", "event", "exposed", "weight"), columns, strict=True))


@dataclass(frozen=True)
class Beginning:
    """When the exposure begins. days (k,) on which it does; own, marginal (k + 1,): its cumulative hazard before each
    of them, of somebody of mean covariates and of anybody; ratio (n,): each patient's hazard over that of the mean."""

    days: np.ndarray
    own: np.ndarray
    marginal: np.ndarray
    ratio: np.ndarray


def _beginning(p: People, x) -> tuple[Beginning | None, str]:
    """The Cox model of the exposure among the eligible (Breslow's cumulative hazard), or the code of why there is
    none."""
    begins = _begins(p)
    if begins.sum() < MIN_PER_COVARIATE * x.shape[1]:
        return None, FEW_PER_COVARIATE
    stop = np.where(begins, p.change, np.minimum(np.minimum(p.closes, p.time), p.change) - 1)
    at_risk = stop >= p.opens
    rows = (p.opens[at_risk] - 1, stop[at_risk], begins[at_risk], (x - x[at_risk].mean(axis=0))[at_risk])
    maximum = maximise(sets_of(*rows, "efron"))
    if maximum.reason:
        return None, maximum.reason
    plain = sets_of(*rows, "breslow")
    steps = (baseline_hazard(plain, beta) for beta in (maximum.beta, np.zeros(x.shape[1])))
    own, marginal = (np.concatenate([[0.0], np.cumsum(step)]) for step in steps)
    ratio = np.exp((x - x[at_risk].mean(axis=0)) @ maximum.beta)
    return Beginning(np.unique(p.change[begins]), own, marginal, ratio), ""


def _in_steps(rows):
    """Rows of the not exposed cut every STEP days."""
    pieces = np.where(rows["exposed"], 1, np.ceil(rows["stop"] / STEP)).astype(int)
    place = np.repeat(np.arange(len(pieces)), pieces)
    piece = np.arange(len(place)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    cut = {name: values[place] for name, values in rows.items()}
    is_last = piece == pieces[place] - 1
    stop = np.where(is_last, cut["stop"], (piece + 1) * STEP)
    return cut | {"start": piece * float(STEP), "stop": stop, "event": cut["event"] & is_last}


def _weights(p: People, rows, model: Beginning):
    """(rows,) probability, whatever the covariates / given them: of beginning on the day of the trial, or of not
    beginning from then to the day of the row's start; who is eligible no longer cannot begin."""
    patient, days = rows["patient"], model.days
    before, on = (np.searchsorted(days, rows["trial"], side=side) for side in ("left", "right"))
    eligible = np.searchsorted(days, p.closes[patient], side="left")
    until = np.minimum(np.searchsorted(days, rows["trial"] + rows["start"], side="right"), eligible)
    passed = np.where(rows["exposed"], on, until)
    own, marginal = (hazard[passed] - hazard[before] for hazard in (model.own, model.marginal))
    own = own * model.ratio[patient]
    return np.where(rows["exposed"], np.expm1(-marginal) / np.expm1(-own), np.exp(own - marginal))


def _pooled(rows, every, reason, conf_level) -> Trials:
    patient, event, exposed = rows["patient"], rows["event"], rows["exposed"]
    n, events = _patients(patient, exposed, np.ones(len(patient), bool)), _patients(patient, exposed, event)
    begun = rows["start"] == 0
    weight = rows["weight"][begun]
    told = (len(np.unique(rows["trial"])), int(begun.sum()), every, rows)
    reason = gate(n, events) or reason
    if reason:
        return Trials(Effect(n, events, reason=reason), *told)
    fit = cox(
        rows["start"],
        rows["stop"],
        event,
        exposed,
        strata=rows["trial"],
        cluster=patient,
        weight=rows["weight"],
        conf_level=conf_level,
    )
    return Trials(effect_of(n, events, fit), *told, float(weight.max()), effective_number(weight))


def _patients(patient, exposed, held):
    return tuple(len(np.unique(patient[held & (exposed == arm)])) for arm in (False, True))
