"""Notes of verification on each row, in a file that goes with the process: of a long
trail no more is in memory than of a short one."""

import marshal
import sqlite3
from collections.abc import Iterator
from typing import Any

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -16000;
CREATE TABLE known (record, pk, facts, PRIMARY KEY (record, pk)) WITHOUT ROWID;
CREATE TABLE stored (record, pk, PRIMARY KEY (record, pk)) WITHOUT ROWID;
CREATE TABLE referred (record, name, target, row, pk, PRIMARY KEY (record, name, row))
  WITHOUT ROWID;
CREATE TABLE taken (record, names, held, PRIMARY KEY (record, names, held))
  WITHOUT ROWID;
BEGIN;
"""

Key = tuple[str, int]


class Scratch:
    """Notes by the kind of a record and the id of a row."""

    def __init__(self) -> None:
        # Without a name, it is a temporary file of SQLite's.
        self._notes = sqlite3.connect("", isolation_level=None)
        self._notes.executescript(_TABLES)

    def known(self, key: Key) -> tuple | None:
        """Return what was noted of a row."""
        sql = "SELECT facts FROM known WHERE record = ? AND pk = ?"
        found = self._notes.execute(sql, key).fetchone()
        return found and marshal.loads(found[0])

    def know(self, key: Key, facts: tuple) -> None:
        """Note something of a row, as a plain tuple of values."""
        sql = "REPLACE INTO known VALUES (?, ?, ?)"
        self._notes.execute(sql, (*key, marshal.dumps(facts)))

    def forget(self, key: Key) -> None:
        self._notes.execute("DELETE FROM known WHERE record = ? AND pk = ?", key)

    def all_known(self) -> Iterator[Key]:
        """Yield the rows of which something is noted, in order."""
        yield from self._notes.execute("SELECT record, pk FROM known ORDER BY 1, 2")

    def known_of(self, record: str) -> list[int]:
        """Return the ids of the rows of a kind of which something is noted."""
        sql = "SELECT pk FROM known WHERE record = ?"
        return [pk for (pk,) in self._notes.execute(sql, (record,))]

    def store(self, key: Key) -> None:
        """Note that a row is stored."""
        self._notes.execute("INSERT INTO stored VALUES (?, ?)", key)

    def refer(self, key: Key, name: str, target: str, row: int) -> None:
        """Note that a row refers to another by the column of this name."""
        record, pk = key
        sql = "INSERT OR IGNORE INTO referred VALUES (?, ?, ?, ?, ?)"
        self._notes.execute(sql, (record, name, target, row, pk))

    def lost(self) -> Iterator[tuple[str, str, str, int, int]]:
        """Yield each row that is referred to and not stored, with the first that refers
        to it: that row's kind, column, the kind referred to, its id, that row's id."""
        yield from self._notes.execute(
            "SELECT record, name, target, row, pk FROM referred WHERE NOT EXISTS ("
            "SELECT 1 FROM stored s WHERE s.record = target AND s.pk = row)"
            " ORDER BY record, name, row"
        )

    def take(self, record: str, names: str, held: list[Any]) -> bool:
        """Note that a row holds these values together; return whether none did."""
        sql = "INSERT OR IGNORE INTO taken VALUES (?, ?, ?)"
        return self._notes.execute(sql, (record, names, repr(held))).rowcount == 1
