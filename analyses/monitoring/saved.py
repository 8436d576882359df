"""Saved cohorts: the filters and rules of a cohort under a name, as a small JSON file, and what has happened since.

No patient stands in the file: only what was chosen, and how many there were when it was saved.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from analyses.cohort import Choice, Cohort, CohortData, Levels, choose
from endpoints.cohort import FILTER
from endpoints.rules import Rules

FORMAT = "car-t-saved-cohorts-1"
LARGEST, MOST, LONGEST_NAME = 100_000, 20, 60  # bytes, cohorts, letters
COUNTED = {"patients": "patients", "RELDT": "relapses", "HSCTDT": "allogeneic transplants", "DTHDT": "deaths"}


@dataclass(frozen=True)
class SavedCohort:
    """name; filters: as of a Choice; rules: those not at their default; counts: of COUNTED, when it was saved; cutoff
    and version: of the data then."""

    name: str
    filters: Mapping[str, tuple] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    cutoff: str = ""
    version: str = ""

    def choice(self) -> Choice:
        """What it asks for."""
        return Choice(rules=Rules(**self.rules), filters=dict(self.filters))


class NotSaved(ValueError):
    """A file or name that cannot be taken; the message is fit for the screen."""


def saved_of(name: str, cohort: Cohort) -> SavedCohort:
    """The cohort under a name, as it stands now. NotSaved for a name that cannot be shown."""
    rules = {rule.code: value for rule, value in cohort.rules.changed()}
    data = cohort.data
    return SavedCohort(
        checked_name(name), dict(cohort.filters), rules, counts_of(cohort), data.cutoff_date, data.version
    )


def checked_name(name: str) -> str:
    """The name without blanks around it. NotSaved: empty, too long, or with letters that cannot be printed."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NotSaved(f"A name must have 1 to {LONGEST_NAME} printable letters.")
    return name


def counts_of(cohort: Cohort) -> dict[str, int]:
    """How many patients, relapses, transplants and deaths the cohort has; nothing where small counts are hidden: from
    two counts of one cohort, or from a file with a count made up, the exact one could be told."""
    if cohort.data.smallest:
        return {}
    course = cohort.whole.course
    own = course[course["USUBJID"].isin(cohort.patients["USUBJID"])]
    return {name: cohort.n if name == "patients" else int(own[name].notna().sum()) for name in COUNTED}


def since_saved(saved: SavedCohort, data: CohortData) -> str:
    """'Since it was saved (data cut-off 2026-06-30): +7 patients, +2 relapses.' The same filters and rules asked of the
    data of now. Without numbers where small counts are hidden."""
    if data.smallest:
        return f"Saved at data cut-off {saved.cutoff}."
    now = counts_of(choose(data, saved.choice()))
    changed = [f"{now[name] - then:+d} {COUNTED[name]}" for name, then in saved.counts.items() if now[name] != then]
    told = ", ".join(changed) or "no change in patients, relapses, transplants or deaths"
    return f"Since it was saved (data cut-off {saved.cutoff}): {told}."


def as_json(cohorts: Iterable[SavedCohort]) -> bytes:
    """The file. The same cohorts give the same bytes."""
    content = {"format": FORMAT, "cohorts": [asdict(saved) for saved in cohorts]}
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False).encode("utf-8")


def from_json(content: bytes, levels: Levels) -> tuple[SavedCohort, ...]:
    """The cohorts of a file. NotSaved, with the reason, when any of it does not fit this dashboard and its data."""
    if len(content) > LARGEST:
        raise NotSaved(f"A file of saved cohorts must have at most {LARGEST} bytes, got: {len(content)}.")
    try:
        read = json.loads(content.decode("utf-8"))
    except ValueError:
        raise NotSaved("A file of saved cohorts must be JSON as this dashboard writes it.") from None
    if not isinstance(read, dict) or read.get("format") != FORMAT or not isinstance(read.get("cohorts"), list):
        raise NotSaved(f"A file of saved cohorts must say format {FORMAT} and have a list of cohorts.")
    if len(read["cohorts"]) > MOST:
        raise NotSaved(f"A file must have at most {MOST} saved cohorts, got: {len(read['cohorts'])}.")
    cohorts = tuple(_cohort(one, levels) for one in read["cohorts"])
    if len({one.name for one in cohorts}) < len(cohorts):
        raise NotSaved("Two saved cohorts of a file must not have one name.")
    return cohorts


def _cohort(read: Any, levels: Levels) -> SavedCohort:
    if not isinstance(read, dict) or not isinstance(read.get("name"), str):
        raise NotSaved("Every saved cohort must have a name.")
    name = checked_name(read["name"])
    filters, rules, counts = (_mapping(read.get(part), name) for part in ("filters", "rules", "counts"))
    try:
        Rules(**rules)
    except (TypeError, ValueError):
        raise NotSaved(
            f"'{name}' has a rule that this dashboard does not have, or a value it does not allow."
        ) from None
    kept = {code: _filter(code, value, name, levels) for code, value in filters.items()}
    numbers = {what: n for what, n in counts.items() if what in COUNTED and type(n) is int and n >= 0}
    cutoff, version = (value if isinstance(value := read.get(part), str) else "" for part in ("cutoff", "version"))
    return SavedCohort(name, kept, rules, numbers, cutoff[:10], version[:12])


def _mapping(value: Any, name: str) -> dict:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotSaved(f"'{name}' must have its filters, rules and counts as names with values.")
    return value


def _filter(code: str, value: Any, name: str, levels: Levels) -> tuple:
    """The value of a filter as a Choice has it, or NotSaved."""
    if code not in FILTER or not isinstance(value, list) or not value:
        raise NotSaved(f"'{name}' has a filter that this dashboard does not have.")
    declared = FILTER[code]
    if declared.is_range:
        is_range = len(value) == 2 and all(type(end) is int for end in value)  # noqa: PLR2004  from, to
        if not is_range or not declared.low <= value[0] <= value[1] <= declared.high:
            raise NotSaved(f"'{name}': {declared.label} must be two whole numbers, low and high.")
        return tuple(value)
    known = {level.code for level in levels[code]}
    if not all(isinstance(one, str) and one in known for one in value):
        raise NotSaved(f"'{name}': {declared.label} has a value that these data do not have.")
    return tuple(sorted(value))
