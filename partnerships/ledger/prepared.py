from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet


class PreparedRows:
    """A query that is made once and asked often: to make it of Django's expressions
    costs more than to ask it. It has no parameter but those it was made with."""

    def __init__(self, make: Callable[[], QuerySet]):
        self._make = make
        self._made: dict[str, tuple] = {}

    def rows(self, *, using: str = "default", end: str = "", params=()) -> Iterator:
        """Lists of Python values, one for each row, as of ``values_list()``; ``end``
        is SQL that goes on behind the query, with its own parameters."""
        sql, given, converters = self._query(using)
        with connections[using].cursor() as cursor:
            cursor.execute(sql + end, [*given, *params])
            for row in cursor.fetchall():
                yield _converted(row, converters, connections[using])

    def _query(self, using: str) -> tuple[str, tuple, dict]:
        if using not in self._made:
            compiler = self._make().using(using).query.get_compiler(using)
            sql, given = compiler.as_sql()
            converters = compiler.get_converters([c for c, _, _ in compiler.select])
            self._made[using] = sql, given, converters
        return self._made[using]


class PreparedRow(PreparedRows):
    """One row that every page asks for and that is mostly as it was: it is made into
    something only when it says something new. Its query has whole numbers alone for
    parameters, which are written into the SQL."""

    def __init__(self, make: Callable[[], QuerySet], into: Callable):
        super().__init__(make)
        self._into = into
        self._made_of = lru_cache(maxsize=1)(self._made_anew)

    def value(self):
        """What the row is made into; None if there is no row."""
        connection = connections[DEFAULT_DB_ALIAS]
        sql, given, _ = self._query(connection.alias)
        with planned_cursor(connection) as cursor:
            cursor.execute(sql % tuple(given))
            row = cursor.fetchone()
        return row and self._made_of(row)

    def _made_anew(self, row: tuple):
        _, _, converters = self._query(DEFAULT_DB_ALIAS)
        return self._into(*_converted(row, converters, connections[DEFAULT_DB_ALIAS]))


@contextmanager
def planned_cursor(connection) -> Iterator:
    """A cursor that has PostgreSQL keep the plan, which takes longer to make than the
    rows to find. Django's own does not; to let all of its queries do so would limit
    how many parameters they have, and keep the text of the last hundred in memory,
    however long. SQLite's driver keeps plans by itself."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            yield cursor
        return
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    session = connection.connection
    with connection.wrap_database_errors:
        cursor = ServerBindingCursor(session)
    session.prepare_threshold = 1
    try:
        with connection._prepare_cursor(cursor) as planned:
            yield planned
    finally:
        session.prepare_threshold = None


def _converted(row: tuple, converters: dict, connection) -> list:
    row = list(row)
    for place, (functions, expression) in converters.items():
        for convert in functions:
            row[place] = convert(row[place], expression, connection)
    return row
