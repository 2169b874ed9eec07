"""A table as JSON: what it is, then its rows as objects, one in a line."""

from collections.abc import Iterator

from partnerships.exports.columns import Column, json_value, to_json
from partnerships.exports.reading import Reading
from partnerships.exports.rows import batches
from partnerships.exports.tables import Table

CONTENT_TYPE = "application/json"
ROWS = 500


def content(table: Table, reading: Reading) -> Iterator[bytes]:
    """Yield the file, some hundred rows at a time."""
    names = [column.name for column in table.columns]
    head = reading.about(table.title) | {"columns": list(map(_column, table.columns))}
    text, separator = f'{to_json(head)[:-1]}, "rows": [', "\n"
    for rows in batches(table.rows(reading), ROWS):
        objects = [dict(zip(names, map(json_value, row), strict=True)) for row in rows]
        yield (text + separator + ",\n".join(map(to_json, objects))).encode()
        text, separator = "", ",\n"
    yield f"{text}\n]}}\n".encode()


def _column(column: Column) -> dict:
    about = {"name": column.name, "type": column.type, "meaning": column.meaning}
    return about | ({"values": dict(column.values)} if column.values else {})
