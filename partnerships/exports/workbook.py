"""Workbooks for spreadsheet programs, written row by row: a sheet takes the memory of
one row and of its links, however long it is.

A cell holds what it is given: no text becomes a formula, a number or a link by itself.
Text is such as every format can hold (``partnerships.text.file_text``).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import ceil
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from django.utils.encoding import iri_to_uri

#: Links of a sheet, which stay in memory; Excel holds 65,530. Characters of one.
MOST_LINKS, LONGEST_LINK = 20_000, 2_079
#: So many characters beside one another can still be read on a page of paper.
ON_PAPER = 200
#: The height of a line, and of the highest row, in points.
LINE, HIGHEST = 15, 405
#: Characters of a foot with its codes.
LONGEST_FOOT = 200
A4 = 9

#: The looks of a cell, and of what each is made.
PLAIN, WRAPPED, NUMBER, BOLD, HEAD, LINK, DAY, TIME = range(8)
_LOOKS: list[dict[str, Any]] = [
    {},
    {"align": "left", "text_wrap": True},
    {"align": "right", "indent": 1},
    {"bold": True},
    {"bold": True, "bg_color": "#E9ECEF", "bottom": 1, "bottom_color": "#6C757D"},
    {"font_color": "#0B57A4", "underline": 1},
    {"align": "left", "num_format": "yyyy-mm-dd"},
    {"align": "left", "num_format": "yyyy-mm-dd hh:mm:ss"},
]
_AS_GIVEN = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True)
class Layout:
    """A sheet before its rows: its name, how wide its columns are, in characters, and
    the foot of its pages on paper. The first row and column of a table stay in view and
    stand on each page; its rows can be filtered."""

    name: str
    widths: Sequence[int]
    foot: str
    is_table: bool = False


class Sheet:
    """A sheet, to which rows are added from the top."""

    def __init__(self, sheet: Any, layout: Layout, formats: Sequence[Any]) -> None:
        self._sheet, self._layout, self._formats = sheet, layout, formats
        self._rows = self._links = 0
        foot = layout.foot.replace("&", "&&")[:LONGEST_FOOT]  # & begins a code
        for number, width in enumerate(layout.widths):
            sheet.set_column(number, number, width)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.7)
        sheet.set_footer(f"&L{foot}&RPage &P of &N")
        sheet.fit_to_pages(ceil(sum(layout.widths) / ON_PAPER), 0)
        if layout.is_table:
            sheet.freeze_panes(1, 1)
            sheet.repeat_rows(0)
            sheet.repeat_columns(0)

    def add(self, values: Sequence, looks: Sequence[int]) -> None:
        """Add a row of texts, numbers, truth values, days and times (shown in UTC), and
        how each looks; None and empty text leave a cell empty. Days and times look like
        that. An address that is a LINK leads there, but for those beyond MOST_LINKS."""
        pairs = zip(self._layout.widths, values, looks, strict=True)
        lines = [
            _lines(value, width)
            for width, value, look in pairs
            if look == WRAPPED and isinstance(value, str)
        ]
        if (highest := max(lines, default=1)) > 1:
            self._sheet.set_row(self._rows, min(LINE * highest, HIGHEST))
        for column, (value, look) in enumerate(zip(values, looks, strict=True)):
            if value is not None and value != "":
                self._put(column, value, look)
        self._rows += 1

    def finish(self) -> None:
        """Say of all rows that they can be filtered, and that text is meant as such."""
        if not self._rows:
            return
        extent = (0, 0, self._rows - 1, len(self._layout.widths) - 1)
        if self._layout.is_table:
            self._sheet.autofilter(*extent)
        from xlsxwriter.utility import xl_range

        self._sheet.ignore_errors({"number_stored_as_text": xl_range(*extent)})

    def _put(self, column: int, value: Any, look: int) -> None:
        sheet, place = self._sheet, (self._rows, column)
        if isinstance(value, str):
            if look == LINK and self._is_linked(value):
                sheet.write_url(*place, iri_to_uri(value), self._formats[LINK], value)
                return
            shown = self._formats[PLAIN if look == LINK else look]
            if value.startswith("<r>"):  # the library would take it for marked up
                plain = self._formats[PLAIN]
                sheet.write_rich_string(*place, value[:1], plain, value[1:], shown)
            else:
                sheet.write_string(*place, value, shown)
        elif isinstance(value, bool):
            sheet.write_boolean(*place, value, self._formats[look])
        elif isinstance(value, datetime):
            at = value.astimezone(UTC).replace(tzinfo=None)
            sheet.write_datetime(*place, at, self._formats[TIME])
        elif isinstance(value, date):
            sheet.write_datetime(*place, value, self._formats[DAY])
        else:
            sheet.write_number(*place, value, self._formats[look])

    def _is_linked(self, address: str) -> bool:
        is_link = address.startswith(("http://", "https://"))
        if not is_link or len(address) > LONGEST_LINK or self._links == MOST_LINKS:
            return False
        self._links += 1
        return True


class Book:
    """A workbook, to which sheets are added, the first of which is shown first."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self.sheets: list[Sheet] = []
        self._formats = [
            workbook.add_format({"valign": "top"} | look) for look in _LOOKS
        ]

    def sheet(self, layout: Layout) -> Sheet:
        added = self._workbook.add_worksheet(layout.name)
        self.sheets.append(Sheet(added, layout, self._formats))
        return self.sheets[-1]


@contextmanager
def workbook(file: BinaryIO, *, title: str, author: str, day: date) -> Iterator[Book]:
    """Give a workbook to fill, which is in the file afterwards; nothing is left of one
    that is given up."""
    from xlsxwriter import Workbook  # of which a worker without workbooks has no need

    with TemporaryDirectory() as folder:
        path = Path(folder, "workbook")
        made = Workbook(path, _AS_GIVEN | {"tmpdir": folder})
        created = datetime(day.year, day.month, day.day)  # noqa: DTZ001 as it is stored
        made.set_properties({"title": title, "author": author, "created": created})
        book = Book(made)
        yield book
        for sheet in book.sheets:
            sheet.finish()
        made.close()
        with path.open("rb") as packed:
            copyfileobj(packed, file)


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes, about, in a column of that width: programs
    do not work it out for themselves in long sheets, or at all."""
    return sum(1 + len(line) // (width + 1) for line in text.split("\n"))
