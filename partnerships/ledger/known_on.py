"""The second clock: read the record as this tracker knew it at the end of a day, or
after a change.

Inside :func:`known_on`, each query finds, in place of a tracked table, the versions
that were the newest then: a common table expression of the table's own name stands in
front of the query, and shadows the table. So the past is asked the very questions that
the present is asked, deleted and unpublished records included, and no query is added
to those of the page (docs/adr/0007-second-clock.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from partnerships.ledger.models import LedgerEntry
from partnerships.ledger.past import Past
from partnerships.ledger.readable import readable
from partnerships.ledger.registry import Tracked, tracked
from partnerships.ledger.roots import is_root_of, root_columns
from partnerships.ledger.shadows import Shadow, Shadows
from partnerships.ledger.sql import SQL, Alias


@contextmanager
def known_on(past: Past | None, *, using: str = "default") -> Iterator[None]:
    """Let every query see the tracked tables as they were in that past.

    None, and one that is not over, is now. Querysets are lazy: what is to see the past
    has to be read, and rendered, inside. Nothing can be written there.
    """
    if past is None or not past.is_over:
        yield
        return
    connection = connections[using]
    versions = {
        table.live: _versions(name, table, past, connection)
        for name, table in tracked().items()
        if table.live
    }
    shadows = readable(connection, versions, is_past=True)
    with connection.execute_wrapper(Shadows(connection, shadows, is_past=True)):
        yield


def _versions(
    name: str, table: Tracked, past: Past, connection: BaseDatabaseWrapper
) -> Shadow:
    """Return a subquery for each record's newest version, unless it was deleted.

    Each is reached from its root, in one step whatever came later; what is looked up
    is taken from there, so that the indexes of roots serve every query. LATERAL, and
    SQLite's CROSS JOIN, keep the databases from going through the whole history.
    """
    history, of_root = table.history._meta.db_table, root_columns(table.live)
    columns = ", ".join(
        f'{"r" if column in of_root else "h"}."{column}"' for column in table.columns
    )
    is_known, given = _is_known(name, past, connection)
    newest = (
        f'FROM "{history}" n WHERE n.id = r.id AND {is_known}'
        " ORDER BY n.history_date DESC, n.history_id DESC LIMIT 1"
    )
    version = (
        f'CROSS JOIN "{history}" h ON h.history_id = (SELECT n.history_id {newest})'
        if connection.vendor == "sqlite"
        else f"CROSS JOIN LATERAL (SELECT * {newest}) h"
    )
    is_its_root = is_root_of(table.live, Alias("r"), Alias("h"))
    sql = SQL(f'(SELECT {columns} FROM "{history}" r {version} WHERE {is_its_root})')
    return Shadow(sql, given)


def _is_known(
    name: str, past: Past, connection: BaseDatabaseWrapper
) -> tuple[SQL, list[Any]]:
    """Return the condition of a version, "n", that is of the past, as ``Past.versions``
    has it, with its parameters."""
    end = connection.ops.adapt_datetimefield_value(past.end)
    if past.last is None:
        return SQL("n.history_date < %s"), [end]
    last = connection.ops.adapt_datetimefield_value(past.last)
    is_sealed = (
        f'EXISTS (SELECT 1 FROM "{LedgerEntry._meta.db_table}" e WHERE e.record = %s'
        " AND e.history_id = n.history_id AND e.number <= %s)"
    )
    is_known = f"n.history_date <= %s AND (n.history_date < %s OR {is_sealed})"
    return SQL(is_known), [last, end, name, past.edition]
