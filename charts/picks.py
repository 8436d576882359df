"""A mark that can be pressed: which of the frame's columns say what it stands for."""

from typing import Any

PICKED = "picked"  # the name of the selection
PICKABLE = "pickable"  # the name of the layer whose marks are pressed, where it is not the first


def pickable(spec: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """The specification with a point selection on its marks named so, else on its first: pressing one gives its values
    in these columns (named by what the frame beside it has), pressing beside it gives none. The pointer says that it
    can be done."""
    selection = {"name": PICKED, "select": {"type": "point", "fields": list(fields)}}
    spec = spec | {"config": spec.get("config", {}) | {"mark": {"cursor": "pointer"}}}
    if "layer" not in spec:
        return spec | {"params": [*spec.get("params", []), selection]}
    single = [i for i, layer in enumerate(spec["layer"]) if "layer" not in layer]  # layers of layers take none
    place = next((i for i in single if spec["layer"][i].get("name") == PICKABLE), single[0])
    layers = [
        layer | {"params": [*layer.get("params", []), selection]} if i == place else layer
        for i, layer in enumerate(spec["layer"])
    ]
    return spec | {"layer": layers}
