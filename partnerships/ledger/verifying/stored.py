"""The values that a database stores, as the canonical form of the trail has them.

Columns are read as they are, and compared in Python alone: what two values are to SQL
depends on collations and on operators, which whoever owns the database can exchange.
SQLite stores anything in any column, and takes dates for texts: a date spelt
"2024-5-28" is the same day to Django and another to a query. A value that is not spelt
as the tracker spells it is ``Odd``, and equal to nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from partnerships.ledger import canonical
from partnerships.ledger.registry import Tracked
from partnerships.ledger.sql import SQL, Alias

BATCH = 500
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?", re.ASCII)
_CANONICAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UUID = re.compile("[0-9a-f]{32}")

#: The values of a row by column, those that are not as the tracker stores them ``Odd``.
Row = dict[str, Any]
Reader = Callable[[Any], Any]


@dataclass(frozen=True)
class Odd:
    """A value that is not as the tracker stores it."""

    value: Any


@dataclass(frozen=True)
class Version:
    """A row of history: the two halves of the change that it records, the logs in which
    that is shown, and its columns with an odd value."""

    public: dict[str, Any]
    private: dict[str, Any]
    partnership: int | None
    partner: int | None
    odd: list[str]


def odd_columns(row: Row) -> list[str]:
    """Return the columns of a row with an odd value."""
    return [name for name, value in row.items() if isinstance(value, Odd)]


def rows(
    model: type[Model], *, using: str, where: str = "", params: Iterable[Any] = ()
) -> Iterator[Row]:
    """Yield the rows of a model's table, ``BATCH`` of them in memory."""
    names = [str(field.column) for field in model._meta.concrete_fields]
    connection = connections[using]
    sql = f'SELECT {_selected(model, connection)} FROM "{model._meta.db_table}" {where}'
    readers = _readers(model, connection.vendor)
    with _as_it_is(connection), connection.chunked_cursor() as cursor:
        cursor.execute(sql, list(params))
        while batch := cursor.fetchmany(BATCH):
            for values in batch:
                read = (reader(v) for reader, v in zip(readers, values, strict=True))
                yield dict(zip(names, read, strict=True))


def versions(
    table: Tracked, history_ids: Iterable[int], *, using: str
) -> Iterator[tuple[int, Version]]:
    """Yield these rows of history as far as they are there, with their ids."""
    wanted, connection = list(history_ids), connections[using]
    meta, alias = table.history._meta, Alias("h")
    names = [field.column for field in meta.concrete_fields]
    sql = SQL(
        f"SELECT {_selected(table.history, connection)},"
        f" {table.partnership(alias)}, {table.partner(alias)}"
        f' FROM "{meta.db_table}" h'
        f" WHERE h.history_id IN ({', '.join(['%s'] * len(wanted))})"
    )
    readers = _readers(table.history, connection.vendor)
    with _as_it_is(connection), connection.cursor() as cursor:
        cursor.execute(sql, wanted)
        found = cursor.fetchall()
    for *values, partnership, partner in found:
        read = (reader(value) for reader, value in zip(readers, values, strict=True))
        row = dict(zip(names, read, strict=True))
        odd = odd_columns(row)
        for name in odd:
            row[name] = str(row[name])
        halves = canonical.public_and_private(table.record, row, table.public_columns)
        yield row["history_id"], Version(*halves, partnership, partner, odd)


def history_keys(
    table: Tracked, first: int, *, using: str
) -> Iterator[tuple[int, int]]:
    """Yield the number of each row of history from that one on, and its record's."""
    connection = connections[using]
    sql = (
        f'SELECT +history_id, +id FROM "{table.history._meta.db_table}"'
        " WHERE history_id >= %s"
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, [first])
        while batch := cursor.fetchmany(BATCH):
            yield from batch


def _selected(model: type[Model], connection: BaseDatabaseWrapper) -> SQL:
    """Return the columns of a model, to be read as they are stored: an expression that
    is no column has no type by which the driver of SQLite would read it."""
    if connection.vendor == "sqlite":
        return SQL(", ".join(f'+"{f.column}"' for f in model._meta.concrete_fields))
    return SQL(", ".join(map(_on_postgresql, model._meta.concrete_fields)))


def _on_postgresql(field: Any) -> str:
    """Return a column for PostgreSQL; times and days as text, since Python has no word
    for all of them."""
    kind = field.get_internal_type()
    if kind == "DateTimeField":
        form = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""
        return f"pg_catalog.to_char(\"{field.column}\" AT TIME ZONE 'UTC', {form})"
    if kind == "DateField":
        return f"pg_catalog.to_char(\"{field.column}\"::timestamp, 'YYYY-MM-DD')"
    return f'"{field.column}"'


@contextmanager
def _as_it_is(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Have SQLite give text that is none as bytes."""
    connection.ensure_connection()
    driver: Any = connection.connection
    if connection.vendor != "sqlite":
        yield
        return
    before, driver.text_factory = driver.text_factory, _text_or_bytes
    try:
        yield
    finally:
        driver.text_factory = before


def _text_or_bytes(stored: bytes) -> str | bytes:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return stored


@cache
def _readers(model: type[Model], vendor: str) -> list[Reader]:
    kinds = [field.get_internal_type() for field in model._meta.concrete_fields]
    return [_reader(kind, vendor) for kind in kinds]


def _reader(kind: str, vendor: str) -> Reader:
    """Return what reads a value of a kind of field from what the driver gives."""
    by_kind: dict[str, Reader] = {
        "BooleanField": _truth if vendor == "sqlite" else _of_type(bool),
        "DateField": _day,
        "DateTimeField": _stored_time if vendor == "sqlite" else _canonical_time,
        "UUIDField": _stored_uuid if vendor == "sqlite" else _uuid,
    }
    is_number = "Integer" in kind or "AutoField" in kind or kind in _KEYS
    return by_kind.get(kind, _of_type(int) if is_number else _text)


_KEYS = ("ForeignKey", "OneToOneField")


def _of_type(kind: type) -> Reader:
    def read(value: Any) -> Any:
        return value if value is None or type(value) is kind else Odd(value)

    return read


def _text(value: Any) -> Any:
    # To SQL, a text of SQLite's ends where it has a NUL.
    if value is None or (type(value) is str and "\0" not in value):
        return value
    return Odd(value)


def _truth(value: Any) -> Any:
    if value is None or (type(value) is int and value in (0, 1)):
        return value if value is None else bool(value)
    return Odd(value)


def _day(value: Any) -> Any:
    if value is None:
        return None
    if type(value) is str and _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value).isoformat()
    return Odd(value)


def _stored_time(value: Any) -> Any:
    if value is None:
        return None
    if type(value) is str and _TIME.fullmatch(value):
        with suppress(ValueError):
            return canonical.plain(datetime.fromisoformat(value))
    return Odd(value)


def _canonical_time(value: Any) -> Any:
    if value is None:
        return None
    return value if _CANONICAL_TIME.fullmatch(value) else Odd(value)


def _stored_uuid(value: Any) -> Any:
    if value is None:
        return None
    is_ours = type(value) is str and _UUID.fullmatch(value)
    return str(UUID(value)) if is_ours else Odd(value)


def _uuid(value: Any) -> Any:
    if value is None:
        return None
    return str(value) if isinstance(value, UUID) else Odd(value)
