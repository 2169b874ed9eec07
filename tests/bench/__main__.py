"""Measures the tracker on SQLite, and on the PostgreSQL that DATABASE_URL names, at the
sizes that can exist, beside peers with the same rows. Prints tables in Markdown."""

import argparse
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import scratch
from tests.bench import serving, table

DATABASES = ["SQLite", "PostgreSQL"] if scratch.server() else ["SQLite"]
SIZES = ["15x1k", "300x20k", "300x200k"]
#: A trail from here on comes with claims and sources by the thousand.
LARGE, CLAIMS, SOURCES = 50_000, 50_000, 2_000
#: Seconds that one part may take.
LONGEST = 3600


def options():
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    about = "partnerships x changes, such as 300x1m, smallest first"
    parser.add_argument("--sizes", nargs="+", default=SIZES, help=about)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", choices=DATABASES)
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    parser.add_argument("--before", type=Path, help="show those of such a file too")
    about = "keep the SQLite databases in this directory, and take them from there"
    parser.add_argument("--keep", type=Path, help=about)
    return parser.parse_args()


def main():
    given = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # drops its databases too
    before = json.loads(given.before.read_text())["found"] if given.before else {}
    about = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at first"
    found = {}
    for database in [given.database] if given.database else DATABASES:
        found[database] = {size: {} for size in given.sizes}
        for size, figures in found[database].items():
            for more in measured(database, size, given):
                figures |= more
                if given.json:
                    kept = json.dumps({"about": about, "found": found}, indent=1)
                    given.json.write_text(kept)
    print("\n".join([about, *table.lines(found, before)]))


def measured(database: str, size: str, given) -> Iterator[table.Size]:
    """Yield the figures on a new database of that size, part by part."""
    with TemporaryDirectory() as name, new(database, name, "db") as url:
        env = scratch.environment(url, name, settings="tests.bench.settings")
        for part in (grown, in_process, of_files, of_trail, of_twin, as_served):
            print(f"{database}, {size}: {part.__name__} …", file=sys.stderr)
            yield part(env, database, size, given)


@contextmanager
def new(database: str, folder: str, name: str) -> Iterator[str]:
    """Yield the address of a new database, dropped afterwards."""
    if database == "SQLite":
        yield f"sqlite:///{Path(folder, name)}.sqlite3"
    else:
        with scratch.postgresql(f"{name}_{os.getpid()}") as url:
            yield url


def grown(env: dict, database: str, size: str, given) -> table.Size:
    """Return the seconds and the changes of a trail that is made, if it is."""
    kept = given.keep and database == "SQLite" and given.keep / size
    if kept and kept.exists():
        shutil.copytree(kept, env["DATA_DIR"], dirs_exist_ok=True)
        scratch.manage(env, "migrate", "-v0", timeout=LONGEST)
        made = {}
    else:
        scratch.manage(env, "migrate", "-v0")
        made = of(env, f"growing.made({', '.join(map(str, numbers(size)))})")
        if kept:
            shutil.copytree(env["DATA_DIR"], kept)
    scratch.manage(env, "seal", "-v0")
    scratch.manage(env, "create_editor", "-v0")
    return made


def numbers(size: str) -> list[int]:
    """Return how many partnerships, changes, claims and sources a size has."""
    text = size.lower().replace("k", "000").replace("m", "000000")
    partnerships, changes = map(int, text.split("x"))
    more = [CLAIMS, SOURCES] if changes >= LARGE else []
    return [partnerships, changes, *more]


def in_process(env: dict, database: str, size: str, given) -> table.Size:
    return of(env, f"measuring.pages({given.rounds})")


def of_trail(env: dict, database: str, size: str, given) -> table.Size:
    """Return the seconds of CPU of those who keep the trail."""
    figures = of(env, "measuring.trail()")
    if "backup" in figures:
        backup = Path(env["DATA_DIR"], "backup.jsonl.gz")
        with new(database, env["DATA_DIR"], "restored") as url:
            other = env | {"DATABASE_URL": url}
            scratch.manage(other, "migrate", "-v0")
            figures |= of(other, f"measuring.restore({str(backup)!r})")
    return figures


def of_files(env: dict, database: str, size: str, given) -> table.Size:
    """Return the figures of each file, in a process of its own."""
    paths = of(env, "measuring.files()")
    return {path: of(env, f"measuring.file({path!r})") for path in paths}


def of_twin(env: dict, database: str, size: str, given) -> table.Size:
    of(env, "measuring.rows()")
    with new(database, env["DATA_DIR"], "twin") as url:
        twin = env | {"DATABASE_URL": url}
        twin["DJANGO_SETTINGS_MODULE"] = "tests.bench.twin.settings"
        for more in ([], ["--run-syncdb"]):  # which refer to tables of the others
            scratch.manage(twin, "migrate", "-v0", *more)
        return of(twin, f"twin.measuring.pages({given.rounds})")


def as_served(env: dict, database: str, size: str, given) -> table.Size:
    if not shutil.which("wrk"):
        return {}
    scratch.manage(env, "collectstatic", "-v0", "--noinput")
    file = Path(env["DATA_DIR"], "db.sqlite3")
    return serving.site(env, file if database == "SQLite" else None)


def of(env: dict, call: str):
    """Return the last line that a function of the bench prints, read as JSON."""
    module = call.partition("(")[0].rpartition(".")[0]
    code = f"import tests.bench.{module}\ntests.bench.{call}"
    return json.loads(scratch.shell(env, code, timeout=LONGEST))


if __name__ == "__main__":
    main()
