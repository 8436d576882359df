"""`python -m tests.faults.routes`: every route of the server as JSON, [path, methods]; a WebSocket has none.

Asked of the router that Streamlit and the dashboard build, in a process of its own, for that makes a runtime.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def every_route() -> list[tuple[str, tuple[str, ...]]]:
    """(path with letters in place of its parameters, methods) of every route, sign-in's among them."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.routes"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return [(re.sub(r"\{[^}]*\}", "x", path), tuple(methods)) for path, methods in found]


def main() -> None:
    from streamlit.web.server.starlette.starlette_app import App, create_streamlit_routes
    from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes

    from pages.parts.data.ready import READY
    from pages.parts.data.start import START

    runtime = App("dashboard.py")._create_runtime()
    routes = [*READY, *START, *create_streamlit_routes(runtime), *create_auth_routes("")]
    told = {(route.path, tuple(sorted(getattr(route, "methods", None) or ()))) for route in routes}
    print(json.dumps(sorted(told)))


if __name__ == "__main__":
    main()
