"""Serves the shipped data set as in production and has schemathesis ask for everything
that its description allows, and for much that it does not: all checks, with several
seeds, on SQLite and on PostgreSQL if DATABASE_URL names one. Fails where an answer is
not as described, and at any warning."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from tests import scratch
from tests.scores.serving import served

HERE = Path(__file__).parent
#: What does not hang on the seed is tried with the first alone.
FIRST, OTHERS = "examples,coverage,fuzzing,stateful", "fuzzing,stateful"


def main():
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzzing", description=__doc__
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--examples", type=int, default=20, help="of each resource")
    given = parser.parse_args()
    os.environ |= {"API_RATE": "0", "LOG_LEVEL": "error"}
    failed = [
        f"{name}, seed {seed}"
        for name, database in databases().items()
        for seed in failing(database, given.seeds, given.examples)
    ]
    sys.exit(f"Not as described: {'; '.join(failed)}" if failed else 0)


def databases() -> dict[str, Callable[[Path], AbstractContextManager[str]]]:
    """Return what makes a database in a folder, by its name."""
    found: dict = {"SQLite": scratch.sqlite}
    if scratch.server():
        found["PostgreSQL"] = lambda folder: scratch.postgresql("tracker_fuzzing")
    return found


def failing(database: Callable, seeds: int, examples: int) -> list[int]:
    """Return the seeds with which an answer is not as described."""
    with (
        tempfile.TemporaryDirectory() as name,
        database(Path(name)) as url,
        served(url, name) as site,
    ):
        run = partial(is_as_described, f"{site}/api/v1/schema/", examples)
        return [seed for seed in range(1, seeds + 1) if not run(seed)]


def is_as_described(schema: str, examples: int, seed: int) -> bool:
    command = [
        *(Path(sys.executable).with_name("schemathesis"), "--no-color"),
        *("--config-file", HERE / "schemathesis.toml", "run", schema),
        *("--checks=all", f"--seed={seed}", f"--max-examples={examples}"),
        f"--phases={FIRST if seed == 1 else OTHERS}",
    ]
    return subprocess.run(command, cwd=scratch.ROOT, check=False).returncode == 0


if __name__ == "__main__":
    os.environ.pop("ALLOWED_HOSTS", None)
    main()
