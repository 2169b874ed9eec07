"""A table as CSV (RFC 4180), UTF-8 with a byte order mark, safe for spreadsheets."""

import csv
from collections.abc import Iterator
from io import StringIO

from partnerships.exports.columns import json_value, to_json
from partnerships.exports.reading import Reading
from partnerships.exports.rows import batches
from partnerships.exports.tables import Table
from partnerships.text import file_text

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
BOM = "\ufeff"
ROWS = 500

#: A spreadsheet takes text that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\n")


def content(table: Table, reading: Reading) -> Iterator[bytes]:
    """Yield the file, some hundred rows at a time."""
    text = StringIO(newline="")
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow([column.name for column in table.columns])
    for rows in batches(table.rows(reading), ROWS):
        writer.writerows([map(_cell, row) for row in rows])
        yield _taken(text)
    if text.tell():  # the head of a table without rows
        yield _taken(text)


def _cell(cell):
    if isinstance(cell, str):
        text = file_text(cell)
        return f"'{text}" if text.startswith(FORMULA) else text
    if isinstance(cell, bool):
        return "true" if cell else "false"
    value = json_value(cell)
    return to_json(value) if isinstance(value, list) else value


def _taken(text: StringIO) -> bytes:
    """Empty the buffer and return what it held."""
    taken = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return taken
