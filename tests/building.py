"""What takes long to put on record is built once in a run, by the process that needs it
first; the others, and other modules, put the same rows into their tables."""

import fcntl
import pickle
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection

from partnerships.ledger import triggers


def build_once(build: Callable[[], object], name: str, folder: Path) -> None:
    """Put on record what ``build`` does, into tables of which it finds none filled; the
    ``folder`` is shared by the processes of a run."""
    path = folder / f"{name}.{connection.vendor}.pickle"
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            build()
            path.write_bytes(pickle.dumps(_rows()))
            return
    _put(pickle.loads(path.read_bytes()))


def _models():
    return apps.get_app_config("partnerships").get_models(include_auto_created=True)


def _rows() -> dict[str, tuple[list[str], list[tuple]]]:
    """Return the columns and the rows of each table, as the database has them."""
    rows = {}
    with connection.cursor() as cursor:
        for model in _models():
            columns = [field.column for field in model._meta.concrete_fields]
            table = model._meta.db_table
            cursor.execute(f"SELECT {', '.join(map(_quoted, columns))} FROM {table}")
            rows[table] = columns, cursor.fetchall()
    return rows


def _put(rows: dict[str, tuple[list[str], list[tuple]]]) -> None:
    with triggers.lifted(), connection.cursor() as cursor:
        for table, (columns, values) in rows.items():
            marks = ", ".join(["%s"] * len(columns))
            names = ", ".join(map(_quoted, columns))
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})", values
            )
        for sql in connection.ops.sequence_reset_sql(no_style(), [*_models()]):
            cursor.execute(sql)


def _quoted(column: str) -> str:
    return connection.ops.quote_name(column)
