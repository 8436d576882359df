"""The words that stand on every screen and in every file, and the two ways to make foreign text harmless."""

import re
import unicodedata

from analyses.version import APP_VERSION

LABEL = "Research and service evaluation. Not a medical device."
SYNTHETIC = "Synthetic data: no row of this cohort describes a real person."
CONTROL = ("Cc", "Cf", "Cs", "Zl", "Zp")  # categories of characters that are no letters of a line

_NUMBER = r"[-−+]?\d[\d.,/]*(?<![.,])"
_RANGE = rf"{_NUMBER}(?:(?:-|–| to ){_NUMBER})?"
_INTERVAL = r"(?: \((?=\D{0,20}\d)[^()<&]{1,30}\))?"
_UNIT = r"(?: (?:%|points?|months?|days?|years?)(?!\w))?"
_MEASURED = rf"(?:\b[pnP] (?:=|&lt;|&gt;|≤|≥) )?{_RANGE}{_UNIT}{_INTERVAL}"
WHOLE = re.compile(rf"(?<![\w#&.,-])(?:{_MEASURED}|\({_RANGE}\)|[A-Za-z]{{1,3}}(?:-[A-Za-z]+)+)(?![\w-])")
BREAKS = re.compile(r"[ /–-]")  # where a browser may end a line
MICRO = re.compile(r"(?<![A-Za-z])u(?=(?:g|L|l|mol|M)(?![A-Za-z]))")
NAMED = re.compile(r"\(95 % <abbr[^>]*>CI</abbr> [^()<&]{1,30}\)")  # an interval whose name explains itself
TAG = re.compile(r"(<[^>]*>)")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#!|~$^:&@])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")
_JOINED = re.compile(r"(\\[:@](?=\S)|www)")
_WORD_JOINER = "\u2060"


def label_line(data_cutoff: str, version: str) -> str:
    """The label of every screen: purpose, data cut-off, dataset version, app version."""
    return f"{LABEL} Data cut-off {data_cutoff} · dataset {version} · app {APP_VERSION}"


def one_line(text: object, limit: int = 60) -> str:
    """Foreign text on one line: control, format and surrogate characters become spaces, long text is cut."""
    shown = str(text)[: limit + 1]
    if not shown.isprintable():  # letter by letter only where it is needed: this is asked a thousand times a page
        shown = "".join(" " if unicodedata.category(c) in CONTROL else c for c in shown)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def escape_markdown(text: object, limit: int = 400) -> str:
    """Text for a place that Streamlit renders as Markdown (a button, a heading): every mark is escaped.

    An escaped `:` or `@` still makes emoji, icons, colours and bare links, because these are found after the escapes
    are undone; an invisible word joiner behind each breaks the pattern. So it does before what would open a list.
    """
    escaped = _MARKDOWN.sub(r"\\\1", one_line(text, limit).strip())
    return _LINE_START.sub(rf"{_WORD_JOINER}\2", _JOINED.sub(rf"\1{_WORD_JOINER}", escaped))


def written(text: str) -> str:
    """A unit as people write it, alone or in a sentence: micro is µ ("copies/ug DNA": copies/µg DNA)."""
    return MICRO.sub("µ", text)


def unbroken(drawn: str) -> str:
    """Inert HTML in which no line ends inside a number with its unit and interval, or after the first letters of a
    hyphenated word ('chi-square'): these stand in spans that the style sheet keeps whole. The letters stay the same."""
    whole = NAMED.sub(r'<span class="whole">\g<0></span>', drawn)
    return "".join(part if part.startswith("<") else WHOLE.sub(_span, part) for part in TAG.split(whole))


def _span(found: re.Match) -> str:
    breaks = BREAKS.search(found[0])
    return f'<span class="whole">{found[0]}</span>' if breaks else found[0]
