"""The columns of the tables, in the words of the data dictionary."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from partnerships.selectors.data_dictionary import data_dictionary

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


@dataclass(frozen=True)
class Column:
    """A column: its name, what it holds and what that means, its values with their
    labels where these are a controlled vocabulary, and where in a queryset it is."""

    name: str
    type: str
    meaning: str
    values: list[tuple[str, str]] = field(default_factory=list)
    source: Any = None

    @property
    def expression(self):
        """What to ask the database for: a date as its text, so that nothing makes an
        object of it that every format would have to write out again."""
        source = self.source or self.name
        return Cast(source, TextField()) if "date" in self.type else source


EDITION = Column(
    "edition",
    "whole number",
    "The edition of the data set that this row was read from.",
)


def of(model: str, name: str, *, source: str = "", called: str = "") -> Column:
    """A field of a model, as the data dictionary describes it."""
    found = _dictionary()[model, name]
    kind = "identifier" if found.type.startswith("reference") else found.type
    return Column(
        called or name, kind, found.meaning, found.values, source=source or name
    )


def computed(name: str, kind: str, meaning: str, *, values=(), source="") -> Column:
    """What follows from the record and is stored nowhere in it."""
    return Column(name, kind, meaning, list(values), source=source or name)


@cache
def _dictionary():
    return {
        (table.name, field.name): field
        for table in data_dictionary()
        for field in table.fields
    }
