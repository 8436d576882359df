"""Where the texts of a picture stand: about as large as the renderer draws them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from xml.etree import ElementTree

MOVE = re.compile(r"translate\(([-\d.e]+),\s*([-\d.e]+)\)")
NUMBER = re.compile(r"-?\d*\.?\d+")
EM = {  # width of letters in the height of the font (Liberation Sans)
    **dict.fromkeys("ijl'|", 0.22),
    **dict.fromkeys(" .,:;!IftI/", 0.28),
    **dict.fromkeys("r()-", 0.33),
    **dict.fromkeys("mMW%", 0.85),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZw", 0.7),
}
LETTER = 0.54
HEIGHT = 0.72  # of the font: of a digit or a capital letter
TOUCH = 1  # px that two texts may share


@dataclass(frozen=True)
class Box:
    """A line of text and its corners, px from the top left of the picture."""

    words: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether the two cover one another by more than can be seen."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > TOUCH
            and min(self.bottom, other.bottom) - max(self.top, other.top) > TOUCH
        )

    def within(self, other: "Box") -> bool:
        """Whether all of it stands inside the other."""
        return (
            self.left >= other.left
            and self.top >= other.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )


@lru_cache(maxsize=8)
def boxes(picture: str) -> tuple[Box, ...]:
    """Every visible line of upright text."""
    return tuple(_inside(ElementTree.fromstring(picture), 0.0, 0.0))


def symbols(picture: str) -> list[Box]:
    """Every visible mark that is a point, as high and wide as it is drawn."""
    return list(_symbols(ElementTree.fromstring(picture), 0.0, 0.0))


def _symbols(node: ElementTree.Element, x: float, y: float, is_mark: bool = False) -> Iterator[Box]:
    if "0" in (node.get("opacity"), node.get("fill-opacity", "")) and node.get("stroke") is None:
        return
    for across, down in MOVE.findall(node.get("transform", "")):
        x, y = x + float(across), y + float(down)
    is_mark = is_mark or node.get("class", "").startswith("mark-symbol role-mark")
    if is_mark and node.tag.endswith("path"):
        radius = max(abs(float(number)) for number in NUMBER.findall(node.get("d", ""))[:2])
        yield Box("", x - radius, y - radius, x + radius, y + radius)
    for child in node:
        yield from _symbols(child, x, y, is_mark)


def overlaps(picture: str) -> list[str]:
    """Pairs of texts that run into one another; a text and its own rim do not."""
    return [f"{a.words!r} over {b.words!r}" for a, b in combinations(boxes(picture), 2) if a != b and a.meets(b)]


def size(picture: str) -> tuple[float, float]:
    """Width and height of the picture."""
    root = ElementTree.fromstring(picture)
    return float(root.get("width", 0)), float(root.get("height", 0))


def _inside(node: ElementTree.Element, x: float, y: float) -> Iterator[Box]:
    transform = node.get("transform", "")
    if "rotate" in transform or node.get("display") == "none" or node.get("opacity") == "0":
        return
    for across, down in MOVE.findall(transform):
        x, y = x + float(across), y + float(down)
    if node.tag.endswith("text"):
        yield from _lines(node, x, y)
    for child in node:
        yield from _inside(child, x, y)


def _lines(node: ElementTree.Element, x: float, y: float) -> Iterator[Box]:
    font = float(node.get("font-size", "11px").removesuffix("px"))
    for line in [node, *node]:
        y += float(line.get("dy", 0)) if line is not node else 0
        words = (line.text or "").strip()
        if words:
            width = font * sum(EM.get(letter, LETTER) for letter in words)
            left = x - {"middle": width / 2, "end": width}.get(node.get("text-anchor", ""), 0)
            yield Box(words, left, y - HEIGHT * font, left + width, y)
