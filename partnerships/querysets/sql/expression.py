"""Expressions whose SQL is written by hand, and what they have in common.

Status and standing are asked for on nearly every page. Said in Django's expressions,
each took the ORM longer to put into SQL (20 to 90 ms, hundreds of conditions) than any
database takes to answer. So ``status`` and ``standing`` write that SQL themselves, from
the tables of ``lifecycle``, plain enough for both databases. They name tables in double
quotes, as Django does: the second clock finds them by that (``ledger.past``).
"""

from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import CharField, Func


class Written(Func):
    """What ``write`` says in SQL when it is given the name that a row's table has in
    the query; each "%s" in it stands for the day."""

    #: The database gives these types as they are; thousands of rows need no function.
    convert_value = staticmethod(Func._convert_value_noop)

    def __init__(
        self, write: Callable[[str], str], *, on: date | None = None, output_field=None
    ):
        super().__init__("pk", output_field=output_field or CharField())
        self.write, self.on = write, on

    def as_sql(self, compiler, connection, **options):
        (pk,) = self.get_source_expressions()
        sql = self.write(compiler.compile(pk)[0].rpartition(".")[0])
        day = self.on and connection.ops.adapt_datefield_value(self.on)
        return sql, [day] * sql.count("%s")


def listed(values: Iterable[str]) -> str:
    """Choices as they stand in SQL behind IN."""
    return "(" + ", ".join(f"'{value}'" for value in sorted(values)) + ")"
