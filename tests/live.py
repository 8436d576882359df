"""The app as README runs it: a live Streamlit server of its own on a free port."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(port: int, *options: str) -> list[str]:
    """README's command, on a port, with options of Streamlit."""
    return [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port), *options]


def surroundings(**environment: str) -> dict[str, str]:
    """The environment of a server: that of the tests, which have a database of their own."""
    return {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | environment


class Server:
    """A Streamlit server of its own on a free port; `url` is where it answers. options: of Streamlit; base: its base
    path; log: a file for what it writes; port: where another one is wanted than any free one."""

    def __init__(self, folder=ROOT, options=(), base="", log=None, port=None, **environment):
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}{base}"
        self._log = Path(log).open("wb") if log else subprocess.DEVNULL  # noqa: SIM115 - open as long as the server
        based = ["--server.baseUrlPath", base] if base else []
        self.process = subprocess.Popen(
            command(self.port, *based, *options),
            cwd=folder,
            env=surroundings(**environment),
            stdout=self._log,
            stderr=self._log,
        )
        self._wait()

    def _wait(self, seconds=30):
        """An unknown path answers too, so only the health route tells that the server is up."""
        for _ in range(seconds * 10):
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError("the server did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        if self._log is not subprocess.DEVNULL:
            self._log.close()

    def ready(self, seconds=12, path="/ready") -> tuple[int, dict]:
        """Status and content of the answer of /ready."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=seconds) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
