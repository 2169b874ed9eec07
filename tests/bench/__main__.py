"""Measures the tracker on SQLite, and on the PostgreSQL that DATABASE_URL names, with
the shipped data and with sample partnerships beside it. Prints tables in Markdown."""

import argparse
import json
import os
import signal
import sys
import tempfile
from pathlib import Path

from tests import scratch
from tests.bench import table

DATABASES = ["SQLite", "PostgreSQL"] if scratch.server() else ["SQLite"]


def options():
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--partnerships", type=int, nargs="+", default=[15, 300])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--database", choices=DATABASES)
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    parser.add_argument("--before", type=Path, help="show those of such a file too")
    return parser.parse_args()


def main():
    given = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # drops its databases too
    before = json.loads(given.before.read_text())["found"] if given.before else {}
    about = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at first"
    databases = [given.database] if given.database else DATABASES
    found = {database: measured(database, given) for database in databases}
    print("\n".join([about, *table.lines(found, before)]))
    if given.json:
        given.json.write_text(json.dumps({"about": about, "found": found}, indent=1))


def measured(database: str, given) -> dict[str, dict]:
    """Return the figures on a new database, by number of partnerships and by name."""
    found = {}
    with tempfile.TemporaryDirectory() as name:
        made = scratch.sqlite(Path(name))
        if database == "PostgreSQL":
            made = scratch.postgresql(f"bench_{os.getpid()}")
        with made as url:
            env = scratch.environment(url, name, settings="tests.bench.settings")
            for command in ("migrate", "seed", "create_editor"):
                scratch.manage(env, command, "--verbosity=0")
            for size in sorted(given.partnerships):
                print(f"{database}, {size} partnerships …", file=sys.stderr)
                run(env, f"grow({size})")
                figures, files = json.loads(run(env, f"pages({given.rounds})"))
                for path in files if size == max(given.partnerships) else []:
                    figures[path] = json.loads(run(env, f"file({path!r})"))
                found[str(size)] = figures
    return found


def run(env: dict, call: str) -> str:
    """Return the last line that a function of ``measuring`` prints."""
    code = f"from tests.bench import measuring\nmeasuring.{call}"
    printed = scratch.manage(env, "shell", "-v0", "-c", code, timeout=600)
    return printed.rstrip().rpartition("\n")[2]


if __name__ == "__main__":
    main()
