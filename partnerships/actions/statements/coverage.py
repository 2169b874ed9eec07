"""Rows on what the text of a partnership holds: its areas, and what it says itself."""

from partnerships.actions.statements.line import Line
from partnerships.actions.statements.on_record import OnRecord
from partnerships.actions.statements.relations import compare_texts
from partnerships.actions.vocabulary import CannotRead
from partnerships.choices import CoverageValue, PartnershipFact
from partnerships.text import search_form

_VALUES = {
    search_form(word): value
    for value in CoverageValue
    if value != CoverageValue.NOT_ASSESSED
    for word in (value.label, value.value)
} | {"yes": CoverageValue.INCLUDED, "no": CoverageValue.NOT_INCLUDED}


def cell_value(text: str) -> CoverageValue:
    """Return the value of a cell by its label or its notation; raise CannotRead for
    any other text."""
    value = _VALUES.get(search_form(text))
    if value is None:
        raise CannotRead("Write included, not included or already exists.")
    return value


def read_area(line: Line, record: OnRecord) -> None:
    """Read a row on an area."""
    area = record.area(line.what.area)
    value = cell_value(line.row["value"])
    line.fact = record.cell(line.partnership, area)
    line.says, line.value_of, line.values = str(value), "value", {"value": str(value)}
    is_assessed = line.fact.value != CoverageValue.NOT_ASSESSED
    line.adopted = str(line.fact.value) if is_assessed else ""
    compare_texts(line)


def read_own(line: Line, record: OnRecord) -> None:
    """Read a row on the stated number of areas or the review clause."""
    line.fact, line.says = line.partnership, line.row["value"]
    own = line.value_of = line.what.own
    line.adopted = str(getattr(line.fact, own) or "")
    line.values = {own: line.says}
    if own == PartnershipFact.STATED_AREAS:
        if not line.says.isdecimal() or len(line.says) > 4:
            raise CannotRead("Write the stated number as a number, as in 17.")
        line.values = {own: int(line.says)}
    compare_texts(line)
