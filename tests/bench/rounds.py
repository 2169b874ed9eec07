"""Times cases in rounds, so that what slows one down slows all others down."""

import time
from collections.abc import Callable
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext


class Unexpected(Exception):
    """An answer has another status than it should."""


def measured(cases: dict[str, Callable], rounds: int) -> dict[str, dict]:
    """Return of each case its milliseconds of CPU in this process, as a median, and its
    SQL queries; or why it fails. A case prepares itself and returns the function that
    is measured. The first two times, of which one is cold, do not count."""
    times, figures = {name: [] for name in cases}, {}
    for name, prepare in [*cases.items()] * 2:
        act = prepare()
        with CaptureQueriesContext(connection) as captured:
            try:
                act()
            except Unexpected as error:
                figures[name] = {"failed": str(error)}
            else:
                figures[name] = {"queries": len(captured)}
    works = [name for name in cases if "failed" not in figures[name]]
    for name in works * rounds:
        act = cases[name]()
        began = time.process_time()
        act()
        times[name].append(1000 * (time.process_time() - began))
    for name in works:
        figures[name]["cpu"] = round(median(times[name]), 2)
    return figures
