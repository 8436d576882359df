"""Small CDISC datasets for tests: XPT by pyreadstat, CSV by hand, special missing values written into the bytes."""

import csv
from pathlib import Path

import pandas as pd
import pyreadstat

COHORT = """
[cohort]
title = "Literal cohort"
data_cutoff = 2024-06-30
source = "Tests"
synthetic = true
"""
TISA = """
[[product]]
product_code = "TISA"
name = "tisagenlecleucel"
"""


def sas_day(text: str) -> float:
    """An ISO date as SAS counts it; nan when there is none."""
    return float((pd.Timestamp(text) - pd.Timestamp("1960-01-01")).days) if text else float("nan")


def write_xpt(folder: Path, name: str, columns: dict[str, list], dates=(), version=5, formats=None) -> Path:
    """A dataset of text (str) and number columns; `dates` are given as ISO text and get the format DATE9."""
    folder.mkdir(exist_ok=True)
    values = {c: [sas_day(v) for v in column] if c in dates else column for c, column in columns.items()}
    path = folder / f"{name.lower()}.xpt"
    pyreadstat.write_xport(
        pd.DataFrame(values),
        str(path),
        table_name=name,
        file_format_version=version,
        variable_format=dict.fromkeys(dates, "DATE9.") | (formats or {}),
    )
    return path


def write_csv(folder: Path, name: str, columns: dict[str, list]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def make_special(path: Path, letter: str) -> None:
    """Turn the first missing number of a transport file into a special one."""
    data = bytearray(path.read_bytes())
    at = bytes(data).index(b"." + bytes(7), bytes(data).rindex(b"HEADER RECORD"))
    data[at : at + 1] = letter.encode()
    path.write_bytes(bytes(data))
