"""A table as JSON: what it is, then its rows as objects, one in a line."""

from collections.abc import Iterator

from partnerships.exports.metadata import facts
from partnerships.exports.parameters import Asked
from partnerships.exports.rows import batches
from partnerships.exports.tables import Table
from partnerships.exports.text import clean, listed, plain_json

CONTENT_TYPE = "application/json"
ROWS = 500
_WRITTEN = {"list": listed}


def chunks(table: Table, asked: Asked) -> Iterator[bytes]:
    """The file, some hundred rows at a time."""
    names = [column.name for column in table.columns]
    head = facts(table.title, asked) | {
        "columns": [
            {"name": c.name, "type": c.type, "meaning": c.meaning} | _values(c)
            for c in table.columns
        ]
    }
    text = plain_json(head)[:-1] + ', "rows": ['
    separator = "\n"
    said = [_WRITTEN.get(column.type, clean) for column in table.columns]
    for rows in batches(table.rows(asked), ROWS):
        lines = [plain_json(_object(names, said, row)) for row in rows]
        yield (text + separator + ",\n".join(lines)).encode()
        text, separator = "", ",\n"
    yield f"{text}\n]}}\n".encode()


def _object(names, said, row) -> dict:
    return {name: say(cell) for name, say, cell in zip(names, said, row, strict=True)}


def _values(column):
    return {"values": dict(column.values)} if column.values else {}
