"""A printed page: every chart and table, of whom and what it is on each sheet, no sidebar and no control."""

import pytest

from charts.theme import GROUP_STYLES
from tests.poppler import pixels_of_page, words_of_pages

CONTROLS = ("Search filters", "Compare by", "Options", "Numbers", "Download", "Share", "Reset", "Data behind this page")
NEAR = 12  # of 255, per channel
A4 = {"format": "A4", "print_background": False}


def printed(screen, server, folder, path, width=1440, scheme="light"):
    view = screen(server)
    view.page.set_viewport_size({"width": width, "height": 900})
    view.page.emulate_media(color_scheme=scheme)
    view.open(path)
    view.page.pdf(path=folder / "page.pdf", **A4)
    return folder / "page.pdf", words_of_pages(folder / "page.pdf")


def n_near(pixels, colour):
    """How many pixels have about that colour."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    places = range(0, len(pixels) - 2, 3)
    return sum(all(abs(pixels[at + i] - wanted[i]) <= NEAR for i in range(3)) for at in places)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (390, "light")])
def test_the_curves_and_the_table_of_survival_are_on_paper(screen, server, tmp_path, width, scheme):
    document, pages = printed(screen, server, tmp_path, "/survival?by=product&sex=female", width, scheme)
    _, pixels = pixels_of_page(document)
    assert all(n_near(pixels, style.colour) > 60 for style in GROUP_STYLES[:5])  # in the colours of white paper
    assert pixels[:3] == pixels[-3:] == b"\xff\xff\xff"
    text = " ".join(pages)
    assert "Overall survival by product (n = 229)" in text.replace("\xa0", " ") or "(n = 229)" in text.replace(
        "\xa0", " "
    )
    assert all(word in text for word in ("Result (95 %", "tisagenlecleucel", "median", "probability"))
    for page in pages:
        assert "229 of 509 infused patients" in page and "Sex: Female" in page
        assert "Not a medical device" in page and "Synthetic data" in page and "Page " in page
    assert [word for word in CONTROLS if word in text.splitlines()] == []
    assert not any(word in text for word in ("Search filters", "Compare by", "Data behind this page"))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/patients", ("Centre", "P0")),
        ("/overview", ("infused", "%")),
        ("/glossary", ("IEC-HS", "duration of remission")),
    ],
)
def test_lists_and_words_are_on_paper(screen, server, tmp_path, path, words):
    _, pages = printed(screen, server, tmp_path, path)
    assert all(word in " ".join(pages) for word in words)
    assert all("509 of 509 infused patients" in page and "Not a medical device" in page for page in pages)
