"""A table as CSV (RFC 4180), UTF-8 with a byte order mark, safe for spreadsheets."""

import csv
from collections.abc import Iterable, Sequence
from functools import partial
from io import StringIO

from partnerships.exports import text_files
from partnerships.exports.columns import json_value, to_json
from partnerships.exports.reading import Reading
from partnerships.exports.tables import Table
from partnerships.text import file_text

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
BOM = "\ufeff"

#: A spreadsheet takes text that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\n")


def _head(table: Table, reading: Reading) -> str:
    return BOM + _lines([[column.name for column in table.columns]])


def _rows(table: Table, rows: Sequence[tuple]) -> str:
    return _lines([*map(_cell, row), text_files.EDITION] for row in rows)


def _lines(rows: Iterable[list]) -> str:
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cell(cell):
    if cell == "":  # as every other one of a table
        return cell
    if isinstance(cell, str):
        text = file_text(cell)
        return f"'{text}" if text.startswith(FORMULA) else text
    if isinstance(cell, bool):
        return "true" if cell else "false"
    value = json_value(cell)
    return to_json(value) if isinstance(value, list) else value


content = partial(text_files.content, text_files.TextFormat("csv", _head, _rows))
