"""A mark that can be pressed: which of the frame's columns say what it stands for."""

from typing import Any

PICKED = "picked"  # the name of the selection


def pickable(spec: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """The specification with a point selection on its first marks: pressing one gives its values in these columns
    (named by what the frame beside it has), pressing beside it gives none."""
    selection = {"name": PICKED, "select": {"type": "point", "fields": list(fields)}}
    if "layer" not in spec:
        return spec | {"params": [*spec.get("params", []), selection]}
    first, *others = spec["layer"]
    return spec | {"layer": [first | {"params": [*first.get("params", []), selection]}, *others]}
