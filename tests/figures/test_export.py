"""CSV files: safe in a spreadsheet, exact for a program."""

import csv
import hashlib
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.bundle.spreadsheet import TRIGGERS, safe_cell
from figures.export import csv_bytes, packed, safe_comment

NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("=+-@|%\t\r\n\0＝＋－＠'\" ,;\u200b\ufeff\u00a0\u202e")), st.characters(codec="utf-8")
    ),
    max_size=12,
)
DTYPES = ("object", "str", "category", "string[pyarrow]")
IGNORED = " '\"\u200b\ufeff\u00a0\u202e"


def parts(content):
    """(comment lines, rows of cells) of a file, found as the file's first line says."""
    text = content.decode("utf-8-sig")
    count = int(text.split()[1])
    lines = text.split("\r\n", count)
    return lines[:count], list(csv.reader(io.StringIO(lines[count], newline="")))


def starts_a_formula(cell):
    stripped = cell.lstrip(IGNORED)
    return not cell.startswith("'") and stripped[:1] in TRIGGERS if stripped else False


@settings(deadline=None)
@given(
    st.lists(st.tuples(NASTY, NASTY), max_size=6),
    st.lists(NASTY, min_size=2, max_size=2),
    st.sampled_from(DTYPES),
    NASTY,
)
def test_d01_d04_no_cell_header_or_comment_starts_a_formula_and_every_cell_comes_back(rows, names, dtype, comment):
    frame = pd.DataFrame(rows, columns=["a", "b"]).astype(dtype)
    frame.columns = names
    comments, table = parts(csv_bytes(frame, [comment]))
    assert len(table) == len(rows) + 1 and {len(row) for row in table} == {2}
    body = csv_bytes(frame, [comment]).decode("utf-8-sig").split("\r\n", len(comments))[-1]
    for separator in ",;\t":
        assert not any(starts_a_formula(cell) for row in read_with(separator, body) for cell in row), separator
    for row, old in zip(table[1:], rows, strict=True):
        assert all(comes_back(cell, was.replace("\0", "")) for cell, was in zip(row, old, strict=True))
    assert all(line.startswith("# ") for line in comments)
    assert not any(starts_a_formula(piece) for line in comments for piece in split(line)[1:])


def read_with(separator, body):
    """Rows of cells as a spreadsheet with that list separator takes them; a plain negative number is no formula,
    nor a row that begins with one and is one cell there."""
    rows = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    return [[cell for cell in row if not is_negative_number(cell.split(",")[0])] for row in rows]


def comes_back(cell, old):
    """Whether a cell is what was written, but for apostrophes before what could be a formula."""
    at = 0
    for character in cell:
        if at < len(old) and character == old[at]:
            at += 1
        elif character != "'":
            return False
    return at == len(old)


def is_negative_number(cell):
    try:
        return float(cell) < 0
    except ValueError:
        return False


def split(line):
    return line.replace(";", ",").replace("\t", ",").split(",")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-cmd",
        "@sum",
        "\tx",
        "\rx",
        "\nx",
        "|x",
        "%x",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        " =1",
        "'=1",
        '"=1',
        "\u200b=1",
        "\ufeff=1",
        "\u00a0+1",
        "-1+2",
        "- 5",
    ],
)
def test_d01_d02_d03_what_a_spreadsheet_could_run_gets_an_apostrophe(text):
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a;=1+1;b", "a;'=1+1;b"),
        ("a\t=1+1", "a\t'=1+1"),
        ("a\r\n=1", "a\r\n'=1"),
        ("a; -1", "a;' -1"),
        ("a;-1", "a;'-1"),
        ('a;"=1', "a;'\"=1"),
        ("=1;=2\t@x", "'=1;'=2\t'@x"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("skin; CNS 2", "skin; CNS 2"),
    ],
)
def test_a_cell_is_safe_where_the_list_separator_is_another_one(text, safe):
    assert safe_cell(text) == safe


@pytest.mark.parametrize("text", ["-5", "-0.5", "-1e-12", "00123", "1E5", "MAR1", "2-3", "a=b", "P00123", "", "é 中 Ж"])
def test_numbers_identifiers_and_plain_words_stay_as_they_are(text):
    assert safe_cell(text) == text


def test_nul_is_removed_before_the_first_character_is_looked_at():
    assert safe_cell("\0=1\0") == "'=1"


def test_a_comment_line_stays_one_line_and_no_piece_of_it_is_a_formula():
    assert safe_comment("Centre = A,=cmd()\r\n=1; +2") == "Centre = A,'=cmd()  =1;' +2"


def test_d06_a_lone_carriage_return_stays_inside_its_row():
    _, table = parts(csv_bytes(pd.DataFrame({"a": ["x\ry", "z"]}), []))
    assert table == [["a"], ["x\ry"], ["z"]]


def test_d05_d11_every_dtype_has_one_way_of_being_written():
    frame = pd.DataFrame(
        {
            "date": pd.Series(pd.to_datetime(["2024-02-29", None])).astype("datetime64[s]"),
            "whole": pd.array([3, None], dtype="Int32"),
            "number": [-1.5e-12, float("nan")],
            "yes_no": pd.array([True, None], dtype="boolean"),
            "level": pd.Categorical(["=x", None]),
            "id": pd.Series(["00123", None], dtype="str"),
        }
    )
    _, table = parts(csv_bytes(frame, []))
    assert table[1:] == [["2024-02-29", "3", "-1.5e-12", "yes", "'=x", "00123"], [""] * 6]


def test_d15_a_file_that_was_cut_off_does_not_fit_its_own_count_and_hash():
    content = csv_bytes(pd.DataFrame({"n": range(50)}), ["Title"])
    head, body = content.split(b"\r\n", 3)[:3], content.split(b"\r\n", 3)[3]
    for size in range(len(body)):
        assert hashlib.sha256(body[:size]).hexdigest().encode() not in head[-1]


def test_d15_the_file_opens_with_its_description_and_the_hash_of_what_follows():
    content = csv_bytes(pd.DataFrame({"n": [1, 2]}), ["Title"])
    assert content.startswith(b"\xef\xbb\xbf# 3 comment lines")
    comments, _ = parts(content)
    body = content.split(b"\r\n", 3)[3]
    sha256 = hashlib.sha256(body).hexdigest()
    assert comments[1:] == ["# Title", f"# Rows: 2 ‖ SHA-256 of the table below: {sha256}"]
    assert content.count(b"\n") == content.count(b"\r\n")


def test_pandas_reads_the_file_as_its_first_line_says():
    content = csv_bytes(pd.DataFrame({"n": [1, 2], "x": [0.1, 0.2]}), ["Title, with a comma", 'and a "quote'])
    skip = int(content.decode("utf-8-sig").split()[1])
    read = pd.read_csv(io.BytesIO(content), skiprows=skip)
    pd.testing.assert_frame_equal(read, pd.DataFrame({"n": [1, 2], "x": [0.1, 0.2]}))


NUMBERS = {1e-12: "1e-12", -0.0: "-0.0", 0.1 + 0.2: "0.30000000000000004", 1e22: "1e+22", -5.0: "-5.0"}
NUMBERS |= {float("inf"): "inf", float("-inf"): "-inf", float("nan"): "", 2**53 + 1: str(2**53 + 1)}


@pytest.mark.parametrize(("number", "written"), NUMBERS.items())
def test_d12_a_number_is_written_in_full_and_read_back_as_it_was(number, written):
    content = csv_bytes(pd.DataFrame({"x": pd.Series([number], dtype="object")}), [])
    assert parts(content)[1][1] == [written] and (not written or float(written) == number or number == 2**53 + 1)


def test_a_lone_surrogate_does_not_stop_the_file():
    assert b"a?b" in csv_bytes(pd.DataFrame({"a": pd.Series(["a\ud800b"], dtype="object")}), [])


def test_columns_of_the_same_name_both_come_out():
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    assert parts(csv_bytes(frame, []))[1] == [["a", "a"], ["1", "2"]]


SHORT, LONG = "x" * 60, "y" * 500


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        ([], []),
        ([SHORT] * 3, [" ‖ ".join([SHORT] * 3)]),
        ([SHORT] * 4, [" ‖ ".join([SHORT] * 3), SHORT]),
        ([SHORT, LONG, SHORT, SHORT], [SHORT, LONG, f"{SHORT} ‖ {SHORT}"]),
        (["a‖b", "c"], ["a||b ‖ c"]),
    ],
)
def test_short_lines_share_a_row_in_their_order_and_come_back(lines, rows):
    assert packed(lines) == rows
    assert [fact for row in rows for fact in row.split(" ‖ ")] == [line.replace("‖", "||") for line in lines]


def test_the_table_of_a_file_is_in_sight():
    """Thirty facts of the length that they have in our files."""
    comments, _ = parts(csv_bytes(pd.DataFrame({"n": [1]}), ["Title", *(f"{i}: {'x' * 40}" for i in range(30))]))
    assert len(comments) <= 12
