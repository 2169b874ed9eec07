"""The columns of the tables, in the words of the data dictionary, and their cells."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from partnerships.log.changes import FieldChange
from partnerships.selectors.data_dictionary import TableField, data_dictionary
from partnerships.text import file_text

#: What a column can hold, and the type and format of that in a Frictionless schema.
TYPES = {
    "text": {"type": "string"},
    "identifier": {"type": "string"},
    "one of a list": {"type": "string"},
    "partial date": {"type": "string"},
    "web address": {"type": "string"},
    "date": {"type": "date"},
    "time": {"type": "datetime", "format": "any"},
    "whole number": {"type": "integer"},
    "true or false": {"type": "boolean"},
    "list": {"type": "array"},
}

to_json = json.JSONEncoder(ensure_ascii=False).encode


class Said(NamedTuple):
    """One claim in a list of them: the key of its source, its words as far as other
    tables have them, and how it stands to the adopted value."""

    source: str
    says: str
    standing: str


@dataclass(frozen=True)
class Column:
    """A column: its name, its type among ``TYPES`` and its meaning; its values with
    their labels where these are a controlled vocabulary; and where in a row it is read,
    a lookup of the queryset or an attribute, if not by its name."""

    name: str
    type: str
    meaning: str
    values: Sequence[tuple[str, str]] = ()
    source: str = ""


def stored(model: str, field: str, *, name: str = "", source: str = "") -> Column:
    """Return a field of a model as a column, as the data dictionary describes it."""
    described = _dictionary()[model, field]
    is_reference = described.type.startswith("reference")
    column_type = "identifier" if is_reference else described.type
    source = source or field
    return Column(
        name or field, column_type, described.meaning, described.values, source
    )


def one_of(name: str, values: Sequence[tuple[str, str]], meaning: str) -> Column:
    """Return a column of a controlled vocabulary that no field of a model holds."""
    return Column(name, "one of a list", meaning, values)


EDITION = Column(
    "edition",
    "whole number",
    "The edition of the data set that this row was read from.",
)


def json_value(cell):
    """Return a cell as JSON has it: text that every format can hold, dates as text, and
    lists, in which fields that a change is about, and claims, are objects."""
    if isinstance(cell, str):
        return file_text(cell)
    if cell is None or isinstance(cell, int):  # a bool is one
        return cell
    if isinstance(cell, list):
        return [json_value(item) for item in cell]
    if isinstance(cell, FieldChange | Said):
        return {key: json_value(value) for key, value in cell._asdict().items()}
    if isinstance(cell, datetime):
        return cell.isoformat().replace("+00:00", "Z")
    return file_text(str(cell))  # a date, partial or whole


@cache
def _dictionary() -> dict[tuple[str, str], TableField]:
    return {
        (table.name, field.name): field
        for table in data_dictionary()
        for field in table.fields
    }
