"""The one form in which SQLite stores a value of the trail.

SQLite stores anything in any column, and compares dates as texts. Two spellings of one
value are the same to Django, which reads them, and to the seal, but not to a query: so
a date spelt "2024-5-28" would move a record in time unseen. Verification asks that each
value is spelt as the tracker spells it. PostgreSQL has one spelling for each value.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from partnerships.ledger.sql import SQL

_DIGITS = "[0-9]" * 6

#: What a column "{c}" of each type holds; of any other type, text.
_SPELLINGS = {
    "integer": "typeof({c}) = 'integer'",
    "bool": "typeof({c}) = 'integer' AND {c} IN (0, 1)",
    "date": "typeof({c}) = 'text' AND {c} IS date({c})",
    "datetime": (
        "typeof({c}) = 'text' AND"
        " substr({c}, 1, 19) IS strftime('%%Y-%%m-%%d %%H:%%M:%%S', substr({c}, 1, 19))"
        f" AND (length({{c}}) = 19 OR substr({{c}}, 20) GLOB '.{_DIGITS}')"
    ),
    "char(32)": (  # a UUID
        "typeof({c}) = 'text' AND length({c}) = 32 AND {c} NOT GLOB '*[^0-9a-f]*'"
    ),
}
_TEXT = "typeof({c}) = 'text'"


def misspelt(model: type[Model], *, using: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the key of each row with misspelt values, and their columns; on SQLite."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    fields: Any = model._meta.concrete_fields
    is_wrong = {field.column: _is_wrong(field, connection) for field in fields}
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{key}", {", ".join(is_wrong.values())} FROM "{table}"'
            f" WHERE {' OR '.join(is_wrong.values())}",
            [],
        )
        for pk, *flags in cursor:
            wrong = [name for name, flag in zip(is_wrong, flags, strict=True) if flag]
            yield pk, wrong


def _is_wrong(field: Any, connection: BaseDatabaseWrapper) -> SQL:
    """Return SQL that is true where a field of a model holds another spelling."""
    kind = field.db_type(connection)
    kind = "integer" if "int" in kind else kind
    column = connection.ops.quote_name(field.column)
    condition = _SPELLINGS.get(kind, _TEXT).format(c=column)
    return SQL(f"({column} IS NOT NULL AND NOT ({condition}))")
