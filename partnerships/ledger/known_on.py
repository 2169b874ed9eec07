"""The second clock: read the record as this tracker knew it at the end of a day.

Inside :func:`known_on`, each query finds, in place of a tracked table, the versions
that were the newest then: a common table expression of the table's own name stands in
front of the query, and shadows the table. So the past is asked the very questions that
the present is asked, deleted and unpublished records included, and no query is added
to those of the page (docs/adr/0007-second-clock.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connections
from django.utils import timezone

from partnerships.dates import end_of
from partnerships.ledger.readable import readable
from partnerships.ledger.registry import Tracked, tracked
from partnerships.ledger.roots import is_root_of, root_columns
from partnerships.ledger.shadows import Shadow, Shadows
from partnerships.ledger.sql import SQL, Alias


@contextmanager
def known_on(day: date | None, *, using: str = "default") -> Iterator[None]:
    """Let every query see the tracked tables as they were at the end of that day, UTC.

    None, today and later are now. Querysets are lazy: what is to see the past has to be
    read, and rendered, inside. Nothing can be written there.
    """
    if day is None or end_of(day) > timezone.now():
        yield
        return
    connection = connections[using]
    end = connection.ops.adapt_datetimefield_value(end_of(day))
    versions = {
        table.live: Shadow(_versions(table, connection.vendor), [end])
        for table in tracked().values()
        if table.live
    }
    past = Shadows(
        connection, readable(connection, versions, is_past=True), is_past=True
    )
    with connection.execute_wrapper(past):
        yield


def _versions(table: Tracked, vendor: str) -> SQL:
    """Return a subquery for each record's newest version, unless it was deleted.

    Each is reached from its root, in one step whatever came later; what is looked up
    is taken from there, so that the indexes of roots serve every query. LATERAL, and
    SQLite's CROSS JOIN, keep the databases from going through the whole history.
    """
    history, of_root = table.history._meta.db_table, root_columns(table.live)
    columns = ", ".join(
        f'{"r" if column in of_root else "h"}."{column}"' for column in table.columns
    )
    newest = (
        f'FROM "{history}" n WHERE n.id = r.id AND n.history_date < %s'
        " ORDER BY n.history_date DESC, n.history_id DESC LIMIT 1"
    )
    version = (
        f'CROSS JOIN "{history}" h ON h.history_id = (SELECT n.history_id {newest})'
        if vendor == "sqlite"
        else f"CROSS JOIN LATERAL (SELECT * {newest}) h"
    )
    is_its_root = is_root_of(table.live, Alias("r"), Alias("h"))
    return SQL(f'(SELECT {columns} FROM "{history}" r {version} WHERE {is_its_root})')
