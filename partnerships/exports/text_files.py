"""Files of text: a head, the rows, an end. Rows are written without their edition,
which is put in last, so that what is kept of the log serves each edition."""

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from partnerships.exports import kept_log
from partnerships.exports.reading import Reading
from partnerships.exports.rows import batches
from partnerships.exports.tables import CHANGES, Table
from partnerships.log.entries import part_of_log, public_changes
from partnerships.models import LedgerEntry

ROWS = 500
#: Stands in each row for the edition. No cell holds it: ``file_text`` takes it away.
EDITION = "\0"


class TextFormat(NamedTuple):
    """A way to write tables: the head; some rows, each with ``EDITION``; what stands
    between such parts, and after the last."""

    name: str
    head: Callable[[Table, Reading], str]
    rows: Callable[[Table, Sequence[tuple]], str]
    between: str = ""
    end: str = ""


def content(form: TextFormat, table: Table, reading: Reading) -> Iterator[bytes]:
    """Yield the file, some hundred rows at a time."""
    table = table.as_read(reading)
    edition, between = str(reading.edition).encode(), b""
    yield form.head(table, reading).encode()
    for rows in _rows(form, table, reading):
        yield between + rows.replace(EDITION.encode(), edition)
        between = form.between.encode()
    yield form.end.encode()


def _rows(form: TextFormat, table: Table, reading: Reading) -> Iterator[bytes]:
    if table is CHANGES and reading.kept_in:
        yield from _kept(form, reading)
    else:
        for rows in batches(table.rows(reading), ROWS):
            yield form.rows(table, rows).encode()


def _kept(form: TextFormat, reading: Reading) -> Iterator[bytes]:
    """Yield the log from what is kept of it, the newest changes first."""
    public, cells = public_changes(), attrgetter(*CHANGES.lookups)

    def write(every: range, numbers: list[int]) -> tuple[str, set]:
        entries = LedgerEntry.objects.filter(number__in=numbers).order_by("-number")
        changes, named = part_of_log(entries, among=public)
        return form.rows(CHANGES, list(map(cells, changes))), named

    for part in reversed(kept_log.parts(reading, form.name, write)):
        if rows := part.read_bytes():
            yield rows
