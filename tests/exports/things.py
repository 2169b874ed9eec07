"""A table of things, and its workbook, without a database."""

import io
from dataclasses import replace
from datetime import date

from django.http import QueryDict

from partnerships.exports import write_xlsx
from partnerships.exports.columns import Column
from partnerships.exports.reading import Reading
from partnerships.exports.tables import Table
from partnerships.web.citations import Citation

READING = Reading(
    parameters=QueryDict(),
    on=date(2026, 3, 31),
    past=None,
    edition=12,
    is_selection=False,
    address="http://testserver/data/things.xlsx",
)
COLUMNS = [
    Column("id", "whole number", "Its number."),
    Column("text", "text", "Some text."),
    Column("when", "partial date", "When."),
    Column("amount", "whole number", "How much."),
    Column("is_total", "true or false", "Whether."),
    Column("fields", "list", "What."),
]


def table(rows, columns=COLUMNS):
    def read(reading, lookups):
        return iter(rows)

    return Table("things", "Things", columns, key=("id",), read=read)


def as_xlsx(rows, columns=COLUMNS, **values):
    file = io.BytesIO()
    workbook(table(rows, columns), replace(READING, **values))(file)
    return file.getvalue()


def workbook(things, reading):
    return write_xlsx.content(things, reading, cite)


def cite(reading):
    """The citation of the data set on the day of the reading."""
    return Citation(
        key="data",
        title="Partnerships",
        url="http://testserver/?as_of=2026-03-31",
        edition=reading.edition,
        on=reading.on,
        known_on=reading.on,
        accessed=reading.on,
        checked_through=date(2026, 2, 28),
    )
