"""How long watchlist, boards and lists take, by hand: `python -m tests.benchmarks.monitoring [copies of the sample]`.

The sample's 600 patients, copied under other identifiers; each derivation for the first time, in milliseconds.
"""

import sys
import time
from dataclasses import replace

import pandas as pd

from analyses.cohort import choose
from analyses.memory import Memory
from analyses.monitoring.due import due
from analyses.monitoring.follow_up_board import completeness, follow_up_board
from analyses.monitoring.outcome_board import funnel, outcome_board
from analyses.monitoring.quality import missingness
from analyses.monitoring.swimmer import swimmer
from analyses.monitoring.watchlist import counts, watchlist
from endpoints.watch.rules import WATCHLIST
from tests.analyses.cohorts import sample

STEPS = (
    ("watchlist", watchlist),
    ("counts per rule", counts),
    ("new since 91 days", lambda cohort: watchlist(cohort, "all", "all", "new", 91)),
    ("due next", due),
    ("follow-up board", lambda cohort: follow_up_board(cohort, "mrd", "M3")),
    ("completeness", completeness),
    ("outcome board", lambda cohort: outcome_board(cohort, "centre")),
    ("funnel", funnel),
    ("missing values", missingness),
    ("swimmer", lambda cohort: swimmer(cohort, "follow_up")),
)


def copied(tables: dict[str, pd.DataFrame], copies: int) -> dict[str, pd.DataFrame]:
    """Every patient `copies` times, under identifiers of their own."""
    return {name: _copied(rows, copies) for name, rows in tables.items()}


def _copied(rows: pd.DataFrame, copies: int) -> pd.DataFrame:
    if "patient_id" not in rows:
        return rows
    own = [name for name in rows if name.endswith("_id")]
    parts = [rows.assign(**{name: rows[name] + f"-{i}" for name in own}) for i in range(copies)]
    return pd.concat(parts, ignore_index=True)


def main(copies: int) -> None:
    """Print a line per step."""
    data = replace(sample(), tables=copied(sample().tables, copies), memory=Memory(10**11), version=f"copies {copies}")
    cohort, ms = timed(lambda: choose(data))
    print(f"{len(cohort.whole.adsl):,} patients; study derived in {ms:,.0f} ms")
    for rule in WATCHLIST:
        print(f"rule {rule.code}: {timed(lambda rule=rule: rule.derive(cohort.whole))[1]:,.0f} ms")
    for name, step in STEPS:
        print(f"{name}: {timed(lambda step=step: step(cohort))[1]:,.0f} ms")


def timed(act):
    """(what it gives, milliseconds)."""
    begin = time.perf_counter()
    result = act()
    return result, 1000 * (time.perf_counter() - begin)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
