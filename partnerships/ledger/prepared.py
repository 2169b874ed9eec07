from collections.abc import Callable, Iterator

from django.db import connections
from django.db.models import QuerySet


class Prepared:
    """A query that is made once and asked often: to make it of Django's expressions
    costs more than to ask it. It has no parameter but those it was made with."""

    def __init__(self, make: Callable[[], QuerySet]):
        self._make = make
        self._made: dict[str, tuple] = {}

    def rows(self, *, using: str = "default", end: str = "", params=()) -> Iterator:
        """Lists of Python values, one for each row, as of ``values_list()``; ``end``
        is SQL that goes on behind the query, with its own parameters."""
        connection = connections[using]
        if using not in self._made:
            compiler = self._make().using(using).query.get_compiler(using)
            sql, given = compiler.as_sql()
            converters = compiler.get_converters([c for c, _, _ in compiler.select])
            self._made[using] = sql, given, converters
        sql, given, converters = self._made[using]
        with connection.cursor() as cursor:
            cursor.execute(sql + end, [*given, *params])
            for row in cursor.fetchall():
                row = list(row)
                for place, (functions, expression) in converters.items():
                    for convert in functions:
                        row[place] = convert(row[place], expression, connection)
                yield row
