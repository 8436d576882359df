"""Many visitors at once: seconds a click takes, errors and mix-ups, with and without thinking, on one process or two.

`python -m tests.benchmarks.under_load [--sessions 50] [--clicks 5] [--think 0 8] [--processes 1 2] [--checkouts . OLD]`

Every visitor has filters of his own (an age from which on) and goes over the pages; what a page says of its cohort is
compared with what one visitor alone was told for the same filters: anything else is a mix-up. Each visitor stays with
one process, as behind a proxy that keeps them apart by a cookie. `--connects 1000` opens and closes sessions instead
and prints memory, threads and open files before and after; `--minutes 120 --users 10 --think 8` prints memory by the
minute and its slope over the second half; `--heavy 20 --users 10 --think 2` one visitor on the heaviest page beside
ten others.
"""

import argparse
import os
import random
import threading
import time
from pathlib import Path

import numpy as np

from tests.faults.sessions import Session
from tests.live import ROOT, Server

PAGES = ("survival", "relapse", "response", "mrd", "transplant", "toxicity", "b_cell_aplasia", "")
AGES = range(25)


def cohort_line(drawn) -> str:
    """What a page says of its cohort."""
    return next((text for text in drawn.texts if "patients" in text and "**" in text), "")


class Visitors:
    """All of them, and what they saw."""

    def __init__(self, urls: list[str], clicks: int, think: float):
        self.urls, self.clicks, self.think = urls, clicks, think
        self.seconds, self.errors, self.said, self._lock = [], [], {}, threading.Lock()

    def visit(self, number: int) -> None:
        """One visitor: his filter, and a click on one page after the other."""
        age, chance = AGES[number % len(AGES)], random.Random(number)
        time.sleep(chance.uniform(0, self.think))
        try:
            session = Session(self.urls[number % len(self.urls)], f"age={age}-99")
            for click in range(self.clicks):
                session.page = PAGES[(number + click) % len(PAGES)]
                drawn = session.run()
                self._note(session.seconds, age, cohort_line(drawn), drawn.alerts)
                time.sleep(chance.expovariate(1 / self.think) if self.think else 0)
            session.close()
        except Exception as error:
            self.errors.append(repr(error))

    def _note(self, seconds: float, age: int, line: str, alerts: tuple) -> None:
        with self._lock:
            self.seconds.append(seconds)
            self.said.setdefault(age, set()).add(line)
            self.errors += [alert for alert in alerts if "Error" in alert]

    def all_at_once(self, sessions: int) -> None:
        threads = [threading.Thread(target=self.visit, args=(number,)) for number in range(sessions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def mix_ups(self, url: str) -> int:
        """Filters whose visitors were told of another cohort than a visitor alone."""
        alone = {age: cohort_line(Session(url, f"age={age}-99").first) for age in self.said}
        return sum(lines != {alone[age]} for age, lines in self.said.items())


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def held_by(pid: int) -> dict[str, int]:
    """Memory (MB), threads and open files of a process."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return {"MB": int(lines["VmRSS"].split()[0]) // 1000, "threads": int(lines["Threads"]), "files": files}


def load(folder: Path, sessions: int, clicks: int, think: float, processes: int) -> None:
    """Print one line: what the clicks took."""
    servers = [Server(folder=folder) for _ in range(processes)]
    try:
        for server in servers:
            Session(server.url).close()  # the data are there
        visitors = Visitors([server.url for server in servers], clicks, think)
        before, start = [cpu_of(s.process.pid) for s in servers], time.perf_counter()
        visitors.all_at_once(sessions)
        wall = time.perf_counter() - start
        used = sum(cpu_of(s.process.pid) for s in servers) - sum(before)
        p50, p95 = np.percentile(visitors.seconds, [50, 95])
        print(
            f"{folder.resolve().name:12} {processes} processes, {sessions} sessions, {think:g} s of thinking: "
            f"p50 {p50:.2f} s, p95 {p95:.2f} s, {len(visitors.errors)} errors, "
            f"{visitors.mix_ups(servers[0].url)} mix-ups, {used / wall:.2f} cores, "
            f"load average {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    finally:
        for server in servers:
            server.stop()


def heavy(folder: Path, runs: int, sessions: int, think: float) -> None:
    """The clicks of others while one visitor draws the heaviest page again and again, beside those without him."""
    server = Server(folder=folder)
    try:
        greedy = Session(server.url)
        p95 = []
        for times in (0, runs):
            visitors = Visitors([server.url], 5, think)
            busy = threading.Thread(target=lambda times=times: [draw_heaviest(greedy, n) for n in range(times)])
            busy.start()
            visitors.all_at_once(sessions)
            busy.join()
            p95.append(float(np.percentile(visitors.seconds, 95)))
        print(f"others' p95 {p95[0]:.2f} s alone, {p95[1]:.2f} s beside: {p95[1] / p95[0]:.1f} times", flush=True)
    finally:
        server.stop()


def draw_heaviest(session: Session, number: int) -> None:
    """All endpoints with everything open, each time of a cohort that nobody has asked for."""
    session.page, session.query = "survival", f"survival_figure=all&details=open&age={number}-{98 - number}"
    session.run()


def connects(folder: Path, n: int) -> None:
    """Sessions opened and closed, one after the other: what is left of them."""
    server = Server(folder=folder)
    try:
        for _ in range(20):
            Session(server.url).close()
        time.sleep(150)  # until what Streamlit keeps of closed sessions has aged
        Session(server.url).close()
        time.sleep(5)
        before = held_by(server.process.pid)
        for _ in range(n):
            Session(server.url).close()
        time.sleep(150)
        Session(server.url).close()  # Streamlit lets go of what has aged (two minutes, 128 sessions) when one ends
        time.sleep(5)
        print(f"{n} connects: {before} before, {held_by(server.process.pid)} after", flush=True)
    finally:
        server.stop()


def soak(folder: Path, sessions: int, think: float, minutes: int) -> None:
    """Memory by the minute, and its slope over the second half."""
    server, sizes = Server(folder=folder), []
    visitors = Visitors([server.url], 1_000_000, think)
    for number in range(sessions):
        threading.Thread(target=visitors.visit, args=(number,), daemon=True).start()
    for minute in range(minutes):
        time.sleep(60)
        sizes.append(held_by(server.process.pid)["MB"])
        print(minute + 1, sizes[-1], flush=True)
    half = sizes[len(sizes) // 2 :]
    print(f"slope {60 * np.polyfit(range(len(half)), half, 1)[0]:.1f} MB/h, {len(visitors.errors)} errors", flush=True)
    server.stop()
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.under_load")
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--clicks", type=int, default=5)
    parser.add_argument("--think", type=float, nargs="+", default=[0, 8])
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--checkouts", type=Path, nargs="+", default=[ROOT])
    parser.add_argument("--connects", type=int, default=0)
    parser.add_argument("--heavy", type=int, default=0)
    parser.add_argument("--minutes", type=int, default=0)
    parser.add_argument("--users", type=int, dest="sessions", help="the same as --sessions")
    chosen = parser.parse_args()
    for folder in chosen.checkouts:
        if chosen.connects:
            connects(folder, chosen.connects)
        elif chosen.heavy:
            heavy(folder, chosen.heavy, chosen.sessions, chosen.think[-1])
        elif chosen.minutes:
            soak(folder, chosen.sessions, chosen.think[0], chosen.minutes)
        else:
            for processes in chosen.processes:
                for think in chosen.think:
                    load(folder, chosen.sessions, chosen.clicks, think, processes)


if __name__ == "__main__":
    main()
