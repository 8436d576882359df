"""Why there is no number: codes that every estimator returns, and the one place that puts them into words."""

from dataclasses import dataclass

SECTION = None  # shared by the estimators, computes nothing of its own

NO_PATIENTS = "no_patients"
NO_VALUES = "no_values"
BEFORE_START = "before_start"
AFTER_FOLLOW_UP = "after_follow_up"
FEW_AT_RISK = "few_at_risk"
NOT_REACHED = "not_reached"
NO_LIMIT = "no_limit"
ONE_GROUP = "one_group"
FEW_PATIENTS = "few_patients"
FEW_EVENTS = "few_events"
FEW_EXPECTED = "few_expected"
NO_EVENTS = "no_events"
NO_SHARED_RISK = "no_shared_risk"
ALL_AT_ONCE = "all_at_once"
SINGULAR = "singular"
NO_CONTRAST = "no_contrast"
ONE_SIDED = "one_sided"
FEW_VALUES = "few_values"
NO_SPREAD = "no_spread"
DELAYED_ENTRY = "delayed_entry"
DIFFERENT_STARTS = "different_starts"
ZERO_COUNT = "zero_count"
ONE_OUTCOME = "one_outcome"
NO_PERSON_TIME = "no_person_time"
FEW_PER_COVARIATE = "few_per_covariate"
SEPARATED = "separated"
NO_CONVERGENCE = "no_convergence"

UNITS = {"days": (1.0, "g"), "months": (30.4375, ".1f")}  # days in one, and how the number is written


@dataclass(frozen=True)
class Reason:
    """verdict: the short form that stands in place of a number. why: the rest of the sentence, with the names of the
    facts it needs in braces."""

    verdict: str
    why: str = ""


NONE = "not estimable"
REASONS = {
    NO_PATIENTS: Reason(NONE, "no patients"),
    NO_VALUES: Reason(NONE, "no values"),
    BEFORE_START: Reason(NONE, "the curve starts at {time}"),
    AFTER_FOLLOW_UP: Reason(NONE, "{last} at {time}"),
    FEW_AT_RISK: Reason("not shown", "fewer than {minimum} at risk where the curve would begin"),
    NOT_REACHED: Reason("not reached"),
    NO_LIMIT: Reason(NONE, "there is no interval where nobody or everybody at risk has had the event"),
    ONE_GROUP: Reason("no comparison", "fewer than 2 groups"),
    FEW_PATIENTS: Reason("no p-value", "fewer than {minimum} {who}"),
    FEW_EVENTS: Reason("no p-value", "fewer than {minimum} {who}"),
    FEW_EXPECTED: Reason("no p-value", "an expected count is below {minimum}"),
    NO_EVENTS: Reason(NONE, "no events"),
    NO_SHARED_RISK: Reason(NONE, "the groups are never at risk together when events happen"),
    ALL_AT_ONCE: Reason(NONE, "on every day with events everybody at risk had one"),
    SINGULAR: Reason(NONE, "the variance of the test cannot be inverted"),
    NO_CONTRAST: Reason(NONE, "a covariate does not vary among those at risk when events happen"),
    ONE_SIDED: Reason(NONE, "every event is on one side of a covariate"),
    FEW_VALUES: Reason(NONE, "a group has fewer than 2 known values"),
    NO_SPREAD: Reason(NONE, "no spread within the groups"),
    DELAYED_ENTRY: Reason(NONE, "on some day everybody under observation had just entered"),
    DIFFERENT_STARTS: Reason(NONE, "the two curves start on different days"),
    ZERO_COUNT: Reason(NONE, "one of the four counts is 0"),
    ONE_OUTCOME: Reason(NONE, "all patients have the same outcome"),
    FEW_PER_COVARIATE: Reason("not shown", "fewer than {minimum} events a covariate"),
    SEPARATED: Reason(NONE, "the covariates tell the groups apart completely"),
    NO_CONVERGENCE: Reason(NONE, "the iteration did not end"),
    NO_PERSON_TIME: Reason(NONE, "nobody was under observation"),
}
DEFAULTS = {"last": "last follow-up", "who": "patients"}


def words(code, *, unit="days", verdict=None, **facts):
    """The sentence of a code, without a full stop; "" for "". ValueError: a code or unit that is not declared.

    facts: what the code's own words name: `time` in days (written in `unit`), `minimum`, `who` there are too few of,
    `last`: what ended follow-up. verdict: another beginning than the code's own. KeyError: a fact is missing.
    """
    if not code:
        return ""
    beginning = verdict or _declared(code).verdict
    return ": ".join(part for part in (beginning, because(code, unit=unit, **facts)) if part)


def because(code, *, unit="days", **facts):
    """The rest of the sentence of a code, for where its beginning is said already; "" where the verdict says it all.
    Arguments and errors as for `words`."""
    if not code:
        return ""
    if "time" in facts:
        facts["time"] = duration(facts["time"], unit)
    return _declared(code).why.format_map(DEFAULTS | facts)


def verdict(code):
    """The short form of a code ("not estimable", "not reached", "no p-value"); "" for ""."""
    return _declared(code).verdict if code else ""


def duration(days, unit="days"):
    """A number of days in words: "30 days", "1.0 months"."""
    if unit not in UNITS:
        raise ValueError(f"unit must be one of {', '.join(UNITS)}, got: {unit}")
    length, form = UNITS[unit]
    return f"{days / length:{form}} {unit}"


def _declared(code):
    if code not in REASONS:
        raise ValueError(f"code must be one of {', '.join(REASONS)}, got: {code}")
    return REASONS[code]
