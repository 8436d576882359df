"""Every figure's method note opens the sections of docs/methods.md that it rests on, from disk."""

import importlib
import re
from pathlib import Path

import pytest

from estimators import aalen_johansen, kaplan_meier, logrank
from figures import methods
from tests.pages.twelve import open_page

ROOT = Path(__file__).parents[2]
DECLARING = sorted(
    str(path.relative_to(ROOT).with_suffix("")).replace("/", ".")
    for room in ("endpoints", "estimators")
    for path in (ROOT / room).glob("*.py")
    if re.search(r"^METHOD = ", path.read_text("utf-8"), re.M)
)


@pytest.mark.parametrize("name", DECLARING)
def test_a_method_names_its_section_and_the_section_names_its_module(name):
    module = importlib.import_module(name)
    assert module.SECTION in methods.sections()
    text = methods.sections()[module.SECTION]
    assert f"`{name.replace('.', '/')}.py`" in text and module.REFERENCE
    for part in ("**Definition**", "**Reference**", "**Does not say**", "**R**"):
        assert part in text or name == "estimators.follow_up", (name, part)  # has a paragraph per number


def test_sections_are_the_document_cut_at_its_headings():
    assert methods.sections()["Kaplan-Meier"].startswith("`estimators/kaplan_meier.py`")
    assert "## " not in methods.sections()["Gray's test"]


def test_several_methods_give_each_line_and_section_once():
    names = methods.section_names(kaplan_meier.kaplan_meier, kaplan_meier, None, logrank)
    assert names == ("Kaplan-Meier", "Log-rank test")
    assert methods.method_lines(aalen_johansen.aalen_johansen) == (
        aalen_johansen.METHOD,
        f"Reference: {aalen_johansen.REFERENCE}",
    )


def test_a_section_that_does_not_exist_is_refused(monkeypatch):
    monkeypatch.setattr(logrank, "SECTION", "No such heading")
    with pytest.raises(ValueError, match="must be a heading of docs/methods.md, got: No such heading"):
        methods.section_names(logrank)


def test_the_note_of_a_figure_opens_the_sections_it_names():
    app = open_page("survival", by="sex")
    opened = {e.label: e.markdown[0].value for e in app.expander if e.label in methods.sections()}
    compared = ["Difference at a time", "Restricted mean", "Effect of an exposure", "Proportional hazards"]
    assert list(opened) == ["Kaplan-Meier", "Log-rank test", *compared, "Numbers at risk", "Follow-up"]
    assert opened["Kaplan-Meier"] == methods.sections()["Kaplan-Meier"]
    said = " ".join(m.value for m in app.markdown).replace("\\", "")
    assert f"In full in docs/methods.md: {'; '.join(opened)}." in said
