"""The data dictionary, read off the models, so that it agrees with them."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from partnerships.fields import PartialDateField
from partnerships.ledger.recorder import AuditedModel
from partnerships.ledger.registry import tracked

#: The type of a column in words, by the first kind of field that fits.
_TYPES = [
    (PartialDateField, "partial date"),
    (models.DateField, "date"),
    (models.BooleanField, "true or false"),
    (models.IntegerField, "whole number"),
    (models.URLField, "web address"),
    (models.SlugField, "identifier"),
    (models.Field, "text"),
]


@dataclass(frozen=True)
class TableField:
    """A public field; ``values`` are those of a controlled vocabulary, with labels."""

    name: str
    type: str
    meaning: str
    values: list[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A kind of record with the fields that readers may see."""

    name: str
    label: str
    meaning: str
    fields: list[TableField]


def data_dictionary() -> list[Table]:
    """Return every kind of record in the trail that has a table of which readers see
    something, by name. No query."""
    tables = (table for table in tracked().values() if table.live and table.live.PUBLIC)
    return [_table(table.live) for table in sorted(tables, key=lambda t: t.record)]


def _table(model: type[AuditedModel]) -> Table:
    meta = model._meta
    columns = {field.name: field for field in meta.fields}
    return Table(
        name=model.__name__.lower(),
        label=str(meta.verbose_name),
        meaning=_for_readers(str(model.__doc__)),
        fields=[_field(columns[name]) for name in model.PUBLIC],
    )


def _field(field: models.Field) -> TableField:
    if isinstance(field, models.ForeignKey):
        related = field.related_model._meta
        name = str(related.verbose_name)
        reference = f"reference to {'an' if name[0] in 'aeiou' else 'a'} {name}"
        meaning = f"The {name} that it is of, by {_natural_key(field)}."
        return TableField(field.name, reference, str(field.help_text or meaning), [])
    values = [(str(key), str(label)) for key, label in field.flatchoices]
    column_type = next(name for base, name in _TYPES if isinstance(field, base))
    if values:
        column_type = "one of a list"
    return TableField(field.name, column_type, str(field.help_text), values)


def _natural_key(field: models.ForeignKey) -> str:
    """Return the key that a field refers by, in words: "its partnership and area"."""
    related_model: Any = field.related_model
    keys = [name.split("__") for name in related_model.NATURAL_KEY]
    names = [key[0] for key in keys] if len(keys) > 1 else [keys[0][-1]]
    return f"its {' and '.join(names)}"


def _for_readers(docstring: str) -> str:
    """Return a model's docstring without the sentences that name code."""
    sentences = " ".join(docstring.split()).split(". ")
    kept = [s for s in sentences if "``" not in s] or sentences[:1]
    return ". ".join(kept).removesuffix(".") + "."
