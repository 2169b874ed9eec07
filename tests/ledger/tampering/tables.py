"""The tables that are tampered with, and the smallest things that are done to them."""

import uuid
from random import Random
from typing import NamedTuple

from django.db import connection

from tests.ledger.databases import is_sqlite, sql
from tests.ledger.tampering import values
from tests.ledger.tampering.forging import CHECKPOINT, LEDGER
from tests.ledger.tampering.hands import columns, query

REDACTION = "partnerships_redaction"
#: The highest key of a row of history.
LAST = 2**63 - 1 if is_sqlite else 2**31 - 1
#: Columns to which nothing refers.
UNREAD = {LEDGER: {"id", "recorded_at"}, CHECKPOINT: {"id", "taken_at", "counts"}}


class Cell(NamedTuple):
    """One value of one row."""

    table: str
    key: int
    column: str

    def __str__(self) -> str:
        return f"{self.column} of {self.table} {self.key}"


def key_of(table: str) -> str:
    is_history = table.startswith(("partnerships_historical", REDACTION))
    return "history_id" if is_history else "id"


def histories() -> list[str]:
    names = connection.introspection.table_names()
    return sorted(n for n in names if n.startswith("partnerships_historical"))


def live_tables() -> list[str]:
    return [name.replace("historical", "") for name in histories()]


def keys(table: str) -> list[int]:
    """The keys of all rows, in order."""
    key = key_of(table)
    return [row[0] for row in query(f"SELECT {key} FROM {table} ORDER BY {key}")]


def a_table(random: Random, names: list[str]) -> str:
    """One of the tables that have rows."""
    return random.choice([name for name in names if keys(name)])


def a_cell(random: Random, table: str, *, but: tuple[str, ...] = ()) -> Cell:
    unread = UNREAD.get(table, set())
    names = [c for c in columns(table) if c not in unread and c not in but]
    return Cell(table, random.choice(keys(table)), random.choice(names))


def value(cell: Cell):
    """What the cell holds, as it is stored."""
    table, key, column = cell
    plain = f"+{column}" if is_sqlite else column  # no converter of Python's
    [(held,)] = query(f"SELECT {plain} FROM {table} WHERE {key_of(table)} = %s", key)
    return held


def others(cell: Cell) -> list:
    plain = f"+{cell.column}" if is_sqlite else f"{cell.column}::text"
    found = query(f"SELECT DISTINCT {plain} FROM {cell.table} ORDER BY 1")
    return [row[0] for row in found]


def another(random: Random, cell: Cell) -> tuple[object, str]:
    """A value to write there, and in words."""
    if is_sqlite:
        declared = dict(
            query(f"SELECT name, type FROM pragma_table_info('{cell.table}')")
        )[cell.column]
    else:
        [(declared,)] = query(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attname = %s",
            *(cell.table, cell.column),
        )
    kind = values.kind_of(declared)
    return values.another(random, kind, value(cell), others(cell))


def write(cell: Cell, new):
    update(cell.table, cell.key, **{cell.column: new})


def update(table: str, key: int, /, **new):
    """Write these values, as they are, whatever the columns' types."""
    parts, given = [], []
    for column, held in new.items():
        if isinstance(held, values.Raw):
            parts.append(f"{column} = {held}")
        else:
            parts.append(f"{column} = %s")
            given.append(as_given(held))
    sql(
        f"UPDATE {table} SET {', '.join(parts)} WHERE {key_of(table)} = %s",
        *given,
        key,
    )


def as_given(held):
    """PostgreSQL reads each value from text, as its column's type has it."""
    if is_sqlite:
        return held.hex if isinstance(held, uuid.UUID) else held
    return held if held is None else str(held)


def copy(table: str, key: int, /, **new):
    """Add a copy of a row with other values."""
    names = columns(table)
    expressions = ["%s" if name in new else name for name in names]
    sql(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(expressions)}"
        f" FROM {table} WHERE {key_of(table)} = %s",
        *(new[name] for name in names if name in new),
        key,
    )


def delete(table: str, key: int):
    sql(f"DELETE FROM {table} WHERE {key_of(table)} = %s", key)


def newest_history(table: str, key: int) -> int:
    """The key of the newest row of history of a row of the record."""
    history = table.replace("partnerships_", "partnerships_historical")
    [(newest,)] = query(f"SELECT max(history_id) FROM {history} WHERE id = %s", key)
    return newest


def number_of(history: str, key: int) -> int:
    """The number under which a row of history is sealed."""
    record = history.removeprefix("partnerships_").removeprefix("historical")
    [(number,)] = query(
        f"SELECT number FROM {LEDGER} WHERE record = %s AND history_id = %s",
        *(record, key),
    )
    return number
