"""Pictures as text that can be compared: SVG, one element a line, numbers rounded.

`python -m tests.charts.picture` draws every example again and stores what differs (then read the diff, and look).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import vl_convert

from charts.theme import for_screen
from tests.charts.examples import Example, Frames
from tests.charts.found import EXAMPLES

FOLDER = Path(__file__).with_name("pictures")
WIDTH = 820  # px: beside the sidebar of a laptop
FONT = "Liberation Sans"  # the renderer brings it along: the same on every machine
TOLERANCE = 0.5  # px, and the same of any other number
SHOWN = 12  # differences in a message
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
GEOMETRY = re.compile(r' (?:d|transform|x|y|[xy][12]|width|height|viewBox)="[^"]*"')
THEMES = ("light", "dark")
BOTH = re.compile(r"light-dark\((#\w{6}), (#\w{6})\)")
UNSEEN = {"class", "role", "aria-roledescription", "aria-hidden", "pointer-events", "stroke-miterlimit", "font-family"}


CONTAINER = "containerSize()[0]"  # how wide the page is where the picture stands: the renderer here has no page


def svg(spec: dict, frames: Frames, width: int = WIDTH) -> str:
    """The picture of a specification over its frames, as wide as a page gives it. Marks, which are silent on the
    screen, say their values here: a picture is held to them, too."""
    data = (
        {"datasets": {name: _records(frame) for name, frame in frames.items()}}
        if isinstance(frames, dict)
        else {"data": {"values": _records(frames)}}
    )
    config = spec.get("config", {})
    config = config | {"font": FONT, "mark": config.get("mark", {}) | {"aria": True}}
    whole = json.dumps(spec | {"width": width, "config": config}).replace(CONTAINER, str(width))
    return vl_convert.vegalite_to_svg(json.loads(whole) | data, allowed_base_urls=[])


def _records(frame: pd.DataFrame) -> list[dict]:
    return json.loads(frame.to_json(orient="records", double_precision=15))


def picture(example: Example, theme: str, width: int = WIDTH) -> str:
    """An example's SVG, a line per element."""
    drawn = GEOMETRY.sub(_rounded_geometry, svg(seen(example.spec(), theme), example.frames, width))
    return re.sub(r">\s*<", ">\n<", _renumbered(drawn)) + "\n"


def seen(spec: dict, theme: str) -> dict:
    """The specification as a browser with that colour scheme sees what the screen is given."""
    place = 1 + THEMES.index(theme)
    return json.loads(BOTH.sub(lambda found: found[place], json.dumps(for_screen(spec))))


def _renumbered(drawn: str) -> str:
    """Clips numbered from 0: the renderer counts on from picture to picture."""
    numbers = {name: f"clip{n}" for n, name in enumerate(dict.fromkeys(re.findall(r"clip\d+", drawn)))}
    return re.sub(r"clip\d+", lambda name: numbers[name[0]], drawn)


def _rounded_geometry(attribute: re.Match) -> str:
    return NUMBER.sub(_rounded, attribute[0])


def _rounded(number: re.Match) -> str:
    value = round(float(number[0]), 2)
    return f"{value:.2f}".rstrip("0").rstrip(".") if "." in number[0] or "e" in number[0] else number[0]


@dataclass(frozen=True)
class Element:
    """One thing drawn: where in the picture (axis, mark), what it says, how it looks."""

    place: str
    words: str
    looks: dict[str, str]


def elements(text: str) -> list[Element]:
    """What is drawn, from bottom to top; groups hand their names and places down."""
    return list(_inside(ElementTree.fromstring(text), "", ()))


def _inside(node: ElementTree.Element, place: str, moves: tuple[str, ...]) -> Iterator[Element]:
    tag = node.tag.split("}")[-1]
    if tag == "g":
        place = _name(node) or place
        moves = (*moves, node.get("transform", ""))
        for child in node:
            yield from _inside(child, place, moves)
    elif tag == "svg":
        for child in node:
            yield from _inside(child, place, moves)
    elif node.get("display") != "none":
        looks = {name: value for name, value in node.attrib.items() if name not in UNSEEN and name != "aria-label"}
        words = "".join(node.itertext()).strip() or node.get("aria-label", "")
        yield Element(f"{place} ({tag})", words, {"at": " ".join(filter(None, moves)), **looks})


def _name(node: ElementTree.Element) -> str:
    """'layer_1_marks', 'axis-label', ...: the class says which mark; an axis says its own name."""
    role = [word for word in node.get("class", "").split() if word not in ("mark-group", "role-scope")]
    return node.get("aria-label") or " ".join(word.removeprefix("role-") for word in role)


def differences(stored: str, drawn: str) -> list[str]:
    """In words what the drawn picture does not share with the stored one; nothing when they look alike."""
    old, new = (_by_place(elements(text)) for text in (stored, drawn))
    found = []
    for place in dict.fromkeys([*old, *new]):
        before, after = old.get(place, []), new.get(place, [])
        if len(before) != len(after):
            found.append(f"{place}: {len(before)} stored, {len(after)} drawn{_only_in(before, after)}")
        else:
            found += [
                f"{place} {n}: {change}"
                for n, pair in enumerate(zip(before, after, strict=True))
                for change in _changes(*pair)
            ]
    return found


def _by_place(drawn: list[Element]) -> dict[str, list[Element]]:
    places: dict[str, list[Element]] = {}
    for element in drawn:
        places.setdefault(element.place, []).append(element)
    return places


def _only_in(before: list[Element], after: list[Element]) -> str:
    lost = [e.words for e in before if e.words not in {x.words for x in after}]
    came = [e.words for e in after if e.words not in {x.words for x in before}]
    return "".join(f"; {name} {words[:5]}" for name, words in (("gone", lost), ("new", came)) if words)


def _changes(before: Element, after: Element) -> Iterator[str]:
    if before.words != after.words and not _alike(before.words, after.words):
        yield f"{before.words!r} became {after.words!r}"
    for name in sorted(before.looks.keys() | after.looks.keys()):
        old, new = before.looks.get(name, "nothing"), after.looks.get(name, "nothing")
        if not _alike(old, new):
            yield f"{name} of {before.words!r} was {_short(old)}, is {_short(new)}"


def _alike(old: str, new: str) -> bool:
    """The same but for numbers that differ by less than can be seen."""
    if old == new:
        return True
    if re.match("#|rgb", old) or NUMBER.sub("0", old) != NUMBER.sub("0", new):
        return False
    pairs = zip(NUMBER.findall(old), NUMBER.findall(new), strict=True)
    return all(abs(float(a) - float(b)) <= TOLERANCE for a, b in pairs)


def _short(value: str, length: int = 80) -> str:
    return value if len(value) <= length else f"{value[:length]}..."


def stored_file(name: str, theme: str) -> Path:
    return FOLDER / f"{name}.{theme}.svg"


def store() -> list[str]:
    """Draw every example again; names of the files that changed, came or went."""
    FOLDER.mkdir(exist_ok=True)
    expected = {stored_file(name, theme): (example, theme) for name, example in EXAMPLES.items() for theme in THEMES}
    gone = [file for file in FOLDER.glob("*.svg") if file not in expected]
    for file in gone:
        file.unlink()
    return [file.name for file in gone] + [
        file.name for file, pair in expected.items() if _replaced(file, picture(*pair))
    ]


def _replaced(file: Path, drawn: str) -> bool:
    if file.exists() and not differences(file.read_text("utf-8"), drawn):
        return False
    file.write_text(drawn, "utf-8")
    return True


if __name__ == "__main__":
    changed = store()
    print("\n".join(changed) or "Every picture looks as it is stored.")
