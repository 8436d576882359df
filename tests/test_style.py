"""One layout, one set of lint rules, checked types: what a reviewer need not say."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def complaints(*command: str) -> str:
    """What a tool has to say of the whole repository; nothing when it is content."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
    return f"{done.stdout}{done.stderr}" if done.returncode else ""


def test_ruff_has_formatted_every_file():
    assert complaints("ruff", "format", "--check", "--quiet", ".") == "", "ruff format . does it"


def test_ruff_finds_nothing():
    assert complaints("ruff", "check", "--quiet", "--output-format", "concise", ".") == ""


def test_mypy_finds_nothing():
    assert complaints("mypy") == ""
