"""``verify_audit``: its time, and its memory, which is not to grow with the trail."""

import json
import subprocess
import sys
from collections.abc import Iterator

from tests.bench import building, scratch
from tests.bench.table import Row
from tests.bench.timing import Stopwatch

PER_PARTNERSHIP = 67  # changes by which a sample partnership is made
TARGET = "at most 18 s"


def rows(options) -> Iterator[Row]:
    few, many = options.verified // 5, options.verified
    with Stopwatch(f"{few:,} changes") as first:
        building.sample(few // PER_PARTNERSHIP)
        building.change(few - building.changes())
    at_first, small = building.changes(), alone("verify_audit")
    with Stopwatch(f"{many:,} changes") as second:
        building.change(many - at_first)
        building.settled()
    large, count = alone("verify_audit"), building.changes()
    speed = large["seconds"] * 100_000 / count
    yield Row("100,000 changes", f"{speed:.1f} s", target=TARGET)
    yield Row(f"peak memory, {few:,} changes", megabytes(small))
    growth = large["peak"] / small["peak"]
    yield Row(f"peak memory, {many:,} changes", megabytes(large), growth, "1.0")
    yield Row("building and sealing", f"{first.seconds + second.seconds:.0f} s")


def alone(command: str) -> dict:
    """Seconds and peak memory, in kB, of a command in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench.alone", command],
        cwd=scratch.ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout.splitlines()[-1])


def megabytes(measured: dict) -> str:
    return f"{measured['peak'] / 1024:.0f} MB"
