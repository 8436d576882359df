"""`python -m figures.render svg|png|print [many]`: a Vega-Lite specification from standard input as an image on
standard
output; with `many` a JSON list of specifications as a JSON list of images (base64).

A process of its own per request: the renderer takes 600 MB at its peak and keeps it. No browser, and no network:
nothing
may be fetched.
"""

import base64
import json
import sys

import vl_convert

ON_SLIDE = 4  # times the size of a screen: about 300 dpi across a slide
RENDER = {
    "svg": lambda spec: vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]).encode("utf-8"),
    "png": lambda spec: vl_convert.vegalite_to_png(spec, scale=2, allowed_base_urls=[]),
    "print": lambda spec: vl_convert.vegalite_to_png(spec, scale=ON_SLIDE, allowed_base_urls=[]),
}


def main(kind: str, given: str, is_many: bool) -> bytes:
    """The image, or the list of images, of what was given."""
    render = RENDER[kind]
    if not is_many:
        return render(given)
    images = [base64.b64encode(render(json.dumps(spec))).decode("ascii") for spec in json.loads(given)]
    return json.dumps(images).encode("ascii")


if __name__ == "__main__":
    sys.stdout.buffer.write(main(sys.argv[1], sys.stdin.read(), "many" in sys.argv[2:]))
