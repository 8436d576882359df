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


class Server:
    """A Streamlit server of its own on a free port; `url` is where it answers."""

    def __init__(self, folder=ROOT, **environment):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | environment
        command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port)]
        self.process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
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
        raise RuntimeError("the server did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def ready(self, seconds=12) -> tuple[int, dict]:
        """Status and content of the answer of /ready."""
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=seconds) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
