"""The sections of docs/methods.md, read from disk: the method note of a figure opens those of its methods.

A module with METHOD and REFERENCE names its section with SECTION.
"""

import re
import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from analyses.result import Curves, Result

DOCUMENT = Path(__file__).parents[1] / "docs" / "methods.md"
HEADING = re.compile(r"^## (.+)$", re.M)


@lru_cache(maxsize=1)
def sections() -> dict[str, str]:
    """{heading: text under it} of the document, in its order."""
    _, *parts = HEADING.split(DOCUMENT.read_text("utf-8"))
    return {heading.strip(): text.strip() for heading, text in zip(parts[::2], parts[1::2], strict=True)}


def modules_of(*methods: Any) -> list[ModuleType]:
    """The modules that declare what these methods (functions or modules) do: METHOD, REFERENCE, SECTION."""
    found = (sys.modules.get(getattr(method, "__module__", ""), method) for method in methods if method is not None)
    return list(dict.fromkeys(module for module in found if hasattr(module, "METHOD")))


def method_lines(*methods: Any) -> tuple[str, ...]:
    """What each does and where it comes from, for the method note."""
    facts = [
        (words, getattr(module, name))
        for module in modules_of(*methods)
        for words, name in (("", "METHOD"), ("Reference: ", "REFERENCE"))
    ]
    return tuple(words + fact for words, fact in facts if fact)


def section_names(*methods: Any) -> tuple[str, ...]:
    """Headings of their sections. ValueError when a module names one that the document has not."""
    names = tuple(module.SECTION for module in modules_of(*methods))
    unknown = [name for name in names if name not in sections()]
    if unknown:
        raise ValueError(f"A SECTION must be a heading of docs/methods.md, got: {', '.join(unknown)}")
    return tuple(dict.fromkeys(names))


def follow_up_sections(result: Result, is_followed: bool) -> tuple[str, ...]:
    """The sections on what stands around a time-to-event figure: the numbers at risk, the follow-up."""
    names = ("Numbers at risk",) if isinstance(result, Curves) and len(result.risk) else ()
    return (*names, "Follow-up") if is_followed else names
