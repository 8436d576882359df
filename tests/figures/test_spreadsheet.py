"""D01-D04, D09: no cell of a file is a formula in LibreOffice, whatever the list separator of the machine is."""

import pandas as pd
import pytest

from figures.export import csv_bytes
from tests.libreoffice import formulas

ATTEMPTS = [
    "=1+1",
    "a;=1+1;b",
    "a\t=1+1\tb",
    "a,=1+1,b",
    "a\n=1+1",
    "a;\n=1+1",
    'a;"=1+1"',
    'say "a";=1+1',
    "a; =1+1",
    "\t=1+1",
    ";=1+1",
    "a;'';=1+1",
]


def content(comment="Title"):
    frame = pd.DataFrame({"group;=2+2": ATTEMPTS, "n": range(len(ATTEMPTS)), "text\t=3+3": ATTEMPTS[::-1]})
    return csv_bytes(frame, [comment, *ATTEMPTS])


@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_d01_d09_no_cell_is_a_formula(tmp_path, separator):
    assert formulas(content(), separator, tmp_path) == []


def test_the_measure_finds_formulas_where_there_are_some(tmp_path):
    assert formulas(b"x;=1+1;y\r\n", ";", tmp_path) == ["of:=1+1"]
