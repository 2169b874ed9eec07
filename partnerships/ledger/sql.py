"""SQL by hand, for both databases: types, shared parts, a moment for many queries."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NewType

from django.db import connection, connections, transaction

#: A piece of SQL, whole or not, that is safe to put into a query: no reader's text.
SQL = NewType("SQL", str)
#: The name by which a query calls one of its tables, as in "partnerships_claim" or U0.
Alias = NewType("Alias", str)


BATCH = 500  # rows that are written at once


def differs(vendor: str) -> SQL:
    """Return the operator that tells two values apart and takes NULL for a value."""
    return SQL("IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM")


def newest(history: Alias, row: Alias) -> SQL:
    """Return a subquery for the newest ``history_id`` of the record of ``row``."""
    return SQL(
        f"(SELECT n.history_id FROM {history} n WHERE n.id = {row}.id"
        " ORDER BY n.history_date DESC, n.history_id DESC LIMIT 1)"
    )


def batched(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the keys, ``BATCH`` at a time."""
    return (pks[start : start + BATCH] for start in range(0, len(pks), BATCH))


def refresh_statistics(*, using: str) -> None:
    """Have SQLite look at its tables again, of which it samples a thousand rows by each
    index, for it chooses how to read them by that; PostgreSQL does so by itself."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")


@contextmanager
def snapshot() -> Iterator[None]:
    """Let all queries inside read the database as of one moment, so that they agree,
    without keeping anybody from writing; inside a transaction it is left to that."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # Not atomic(), which would take the lock of those who write.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
