"""Processor milliseconds of the transplant and state figures, by the functions of the pages, beside a NumPy pass.

`python -m tests.benchmarks.transplant_methods --patients 600 100000 --rounds 5`

First: with everything derived anew from the tables' milestones; again: what a filter change costs. The bare pass sorts
the days of overall survival and runs the cumulative product, once.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, CohortData, choose
from analyses.course.states import states
from analyses.time_to_event.after_transplant import after_transplant, dynamic_landmark
from analyses.time_to_event.time_dependent import by_transplant
from analyses.time_to_event.transplant import by_prior_transplant, transplant_landmark
from data_access.load import load_bundle
from data_access.reading.engine import connect, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from endpoints.catalogue import OS
from endpoints.time_to_event import derive_tte
from sample_data.generate import generate

METHODS = {
    "before and after transplant, OS": lambda cohort: by_transplant(cohort, "os", 90, "36"),
    "before and after transplant, relapse": lambda cohort: by_transplant(cohort, "relapse", 90, "36"),
    "landmark, RFS": lambda cohort: transplant_landmark(cohort, "rfs", 90, "36"),
    "landmarks side by side, RFS": lambda cohort: dynamic_landmark(cohort, "rfs"),
    "after transplant, OS": lambda cohort: after_transplant(cohort, "os", "36"),
    "prior transplant by interval, EFS": lambda cohort: by_prior_transplant(cohort, "efs", "interval", "36"),
    "states with expected months": lambda cohort: states(cohort, 36, 24),
}


def cohort(folder: Path) -> Cohort:
    """Every infused patient of a database as the chosen cohort."""
    with connect(open_engine(f"sqlite:///{folder / 'cohort.db'}")) as connection:
        cutoff, tables = pd.Timestamp(dataset_row(connection).data_cutoff), fetch_tables(connection, "all")
    return choose(CohortData("Benchmark", cutoff, str(folder), "generated", True, "all", tables))


def bare(days: np.ndarray, event: np.ndarray) -> float:
    """One product-limit curve by sorting: what the arithmetic alone costs."""
    order = np.argsort(days, kind="stable")
    at_risk = np.arange(len(days), 0, -1)
    return float(np.cumprod(1 - event[order] / at_risk)[-1])


def milliseconds(function, rounds: int, before=lambda: None) -> float:
    found = []
    for _ in range(rounds):
        before()
        start = time.process_time()
        function()
        found.append(1000 * (time.process_time() - start))
    return median(found)


def measure(cohort: Cohort, rounds: int) -> list[str]:
    rows = derive_tte(cohort.whole.course, OS, cohort.rules).rows
    baseline = milliseconds(lambda: bare(rows["AVAL"].to_numpy(), (rows["CNSR"] == 0).to_numpy()), rounds)
    lines = [f"{'bare NumPy pass':38}{baseline:10.2f}"]
    for name, method in METHODS.items():
        cold = milliseconds(lambda method=method: method(cohort), rounds, cohort.data.memory.clear)
        warm = milliseconds(lambda method=method: method(replace(cohort)), rounds)  # a copy is not answered from memory
        lines.append(f"{name:38}{cold:10.1f}{warm:10.1f}{warm / baseline:10.0f}")
    return [f"{'':38}{'first, ms':>10}{'again, ms':>10}{'x bare':>10}", *lines]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.transplant_methods")
    parser.add_argument("--patients", type=int, nargs="+", default=[600])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", type=Path, help="folder of an existing cohort.db, instead of generating")
    chosen = parser.parse_args()
    for patients in chosen.patients:
        with tempfile.TemporaryDirectory() as made:
            folder = chosen.database or Path(made)
            if chosen.database is None:
                generate(folder, patients)
                load_bundle(folder, f"sqlite:///{folder / 'cohort.db'}")
            everybody = cohort(folder)
            print(f"\n{everybody.n:,} infused patients, median of {chosen.rounds}")
            print(*measure(everybody, chosen.rounds), sep="\n")


if __name__ == "__main__":
    main()
