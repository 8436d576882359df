"""Text in a CSV cell that a spreadsheet must not run as a formula: one rule for every file that the app writes."""

import re
import unicodedata

BOM = "\ufeff"
TRIGGERS = frozenset("=+-@|%\t\r\n\0＝＋－＠｜％")
_INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")
_QUOTES = "'\"`´‘’‚“”„«»‹›"
_BREAK = re.compile("([;\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029])")
_NUMBER = re.compile(r"-\d+([.,]\d+)?([eE][+-]?\d+)?")


def safe_cell(text: str) -> str:
    """The text without NUL, with an apostrophe before what a spreadsheet could read as a formula.

    The trigger counts also behind spaces, quotes and invisible characters. Where the list separator is `;` or TAB, a
    cell of ours ends inside the text, at these or at a line break: what follows is judged like a cell. The last piece
    is judged with the line break behind it, since there our closing quote opens a cell. Plain negative numbers stay
    numbers.
    """
    first, *rest = _BREAK.split(text.replace("\0", ""))
    whole = "".join((first, *rest))
    start = "'" if _is_formula(whole) else ""
    pieces = [*rest[1::2][:-1], *(piece + "\r" for piece in rest[-1:])]
    signs = ["'" if _may_be_formula(piece) else "" for piece in pieces]
    return (
        start
        + first
        + "".join(mark + sign + piece for mark, sign, piece in zip(rest[::2], signs, rest[1::2], strict=True))
    )


def _is_formula(text: str) -> bool:
    return _may_be_formula(text) and not _NUMBER.fullmatch(text)


def _may_be_formula(text: str) -> bool:
    for character in text:
        if character in TRIGGERS:
            return True
        if character not in _QUOTES and unicodedata.category(character) not in _INVISIBLE:
            return False
    return False
