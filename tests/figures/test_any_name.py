"""Names of products and centres with control characters: every figure with group names as SVG, PNG and CSV."""

import csv
import io
from unicodedata import category
from xml.etree import ElementTree

import pandas as pd
import pytest

from figures.figure import PATIENTS, ROWS
from figures.image import image_bytes
from tests.analyses.cohorts import cohort_of
from tests.every_tab import draw, every_tab
from tests.literal import PRODUCTS
from tests.pages.twelve import PATIENTS as TWELVE

CONTROL = "\x00\x01\x08\x0b\x0c\x1b\x1f\x7f\x85\u2028\ufffe\r\n\t"
NAMES = {"TISA": f"tisa{CONTROL}gen", "BREXU": f"=brexu{CONTROL}"}
ON_SCREEN = "tisa"  # how the name begins wherever it stands
BREAKS = {"Cc", "Cs", "Zl", "Zp"}  # categories of characters that break a line or cannot be written
CENTRE = f"C{CONTROL}1"


@pytest.fixture(scope="module")
def figures():
    """Every figure of every tab that compares products of such names, at centres of such names."""
    products = tuple(product | {"name": NAMES[product["product_code"]]} for product in PRODUCTS)
    people = [one | {"patient": [row | {"site_code": _centre(row)} for row in one["patient"]]} for one in TWELVE]
    by_product = cohort_of(*people, by="product", products=products)
    return [figure for _, tab in every_tab() for figure in draw(tab, by_product).figures]


def _centre(row):
    return CENTRE if row["site_code"] == "C01" else row["site_code"]


def words_of(svg: bytes) -> str:
    return " ".join(ElementTree.fromstring(svg).itertext())


def test_every_figure_with_group_names_is_an_svg(figures):
    """All charts under one another in one image, a renderer starts for seconds; those that a click changes alone."""
    drawn = [chart for figure in figures for chart in figure.charts]
    alone = [[chart] for chart in drawn if "params" in chart.spec]
    words = ""
    for charts in ([chart for chart in drawn if "params" not in chart.spec], *alone):
        rows = [[(chart.spec, chart.frame, "")] for chart in charts]
        words += words_of(image_bytes(rows, NAMES["TISA"], [CENTRE], "svg"))
    assert len(drawn) > 60 and words.count(ON_SCREEN) > 40 and "\u2401" in words


def test_a_figure_with_group_names_is_a_png(figures):
    figure = next(figure for figure in figures if len(figure.charts) > 1 and "product" in figure.title)
    assert figure.image("png").startswith(b"\x89PNG") and ON_SCREEN in words_of(figure.image("svg"))


def test_every_table_with_such_names_comes_back_from_its_file(figures):
    named = 0
    for figure in figures:
        for kind, table in figure.tables.items():
            text = figure.csv(kind, {}).decode("utf-8-sig")
            count = int(text.split()[1])
            *comments, body = text.split("\r\n", count)
            read = list(csv.reader(io.StringIO(body, newline="")))
            assert len(read) == len(table) + 1 and {len(row) for row in read} == {table.shape[1]}
            assert all(line.startswith("# ") and not BREAKS & set(map(category, line)) for line in comments)
            named += "strata" in table and kind not in (PATIENTS, ROWS) and has_names(read, table)
    assert named > 30


def has_names(read: list[list[str]], table: pd.DataFrame) -> bool:
    """Whether the names of groups stand in the file as in the table, but for NUL and the marks against formulas."""
    place = list(table.columns).index("strata")
    plain = [cell.replace("'", "") for cell in (row[place] for row in read[1:])]
    assert plain == [str(cell).replace("\0", "").replace("'", "") for cell in table["strata"]]
    return bool(len(table))
