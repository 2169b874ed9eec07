"""All tables in one file of SQLite: types, keys, references from table to table, and
what the file says of itself in two tables more, ``about`` and ``dictionary``."""

import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from partnerships.exports.columns import json_value, to_json
from partnerships.exports.package import of_its_own
from partnerships.exports.reading import Reading
from partnerships.exports.tables import Table, tables_read
from partnerships.web.citations import NOT_OFFICIAL

CONTENT_TYPE = "application/vnd.sqlite3"
_NUMBERS = {"whole number", "true or false"}
#: Columns by which rows of other tables are found, beside references.
_JOINED_BY = {"key", "fact", "fact_key", "record_key"}


def content(
    reading: Reading, *, home: str, cite: Callable[[], str]
) -> Callable[[BinaryIO], object]:
    """Return the writer of the file; ``home`` is the address of the page about it,
    ``cite`` gives the words by which it is cited."""
    return partial(_write, reading, home, cite)


def _write(reading: Reading, home: str, cite: Callable[[], str], target: BinaryIO):
    with TemporaryDirectory() as folder:
        path = Path(folder, "tracker.sqlite")
        with closing(sqlite3.connect(path)) as database:
            # Nobody reads it before it is whole.
            database.execute("PRAGMA journal_mode = OFF")
            _fill(database, reading, _about(reading, home, cite()))
            database.commit()
        with path.open("rb") as made:
            shutil.copyfileobj(made, target)


def _fill(database: sqlite3.Connection, reading: Reading, about: dict) -> None:
    tables = tables_read(reading)
    _create(database, "about", ["name TEXT PRIMARY KEY", "value"])
    _insert(database, "about", 2, about.items())
    words = ["table_name TEXT", "column_name TEXT", "holds TEXT", "meaning TEXT"]
    primary = "PRIMARY KEY (table_name, column_name)"
    _create(database, "dictionary", [*words, primary])
    for table in tables:
        _create(database, table.name, _definition(table))
        described = [(table.name, c.name, c.type, c.meaning) for c in table.columns]
        _insert(database, "dictionary", 4, described)
        rows = table.rows(of_its_own(table, reading))
        cells = ((*row, reading.edition) for row in rows)
        _insert(database, table.name, len(table.columns), cells)
        _index(database, table)


def _about(reading: Reading, home: str, cited_as: str) -> dict:
    about = reading.about("all tables")
    return about | {"home": home, "cite": cited_as, "remarks": NOT_OFFICIAL}


def _definition(table: Table) -> list[str]:
    """Return the columns and the constraints of a table in SQL."""
    columns = [
        f"{_quoted(column.name)} {'INTEGER' if column.type in _NUMBERS else 'TEXT'}"
        for column in table.columns
    ]
    references = [
        f"FOREIGN KEY ({_quoted(column)}) REFERENCES {_quoted(other)} ({_quoted(key)})"
        for column, (other, key) in table.references.items()
    ]
    primary = ", ".join(map(_quoted, table.key))
    return [*columns, f"PRIMARY KEY ({primary})", *references]


def _index(database: sqlite3.Connection, table: Table) -> None:
    joined_by = _JOINED_BY | table.references.keys()
    for column in table.columns:
        if column.name in joined_by and (column.name,) != table.key:
            index = _quoted(f"{table.name}_by_{column.name}")
            on = f"{_quoted(table.name)} ({_quoted(column.name)})"
            database.execute(f"CREATE INDEX {index} ON {on}")


def _create(database: sqlite3.Connection, name: str, parts: list[str]) -> None:
    database.execute(f"CREATE TABLE {_quoted(name)} ({', '.join(parts)})")


def _insert(
    database: sqlite3.Connection, name: str, width: int, rows: Iterable[tuple]
) -> None:
    sql = f"INSERT INTO {_quoted(name)} VALUES ({', '.join('?' * width)})"
    database.executemany(sql, (tuple(map(_cell, row)) for row in rows))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _cell(cell):
    value = json_value(cell)
    return to_json(value) if isinstance(value, list) else value
