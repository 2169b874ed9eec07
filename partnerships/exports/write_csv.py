"""A table as CSV: UTF-8 with a byte order mark, as RFC 4180 has it, and safe to open in
a spreadsheet."""

from collections.abc import Iterator

from partnerships.exports.parameters import Asked
from partnerships.exports.rows import batches
from partnerships.exports.tables import Table
from partnerships.exports.text import clean, has_refused, listed_json

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
BOM = "\ufeff"
ROWS = 500

#: A spreadsheet takes text that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\n")
_SIGNS = frozenset(FORMULA)
_WRITTEN = {
    "true or false": {True: "true", False: "false", None: None}.__getitem__,
    "list": listed_json,
}


def chunks(table: Table, asked: Asked) -> Iterator[bytes]:
    """The file, some hundred rows at a time."""
    columns = table.columns
    convert = {n: _WRITTEN[c.type] for n, c in enumerate(columns) if c.type in _WRITTEN}
    head = BOM + _written([[column.name for column in columns]])
    for rows in batches(table.rows(asked), ROWS):
        if convert:
            rows = [_converted(row, convert) for row in rows]
        yield head.encode() + _safe(rows)
        head = ""
    if head:
        yield head.encode()


def _safe(rows: list) -> bytes:
    """These rows. What is rare is looked for in all of them at once, which takes no
    time, and only where it may be in each cell."""
    text = _written(rows)
    if text.count("\r") != len(rows) or has_refused(text):
        text = _written([map(clean, row) for row in rows])
    return text.encode()


def _converted(row, convert) -> list:
    row = list(row)
    for number, written in convert.items():
        row[number] = written(row[number])
    return row


def _written(rows) -> str:
    """By hand: Python's own writer looks at each sign of a cell several times."""
    return "".join([",".join(map(_cell, row)) + "\r\n" for row in rows])


def _cell(value) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    if value[:1] in _SIGNS:
        value = f"'{value}"
    if '"' in value or "," in value or "\n" in value or "\r" in value:
        value = '"' + value.replace('"', '""') + '"'
    return value
