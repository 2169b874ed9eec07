"""A table as a workbook for people: labels beside codes, days as dates, addresses as
links, and a second sheet that says what it is, how far it reaches, how to cite it."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from datetime import date
from functools import partial
from itertools import chain, islice
from typing import BinaryIO

from partnerships.dates import PartialDate, day_in_words
from partnerships.exports.columns import Column, json_value, to_json
from partnerships.exports.reading import Reading
from partnerships.exports.tables import Table
from partnerships.exports.workbook import (
    BOLD,
    HEAD,
    LINK,
    MOST_LINKS,
    NUMBER,
    PLAIN,
    WRAPPED,
    Layout,
    workbook,
)
from partnerships.web.citations import SITE, Citation
from partnerships.web.linked.data_set import DESCRIPTION

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: What a sheet and a cell can hold; the rest goes to a further sheet, or is cut off.
MOST_ROWS, MOST_SIGNS = 1_048_576, 32_767
#: Spreadsheet programs count days from 1900, and get its first two months wrong.
FIRST_YEAR = 1901
#: Columns are as wide as the first rows need, in characters, within these bounds; those
#: of times as wide as a time, of texts that would take many lines wider.
ROWS_MEASURED, NARROWEST, WIDEST, TIME_WIDTH = 200, 10, 50, 20
FEW_LINES, WIDEST_TEXT = 6, 90
#: The look of cells by the type of their column, where it is not plain.
LOOKS = {"text": WRAPPED, "web address": LINK, "whole number": NUMBER}
REMARKS = (
    "Days are dates where the day is known, other partial dates are text. Columns with "
    "names that end in _label say the codes before them in words; other formats have "
    f"the codes alone. A cell holds {MOST_SIGNS:,} characters at most; longer text is "
    f"whole in the other formats. The first {MOST_LINKS:,} addresses of a sheet are "
    "links."
)


def content(
    table: Table, reading: Reading, cite: Callable[[Reading], Citation]
) -> Callable[[BinaryIO], None]:
    """Return the writer of the workbook, which does it in constant memory."""
    coded = {column.name for column in table.columns if column.values}
    return partial(_write, table.as_read(reading), coded, reading, cite)


def _write(
    table: Table,
    coded: Set[str],
    reading: Reading,
    cite: Callable[[Reading], Citation],
    file: BinaryIO,
) -> None:
    title, citation = reading.about(table.title)["title"], cite(reading)
    foot = f"{SITE}: {table.title}. Edition {reading.edition:,}, {citation.scope()}"
    columns, rows = list(_columns(table, coded)), _rows(table, coded, reading)
    looks = [LOOKS.get(column.type, PLAIN) for column in columns]
    measured = list(islice(rows, ROWS_MEASURED))
    widths = _widths(columns, measured)
    with workbook(file, title=title, author=SITE, day=reading.known_on) as book:
        for number, part in enumerate(_by_sheet(chain(measured, rows))):
            name = f"{table.name} {number + 1}" if number else table.name
            sheet = book.sheet(Layout(name, widths, foot, is_table=True))
            if not number:
                about = book.sheet(Layout("About", (26, 100, 16), foot))
                for line, look in _about(table, columns, reading, citation):
                    about.add(line, look)
            sheet.add([column.name for column in columns], [HEAD] * len(columns))
            for row in part:
                sheet.add(row, looks)


def _columns(table: Table, coded: Set[str]) -> Iterator[Column]:
    """Yield the columns, and behind each of these that have codes, their labels."""
    for column in table.columns:
        yield column
        if column.name in coded:
            yield Column(f"{column.name}_label", "text", f"The label of {column.name}.")


def _rows(table: Table, coded: Set[str], reading: Reading) -> Iterator[list]:
    labels = [dict(c.values) if c.name in coded else {} for c in table.columns]
    for row in table.rows(reading):
        cells: list = []
        for cell, of_codes in zip((*row, reading.edition), labels, strict=True):
            cells.append(_cell(cell))
            if of_codes:
                cells.append(of_codes.get(cell))
        yield cells


def _cell(cell):
    """Return a known day as a date, a time as it is, and all else as JSON has it."""
    if isinstance(cell, PartialDate) and cell.is_day:
        cell = cell.latest
    if isinstance(cell, date) and cell.year >= FIRST_YEAR:
        return cell
    value = json_value(cell)
    if isinstance(value, list):
        value = to_json(value)
    return value[:MOST_SIGNS] if isinstance(value, str) else value


def _by_sheet(rows: Iterator[list]) -> Iterator[Iterable[list]]:
    """Yield the rows of one sheet after another, of which the first may have none."""
    yield islice(rows, MOST_ROWS - 1)
    for row in rows:
        yield chain([row], islice(rows, MOST_ROWS - 2))


def _widths(columns: Sequence[Column], rows: Sequence[list]) -> list[int]:
    """Return the width of each column, with room for the button of its filter."""
    widths = []
    for column, *cells in zip(columns, *rows, strict=True):
        head = len(column.name) + 4
        longest = max(NARROWEST, head, *(len(str(cell)) + 1 for cell in cells))
        widest = TIME_WIDTH if column.type == "time" else WIDEST
        if column.type == "text":
            widest = max(widest, min(longest // FEW_LINES, WIDEST_TEXT))
        widths.append(min(longest, widest))
    return widths


def _about(
    table: Table, columns: Sequence[Column], reading: Reading, citation: Citation
) -> Iterator[tuple[Sequence, Sequence[int]]]:
    """Yield the lines of the second sheet, and their looks."""
    about, through = reading.about(table.title), citation.checked_through
    part = "A selection of the rows. " if reading.is_selection else ""
    facts = [
        ("Title", about["title"], WRAPPED),
        ("What it is", part + DESCRIPTION, WRAPPED),
        ("Edition", reading.edition, WRAPPED),
        ("As of", about["as_of"], WRAPPED),
        ("Known on", about["known_on"], WRAPPED),
        (
            "Checked through",
            f"{day_in_words(through)}. Editors have looked for news of every "
            "partnership through that day."
            if through
            else "No check of every partnership is recorded.",
            WRAPPED,
        ),
        ("How to cite", citation.apa, WRAPPED),
        ("Licence", about["licence"], LINK),
        ("Address", reading.address, LINK),
        ("Remarks", REMARKS, WRAPPED),
    ]
    for name, value, look in facts:
        yield (name, value, None), (BOLD, look, PLAIN)
    yield (None, None, None), (PLAIN, PLAIN, PLAIN)
    yield ("Column", "Meaning", "Holds"), (HEAD, HEAD, HEAD)
    for column in columns:
        values = ", ".join(f"{value} ({label})" for value, label in column.values)
        meaning = f"{column.meaning} One of: {values}." if values else column.meaning
        yield (column.name, meaning.strip(), column.type), (PLAIN, WRAPPED, PLAIN)
