"""The committed bundle, and a block of 5,000 patients for what 600 cannot show."""

from pathlib import Path

import pandas as pd
import pytest

import sample_data
from sample_data.generate import block_frames

DATED = ("_date", "lymphodepletion_start")
FOLDER = Path(sample_data.__file__).parent


def read_text(folder: Path) -> dict[str, pd.DataFrame]:
    """Every CSV file of a bundle as text, empty cells as ''."""
    return {path.stem: pd.read_csv(path, dtype="str", keep_default_na=False) for path in sorted(folder.glob("*.csv"))}


def dated(rows: pd.DataFrame) -> pd.DataFrame:
    """The same text, with every column of dates as dates; an empty cell is no date."""
    dates = {
        name: pd.to_datetime(rows[name].replace("", None)) for name in rows if name == "date" or name.endswith(DATED)
    }
    return rows.assign(**dates)


@pytest.fixture(scope="session")
def committed() -> dict[str, pd.DataFrame]:
    return read_text(FOLDER)


@pytest.fixture(scope="session")
def block() -> dict[str, pd.DataFrame]:
    """5,000 patients of another seed than the committed one."""
    return block_frames(seed=7, block=0, n=5_000, width=5)
