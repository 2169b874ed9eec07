"""A table as JSON: what it is, then its rows as objects, one in a line."""

from collections.abc import Sequence
from functools import partial

from partnerships.exports import text_files
from partnerships.exports.columns import EDITION, Column, json_value, to_json
from partnerships.exports.reading import Reading
from partnerships.exports.tables import Table

CONTENT_TYPE = "application/json"


def _head(table: Table, reading: Reading) -> str:
    head = reading.about(table.title) | {"columns": list(map(_column, table.columns))}
    return f'{to_json(head)[:-1]}, "rows": ['


def lines(table: Table, rows: Sequence[tuple]) -> list[str]:
    """Return each row as an object."""
    names = [column.name for column in table.record_columns]
    objects = [dict(zip(names, map(json_value, row), strict=True)) for row in rows]
    edition = f', "{EDITION.name}": {text_files.EDITION}}}'
    return [f"{to_json(one)[:-1]}{edition}" for one in objects]


def _rows(table: Table, rows: Sequence[tuple]) -> str:
    return ",".join(f"\n{line}" for line in lines(table, rows))


def _column(column: Column) -> dict:
    about = {"name": column.name, "type": column.type, "meaning": column.meaning}
    return about | ({"values": dict(column.values)} if column.values else {})


_FORMAT = text_files.TextFormat("json", _head, _rows, between=",", end="\n]}\n")
content = partial(text_files.content, _FORMAT)
