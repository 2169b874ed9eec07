"""Faults of the database, told apart: what readers, editors and the log are told.

Settings name this module, so it imports no model.
"""

import errno
import logging
import sqlite3
from collections.abc import Iterator
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

from django.db import Error as DatabaseProblem
from django.db import InterfaceError, OperationalError

#: What the triggers say of a change that is dated wrongly.
NOT_NOW = "A change is recorded when it is made, neither in advance nor afterwards."
OUT_OF_ORDER = "A change is recorded after the one before it, not earlier."


class Fault(NamedTuple):
    """A sentence that says what failed, another that says what became of what was sent,
    and the seconds after which to try again."""

    sentence: str
    outcome: str = "Nothing was saved."
    seconds: int = 10


GONE = Fault(
    "The database does not answer.",
    "Nothing was saved, unless it was in the very moment that the database went: send "
    "it again, and nothing is entered twice.",
)
SLOW = Fault("The database took longer to answer than anybody waits.")
HELD = Fault(
    "Another change, or work on the database, holds what this needs.",
    "Nothing was saved by it; what you sent a moment before may still be.",
)
FULL = Fault("The disk of the tracker is full.", seconds=600)
NO_WRITES = Fault("The database takes no changes at the moment.", seconds=600)
READ_ONLY = Fault(
    "The tracker takes no changes at the moment, while it is worked on or stands in "
    "for another.",
    seconds=600,
)
CLOCK = Fault(
    "The clocks of the tracker and of its database disagree, or the change before this "
    "one is dated later than now, so that this one cannot be dated. Whoever keeps the "
    "server can put that right.",
    seconds=60,
)

#: What an operator is told of whom the database lets do too little (SQLSTATE 42501).
NOT_THE_OWNER = (
    "The role that DATABASE_URL names may not do this. Run it as the owner of the "
    "tables, with deploy/manage --owner."
)

#: How codes of PostgreSQL (SQLSTATE) and of SQLite begin.
_BY_CODE = {
    "08": GONE,
    "57P": GONE,
    "53300": GONE,  # no connection is left
    "57014": SLOW,
    "55P03": HELD,
    "40P01": HELD,
    "25P03": HELD,
    "53100": FULL,
    "25006": NO_WRITES,
    "SQLITE_BUSY": HELD,
    "SQLITE_LOCKED": HELD,
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": NO_WRITES,
    "SQLITE_CANTOPEN": GONE,
    "SQLITE_IOERR": GONE,
}


def fault_of(error: BaseException | None) -> Fault | None:
    """Return the fault that an error tells of; None if it is of another kind."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return FULL
    if not isinstance(error, DatabaseProblem):
        return None
    if NOT_NOW in str(error) or OUT_OF_ORDER in str(error):
        return CLOCK
    cause: Any = error.__cause__
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", "")
    for begin, fault in _BY_CODE.items():
        if code and code.startswith(begin):
            return fault
    is_of_connection = isinstance(error, OperationalError | InterfaceError)
    if code or isinstance(cause, sqlite3.Error):  # whose faults all have a code
        return None
    return GONE if is_of_connection else None


def is_forbidden(error: BaseException) -> bool:
    """Return whether the role lacks a privilege for what it asked of PostgreSQL."""
    return getattr(error.__cause__, "sqlstate", None) == "42501"


class ToldOnce(logging.Filter):
    """Lets a fault of the database into the log by one line a minute, without the way
    it took through the code, and with how many more there were."""

    SECONDS = 60

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._told: dict[Fault, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == 503:
            return False  # what is behind it was told where it was found
        error = record.exc_info[1] if record.exc_info else None
        fault = fault_of(error)
        if fault is None:
            return True
        with self._lock:
            told_at, left_out = self._told.get(fault, (-self.SECONDS, 0))
            is_due = monotonic() - told_at >= self.SECONDS
            self._told[fault] = (monotonic(), 0) if is_due else (told_at, left_out + 1)
        if is_due:
            more = [f"{left_out} times more until now"] if left_out else []
            record.msg = "; ".join([*_parts(record, fault, error), *more])
            record.args, record.exc_info, record.exc_text = (), None, None
        return is_due


def _parts(record: logging.LogRecord, fault: Fault, error: Any) -> Iterator[str]:
    """Yield what failed, in the words of the database too, and where."""
    first = str(error).strip().partition("\n")[0]
    yield f"{fault.sentence} It says: {first}"
    if request := getattr(record, "request", None):
        yield "at " + request.path.encode("unicode_escape").decode()
    else:
        yield record.getMessage()
