"""Make the synthetic cohort: `python -m sample_data.generate [--patients 600] [--seed 2026] [--out FOLDER]`.

The cohort is drawn in blocks of 5,000 patients, each from its own random numbers and appended to the files, so that
a million patients need no more memory than one block. The same seed and number of patients give the same bytes; a
full block is the same whatever follows it, and every column draws from a stream of its own.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from data_access.manifest import write_manifest
from data_access.schema.tables import BUNDLE_TABLES, TABLE, columns_of, key_of, natural_key_of, short_of
from sample_data.parameters import DATA_CUTOFF, PRODUCTS
from sample_data.records import ROWS
from sample_data.streams import Draw
from sample_data.visits import draw_cohort
from sample_data.writing import iso

BLOCK = 5_000
PATIENTS, SEED = 600, 2026
TITLE = "Synthetic CAR-T cohort"
SOURCE = "Simulated patients, calibrated to published figures (sample_data/generate.py, {n} patients, seed {seed})"


def header(table: str) -> list[str]:
    return [column.name for column in columns_of(TABLE[table])]


def product_frame() -> pd.DataFrame:
    """The declared products as rows of their table."""
    return pd.DataFrame(
        [{"product_code": p.code, **{k: getattr(p, k) for k in header("product")[1:]}} for p in PRODUCTS]
    )


def identified(table: str, rows: pd.DataFrame, start: int, width: int) -> pd.DataFrame:
    """Rows in patient and date order with pseudonyms (P00001) and keys (RA00001-02); twins of a natural key drop out.

    `start` is the number of patients in the blocks before, `width` the digits of a pseudonym.
    """
    order = [name for name in ("i", "day") if name in rows]
    rows = rows.sort_values(order, kind="stable", ignore_index=True)
    if "day" in rows and "date" in TABLE[table].columns:
        rows["date"] = iso(rows["day"].to_numpy())
    number = np.array([f"{start + i + 1:0{width}d}" for i in rows["i"]], dtype=object)
    rows["patient_id"] = "P" + number
    rows = rows.drop_duplicates(list(natural_key_of(TABLE[table])) or ["patient_id"], ignore_index=True)
    if table != "patient":
        key, letters = key_of(TABLE[table]).name, short_of(TABLE[table]).upper()
        running = rows.groupby("i").cumcount() + 1
        rows[key] = letters + rows["patient_id"].str[1:] + [f"-{k:02d}" for k in running]
    return rows[header(table)]


def blocks(patients: int) -> Iterator[tuple[int, int]]:
    """(number of the block, patients in it)."""
    for block, start in enumerate(range(0, patients, BLOCK)):
        yield block, min(BLOCK, patients - start)


def block_frames(seed: int, block: int, n: int, width: int) -> dict[str, pd.DataFrame]:
    """Every table of one block but `product`, as written: text columns, missing empty."""
    cohort = draw_cohort(seed, block, n)
    return {
        table: identified(table, rows(cohort, Draw(seed, block, table)), block * BLOCK, width)
        for table, rows in ROWS.items()
    }


def write_csv(frame: pd.DataFrame, path: Path, first: bool) -> None:
    """Write, or append to, a CSV file in UTF-8 with LF line ends."""
    with path.open("w" if first else "a", encoding="utf-8", newline="") as file:
        frame.to_csv(file, index=False, header=first, lineterminator="\n")


def generate(folder: Path, patients: int = PATIENTS, seed: int = SEED) -> None:
    """Write the bundle into `folder`. Raises ValueError on a number of patients below 1 or a negative seed."""
    if patients < 1 or seed < 0:
        raise ValueError(f"patients must be at least 1 and seed at least 0, got: {patients} and {seed}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    width = max(5, len(str(patients)))
    write_csv(product_frame(), folder / "product.csv", first=True)
    for block, n in blocks(patients):
        for table, frame in block_frames(seed, block, n, width).items():
            write_csv(frame, folder / f"{table}.csv", first=block == 0)
    write_manifest(folder, TITLE, str(DATA_CUTOFF), SOURCE.format(n=patients, seed=seed), synthetic=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sample_data.generate", description="Make a synthetic cohort.")
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    chosen = parser.parse_args(arguments)
    try:
        generate(chosen.out, chosen.patients, chosen.seed)
    except (OSError, ValueError) as error:
        print(f"No cohort was made: {error}", file=sys.stderr)
        return 1
    return 0


if {table.name for table in BUNDLE_TABLES} != {"product", *ROWS}:
    raise TypeError("every table of the bundle must have its rows in sample_data/records.py")

if __name__ == "__main__":
    sys.exit(main())
