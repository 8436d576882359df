"""What the dashboard is made of, as CycloneDX 1.5 (JSON) on standard output: `python -m data_access.sbom`.

Made from requirements.txt alone, without network: every package, version and hash that pip would install.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_LINE = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)==(?P<version>[^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def sbom(root: Path = ROOT) -> dict[str, Any]:
    """The bill of materials."""
    text = (root / "requirements.txt").read_text("utf-8").replace("\\\n", " ")
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": project["name"], "version": project["version"]}},
        "components": [_component(line) for line in text.splitlines() if _LINE.match(line)],
    }


def _component(line: str) -> dict[str, Any]:
    found = _LINE.match(line)
    assert found
    name, version = found["name"].lower(), found["version"]
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in _HASH.findall(line)],
    }


if __name__ == "__main__":
    json.dump(sbom(), sys.stdout, indent=1)
