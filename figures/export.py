"""CSV for Excel: what leaves the app as a file. Pure: a frame and its description in, bytes out."""

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

from data_access.bundle.spreadsheet import BOM, safe_cell
from endpoints.dictionary import LABELS

BETWEEN = " ‖ "  # lines that share a comment line
ROW_LENGTH = 200  # letters of such a line
_SEPARATOR = re.compile("([,;\t])")


def csv_bytes(frame: pd.DataFrame, header_lines: Iterable[str]) -> bytes:
    """UTF-8 with BOM and CRLF: `# ` comment lines (the first says how many), the column names, the rows.

    Short header lines that follow one another share a comment line, parted by BETWEEN, so that the table is in sight;
    the first, the title, stands alone.
    The last one holds the number of rows and the SHA-256 of everything below it (as bytes). Missing is empty, dates
    are ISO, yes/no is `yes` / `no`, numbers are written in full. Text that a spreadsheet would run as a formula gets a
    leading apostrophe.
    """
    body = _body(frame).encode("utf-8", "replace")
    facts = [safe_comment(line) for line in header_lines]
    lines = [*facts[:1], *packed(facts[1:]), BETWEEN.join(_told(frame, body))]
    count = len(lines) + 1
    first = f"{count} comment lines; skip them, for example pandas.read_csv(file, skiprows={count})"
    head = "".join(f"# {line}\r\n" for line in (first, *lines))
    return (BOM + head).encode("utf-8", "replace") + body


def content_lines(frame: pd.DataFrame) -> list[str]:
    """How many rows the table has, and the SHA-256 of it as a CSV file has it."""
    return _told(frame, _body(frame).encode("utf-8", "replace"), "the same table in the CSV file")


def _told(frame: pd.DataFrame, body: bytes, what: str = "the table below") -> list[str]:
    return [f"Rows: {len(frame)}", f"SHA-256 of {what}: {hashlib.sha256(body).hexdigest()}"]


def packed(lines: Iterable[str]) -> list[str]:
    """The lines in order, as many in one as fit ROW_LENGTH; a longer one stands alone."""
    rows: list[str] = []
    for line in (line.replace(BETWEEN.strip(), "||") for line in lines):
        if rows and len(rows[-1]) + len(BETWEEN) + len(line) <= ROW_LENGTH:
            rows[-1] = f"{rows[-1]}{BETWEEN}{line}"
        else:
            rows.append(line)
    return rows


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


def coded_columns(table: pd.DataFrame) -> list[str]:
    """What the coded columns of a file mean; AVAL and ENTRY count days."""
    words = [f"{name} = {LABELS[name]}" for name in table.columns if name in LABELS]
    return [f"Columns: {'; '.join(words)}"] if words else []
