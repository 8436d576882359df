"""A report as one HTML file: pictures inside, no script, nothing fetched; it prints a figure a page."""

import base64
from collections.abc import Iterable, Sequence
from html import escape

from figures.figure import Figure
from figures.image import render_many
from figures.reporting import contents
from figures.reporting.contents import Table

STYLE = """
body { font: 15px/1.45 "Source Sans 3", "Source Sans Pro", Arial, sans-serif; color: #31333F; background: #FFFFFF;
  max-width: 1060px; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 26px; } h2 { font-size: 20px; margin-top: 40px; border-top: 1px solid #D9DCE1; padding-top: 18px; }
p.answer { font-size: 18px; } p.small, footer { color: #5F6673; font-size: 13px; }
img { width: 100%; height: auto; } table { border-collapse: collapse; font-size: 13px; width: 100%; margin: 8px 0; }
th, td { text-align: left; padding: 3px 8px; border-bottom: 1px solid #E4E6EA; vertical-align: top; }
details { margin: 10px 0; font-size: 13px; } nav ol { columns: 2; font-size: 14px; }
@media print { body { max-width: none; margin: 0; } section { break-before: page; } nav { break-after: avoid; }
  table, img { break-inside: avoid; } details > *:not(summary) { display: block; } }
"""
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"  # the file itself may fetch nothing


def html_page(figures: Sequence[Figure], title: str) -> bytes:
    """The whole file. Raises CalledProcessError or TimeoutExpired when the renderer fails."""
    drawn = [figure for figure in figures if figure.charts and not figure.nobody]
    pictures = dict(zip(map(id, drawn), render_many([contents.picture_of(one) for one in drawn], "svg"), strict=True))
    sections = "".join(_section(i, one, pictures.get(id(one))) for i, one in enumerate(figures, start=1))
    links = "".join(f'<li><a href="#f{i}">{escape(one.title)}</a></li>' for i, one in enumerate(figures, start=1))
    label = _paragraphs(contents.as_of(figures[0]), "small") if figures else ""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1>{label}<nav><ol>{links}</ol></nav>{sections}{_published(figures)}</body></html>\n"
    ).encode()


def _section(number: int, figure: Figure, picture: bytes | None) -> str:
    head = f'<section id="f{number}"><h2>{number}. {escape(contents.title_of(figure))}</h2>'
    if figure.nobody:
        return f"{head}{_paragraphs([figure.nobody])}{_method(figure)}</section>"
    image = _image(picture, figure) if picture else ""
    answer = _paragraphs([figure.answer], "answer") if figure.answer else ""
    words = _paragraphs([*contents.told(figure), *contents.of_whom(figure), *contents.as_of(figure)], "small")
    return f"{head}{answer}{image}{words}{_table(contents.table_of(figure))}{_method(figure)}</section>"


def _image(picture: bytes, figure: Figure) -> str:
    """As an image and not as part of the page: what stands in it can do nothing."""
    alt = escape(" ".join(figure.alt(chart) for chart in figure.charts)[:1000])
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{base64.b64encode(picture).decode("ascii")}">'


def _paragraphs(lines: Iterable[str], kind: str = "") -> str:
    return "".join(f'<p class="{kind}">{escape(line)}</p>' for line in lines if line)


def _table(table: Table) -> str:
    if not table.rows:
        return ""
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in table.heads)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    more = f"and {table.more} more rows" if table.more else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{_paragraphs([more], 'small')}"


def _method(figure: Figure) -> str:
    return f"<details open><summary>How calculated</summary>{_paragraphs(figure.method_lines())}</details>"


def _published(figures: Sequence[Figure]) -> str:
    found = contents.benchmarks(figures)
    words = contents.PUBLISHED_RULE if found else contents.NOTHING_PUBLISHED
    table = _table(contents.benchmark_table(found))
    return f'<section id="published"><h2>Published figures</h2>{_paragraphs([words])}{table}</section>'
