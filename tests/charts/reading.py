"""Reading a Vega-Lite specification in tests."""

from collections.abc import Iterator


def walk(node) -> Iterator[tuple[str, object]]:
    """Every (key, value) of a specification, at any depth."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def layers(spec: dict, mark: str) -> list[dict]:
    """The layers drawn with a mark, from bottom to top."""
    return [x for x in spec.get("layer", [spec]) if x["mark"]["type"] == mark]


def fields(spec: dict) -> set[str]:
    """Every column that the specification reads in an encoding."""
    return {value for key, value in walk(spec) if key == "field"}
