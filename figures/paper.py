"""Tables for paper: what a grid on the screen does not print, as plain inert HTML."""

from html import escape

import pandas as pd

from figures.columns import column_words, decimals, reading_order

MOST_ROWS = 100  # of a list of patients: the file has all


def paper_table(table: pd.DataFrame, title: str) -> str:
    """The table under its title, columns in reading order; of a longer one the first rows, and how many there are."""
    shown = table.head(MOST_ROWS)
    names = reading_order(shown)
    head = "".join(f'<th scope="col">{escape(column_words(name))}</th>' for name in names)
    columns = [written_cells(name, shown[name]) for name in names]
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in zip(*columns, strict=True)
    )
    more = f"The first {MOST_ROWS} of {len(table)} rows; the file has all." if len(table) > MOST_ROWS else ""
    return (
        f'<table class="plain"><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table><p>{more}</p>"
    )


def written_cells(name: str, column: pd.Series) -> list[str]:
    """Every cell as the screen writes it; what is missing is empty."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return ["" if pd.isna(day) else f"{day:%Y-%m-%d}" for day in column]
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        form = decimals(name, column)
        return ["" if value != value else form % value for value in column.astype("float64").to_list()]
    return ["" if pd.isna(value) else str(value) for value in column.to_list()]
