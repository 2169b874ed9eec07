"""A table as a workbook for spreadsheet programs: days as dates, text as text, and a
second sheet that says what it is."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Font

from partnerships.exports.metadata import NOT_OFFICIAL, facts
from partnerships.exports.parameters import Asked
from partnerships.exports.tables import Table
from partnerships.exports.text import clean, listed_json

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: What a sheet and a cell can hold; the rest goes to a further sheet, or is cut off.
MOST_ROWS, MOST_SIGNS = 1_048_576, 32_767
#: Spreadsheet programs count days from 1900, and get its first two months wrong.
FIRST_YEAR = "1901"


def write(table: Table, asked: Asked, file: BinaryIO, *, address: str):
    """Write the workbook; what is in memory does not grow with the table."""
    book = Workbook(write_only=True)
    book.properties.title = facts(table.title, asked)["title"]
    convert = [_WRITTEN.get(column.type, clean) for column in table.columns]
    sheet, left = None, 0
    for row in table.rows(asked):
        if not left:
            sheet, left = _sheet(book, table), MOST_ROWS - 1
        cells = [write(cell) for write, cell in zip(convert, row, strict=True)]
        sheet.append([_as_text(sheet, cell) for cell in cells])
        left -= 1
    if sheet is None:
        _sheet(book, table)
    about = book.create_sheet("About", 1)
    for row in _about(table, asked, address):
        about.append([_as_text(about, cell) for cell in row])
    book.save(file)


def _sheet(book: Workbook, table: Table):
    number = len(book.worksheets)
    sheet = book.create_sheet(f"{table.name} {number + 1}" if number else table.name)
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, column.name) for column in table.columns])
    return sheet


def _bold(sheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _as_text(sheet, cell):
    """Text that looks like a formula or an error as the text that it is."""
    if not isinstance(cell, str) or not (cell[:1] == "=" or cell in ERROR_CODES):
        return cell
    kept = WriteOnlyCell(sheet, cell)
    kept.data_type = "s"
    return kept


@lru_cache(10_000)
def _day(text: str | None) -> date | str | None:
    """A known day as a date; any other partial date stays what it is."""
    if text is None or len(text) != 10 or text < FIRST_YEAR:
        return text
    return date.fromisoformat(text)


def _time(text: str) -> datetime:
    """In UTC; a workbook knows no time zones."""
    return datetime.fromisoformat(text).replace(tzinfo=None)


_WRITTEN = {
    "date": _day,
    "partial date": _day,
    "time": _time,
    "list": lambda cell: clean(listed_json(cell))[:MOST_SIGNS],
    "text": lambda cell: clean(cell)[:MOST_SIGNS] if cell else cell,
}


def _about(table: Table, asked: Asked, address: str) -> Iterator[list]:
    for name, value in facts(table.title, asked).items():
        yield [name.replace("_", " ").capitalize(), value]
    yield ["Address", address]
    yield ["Remarks", f"{NOT_OFFICIAL} {REMARKS}"]
    yield []
    yield ["Column", "Holds", "Meaning"]
    for column in table.columns:
        values = ", ".join(f"{value} ({label})" for value, label in column.values)
        meaning = f"{column.meaning} One of: {values}." if values else column.meaning
        yield [column.name, column.type, meaning.strip()]


REMARKS = (
    "Days are dates where the day is known, other partial dates are text. "
    f"A cell holds {MOST_SIGNS:,} characters at most; longer text is whole in the "
    "other formats."
)
