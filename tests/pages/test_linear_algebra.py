"""A product of matrices takes one processor: sessions at work beside one another would wait for each other."""

import os
import subprocess
import sys
from pathlib import Path

from pages.parts.server.linear_algebra import SETTERS

ROOT = Path(__file__).parents[2]
ASKED = f"""
from pages.parts.server.start import before_serving
from pages.parts.server.linear_algebra import first_of, libraries
before_serving()
getters = tuple(name.replace("set", "get") for name in {SETTERS!r})
print(*(first_of(library, getters)() for library in libraries()))
"""


def test_before_it_serves_the_server_lets_numpy_and_scipy_take_one_processor():
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2"}
    asked = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert asked.stdout.split() == ["1", "1"], asked.stderr
