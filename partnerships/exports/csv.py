"""A table as CSV: UTF-8 with a byte order mark, as RFC 4180 has it, and safe to open in
a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterator

from partnerships.exports.asked import Asked
from partnerships.exports.rows import batches
from partnerships.exports.tables import Table
from partnerships.exports.text import REFUSED, clean, plain_json

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
BOM = "\ufeff"
ROWS = 500

#: A spreadsheet takes text that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\n")
#: What tells in a whole chunk that some cell of it needs a second look.
_ODD = re.compile(f'(?:^|[,"\n])[=+\\-@\t\n]|[{REFUSED}]')

_WRITTEN = {
    "true or false": {True: "true", False: "false", None: None}.__getitem__,
    "list": plain_json,
}


def chunks(table: Table, asked: Asked) -> Iterator[bytes]:
    """The file, some hundred rows at a time."""
    columns = table.columns
    convert = {n: _WRITTEN[c.type] for n, c in enumerate(columns) if c.type in _WRITTEN}
    text = BOM + _written([[column.name for column in columns]])
    for rows in batches(table.rows(asked), ROWS):
        if convert:
            rows = [_converted(row, convert) for row in rows]
        yield (text + _safe(rows)).encode()
        text = ""
    if text:
        yield text.encode()


def _safe(rows: list) -> str:
    """These rows. What is rare is looked for in the chunk, not in each cell."""
    text = _written(rows)
    if _ODD.search(text) or text.count("\r") != len(rows):
        text = _written([[_guarded(cell) for cell in row] for row in rows])
    return text


def _guarded(cell):
    cell = clean(cell)
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return cell


def _converted(row, convert) -> list:
    row = list(row)
    for number, written in convert.items():
        row[number] = written(row[number])
    return row


def _written(rows) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()
