"""Rows per second of the import into SQLite and PostgreSQL, beside bare executemany and COPY of the same rows.

`python -m tests.benchmarks.import_speed --patients 600 100000 --rounds 3`

Each step runs in a fresh process; seconds are the median of the rounds without imports, memory is the highest resident
size of the process. Bare and ours run one after the other, against a PostgreSQL server that is started for it (without
fsync, as for the tests). steps.py says what the bare steps leave out.
"""

import argparse
import json
import tempfile
from pathlib import Path

from tests.benchmarks.load_and_derive import Lap, _middle, laps_of
from tests.postgresql import Server

PAIRS = (("load", "load, bare"), ("PostgreSQL", "PostgreSQL, bare"), ("PostgreSQL, replace", "PostgreSQL, bare"))


def one_round(folder: Path, server: Server) -> list[Lap]:
    """Every step once, the server's in databases of their own."""
    laps = laps_of("load_bare", folder)[1:] + laps_of("load", folder)[1:]
    for name in ("bare.db", "cohort.db"):
        (folder / name).unlink(missing_ok=True)
    for step in ("load_server_bare", "load_server"):
        database = server.fresh()
        (folder / "server-url").write_text(database.owner, "utf-8")
        laps += laps_of(step, folder)[1:]
        server.disconnect(database.name)
        server.drop(database)
    return laps


def measure(patients: int, rounds: int, server: Server) -> tuple[list[Lap], int]:
    """Medians of the steps, and the rows of the bundle."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        laps_of("make_bundle", folder, patients)
        runs = [one_round(folder, server) for _ in range(rounds)]
        rows = sum(file["rows"] for file in json.loads((folder / "manifest.json").read_text("utf-8"))["files"].values())
    return [_middle(laps) for laps in zip(*runs, strict=True)], rows


def table_lines(laps: list[Lap], rows: int) -> list[str]:
    """Seconds, rows per second and peak memory of each step; ours as a ratio to its bare twin."""
    seconds = {what: lap for what, lap, _ in laps}
    bare = dict(PAIRS)
    return [
        f"{'':22}{'seconds':>10}{'rows / s':>12}{'peak MB':>10}{'x bare':>8}",
        *(
            f"{what:22}{lap:10.2f}{rows / lap:12,.0f}{peak:10.0f}"
            + (f"{lap / seconds[bare[what]]:8.1f}" if what in bare else "")
            for what, lap, peak in laps
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.import_speed")
    parser.add_argument("--patients", type=int, nargs="+", default=[600])
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    server = Server()
    try:
        for patients in chosen.patients:
            laps, rows = measure(patients, chosen.rounds, server)
            print(
                f"\n{patients:,} patients, {rows:,} rows, median of {chosen.rounds}",
                *table_lines(laps, rows),
                sep="\n",
                flush=True,
            )
    finally:
        server.remove()


if __name__ == "__main__":
    main()
