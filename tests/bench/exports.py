"""The files under /data/ over HTTP, one reader at a time, beside Datasette, which streams
the tables of the same SQLite file as CSV."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from django.db import connection

from partnerships.ledger import sealing
from partnerships.models import (
    Affiliation,
    Claim,
    Coverage,
    Engagement,
    LedgerEntry,
    Milestone,
    Partnership,
)
from tests.bench import building, scratch
from tests.bench.serving import Case, server, wait
from tests.bench.table import Row
from tests.bench.timing import Stopwatch

ROUNDS = 3  # at most: a round reads hundreds of megabytes
TABLES = {
    "partnerships": Partnership,
    "affiliations": Affiliation,
    "milestones": Milestone,
    "coverage": Coverage,
    "engagements": Engagement,
    "claims": Claim,
    "changes": LedgerEntry,
}
#: Of the log a part is read, from both: it has as many rows as all others together.
MOST_BYTES = {"changes": 20_000_000}
TARGET, MEMORY = "3", "under 150 MB"
DATABASE = "copy"  # as Datasette calls it, by the name of its file


def rows(options) -> Iterator[Row]:
    with Stopwatch(f"{options.partnerships:,} partnerships"):
        building.sample(options.partnerships)
        sealing.seal()
        building.settled()
    beside = datasette if connection.vendor == "sqlite" else nullcontext
    with server() as ours:
        worker = Worker(ours)
        for name, model in TABLES.items():
            yield from csv(name, model, worker, beside, min(options.rounds, ROUNDS))
        for ending in ("json", "xlsx"):
            for name in [name for name in TABLES if name not in MOST_BYTES]:
                taken = worker.take(f"/data/{name}.{ending}")
                count = counted(ours, name)
                yield Row(f"{name}.{ending}", figure([taken], count), target=MEMORY)
        with beside() as theirs:
            yield from lists(ours, theirs, options.rounds)


def csv(name, model, worker, beside, rounds) -> Iterator[Row]:
    """The table from both, in turns. Datasette is started for each, for it goes on to
    stream what nobody reads any more."""
    most = MOST_BYTES.get(name)
    path = f"/{DATABASE}/{model._meta.db_table}"
    found, others = [], []
    worker.take(f"/data/{name}.csv", most)
    for _ in range(rounds):
        found.append(worker.take(f"/data/{name}.csv", most))
        with beside() as theirs:
            if theirs:
                take(theirs, f"{path}.json?_size=1")
                others.append(take(theirs, f"{path}.csv?_stream=1", most))
    ratio = median(t.speed for t in found) / median(t.speed for t in others or found)
    target = f"{TARGET}, {MEMORY}"
    yield Row(f"{name}.csv", figure(found), ratio if others else None, target)
    if others:
        yield Row(f"{name}.csv, Datasette", figure(others), 1)


def lists(ours, theirs, rounds) -> Iterator[Row]:
    """Fifty partnerships as JSON: made anew, kept, and from Datasette."""
    cases = {
        "API, 50 partnerships, anew": (ours, "/anew/api/v1/partnerships/?page_size=50"),
        "API, 50 partnerships, kept": (ours, "/api/v1/partnerships/?page_size=50"),
    }
    if theirs:
        path = f"/{DATABASE}/{Partnership._meta.db_table}.json?_size=50"
        cases["Datasette, 50 rows"] = (theirs, path)
    speeds = {name: [] for name in cases}
    for _ in range(rounds):
        for name, where in cases.items():
            speeds[name].append(Case(*where).requests_a_second())
    base = median(speeds["Datasette, 50 rows"]) if theirs else None
    for name, found in speeds.items():
        ratio = median(found) / base if base else None
        yield Row(name, f"{median(found):.0f}/s", ratio)


@dataclass
class Taken:
    """A file that was read, or a part of it."""

    seconds: float
    rows: int
    peak: float = 0  # MB

    @property
    def speed(self) -> float:
        return self.rows / self.seconds


def take(address, path: str, most: int | None = None) -> Taken:
    session, count, size = http.client.HTTPConnection(*address), 0, 0
    began = time.perf_counter()
    session.request("GET", path)
    answer = session.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{path} answers {answer.status}.")
    while chunk := answer.read(65_536):
        count += chunk.count(b"\n")
        size += len(chunk)
        if most and size > most:
            break
    seconds = time.perf_counter() - began
    session.close()
    return Taken(seconds, count - 1)


def counted(address, name: str) -> int:
    """The rows of a table, however many its file in another format has lines."""
    return take(address, f"/data/{name}.csv").rows


def figure(taken: list[Taken], count: int | None = None) -> str:
    seconds = median(t.seconds for t in taken)
    speed = count / seconds if count else median(t.speed for t in taken)
    text = f"{1 / seconds:.2f}/s, {speed:,.0f} rows/s"
    peak = max(t.peak for t in taken)
    return f"{text}, {peak:.0f} MB" if peak else text


class Worker:
    """The process that serves the site, with the peak of its memory."""

    def __init__(self, address):
        self.address = address
        self.processes = list(_below(os.getpid()))

    def take(self, path: str, most: int | None = None) -> Taken:
        for process in self.processes:  # its peak begins anew
            Path(f"/proc/{process}/clear_refs").write_text("5")
        taken = take(self.address, path, most)
        taken.peak = max(map(_peak, self.processes)) / 1024
        return taken


def _below(process: int) -> Iterator[int]:
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            if "datasette" not in Path(f"/proc/{child}/cmdline").read_text():
                yield child
                yield from _below(child)


def _peak(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


@contextmanager
def datasette() -> Iterator[tuple[str, int]]:
    """Datasette on the same file, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = free.getsockname()
    path = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "datasette", "serve", path),
            *("--host", address[0], "--port", str(address[1])),
            *("--setting", "max_csv_mb", "0"),
            *("--setting", "sql_time_limit_ms", "20000"),
        ],
        cwd=scratch.ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait(address)
        yield address
    finally:
        process.kill()  # it would stream to the end before it stops
        process.wait(15)
