"""A table as a workbook for spreadsheet programs: days as dates, text as text, and a
second sheet that says what it is."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from itertools import chain, islice
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from partnerships.dates import PartialDate
from partnerships.exports.columns import json_value, to_json
from partnerships.exports.reading import Reading
from partnerships.exports.tables import Table
from partnerships.web.citations import NOT_OFFICIAL

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: What a sheet and a cell can hold; the rest goes to a further sheet, or is cut off.
MOST_ROWS, MOST_SIGNS = 1_048_576, 32_767
#: Spreadsheet programs count days from 1900, and get its first two months wrong.
FIRST_YEAR = 1901
#: Columns are as wide as the first rows need, in characters, within these bounds.
ROWS_MEASURED, NARROWEST, WIDEST = 200, 10, 50
REMARKS = (
    "Days are dates where the day is known, other partial dates are text. "
    f"A cell holds {MOST_SIGNS:,} characters at most; longer text is whole in the "
    "other formats."
)


def content(table: Table, reading: Reading) -> Callable[[BinaryIO], None]:
    """Return the writer of the workbook, which does it in constant memory."""
    return partial(_write, table.as_read(reading), reading)


def _write(table: Table, reading: Reading, file: BinaryIO) -> None:
    book = Workbook(write_only=True)
    try:
        _fill(book, table, reading)
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            ExcelWriter(book, archive).save()
    except BaseException:
        for sheet in book.worksheets:
            _discard(sheet)
        raise


def _discard(sheet) -> None:
    """Remove the file of a sheet that is never sent."""
    if not sheet.closed:
        sheet.close()
    with suppress(OSError):  # it is in the archive already
        sheet._writer.cleanup()


def _fill(book: Workbook, table: Table, reading: Reading) -> None:
    book.properties.title = reading.about(table.title)["title"]
    rows = ((*row, reading.edition) for row in table.rows(reading))
    first = [[_cell(cell) for cell in row] for row in islice(rows, ROWS_MEASURED)]
    widths, last = _widths(table, first), get_column_letter(len(table.columns))
    cells = chain(first, ([_cell(cell) for cell in row] for row in rows))
    for number, row in enumerate(cells):
        if number % (MOST_ROWS - 1) == 0:
            sheet = _sheet(book, table, widths)
        sheet.append([_as_text(sheet, cell) for cell in row])
        sheet.auto_filter.ref = f"A1:{last}{number % (MOST_ROWS - 1) + 2}"
    if not book.worksheets:
        _sheet(book, table, widths)
    about = book.create_sheet("About", 1)
    _widen(about, (24, 24, 100))
    for line in _about(table, reading):
        about.append([_wrapped(about, cell) for cell in line])


def _widths(table: Table, rows: list[list]) -> list[int]:
    """Return the width of each column, with room for the button of its filter."""
    heads = [f"{column.name}   " for column in table.columns]
    return [
        min(max(NARROWEST, *(len(str(cell)) + 1 for cell in cells)), WIDEST)
        for cells in zip(heads, *rows, strict=True)
    ]


def _sheet(book: Workbook, table: Table, widths: Sequence[int]):
    number = len(book.worksheets)
    sheet = book.create_sheet(f"{table.name} {number + 1}" if number else table.name)
    sheet.freeze_panes = "B2"
    _widen(sheet, widths)
    sheet.append([_bold(sheet, column.name) for column in table.columns])
    return sheet


def _widen(sheet, widths: Sequence[int]) -> None:
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def _bold(sheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(cell):
    """Return a known day as a date, a time in UTC without its zone, which workbooks do
    not know, and all else as JSON has it."""
    if isinstance(cell, PartialDate) and cell.is_day:
        cell = cell.latest
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, date) and cell.year >= FIRST_YEAR:
        return cell
    value = json_value(cell)
    if isinstance(value, list):
        value = to_json(value)
    return value[:MOST_SIGNS] if isinstance(value, str) else value


def _as_text(sheet, cell):
    """Return text that looks like a formula or an error as the text that it is."""
    if not isinstance(cell, str) or not (cell[:1] == "=" or cell in ERROR_CODES):
        return cell
    text = WriteOnlyCell(sheet, cell)
    text.data_type = "s"
    return text


def _wrapped(sheet, cell) -> WriteOnlyCell:
    wrapped = WriteOnlyCell(sheet, cell)
    if isinstance(cell, str):
        wrapped.data_type = "s"
    wrapped.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
    return wrapped


def _about(table: Table, reading: Reading) -> Iterator[list]:
    for name, value in reading.about(table.title).items():
        yield [name.replace("_", " ").capitalize(), value]
    yield ["Address", reading.address]
    yield ["Remarks", f"{NOT_OFFICIAL} {REMARKS}"]
    yield []
    yield ["Column", "Holds", "Meaning"]
    for column in table.columns:
        values = ", ".join(f"{value} ({label})" for value, label in column.values)
        meaning = f"{column.meaning} One of: {values}." if values else column.meaning
        yield [column.name, column.type, meaning.strip()]
