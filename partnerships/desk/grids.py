"""Rows of a spreadsheet: pasted, or uploaded as CSV or XLSX."""

import csv
from io import BytesIO
from itertools import islice
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from partnerships.actions.statements import COLUMNS

MOST_ROWS = 400
MOST_BYTES, MOST_UNPACKED = 1_000_000, 20_000_000
TOO_BIG = "Upload at most 1 MB; a document has at most 400 rows."


def rows_of_text(text: str) -> list[dict[str, str]]:
    """Return the rows of a text whose cells stand between tabs, semicolons or commas,
    whichever its first line has."""
    first = text.partition("\n")[0]
    mark = next((mark for mark in "\t;" if mark in first), ",")
    return _rows(csv.reader(text.splitlines(), delimiter=mark))


def rows_of_file(file) -> list[dict[str, str]]:
    """Return the rows of an uploaded file; raise ValidationError if it is none."""
    if file.size > MOST_BYTES:
        raise ValidationError(TOO_BIG)
    content = file.read()
    if content.startswith(b"PK"):
        return _rows(_cells(content))
    try:
        return rows_of_text(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, csv.Error) as error:
        sentence = "Upload a CSV file in UTF-8, or an XLSX workbook."
        raise ValidationError(sentence) from error


def _cells(content: bytes) -> list[list[str]]:
    """Return the cells of the first sheet of a workbook."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise ValidationError(TOO_BIG)
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheet = islice(book.worksheets[0].iter_rows(values_only=True), MOST_ROWS + 1)
        return [[_text(cell) for cell in row[: len(COLUMNS)]] for row in sheet]
    except (BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
        raise ValidationError("This is no workbook that can be read.") from error


def _text(cell) -> str:
    """Return a cell as text; of what a spreadsheet takes for a date, the day."""
    if hasattr(cell, "date"):
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


def _rows(lines) -> list[dict[str, str]]:
    """Return these lines as rows, without a line that names the columns."""
    cells = [[cell.strip() for cell in line] for line in lines]
    if cells and [cell.casefold() for cell in cells[0]][:2] == [*COLUMNS[:2]]:
        cells = cells[1:]
    return [dict(zip(COLUMNS, line, strict=False)) for line in cells if any(line)]
