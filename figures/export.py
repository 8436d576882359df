"""CSV for Excel: what leaves the app as a file. Pure: a frame and its description in, bytes out."""

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

from data_access.bundle.spreadsheet import BOM, safe_cell

_SEPARATOR = re.compile("([,;\t])")


def csv_bytes(frame: pd.DataFrame, header_lines: Iterable[str]) -> bytes:
    """UTF-8 with BOM and CRLF: `# ` comment lines (the first says how many), the column names, the rows.

    The last comment lines hold the number of rows and the SHA-256 of everything below them (as bytes). Missing is
    empty, dates are ISO, yes/no is `yes` / `no`, numbers are written in full. Text that a spreadsheet would run as a
    formula gets a leading apostrophe.
    """
    body = _body(frame).encode("utf-8", "replace")
    lines = [*header_lines, f"Rows: {len(frame)}", f"SHA-256 of the table below: {hashlib.sha256(body).hexdigest()}"]
    count = len(lines) + 1
    first = f"{count} comment lines; skip them, for example pandas.read_csv(file, skiprows={count})"
    head = "".join(f"# {safe_comment(line)}\r\n" for line in (first, *lines))
    return (BOM + head).encode("utf-8", "replace") + body


def safe_comment(line: str) -> str:
    """One comment line: no control characters, and no piece between separators that starts like a formula."""
    one_line = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in line)
    return "".join(
        part if _SEPARATOR.fullmatch(part) or not i else safe_cell(part)
        for i, part in enumerate(_SEPARATOR.split(one_line))
    )


def _body(frame: pd.DataFrame) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(str(name)) for name in frame.columns])
    columns = [_column(frame.iloc[:, i]) for i in range(frame.shape[1])]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def _column(values: pd.Series) -> list[str]:
    """Every cell as text; what is missing is empty, whatever the dtype calls it."""
    dates = pd.api.types.is_datetime64_any_dtype(values)
    missing = values.isna().to_numpy()
    return [
        "" if gone else (_date(cell) if dates else _cell(cell))
        for cell, gone in zip(values.tolist(), missing, strict=True)
    ]


def _date(cell: pd.Timestamp) -> str:
    return cell.date().isoformat() if cell == cell.normalize() else cell.isoformat()


def _cell(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, (int, float)):
        return repr(cell)
    return _date(cell) if isinstance(cell, pd.Timestamp) else safe_cell(str(cell))
