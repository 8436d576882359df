"""The address of a view: choices as texts in a URL and back, with codes. Pure: state.py keeps, writes and reads it.

A URL is a dict parameter -> list of texts; only what is not at its default stands in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyses.cohort import Levels
from endpoints.cohort import EVERY_FILTER, FILTER, MAX_GROUPS, Filter, Level
from endpoints.rules import RULES, Rule, check_rule
from figures.labels import one_line
from pages.parts.session.choices import BY, GROUP, GROUPING, defaults, filters_of, offered, rules_of
from pages.parts.session.declared import LocalChoice, NumberChoice
from pages.parts.session.page_choices import LOCAL, LOCAL_CHOICES, NUMBER_CHOICES

Url = dict[str, list[str]]


MAX_PROBLEMS = 5


_CODE = re.compile(r"[A-Za-z0-9_-]{1,20}")


_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?(e-?[0-9]{1,2})?")


_WHOLE = re.compile(r"[0-9]{1,5}")


_RANGE = re.compile(r"([0-9]{1,3})-([0-9]{1,3})")


def encode(state: Mapping[str, Any]) -> Url:
    """The canonical URL of a state: codes, only what differs from the default."""
    url = {code: [_rule_text(value)] for code, value in _changed_rules(state)}
    for code, value in filters_of(state).items():
        url[code] = ["-".join(map(str, value))] if FILTER[code].is_range else list(value)
    if state[BY]:
        url |= {BY: [state[BY]]} | ({GROUP: sorted(state[GROUP])} if state[GROUP] else {})
    return url | {c.code: [str(state[c.code])] for c in LOCAL.values() if state[c.code] != c.default}


def _changed_rules(state: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(rule.code, value) for rule, value in rules_of(state).changed()]


def _rule_text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else value


class Reader:
    """Reads a URL into a state. What cannot be read is a sentence in `problems` and leaves the default."""

    def __init__(self, url: Url):
        self.url, self.state = url, defaults()
        self.problems: list[str] = []
        known = self.state.keys()
        for code in sorted(url.keys() - known):
            self._refuse(f"There is no choice called '{one_line(code)}'.")
        for rule in RULES:
            self._read_one(rule.code, rule.label, lambda text, rule=rule: parse_rule(rule, text))
        for choice in LOCAL_CHOICES:
            self._read_one(choice.code, choice.label, lambda text, choice=choice: parse_local(choice, text))
        for number in NUMBER_CHOICES:
            self._read_one(number.code, number.label, lambda text, number=number: parse_number(number, text))

    def read_filters(self, levels: Levels) -> dict[str, Any]:
        """Second step, once the rules have given the levels that filters and groups can have."""
        for filter_ in EVERY_FILTER:
            if filter_.is_range:
                self._read_one(filter_.code, filter_.label, lambda text, f=filter_: parse_range(f, text))
            else:
                self._read_many(filter_.code, filter_.label, offered(filter_, levels))
        self._read_one(BY, "Compare by", parse_by)
        if self.state[BY]:
            self._read_many(GROUP, "Groups", levels[self.state[BY]])
            self.state[GROUP] = self.state[GROUP][:MAX_GROUPS]
        return self.state

    def _refuse(self, sentence: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(sentence)
        elif len(self.problems) == MAX_PROBLEMS:
            self.problems.append("There is more that was not understood.")

    def _read_one(self, code: str, label: str, parse) -> None:
        texts = self.url.get(code, [])
        if not texts:
            return
        try:
            values = [parse(text) for text in texts]
        except ValueError:
            values = []
        if len(set(values)) == 1:
            self.state[code] = values[0]
        else:
            self._refuse(f"{label} cannot be '{one_line(', '.join(texts))}'; the default is used.")

    def _read_many(self, code: str, label: str, levels: tuple[Level, ...]) -> None:
        texts = self.url.get(code, [])
        self.state[code] = [level.code for level in levels if level.code in texts]
        unknown = [text for text in texts if text not in self.state[code]]
        if unknown:
            self._refuse(f"{label} has no option '{one_line(', '.join(unknown))}'; it is left out.")


def parse_rule(rule: Rule, text: str) -> Any:
    """The value of a rule, or ValueError."""
    if not rule.options and not _NUMBER.fullmatch(text):  # float() also reads other scripts' digits and 1_000
        raise ValueError(f"{rule.label} must be a number, got: {text!r}")
    value = text if rule.options else float(text)
    check_rule(rule, value)
    return value


def parse_local(choice: LocalChoice, text: str) -> str:
    """The code of a page's choice, or ValueError. Where the page makes the offer, only the form is checked here."""
    allowed = {o.code for o in choice.options}
    if not _CODE.fullmatch(text) or (allowed and text not in allowed):
        raise ValueError(f"{choice.label} must be one of its options, got: {text!r}")
    return text


def parse_number(choice: NumberChoice, text: str) -> int:
    """A whole number within the declaration, or ValueError."""
    if not _WHOLE.fullmatch(text) or not choice.low <= int(text) <= choice.high:
        raise ValueError(f"{choice.label} must be from {choice.low} to {choice.high}, got: {text!r}")
    return int(text)


def parse_range(filter_: Filter, text: str) -> tuple[int, int]:
    """`low-high` within the declaration, or ValueError."""
    found = _RANGE.fullmatch(text)
    low, high = (int(found[1]), int(found[2])) if found else (1, 0)
    if not filter_.low <= low <= high <= filter_.high:
        raise ValueError(f"{filter_.label} must be low-high from {filter_.low} to {filter_.high}, got: {text!r}")
    return low, high


def parse_by(text: str) -> str:
    """The code of a declared grouping, or ValueError."""
    if text not in GROUPING:
        raise ValueError(f"Compare by must be a declared grouping, got: {text!r}")
    return text


@dataclass(frozen=True)
class Visit:
    """What the session remembers of its last run: the page, the URL it left there, and, where a menu click came to
    that page with an empty URL, the URL that the choices had (the browser's history keeps that empty entry).

    on_the_way: the URLs with which this run and those without a pause before it came, and which they left: a click made
    while they went on may still bring any of them. is_late: this run came with such a URL.
    """

    page: str
    url: Url
    carried: Url | None = None
    on_the_way: tuple[Url, ...] = ()
    is_late: bool = False


def newest_url(last: Visit | None, page: str, url: Url, without_pause: bool) -> Url:
    """The URL that the browser has or will have. without_pause: the click was made while the run before went on, so
    that it may bring a URL that this run has already replaced, which must not speak for the reader."""
    is_late = without_pause and last is not None and page == last.page and url in last.on_the_way
    return last.url if is_late and last else url


def url_to_adopt(last: Visit | None, page: str, url: Url, touched: bool) -> Url | None:
    """The URL that decides over this run, or None when the session's own choices do.

    A fresh session, a pasted link and the browser's Back let the URL speak. A menu click comes with an empty URL, and
    a widget changed while the last URL was still on its way comes with the one before: there the session speaks.
    """
    if last is None:
        return url
    if touched or (page == last.page and url == last.url) or (page != last.page and not url):
        return None
    return last.carried if not url and last.carried else url
