"""Measures the tracker on SQLite, and on the PostgreSQL that DATABASE_URL names, and
prints one table::

    python -m tests.bench [--only SUBJECT] [--partnerships 10000] [--changes 200000]

Each subject (subjects.py) gets a new, empty database and a process of its own. Load
goes to this machine alone; the databases are dropped at the end.
"""

import argparse
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests import scratch
from tests.bench.table import Row, render

DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
SUBJECTS = ["saving", "verifying", "past", "serving", "exports"]


def options():
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--only", choices=SUBJECTS, action="append", metavar="SUBJECT")
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--partnerships", type=int, default=10_000)
    parser.add_argument("--changes", type=int, default=200_000)
    parser.add_argument("--verified", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--measure", choices=SUBJECTS, help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    given = options()
    if given.measure:
        measure(given)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # with its databases dropped
    found = {}
    for name in given.database or DATABASES:
        if name == "postgresql" and not scratch.server():
            print("DATABASE_URL names no PostgreSQL: SQLite alone.", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as directory:
            for row in measured(name, Path(directory), given):
                found.setdefault((row.subject, row.case), {})[name] = row
    print("\n".join([*machine(), "", *render(found, DATABASES)]))


def measured(database: str, directory: Path, given) -> Iterator[Row]:
    """All subjects on one database."""
    with migrated(database, directory) as empty:
        for subject in given.only or SUBJECTS:
            print(f"{DATABASES[database]}, {subject}:", file=sys.stderr)
            with copied(empty, directory) as url:
                yield from in_a_process(subject, url, directory)


@contextmanager
def migrated(database: str, directory: Path) -> Iterator[str]:
    """The address of an empty database with all tables."""
    if database == "sqlite":
        made = scratch.sqlite(directory)
    else:
        made = scratch.postgresql(f"bench_{os.getpid()}_empty")
    with made as url:
        env = scratch.environment(url, directory)
        scratch.manage(env, "migrate", "--verbosity=0")
        yield url


@contextmanager
def copied(empty: str, directory: Path) -> Iterator[str]:
    """The address of a copy of that database."""
    if empty.startswith("sqlite"):
        with tempfile.TemporaryDirectory(dir=directory) as place:
            copy = Path(place) / "copy.sqlite3"
            shutil.copy(empty.removeprefix("sqlite:///"), copy)
            yield f"sqlite:///{copy}"
    else:
        name = f"bench_{os.getpid()}"
        with scratch.postgresql(name, template=f"{name}_empty") as url:
            yield url


def in_a_process(subject: str, url: str, directory: Path) -> Iterator[Row]:
    arguments = ["-m", "tests.bench", "--measure", subject, *sys.argv[1:]]
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=scratch.ROOT,
        env=scratch.environment(url, directory, settings="tests.settings"),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    for line in ran.stdout.splitlines():
        yield Row(**json.loads(line))


def measure(given):
    """One subject, in this process: its rows as lines of JSON."""
    import django

    django.setup()
    from tests.bench.subjects import FUNCTIONS

    for row in FUNCTIONS[given.measure](given):
        row.subject = given.measure
        print(json.dumps(asdict(row)), flush=True)


def machine() -> Iterator[str]:
    yield f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end"
    versions = [f"Python {sys.version.split()[0]}", f"SQLite {sqlite3.sqlite_version}"]
    if scratch.server():
        versions.append(f"PostgreSQL {scratch.server_version()}")
    yield ", ".join(versions)
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=scratch.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not described.returncode:
        yield f"Commit {described.stdout.strip()}"


if __name__ == "__main__":
    main()
