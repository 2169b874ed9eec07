"""The expression that puts SQL written by hand into a queryset.

Nearly every page asks for the standing of claims. In Django's expressions that took the
ORM longer to compile (20 to 90 ms, hundreds of conditions) than any database takes to
answer. So ``standing`` writes that SQL itself, from the table of ``fact_kinds``, and
``coverage`` its counts, plain enough for both databases. They name tables in double
quotes, as Django does: the second clock finds them by that (``ledger.known_on``).
"""

from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Field, Func
from django.db.models.sql.compiler import SQLCompiler

from partnerships.ledger.sql import SQL, Alias


class RowSQL(Func):
    """A value of one row, in SQL that ``write`` makes for the alias of its table."""

    def __init__(
        self, write: Callable[[Alias], SQL], *, output_field: Field | None = None
    ) -> None:
        super().__init__("pk", output_field=output_field or CharField())
        self.write = write

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        *args: Any,
        **options: Any,
    ) -> tuple[str, Any]:
        (pk,) = self.get_source_expressions()
        return self.write(Alias(compiler.compile(pk)[0].rpartition(".")[0])), []


def quoted(value: str) -> SQL:
    """Return a choice as a literal of SQL."""
    return SQL(f"'{value}'")
