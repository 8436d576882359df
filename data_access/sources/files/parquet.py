"""A Parquet file as text cells, read by pyarrow."""

import pyarrow
import pyarrow.parquet

from data_access.bundle.problems import Problems, shown
from data_access.bundle.sheet import Sheet, is_small_enough
from data_access.private import AnyFile
from data_access.sources.files.cells import DATES, text_of
from data_access.sources.files.csv_file import Form, is_header

MAX_CELLS = 50_000_000  # a small file can say the same value for ever


def read_parquet(path: AnyFile, problems: Problems, form: Form) -> Sheet | None:
    """The columns with one value per row; None, and a problem, when it is no such file. `lines` are record numbers."""
    if not is_small_enough(path, problems):
        return None
    try:
        with path.open("rb") as file:
            facts = pyarrow.parquet.read_metadata(file)
            if facts.num_rows * facts.num_columns > MAX_CELLS:
                problems.add(shown(path.name), "too-large", f"must have at most {MAX_CELLS:,} cells")
                return None
            file.seek(0)
            table = pyarrow.parquet.read_table(file)
    except (pyarrow.ArrowException, OSError):
        problems.add(shown(path.name), "not-parquet", "must be a Parquet file")
        return None
    if not is_header(shown(path.name), table.column_names, 1, problems):
        return None
    for name, kind in zip(table.column_names, table.schema.types, strict=True):
        if pyarrow.types.is_nested(kind) or pyarrow.types.is_binary(kind):
            problems.add(path.name, "not-a-cell", "a column must hold one value per row", column=shown(name))
            return None
    columns = [[text_of(value, form.decimal) for value in column.to_pylist()] for column in table.columns]
    kinds = {
        name: DATES
        for name, kind in zip(table.column_names, table.schema.types, strict=True)
        if pyarrow.types.is_temporal(kind)
    }
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Sheet(path.name, tuple(table.column_names), rows, list(range(1, len(rows) + 1)), kinds)
