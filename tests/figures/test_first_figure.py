"""The first figure that a process draws has the words that the hundredth has."""

import subprocess
import sys

from tests.live import ROOT

KNOWN = """
import importlib, pkgutil
import figures
import figures.figure
from figures.numbers import worded
known = set(worded.registry)
for module in pkgutil.walk_packages(figures.__path__, "figures."):
    importlib.import_module(module.name)
print(sorted(kind.__name__ for kind in set(worded.registry) - known))
"""


def test_whoever_makes_a_figure_has_the_words_for_every_kind_of_result():
    """They were loaded with the page that drew such a result: before it, "Needs attention" printed codes."""
    done = subprocess.run([sys.executable, "-c", KNOWN], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
