"""Cells that break their column's rule, each with the code and the hint that say most about it."""

import re

import numpy as np

from data_access.bundle.problems import Problems, echo_of
from data_access.schema.hints import HINTS
from data_access.schema.tables import kind_of
from data_access.schema.values import SENTINELS, rule_of

CODES = {
    "pseudonym": "not-a-pseudonym",
    "id": "not-an-id",
    "text": "not-text",
    "code": "not-allowed",
    "month": "not-a-month",
    "date": "not-a-date",
    "integer": "not-an-integer",
    "number": "not-a-number",
    "yes_no": "not-yes-no",
}
MISSING_CODE = re.compile(
    r"n/?a|n\.a\.|n\.?k\.?|k\. ?a\.|unbekannt|none|null|nan|unk(nown)?|missing|\.|\?+|-+|-9+|-?99+", re.I
)
OLDER_TEXTS = (  # (column, what other systems write, what it is here)
    (
        "response",
        re.compile("CR ?[hpi]|CRi?[ /-].*|(complete|partial) .*", re.I),
        "Write CR or CRi; CRh and CRp are CRi.",
    ),
    (
        "response",
        re.compile("PD|REL|relapsed?|progress.*|rezidiv|.* relapse", re.I),
        "Write RELAPSE where there was a remission before, NR where there was none.",
    ),
    (
        "level",
        re.compile(".*(h[a]?ematolog|marrow|medullary|bm|cns|testic|isolated|combined).*", re.I),
        "Write morphologic, extramedullary or molecular; of marrow and another site at once write two rows of one day.",
    ),
)
SHARPER = (  # (kind, what the cell looks like) -> a code whose hint says more
    ("date", r"[12][0-9]{3}(-[0-9]{2})?(-(00|XX|UN|UNK))?", "partial-date"),
    ("date", "|".join(SENTINELS), "sentinel-date"),
    ("month", r"(1111|1899|19[0-9]{2}|2099|2999|9999)-(0[1-9]|1[0-2])", "sentinel-date"),
    ("number", r"\s*[<≤].*", "below-limit"),
    ("number", r"[+-]?[0-9.]*,[0-9]+", "decimal-comma"),
)


def list_cells(column, texts, lines, bad, problems: Problems) -> None:
    """List the cells that break the rule; what may identify is masked, other text is cut and made inert."""
    echo = echo_of(column)
    for i in np.flatnonzero(bad):
        problems.add(
            f"{column.table.name}.csv",
            _code_of(column, texts[i]),
            rule_of(column),
            row=int(lines[i]),
            column=column.name,
            value=echo(texts[i]),
            hint=_hint(column, texts[i]),
        )


def _hint(column, text: str) -> str:
    """What looks like a code for 'not known', or like an older text for one of ours, is answered as that; "" leaves the
    hint of the problem's own code."""
    if kind_of(column) != "text" and MISSING_CODE.fullmatch(text):
        return HINTS["missing-code"]
    older = (hint for name, look, hint in OLDER_TEXTS if name == column.name and look.fullmatch(text.strip()))
    return next(older, "")


def _code_of(column, text: str) -> str:
    sharper = (code for kind, look, code in SHARPER if kind == kind_of(column) and re.fullmatch(look, text))
    return next(sharper, CODES[kind_of(column)])
