"""A table as CSV: UTF-8 with a byte order mark, as RFC 4180 has it, and safe to open in
a spreadsheet."""

import csv
import io
from collections.abc import Iterator

from partnerships.exports.asked import Asked
from partnerships.exports.rows import batches
from partnerships.exports.tables import Table
from partnerships.exports.text import clean, has_refused, plain_json

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
BOM = "\ufeff"
ROWS = 500

#: A spreadsheet takes text that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\n")
_WRITTEN = {
    "true or false": {True: "true", False: "false", None: None}.__getitem__,
    "list": plain_json,
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
    if (
        _may_begin_formula(f"\n{text}")
        or text.count("\r") != len(rows)
        or has_refused(text)
    ):
        text = _written([[_guarded(cell) for cell in row] for row in rows])
    return text.encode()


def _may_begin_formula(text: str) -> bool:
    return any(
        sign in text and any(before + sign in text for before in ',"\n')
        for sign in FORMULA
    )


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
