"""`python -m figures.render svg|png`: a Vega-Lite specification from standard input as an image on standard output.

A process of its own per image: the renderer takes 600 MB at its peak and keeps it. No browser, and no network: nothing
may be fetched.
"""

import sys

import vl_convert

RENDER = {
    "svg": lambda spec: vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]).encode("utf-8"),
    "png": lambda spec: vl_convert.vegalite_to_png(spec, scale=2, allowed_base_urls=[]),
}


if __name__ == "__main__":
    sys.stdout.buffer.write(RENDER[sys.argv[1]](sys.stdin.read()))
