"""A database that takes no changes for a while, as a standby's."""

from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def without_writes():
    """Let the database refuse whatever would change it."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = on")
        else:
            cursor.execute("SET LOCAL transaction_read_only = on")
        try:
            yield
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA query_only = off")
            transaction.set_rollback(True)
