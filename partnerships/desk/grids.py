"""Rows of a spreadsheet: pasted, or uploaded as CSV or XLSX."""

import csv
import warnings
import zlib
from io import BytesIO, StringIO
from itertools import islice
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError

from partnerships.actions.statements import COLUMNS

MOST_ROWS = 400
MOST_BYTES, MOST_UNPACKED = 1_000_000, 20_000_000
#: What reading a broken workbook raises.
UNREADABLE = (
    *(BadZipFile, zlib.error, OSError, LookupError, ValueError, TypeError),
    *(AttributeError, RuntimeError, SyntaxError),
)
#: A row whose partner begins so shows what to write, and is never entered.
EXAMPLE = "Example:"
TOO_BIG = "Upload at most 1 MB; a document has at most 400 rows."


def rows_of_text(text: str) -> list[dict[str, str]]:
    """Return the rows of a text whose cells stand between tabs, semicolons or commas,
    whichever its first line has."""
    first = text.partition("\n")[0]
    mark = next((mark for mark in "\t;" if mark in first), ",")
    try:
        return _rows(csv.reader(StringIO(text, newline=""), delimiter=mark))
    except csv.Error as error:
        raise ValidationError("These rows cannot be read as a table.") from error


def rows_of_file(file) -> list[dict[str, str]]:
    """Return the rows of an uploaded file; raise ValidationError if it is none."""
    if file.size > MOST_BYTES:
        raise ValidationError(TOO_BIG)
    content = file.read()
    if content.startswith(b"PK"):
        return _rows(_cells(content))
    try:
        return rows_of_text(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        sentence = "Upload a CSV file in UTF-8, or an XLSX workbook."
        raise ValidationError(sentence) from error


def _cells(content: bytes) -> list[list[str]]:
    """Return the cells of the first sheet of a workbook."""
    from openpyxl import load_workbook  # large; few processes ever need it

    try:
        with ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise ValidationError(TOO_BIG)
        with warnings.catch_warnings(action="ignore"):
            book = load_workbook(BytesIO(content), read_only=True, data_only=True)
            sheet = islice(book.worksheets[0].iter_rows(), MOST_ROWS + 2)
            return [[_text(cell) for cell in row[: len(COLUMNS)]] for row in sheet]
    except UNREADABLE as error:
        raise ValidationError("This is no workbook that can be read.") from error


def _text(cell) -> str:
    """Return a cell as text; of what a spreadsheet takes for a date, what it shows of
    it: the day, or the month alone."""
    if hasattr(cell.value, "date"):
        shows_day = "d" in cell.number_format.lower()
        return f"{cell.value:%Y-%m-%d}" if shows_day else f"{cell.value:%Y-%m}"
    return "" if cell.value is None else str(cell.value)


def _rows(lines) -> list[dict[str, str]]:
    """Return these lines as rows, without examples. A first line that names columns
    gives their order."""
    cells = [[cell.replace("\0", "").strip() for cell in line] for line in lines]
    names = list(COLUMNS)
    if cells and {*COLUMNS[:2]} <= {cell.casefold() for cell in cells[0]}:
        names = [cell.casefold() for cell in cells[0]]
        cells = cells[1:]
        if unknown := [name for name in names if name and name not in COLUMNS]:
            raise ValidationError(
                f"“{unknown[0]}” is no column. These are: {', '.join(COLUMNS)}."
            )
    return [
        row
        for line in cells
        if any(line)
        for row in [dict(zip(names, line, strict=False))]
        if not row.get("partner", "").casefold().startswith(EXAMPLE.casefold())
    ]
