"""Milliseconds per estimator on generated patients.

`python -m tests.benchmarks.estimators --patients 600 100000 --rounds 5`

Whole days up to five years, half of the patients in each of two groups, three outcomes, a third of them entering late
where the method takes entries, five landmarks. Medians of the rounds, arrays ready in memory.
"""

import argparse
from statistics import median
from time import perf_counter

import numpy as np

from estimators.aalen_johansen import aalen_johansen
from estimators.balance import standardised_difference
from estimators.cox import cox
from estimators.difference import difference_at
from estimators.expected_time import expected_time
from estimators.exposure_effect import exposure_effect
from estimators.fine_gray import fine_gray, incidence_effects
from estimators.follow_up import median as median_follow_up
from estimators.gray import gray_test
from estimators.holm import holm
from estimators.interaction import time_interaction
from estimators.kaplan_meier import kaplan_meier, quantile
from estimators.logistic import logistic
from estimators.logrank import logrank
from estimators.mantel_byar import mantel_byar
from estimators.occupancy import STAYS, occupancy
from estimators.odds_ratio import odds_ratio
from estimators.piecewise_hazard_ratio import piecewise_hazard_ratio
from estimators.proportion import proportion
from estimators.proportional_hazards import proportional_hazards
from estimators.quartiles import quartiles
from estimators.restricted_mean import restricted_mean_difference
from estimators.risk_difference import risk_difference
from estimators.risk_start import first_stable_day
from estimators.risk_table import risk_table
from estimators.sequential_trials import sequential_trials
from estimators.simon_makuch import simon_makuch
from estimators.super_model import super_model
from estimators.treatment_weights import balance_of, treatment_weights
from estimators.turnbull import turnbull
from estimators.weighted_curve import weighted_incidence, weighted_kaplan_meier

MONTHS = 30.4375 * np.array([3, 6, 12, 24, 36])
LANDMARKS = (60, 90, 120, 180, 365)


def patients(n):
    """time, cause (0-3), exposed, entry of n generated patients."""
    rng = np.random.default_rng(1)
    exposed = np.arange(n) % 2 == 1
    time = np.minimum(rng.exponential(np.where(exposed, 900, 700)).astype(int) + 1, 1826)
    cause = np.where(time == 1826, 0, rng.choice(4, n, p=[0.3, 0.4, 0.2, 0.1]))
    entry = np.where(rng.random(n) < 1 / 3, (time * rng.random(n)).astype(int), 0)
    return time, cause, exposed, entry


def methods(n):
    """{name: call without arguments}."""
    time, cause, exposed, entry = patients(n)
    event, start = cause == 1, np.zeros(n, int)
    curves = [kaplan_meier(time[arm], event[arm]) for arm in (~exposed, exposed)]
    to = np.where(cause > 0, cause, STAYS)
    held = [np.flatnonzero(time > day) for day in LANDMARKS]
    patient, landmark = np.concatenate(held), np.repeat(LANDMARKS, [len(rows) for rows in held])
    counts, sizes = (int(event[~exposed].sum()), int(event[exposed].sum())), (int((~exposed).sum()), int(exposed.sum()))
    rng = np.random.default_rng(2)
    x = np.column_stack([rng.normal(size=n), *(rng.random((4, n)) < 0.3)]).astype(float)  # a number, four levels
    weight, both = treatment_weights(x, exposed.astype(int)).weight, np.column_stack([exposed, x])
    left = time // 30 * 30  # monthly samples
    right = np.where(event, left + 30, np.inf)
    change = np.where(rng.random(n) < 0.15, entry + rng.integers(0, 120, n), np.inf)
    never = np.full(n, np.inf)
    return {
        "cox, 6 covariates": lambda: cox(entry, time, event, both),
        "cox, weighted": lambda: cox(entry, time, event, exposed, weight=weight),
        "fine_gray, 6 covariates": lambda: fine_gray(time, cause, both),
        "fine_gray, delayed entry": lambda: fine_gray(time, cause, exposed, 1, entry),
        "logistic, 5 covariates": lambda: logistic(x, exposed.astype(int)),
        "treatment_weights": lambda: treatment_weights(x, exposed.astype(int)),
        "balance_of": lambda: balance_of(x, exposed.astype(int), weight),
        "weighted_kaplan_meier": lambda: weighted_kaplan_meier(time, event, weight),
        "weighted_incidence": lambda: weighted_incidence(time, cause, weight, 3),
        "turnbull": lambda: turnbull(left, right),
        "time_interaction": lambda: time_interaction(start, time, event, x[:, 1].astype(int), exposed.astype(int)),
        "sequential_trials": lambda: sequential_trials(entry, never, time, event, change),
        "sequential_trials, weighted": lambda: sequential_trials(entry, never, time, event, change, x),
        "holm": lambda: holm(np.linspace(0.001, 0.9, 20)),
        "kaplan_meier": lambda: kaplan_meier(time, event),
        "kaplan_meier, delayed entry": lambda: kaplan_meier(time, event, entry),
        "quantile": lambda: quantile(curves[0]),
        "aalen_johansen": lambda: aalen_johansen(time, cause, 3),
        "simon_makuch": lambda: simon_makuch(time, event, entry, kaplan_meier, 90),
        "logrank": lambda: logrank(time, event, exposed),
        "logrank, delayed entry": lambda: logrank(time, event, exposed, entry),
        "gray_test": lambda: gray_test(time, cause, exposed),
        "mantel_byar": lambda: mantel_byar(entry, time, event, exposed),
        "cox": lambda: cox(entry, time, event, exposed),
        "cox, robust": lambda: cox(entry, time, event, exposed, cluster=np.arange(n)),
        "exposure_effect": lambda: exposure_effect(entry, time, event, exposed),
        "fine_gray": lambda: fine_gray(time, cause, exposed),
        "incidence_effects": lambda: incidence_effects(time, cause, exposed),
        "proportional_hazards": lambda: proportional_hazards(start, time, event, exposed),
        "piecewise_hazard_ratio": lambda: piecewise_hazard_ratio(start, time, event, exposed, [180, 365]),
        "super_model, 5 landmarks": lambda: super_model(
            patient, landmark, time[patient] - landmark, event[patient], exposed[patient]
        ),
        "difference_at": lambda: difference_at(*curves, MONTHS),
        "restricted_mean_difference": lambda: restricted_mean_difference(*curves, 1095),
        "risk_difference": lambda: risk_difference(counts, sizes),
        "odds_ratio": lambda: odds_ratio(counts, sizes),
        "proportion": lambda: proportion(np.array(counts), np.array(sizes)),
        "occupancy, 4 states": lambda: occupancy(start, time, start, to, 4),
        "expected_time, 4 states": lambda: expected_time(start, time, start, to, 4, 1095),
        "median follow-up": lambda: median_follow_up(time, event),
        "risk_table": lambda: risk_table(time, event, MONTHS, entry),
        "first_stable_day": lambda: first_stable_day(entry, time),
        "quartiles": lambda: quartiles(time),
        "standardised_difference": lambda: standardised_difference([time[exposed], time[~exposed]]),
    }


def milliseconds(call, rounds):
    laps = []
    for _ in range(rounds):
        began = perf_counter()
        call()
        laps.append(1000 * (perf_counter() - began))
    return median(laps)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.estimators")
    parser.add_argument("--patients", type=int, nargs="+", default=[600, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", help="words that a name must have one of")
    chosen = parser.parse_args()
    tables = [
        {
            name: milliseconds(call, chosen.rounds)
            for name, call in methods(n).items()
            if not chosen.only or any(word in name for word in chosen.only)
        }
        for n in chosen.patients
    ]
    print(f"{'ms':30}", *(f"{n:>12,}" for n in chosen.patients))
    for name in tables[0]:
        print(f"{name:30}", *(f"{table[name]:12.2f}" for table in tables))


if __name__ == "__main__":
    main()
