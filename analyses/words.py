"""How numbers and reasons are written, once: on screens, in files, in sentences."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from estimators import exposure_effect, reasons
from estimators.proportion import clopper_pearson

SMALLEST_P = 0.001
DIGITS = 12  # of a share that is not the rounding of a machine
LEAST = 0.005  # of everybody: a share up to it would be written as 0 %
LAST_FOLLOW_UP = "last follow-up"
# What ends a curve without event, by the milestone that censors: whose disease was last assessed long ago may still be
# in contact.
LAST_KNOWN = {
    "LDADT": "last assessment or event",
    "BCACENDT": "last B-cell sample or event",
    "MRDLASDT": "last usable MRD assay or event",
}


def labels_of(strata: Iterable) -> dict[str, str]:
    """{code: label} of groups or outcomes: where a code becomes words."""
    return {one.code: one.label for one in strata}


def in_percent(share: float) -> str:
    """A share in whole percent; what somebody is in is never 0 %, what somebody is not in never 100 %. A sum of shares
    that misses 0 or 1 by a rounding of the machine is 0 or 1."""
    share = round(share, DIGITS)
    return "< 1" if 0 < share <= LEAST else "> 99" if 1 - LEAST <= share < 1 else f"{100 * share:.0f}"


def percent(estimate: float, low: float, high: float) -> str:
    """'81 % (71-89)'; "" without an estimate. Without limits that is said: none exist at 0 % and 100 % on the log-log
    scale, and limits that are the estimate itself (before the first event) would claim certainty."""
    if np.isnan(estimate):
        return ""
    is_sure = np.isnan(low) or np.isnan(high) or low == high
    limits = "no interval" if is_sure else f"{100 * low:.0f}-{100 * high:.0f}"
    return f"{in_percent(estimate)} % ({limits})"


def fraction(n: int, total: int, share: float, low: float, high: float) -> str:
    """'61/75, 81 % (71-89)'."""
    return f"{int(n)}/{int(total)}, {percent(share, low, high)}" if total else "no patients"


def density(n: int, days: float, rate: float, low: float, high: float) -> str:
    """'88 in 21,400 days, 0.411 (0.330-0.507)': events per 100 person-days."""
    return f"{n:,} in {days:,.0f} days, {rate:.3f} ({low:.3f}-{high:.3f})" if days else "no person-days"


def share_words(n: int, total: int) -> str:
    """'61/75, 81 % (71-89)' with the exact interval."""
    low, high = (float(limit[0]) for limit in clopper_pearson([n], [total]))
    return fraction(n, total, n / total, low, high)


def p_words(p: float) -> str:
    """'p < 0.001' or 'p = 0.123'."""
    return f"p < {SMALLEST_P}" if p < SMALLEST_P else f"p = {p:.3f}"


def ratio_words(estimate: float, low: float, high: float) -> str:
    """'0.72 (0.51 to 1.02)'."""
    return f"{estimate:.2f} ({low:.2f} to {high:.2f})"


def named_ratio(estimate: float, low: float, high: float) -> str:
    """'0.72 (95 % CI 0.51 to 1.02)': in a sentence that stands alone."""
    return f"{estimate:.2f} (95 % CI {low:.2f} to {high:.2f})"


def ratio_way(estimate: float) -> str:
    """Which side of a ratio is higher, before the name of the one above the line: 'higher for', 'lower for'."""
    written = round(estimate, 2)
    return "the same for" if written == 1 else "higher for" if written > 1 else "lower for"


def limit_words(value: float, reason: str, decimals: int = 1) -> str:
    """A limit as written, or the short form of why there is none: "not reached", "not estimable"."""
    return rounded(value, decimals) if value == value else (verdict(reason) or "not estimable")


def rounded(value: float, decimals: int) -> str:
    """A number with so many decimals; a rounded zero has no sign."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def verdict(reason: str) -> str:
    """The short form of a reason's code, which stands in place of a number."""
    return reasons.verdict(reason)


def why(reason: str, time: float = float("nan"), in_days: bool = False, last: str = "", **facts) -> str:
    """A reason in words: "not estimable: last follow-up at 9.2 months". time: days, where one belongs to it; last: the
    milestone that ended follow-up (see LAST_KNOWN); facts: what else the reason's words name."""
    return reasons.words(reason, unit="days" if in_days else "months", **_facts(time, last, facts))


def because(reason: str, time: float = float("nan")) -> str:
    """Why there is no number, in months, for a sentence that has said that there is none: "last follow-up at 9.2
    months"; the short form where nothing is to be added to it."""
    return reasons.because(reason, unit="months", **_facts(time, "", {})) or verdict(reason)


def _facts(time: float, last: str, facts: dict[str, Any]) -> dict[str, Any]:
    return facts | ({"time": time} if time == time else {}) | {"last": LAST_KNOWN.get(last, LAST_FOLLOW_UP)}


def ratio_why(reason: str) -> str:
    """Why a hazard ratio is withheld, in words that fit a cell: the note has the numbers."""
    facts: dict[str, dict[str, Any]] = {
        reasons.FEW_PATIENTS: {"minimum": exposure_effect.MIN_N, "who": "patients in an arm"},
        reasons.FEW_EVENTS: {"minimum": exposure_effect.MIN_EVENTS, "who": "events in an arm"},
        reasons.FEW_PER_COVARIATE: {"minimum": exposure_effect.MIN_PER_COVARIATE},
    }
    return reasons.words(reason, verdict="not shown", **facts.get(reason, {}))
