"""Seconds and peak memory from a CSV bundle to every endpoint, beside bare code over the same rows in the same run.

`python -m tests.benchmarks.load_and_derive --patients 600 100000 --rounds 3`

Each step runs in a fresh process; seconds are the median of the rounds without imports, memory is the highest
resident size of the process, which begins at that of the imported libraries. Bare loading is csv.reader into
executemany, bare reading is pandas.read_sql (steps.py says what they leave out); ratios are to those. This process
imports nothing large: Linux counts the size of the parent into the peak of a child.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
Lap = tuple[str, float, float]


def laps_of(step: str, folder: Path, *arguments: int) -> list[Lap]:
    """Run one step in a fresh process: (what, seconds, peak MB) per lap, imports first."""
    command = [sys.executable, "-m", "tests.benchmarks.steps", step, str(folder), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return [tuple(lap) for lap in json.loads(done.stdout)]


def measure(patients: int, rounds: int) -> tuple[list[Lap], int]:
    """Laps of all steps (medians over the rounds, which go step by step), and the rows of the bundle."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = laps_of("make_bundle", folder, patients)[1:]
        runs = [one_round(folder) for _ in range(rounds)]
        rows = sum(file["rows"] for file in json.loads((folder / "manifest.json").read_text("utf-8"))["files"].values())
    return [*made, *(_middle(laps) for laps in zip(*runs, strict=True))], rows


def one_round(folder: Path) -> list[Lap]:
    """Bare and ours one after the other, so that both see the same load of the machine."""
    laps = []
    for step in ("load_bare", "load", "read_bare", "derive"):
        laps += laps_of(step, folder)[1:]
        (folder / "bare.db").unlink(missing_ok=True)
    return laps


def _middle(laps: tuple[Lap, ...]) -> Lap:
    return laps[0][0], median(lap[1] for lap in laps), median(lap[2] for lap in laps)


def table_lines(laps: list[Lap]) -> list[str]:
    """The printed table; the last lines are load, and read with everything derived, against their bare twins."""
    seconds = {what: lap for what, lap, _ in laps}
    lines = [f"{what:16}{lap:10.3f}{peak:10.0f}" for what, lap, peak in laps]
    ours = sum(lap for _, lap, _ in laps[4:])
    compared = (
        ("load", seconds["load"], seconds["load, bare"]),
        ("read", seconds["read"], seconds["read, bare"]),
        ("read + derive", ours, seconds["read, bare"]),
    )
    return [
        f"{'':16}{'seconds':>10}{'peak MB':>10}",
        *lines,
        *(f"{what:16}{mine:10.3f}{'':10}{mine / bare:8.1f} x bare" for what, mine, bare in compared),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.load_and_derive")
    parser.add_argument("--patients", type=int, nargs="+", default=[600])
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    for patients in chosen.patients:
        laps, rows = measure(patients, chosen.rounds)
        print(f"\n{patients:,} patients, {rows:,} rows, median of {chosen.rounds}", *table_lines(laps), sep="\n")


if __name__ == "__main__":
    main()
