"""First page after a start, new requests, bytes sent and memory of a live server, page by page.

`python -m tests.benchmarks.at_size sqlite:////path/cohort.db [--checkouts . ../old] [--rounds 3]`

Each checkout (old and new, say) gets a server of its own, one after the other in one run: started twice (the first one
is shown every page, so that the second start finds what it kept), then one visitor opens every page with filters that
nobody asked for before, and asks again. Seconds are from the request for a run to its `script_finished`, read by a
program that does nothing else; CPU is what the server used meanwhile; bytes are what it sent, uncompressed. Memory is
its resident size.
"""

import argparse
import os
import time
from pathlib import Path
from statistics import median

from tests.faults.sessions import Session
from tests.live import ROOT, Server


def memory_of(pid: int) -> tuple[int, int]:
    """Resident size now and at its highest, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) // 1000 for line in lines if line.startswith("Vm")}
    return sizes["VmRSS"], sizes["VmHWM"]


def cpu_of(pid: int) -> float:
    """Seconds of CPU that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(folder: Path, url: str, rounds: int) -> None:
    """Print what one checkout takes."""
    for start in ("first start", "second start"):
        began = time.perf_counter()
        server = Server(folder=folder, DATABASE_URL=url)
        session, pid = Session(server.url), server.process.pid
        print(
            f"{start:16}{time.perf_counter() - began:7.2f} s from the command on, {session.seconds:.2f} s the page, "
            f"{cpu_of(pid):.1f} s CPU, {session.received:,} bytes, {memory_of(pid)} MB (now, highest)",
            flush=True,
        )
        if start == "first start":
            for page in sorted(session.pages):
                session.page = page
                session.run()
            session.close()
            server.stop()
    try:
        for page in sorted(session.pages):
            _page(session, pid, page, rounds)
        print(f"memory at the end {memory_of(pid)} MB", flush=True)
    finally:
        server.stop()


def _page(session: Session, pid: int, page: str, rounds: int) -> None:
    """New requests of one page (other ages each), and the last one asked again."""
    news, agains, cpus, session.page = [], [], [], page
    for low in range(1, rounds + 1):
        before, session.query = cpu_of(pid), f"age={low}-99"
        session.run()
        cpus.append(cpu_of(pid) - before)
        news.append(session.seconds)
        sent = session.received
        session.run()
        agains.append(session.seconds)
    print(
        f"{page or 'overview':16}{1000 * median(news):7.0f} ms new ({1000 * median(cpus):5.0f} CPU),"
        f"{1000 * median(agains):7.0f} again,{sent:12,} bytes",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.at_size")
    parser.add_argument("url")
    parser.add_argument("--checkouts", nargs="+", type=Path, default=[ROOT])
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    for folder in chosen.checkouts:
        print(f"\n{folder.resolve().name}, load average {os.getloadavg()[0]:.1f}", flush=True)
        measure(folder, chosen.url, chosen.rounds)


if __name__ == "__main__":
    main()
