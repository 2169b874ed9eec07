"""The roots of records, from which their versions of a day are reached.

A root is the first version of a row. It has the values by which the row is looked up,
since those are permanent; but for the fields of ``LATE``, for whose sake all versions
of such rows are roots. So an index of roots finds the rows, however many versions they
have, and an index of versions the one of the day.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from partnerships.ledger.sql import SQL, Alias


def root_columns(model: Any) -> set[str]:
    """Return the columns in which each version of a row is as its root."""
    return {"id", *(str(field.column) for field in _looked_up_by(model))}


def is_root_of(model: Any, root: Alias, version: Alias) -> SQL:
    """Return SQL that is true of two rows of the history of an id where the one is the
    root of the other, which is no deletion; written as in the indexes, where they are
    to serve it. What was deleted may have come again, from another root."""
    history = model.history.model._meta.db_table
    late = [f"{root}.{name}_id IS NOT NULL" for name in model.LATE.values()]
    is_first = " OR ".join([f"{root}.history_type = '+'", *late])
    itself = f"{root}.history_id = {version}.history_id"
    return SQL(
        " AND ".join(
            [
                f"{root}.id > 0",  # has SQLite take the index, not the table
                f"({is_first})",
                *(f"({itself} OR NOT {condition})" for condition in late),
                f"{root}.history_id <= {version}.history_id",
                f"NOT EXISTS (SELECT 1 FROM \"{history}\" d WHERE d.history_type = '-'"
                f" AND d.id = {root}.id AND d.history_id > {root}.history_id"
                f" AND d.history_id <= {version}.history_id)",
            ]
        )
    )


def indexes(model: Any) -> list[models.Index]:
    """Return the indexes of the history of a model: of the newest versions of a row,
    which each save looks for; of deletions; and of roots by all that they are looked up
    by. Only the one by id has all roots: to read all of them, that order is the best.
    """
    name, root = model.__name__.lower()[:14], Q(history_type="+")
    for field in model.LATE.values():
        root |= Q(**{f"{field}__isnull": False})
    newest = ["id", "-history_date", "-history_id"]
    return [
        models.Index(fields=newest, name=f"{name}_newest"),
        models.Index(
            fields=["id", "history_id"],
            condition=Q(history_type="-"),
            name=f"{name}_deleted",
        ),
        models.Index(fields=["id"], condition=root, name=f"{name}_root"),
        *(
            models.Index(
                fields=[field.name],
                condition=root & Q(**{f"{field.name}__isnull": False}),
                name=f"{name}_by_{field.name[:12]}",
            )
            for field in _looked_up_by(model)
        ),
    ]


def _looked_up_by(model: Any) -> list[models.Field]:
    """Return the permanent fields that have an index, and those of ``LATE``."""
    names = {*model.PERMANENT, *model.LATE}
    fields = (field for field in model._meta.local_fields if field.name in names)
    return [field for field in fields if field.db_index or field.unique]
