"""The expression that puts SQL written by hand into a queryset.

Nearly every page asks for status and standing. In Django's expressions each took the
ORM longer to compile (20 to 90 ms, hundreds of conditions) than any database takes to
answer. So ``status`` and ``standing`` write that SQL themselves, from the tables of
``lifecycle`` and of ``fact_kinds``, plain enough for both databases. They name tables
in double quotes, as Django does: the second clock finds them by that
(``ledger.known_on``).
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Field, Func
from django.db.models.sql.compiler import SQLCompiler

from partnerships.ledger.sql import SQL, Alias


class RowSQL(Func):
    """A value of one row, in SQL that ``write`` makes for the alias of its table; each
    "%s" in that SQL stands for the day ``on``."""

    def __init__(
        self,
        write: Callable[[Alias], SQL],
        *,
        on: date | None = None,
        output_field: Field | None = None,
    ) -> None:
        super().__init__("pk", output_field=output_field or CharField())
        self.write, self.on = write, on

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        *args: Any,
        **options: Any,
    ) -> tuple[str, Any]:
        (pk,) = self.get_source_expressions()
        sql = self.write(Alias(compiler.compile(pk)[0].rpartition(".")[0]))
        day = self.on and connection.ops.adapt_datefield_value(self.on)
        return sql, [day] * sql.count("%s")


def quoted(value: str) -> SQL:
    """Return a choice as a literal of SQL."""
    return SQL(f"'{value}'")


def quoted_list(values: Iterable[str]) -> SQL:
    """Return choices as they stand behind IN, in alphabetical order."""
    return SQL("(" + ", ".join(map(quoted, sorted(values))) + ")")
