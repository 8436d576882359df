"""A report as slides: one figure a slide, its picture at about 300 dpi, the method in the speaker's notes."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Emu, Inches, Pt

from figures.figure import Figure
from figures.image import render_many
from figures.reporting import contents
from figures.reporting.contents import Table

WIDE, HIGH = Inches(13.333), Inches(7.5)
MARGIN, TEXT_WIDTH = Inches(0.5), Inches(12.333)
BODY, BODY_HIGH = Inches(1.75), Inches(4.35)
FOOT, FOOT_HIGH = Inches(6.2), Inches(1.1)
BLANK = 6  # the layout of the default template without placeholders
INK, MUTED = RGBColor(0x31, 0x33, 0x3F), RGBColor(0x5F, 0x66, 0x73)
ROWS, COLUMNS = 10, 6  # of a table on a slide


def slides(figures: Sequence[Figure], title: str) -> bytes:
    """The whole file. Raises CalledProcessError or TimeoutExpired when the renderer fails."""
    drawn = [figure for figure in figures if figure.charts and not figure.nobody]
    pictures = dict(zip(map(id, drawn), render_many([contents.picture_of(one) for one in drawn], "print"), strict=True))
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, HIGH
    deck.core_properties.title = title
    _cover(deck, figures, title)
    for figure in figures:
        _slide(deck, figure, pictures.get(id(figure)))
    _published(deck, figures)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _cover(deck: Any, figures: Sequence[Figure], title: str) -> None:
    page = deck.slides.add_slide(deck.slide_layouts[BLANK])
    _text(page, [title], Inches(0.7), Inches(1), 32, INK, is_bold=True)
    _text(page, [one.title for one in figures][:16], Inches(1.8), Inches(4.2), 16, INK)
    _text(page, contents.as_of(figures[0]) if figures else [], FOOT, FOOT_HIGH, 11, MUTED)


def _slide(deck: Any, figure: Figure, picture: bytes | None) -> None:
    page = deck.slides.add_slide(deck.slide_layouts[BLANK])
    _text(page, [contents.title_of(figure)], Inches(0.3), Inches(0.6), 22, INK, is_bold=True)
    _text(page, [figure.nobody or figure.answer], Inches(0.9), Inches(0.8), 16, INK)
    if picture:
        _picture(page, picture, figure)
    elif not figure.nobody:
        _table(page, contents.table_of(figure))
    foot = [*contents.told(figure), *contents.of_whom(figure), *contents.as_of(figure)]
    _text(page, foot, FOOT, FOOT_HIGH, 10, MUTED)
    page.notes_slide.notes_text_frame.text = "\n".join(figure.method_lines())


def _picture(page: Any, picture: bytes, figure: Figure) -> None:
    """As large as the room between answer and foot allows, in the middle."""
    shape = page.shapes.add_picture(io.BytesIO(picture), MARGIN, BODY, height=BODY_HIGH)
    if shape.width > TEXT_WIDTH:
        shape.height = Emu(int(shape.height * TEXT_WIDTH / shape.width))
        shape.width = TEXT_WIDTH
    shape.left = Emu(int((WIDE - shape.width) / 2))
    shape.name = figure.code
    description = " ".join(figure.alt(chart) for chart in figure.charts)
    shape._element.nvPicPr.cNvPr.set("descr", description[:1000])


def _table(page: Any, table: Table) -> None:
    heads, rows = table.heads[:COLUMNS], [row[:COLUMNS] for row in table.rows[:ROWS]]
    if not rows:
        return
    grid = page.shapes.add_table(len(rows) + 1, len(heads), MARGIN, BODY, TEXT_WIDTH, Inches(0.3)).table
    for i, row in enumerate((heads, *rows)):
        for j, cell in enumerate(row):
            grid.cell(i, j).text = cell
            for paragraph in grid.cell(i, j).text_frame.paragraphs:
                paragraph.font.size = Pt(11)


def _text(
    page: Any, lines: Iterable[str], top: Any, height: Any, size: int, ink: Any, *, is_bold: bool = False
) -> None:
    frame = page.shapes.add_textbox(MARGIN, top, TEXT_WIDTH, height).text_frame
    frame.word_wrap = True
    for i, line in enumerate(line for line in lines if line):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.text = line
        paragraph.font.size, paragraph.font.bold, paragraph.font.color.rgb = Pt(size), is_bold, ink


def _published(deck: Any, figures: Sequence[Figure]) -> None:
    found = contents.benchmarks(figures)
    if found:
        page = deck.slides.add_slide(deck.slide_layouts[BLANK])
        _text(page, ["Published figures"], Inches(0.3), Inches(0.6), 22, INK, is_bold=True)
        _text(page, [contents.PUBLISHED_RULE], Inches(0.9), Inches(0.8), 14, INK)
        _table(page, contents.benchmark_table(found))
