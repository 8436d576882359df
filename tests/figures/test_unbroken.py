"""No line of an answer ends inside a number: what belongs together stands in a span that is kept whole."""

import html
import re

import pytest

from figures.glossary import explained, glossary_page
from figures.labels import unbroken

SPAN = re.compile(r'<span class="whole">(.*?)</span>')


@pytest.mark.parametrize(
    ("text", "wholes"),
    [
        ("At 12 months 60 % (56-65) are alive.", ["12 months", "60 % (56-65)"]),
        ("Median 30.5 months (22.3-36.7).", ["30.5 months (22.3-36.7)"]),
        ("Between 12 and 30 %, (34-74).", ["30 %", "(34-74)"]),
        ("Evidence of a difference (chi-square p = 0.007).", ["chi-square", "p = 0.007"]),
        ("Log-rank p < 0.001, n = 1,204.", ["Log-rank", "p &lt; 0.001", "n = 1,204"]),
        ("Difference -12 points (-20 to -4).", ["-12 points (-20 to -4)"]),
        ("Around 72 % (the cohort's own share)", ["72 %"]),
        ("12 of 40", []),
        ("Don't split CD19, P01 or T-cells", ["T-cells"]),
    ],
)
def test_a_number_keeps_its_unit_and_its_interval_beside_it(text, wholes):
    assert SPAN.findall(unbroken(explained(text))) == wholes


@pytest.mark.parametrize(
    "text", ["MRD 5 % (1-9) & <b>CR</b> 3 %", "IEC-HS and B-ALL: 1/2", '"> 7 % <', "a &lt; 4 days"]
)
def test_the_letters_and_the_abbreviations_stay_as_they_are(text):
    drawn = explained(text)
    assert re.sub(r"</?span[^>]*>", "", unbroken(drawn)) == drawn
    assert unbroken(drawn).count("<span") == unbroken(drawn).count("</span>")


def test_the_terms_of_the_glossary_have_a_style_of_their_own():
    assert glossary_page().startswith('<table class="plain terms">')


def test_an_interval_that_says_its_name_is_read_in_one_piece():
    drawn = unbroken(explained("71 % (95 % CI 67-75); median 33.7 months (27.9 to 48.8)"))
    named = re.search(r'<span class="whole">\((.*?)</abbr>(.*?)\)</span>', drawn)
    assert named and "95 %" in named[1] and "67-75" in named[2]
    assert html.unescape(re.sub("<[^>]*>", "", drawn)) == "71 % (95 % CI 67-75); median 33.7 months (27.9 to 48.8)"
