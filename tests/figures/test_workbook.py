"""XLSX files: read back by another library and by LibreOffice, every cell is what it was, and nothing is evaluated."""

import csv
import io
import re
import zipfile
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from data_access.bundle.spreadsheet import safe_cell
from figures import workbook
from figures.export import safe_comment
from figures.image import drawable
from figures.workbook import ABOUT, LONGEST_TEXT, TABLE, column_lines, xlsx_bytes
from tests.analyses.cohorts import cohort
from tests.csv_files import facts_and_rows
from tests.every_tab import draw, every_tab
from tests.figures.test_spreadsheet import ATTEMPTS
from tests.libreoffice import as_csv, formulas_of_workbook

MADE = datetime(2026, 9, 30)
TAKEN_FOR_SOMETHING = [
    *("MAR12", "01", "1E5", "=1+1", "+1", "-1", "@SUM(A1)", "1-2", "2024-03-04", "03/04", "12:30", "1,5", "1.5"),
    *("TRUE", "00123", "1e-12", "'=1", "{=1}", '=HYPERLINK("http://x")', "http://x.example", "mailto:a@b.c"),
    *("internal:Table!A1", "_x0041_", "<b>&amp;</b>", "a\nb", "  padded ", "", "'", "é 中 Ж 🩸", "#REF!", "NA", "None"),
]


def read(content, sheet=TABLE):
    """Rows of cells as another library reads them; an empty cell is ""."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def parts(content):
    """{name: text} of the file's own parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name).decode("utf-8") for name in file.namelist()}


def evaluated(content):
    """What a spreadsheet would evaluate, follow or fetch."""
    found = [
        mark for name, text in parts(content).items() for mark in re.findall(r"<(f|hyperlink|oleObject)[ >/]", text)
    ]
    return [*found, *(name for name in parts(content) if re.search("external|connections|macro|vba", name.lower()))]


@pytest.mark.parametrize("dtype", ["object", "str", "category", "string[pyarrow]"])
def test_d05_text_stays_text(dtype):
    content = xlsx_bytes(pd.DataFrame({"=name": TAKEN_FOR_SOMETHING}).astype(dtype), TAKEN_FOR_SOMETHING, MADE)
    assert [row[0] for row in read(content)] == ["=name", *TAKEN_FOR_SOMETHING]
    assert [row[0] for row in read(content, ABOUT)] == TAKEN_FOR_SOMETHING
    assert evaluated(content) == []


def test_d11_every_cell_has_the_type_of_what_it_holds():
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-02-29", None]),
            "moment": pd.to_datetime(["2024-02-29 13:05:00", None]),
            "day": pd.Series([date(2024, 2, 29), None], dtype="object"),
            "whole": pd.array([3, None], dtype="Int32"),
            "number": [-1.5e-12, np.nan],
            "small": np.array([7, -8], dtype="int8"),
            "yes": pd.array([True, None], dtype="boolean"),
            "mixed": pd.Series([np.float32(0.5), "0.5"], dtype="object"),
        }
    )
    names, first, second = read(xlsx_bytes(frame, [], MADE))
    assert names == list(frame.columns)
    day = date(2024, 2, 29)
    assert first == [day, datetime(2024, 2, 29, 13, 5), day, 3.0, -1.5e-12, 7.0, "yes", 0.5]
    assert second == ["", "", "", "", "", -8.0, "", "0.5"]


@pytest.mark.parametrize(
    ("cell", "as_read"),
    [
        (float("inf"), "inf"),
        (2**60 + 1, str(2**60 + 1)),
        (pd.Timestamp("1899-12-31"), "1899-12-31T00:00:00"),
        (date(1850, 1, 2), "1850-01-02"),
        (pd.Timestamp("2024-01-01 10:00", tz="Europe/Berlin"), "2024-01-01T10:00:00+01:00"),
        (pd.NaT, ""),
        (None, ""),
        ("a\0b", "a␀b"),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_d11_d12_what_a_spreadsheet_cannot_hold_is_written_in_words(cell, as_read):
    frame = pd.DataFrame({"a": pd.Series([cell, "x"], dtype="object")})
    assert read(xlsx_bytes(frame, [], MADE))[1][0] == as_read


@pytest.mark.parametrize("letter", ["x", "🩸"])
def test_a_text_longer_than_a_cell_is_cut_where_a_letter_ends(letter):
    cell = read(xlsx_bytes(pd.DataFrame({"a": [letter * 40_000]}), [], MADE))[1][0]
    assert len(cell.encode("utf-16-le")) // 2 in (LONGEST_TEXT, LONGEST_TEXT - 1)
    assert cell == letter * (len(cell) - 1) + "…"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(exclude_characters="\r"), max_size=12), min_size=1, max_size=6))
def test_d07_d08_any_text_comes_back(texts):
    content = xlsx_bytes(pd.DataFrame({"a": texts}, dtype="object"), texts, MADE)
    assert [row[0] for row in read(content)[1:]] == [drawable(text) for text in texts]
    assert evaluated(content) == []


def test_d14_more_rows_than_a_sheet_holds_are_refused_before_anything_is_written(monkeypatch):
    assert workbook.MOST_ROWS == 2**20 - 1  # with the names of the columns as many rows as a sheet has
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    assert len(read(xlsx_bytes(pd.DataFrame({"a": range(3)}), [], MADE))) == 4
    with pytest.raises(workbook.TooLarge, match="must have at most 3 rows, got: 4"):
        xlsx_bytes(pd.DataFrame({"a": range(4)}), [], MADE)


def test_equal_content_is_an_equal_file():
    frame = pd.DataFrame({"a": [1, 2]})
    assert xlsx_bytes(frame, ["x"], MADE) == xlsx_bytes(frame, ["x"], MADE)


def test_two_columns_of_one_name_and_no_rows_at_all():
    assert read(xlsx_bytes(pd.DataFrame([[1, "x"]], columns=["a", "a"]), [], MADE)) == [["a", "a"], [1.0, "x"]]
    assert read(xlsx_bytes(pd.DataFrame({"a": []}), [], MADE)) == [["a"]]


def test_d08_d10_libreoffice_shows_text_as_text_and_runs_nothing(tmp_path):
    frame = pd.DataFrame({"text": TAKEN_FOR_SOMETHING, "n": range(len(TAKEN_FOR_SOMETHING))})
    frame["date"] = pd.Timestamp("2024-02-29")
    content = xlsx_bytes(frame, TAKEN_FOR_SOMETHING, MADE)
    rows = list(csv.reader(io.StringIO(as_csv(content, tmp_path), newline="")))
    assert [row[0] for row in rows[1:]] == TAKEN_FOR_SOMETHING
    assert {row[2] for row in rows[1:]} == {"2024-02-29"}
    hostile = pd.DataFrame(dict.fromkeys(("=2+2", "b"), ATTEMPTS))
    assert formulas_of_workbook(xlsx_bytes(hostile, ATTEMPTS, MADE), tmp_path) == []


def test_a_workbook_of_every_figure_has_the_rows_of_the_csv_and_says_what_its_comment_lines_say():
    told = 0
    for _, tab in every_tab():
        for figure in draw(tab, cohort(by="product"), with_specs=False).figures:
            for kind in figure.tables if not figure.nobody else ():
                check_workbook(figure, kind)
                told += 1
    assert told > 60


def check_workbook(figure, kind):
    content, (facts, rows) = figure.xlsx(kind, {"a": "b"}), facts_and_rows(figure.csv(kind, {"a": "b"}))
    about = [row[0] for row in read(content, ABOUT)]
    meant = column_lines(figure.tables[kind])
    [*others, hashed] = [fact for fact in facts[1:] if not fact.startswith("Columns: ")]
    said = [*others, hashed.replace("the table below", "the same table in the CSV file")]
    assert [safe_comment(line) for line in about if line not in meant] == said
    assert [line for line in about if line in meant] == meant
    names, *cells = read(content)
    assert names == rows[0] and len(cells) == len(rows) - 1
    assert [[shown(cell) for cell in row] for row in cells] == [[plain(cell) for cell in row] for row in rows[1:]]
    assert evaluated(content) == []


def shown(cell):
    """A cell of the workbook as the CSV has it: made harmless there, which nothing here asks for."""
    return cell.isoformat() if isinstance(cell, date) else plain(safe_cell(cell)) if isinstance(cell, str) else cell


def plain(cell):
    """Text, or a number as the sixteen digits that the library writes."""
    try:
        return float(f"{float(cell):.16G}")
    except ValueError:
        return cell
