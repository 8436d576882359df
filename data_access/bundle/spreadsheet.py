"""Text in a CSV cell that a spreadsheet must not run as a formula: one rule for every file that the app writes."""

import re
import unicodedata

BOM = "\ufeff"
TRIGGERS = frozenset("=+-@|%\t\r\n\0＝＋－＠｜％")
_INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")
_QUOTES = "'\"`´‘’‚“”„«»‹›"
_NUMBER = re.compile(r"-\d+([.,]\d+)?([eE][+-]?\d+)?")


def safe_cell(text: str) -> str:
    """The text without NUL, with a leading apostrophe where a spreadsheet could read a formula.

    The trigger counts also behind spaces, quotes and invisible characters. Plain negative numbers stay numbers.
    """
    text = text.replace("\0", "")
    return "'" + text if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    for position, character in enumerate(text):
        if character in TRIGGERS:
            return position > 0 or not _NUMBER.fullmatch(text)
        if character not in _QUOTES and unicodedata.category(character) not in _INVISIBLE:
            return False
    return False
