"""nginx with the configuration that docs/deployment has, on free ports, with a certificate of its own."""

import fcntl
import re
import shutil
import subprocess
import time
from pathlib import Path

from tests.live import ROOT, free_port

CONFIGURATION = ROOT / "docs" / "deployment" / "nginx.conf"
LOCK = Path("/tmp/nginx-install.lock")


def find_or_install() -> str:
    """The program; Debian's, installed by apt where it is missing and we are root."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shutil.which("nginx"):
            subprocess.run(["apt-get", "install", "-y", "-q", "nginx-light"], check=True, capture_output=True)
    found = shutil.which("nginx")
    assert found, "nginx must be installed: apt-get install nginx-light"
    return found


class Nginx:
    """A running proxy before dashboards on these ports. changes: text of the configuration -> other text."""

    def __init__(self, folder: Path, ports: list[int], **changes: str):
        self.port, self._folder = free_port(), folder
        key = ["-newkey", "rsa:2048", "-nodes", "-keyout", "cart.key", "-out", "cart.crt", "-days", "1"]
        subprocess.run(
            ["openssl", "req", "-x509", *key, "-subj", "/CN=localhost"], cwd=folder, check=True, capture_output=True
        )
        (folder / "nginx.conf").write_text(self._text(ports, changes))
        self._start()

    def _start(self) -> None:
        options = ["-p", str(self._folder), "-c", "nginx.conf", "-e", "error.log", "-g", "daemon off;"]
        self._process = subprocess.Popen([find_or_install(), *options], stderr=subprocess.DEVNULL)
        time.sleep(1)
        assert self._process.poll() is None, (self._folder / "error.log").read_text()

    def restart(self) -> None:
        """Ended and started again on the same port."""
        self.stop()
        self._start()

    def _text(self, ports: list[int], changes: dict[str, str]) -> str:
        text = CONFIGURATION.read_text("utf-8")
        for old, new in zip(("8501", "8502"), map(str, ports), strict=True):
            text = text.replace(f"127.0.0.1:{old}", f"127.0.0.1:{new}")
        text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl")
        text = re.sub(r"/etc/nginx/tls/", f"{self._folder}/", text).replace("cart.example.org", "localhost")
        for old, new in changes.items():
            text = text.replace(f'{old.replace("_", "-")} ""', f'{old.replace("_", "-")} "{new}"')
        temporary = "".join(
            f"{name}_temp_path {self._folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return f"pid {self._folder}/nginx.pid;\nevents {{}}\nhttp {{\n{temporary}{text}\n}}\n"

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
