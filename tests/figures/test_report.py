"""The report: the page is parsed, the slides are read back and, where LibreOffice can, rendered."""

import io
import json
import shutil
import subprocess
from html.parser import HTMLParser
from zipfile import ZipFile

import pytest
from pptx import Presentation

from analyses.monitoring.saved import as_json, saved_of
from figures.report import main
from figures.reporting.catalogue import FIGURE, FIGURES
from figures.reporting.html_page import html_page
from figures.reporting.slides import slides
from tests.analyses.cohorts import cohort_of, sample_cohort
from tests.libreoffice import find_or_install
from tests.literal import PRODUCTS, patient

CODES = ("os", "watchlist", "follow_up_board")
HOSTILE = "<script>alert(1)</script>&\"'\x07"


class Page(HTMLParser):
    """Tags with attributes, and the text between them."""

    def __init__(self, content: bytes):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def of(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.fixture(scope="module")
def figures():
    cohort = sample_cohort(filters={"sex": ("female",)}, mrd_cut="any")
    return [FIGURE[code].make(cohort) for code in CODES]


def test_n03_the_page_holds_everything_and_fetches_nothing(figures):
    page = Page(html_page(figures, "Meeting"))
    text = " ".join(page.words)
    assert len(page.of("section")) == len(CODES) + 1 and len(page.of("table")) >= len(CODES)
    assert [image["src"][:26] for image in page.of("img")] == ["data:image/svg+xml;base64,"] * 2
    assert not {tag for tag, _ in page.tags} & {"script", "link", "iframe", "object", "form"}
    assert [a["href"] for a in page.of("a")] == ["#f1", "#f2", "#f3"]
    for figure in figures:
        assert figure.title in text and f"(n = {figure.n})" in text
        assert all(line in text for line in figure.method_lines())
    for words in ("Filters: Sex: Female", "MRD cut-off: Any detectable", "Data cut-off 2026-09-30", "app 20"):
        assert words in text
    assert figures[0].answer in text and "Not a medical device." in text and "Published figures" in text


def test_a_slide_a_figure_with_picture_answer_n_filters_cut_off_label_and_method(figures):
    deck = Presentation(io.BytesIO(slides(figures, "Meeting")))
    pages = list(deck.slides)
    assert len(pages) == len(CODES) + 1
    for page, figure in zip(pages[1:], figures, strict=True):
        text = "\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame)
        assert figure.title in text and f"(n = {figure.n})" in text and "Sex: Female" in text
        assert "Data cut-off 2026-09-30" in text and "Not a medical device." in text and "Synthetic data" in text
        assert figure.answer in text and figure.definition in page.notes_slide.notes_text_frame.text
        pictures = [shape for shape in page.shapes if shape.shape_type == 13]
        assert len(pictures) == bool(figure.charts)
        for picture in pictures:
            dots = picture.image.size[0] / (picture.width / 914_400)
            assert dots >= 300 and picture.left >= 0 and picture.top + picture.height <= deck.slide_height
        assert figure.charts or [shape for shape in page.shapes if shape.has_table]


def test_libreoffice_draws_every_slide_where_it_can(figures, tmp_path):
    """LibreOffice without Impress opens no slides: then the file is what python-pptx reads, and a sound archive."""
    (tmp_path / "report.pptx").write_bytes(content := slides(figures[:2], "Meeting"))
    assert ZipFile(io.BytesIO(content)).testzip() is None
    office = [find_or_install(), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    subprocess.run(
        [*office, "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "report.pptx")],
        check=False,
        capture_output=True,
        timeout=120,
    )
    if (tmp_path / "report.pdf").is_file() and shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", tmp_path / "report.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
        assert text.count("\f") == 3 and "Overall survival" in text


def test_foreign_names_are_letters_in_page_and_slides():
    products = ({**PRODUCTS[0], "name": HOSTILE}, PRODUCTS[1])
    people = [patient(f"P{i:02d}", responses={28: "CR"}, last_contact=400, site_code=HOSTILE) for i in range(12)]
    figures = [FIGURE["follow_up_board"].make(cohort_of(*people, by="product", products=products))]
    page = Page(html_page(figures, HOSTILE))
    assert not page.of("script") and "<script>alert(1)</script>" in " ".join(page.words)
    assert len(Presentation(io.BytesIO(slides(figures, HOSTILE.replace("\x07", " ")))).slides) == 2


def test_a_figure_of_nobody_is_its_sentence():
    figures = [FIGURE["watchlist"].make(cohort_of(patient("P1", infused=None), population="enrolled"))]
    page, deck = Page(html_page(figures, "M")), Presentation(io.BytesIO(slides(figures, "M")))
    told = "is defined for infused patients only"
    assert told in " ".join(page.words) and not page.of("img")
    assert told in "\n".join(shape.text_frame.text for shape in deck.slides[1].shapes if shape.has_text_frame)


@pytest.mark.parametrize("one", FIGURES, ids=lambda one: one.code)
def test_every_figure_that_can_be_asked_for_is_made_of_the_sample(one):
    figure = one.make(sample_cohort())
    assert figure.n and not figure.nobody and figure.method_lines()


def test_the_command_makes_both_files_of_every_saved_cohort(tmp_path, capsys):
    saved = tmp_path / "saved.json"
    saved.write_bytes(as_json([saved_of("Women", sample_cohort(filters={"sex": ("female",)}))]))
    assert main(["--cohort", str(saved), "--figures", "watchlist", "--out", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["report_1.html", "report_1.pptx"]
    assert "Women" in capsys.readouterr().out and "Women" in (tmp_path / "out" / "report_1.html").read_text("utf-8")


def test_the_command_says_why_it_makes_nothing(tmp_path, capsys):
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"format": "other", "cohorts": []}))
    out = ["--figures", "watchlist", "--out", str(tmp_path / "out")]
    assert main(["--cohort", str(wrong), *out]) == 1 and main(["--cohort", str(tmp_path / "none.json"), *out]) == 4
    assert main(["--database-url", f"sqlite:///{tmp_path}/none.db", *out]) == 4
    said = capsys.readouterr().err
    assert "must say format" in said and said.count("No report was made.") == 3
    with pytest.raises(SystemExit) as wrong_line:
        main(["--figures", "no_such_figure", "--out", str(tmp_path)])
    assert wrong_line.value.code == 2
