"""Querysets that are made once and read often.

To make SQL of a queryset takes Django longer than most databases take to answer it.
"""

from collections.abc import Callable, Iterator
from copy import copy
from datetime import UTC, date, datetime, timedelta

from django.db import connections
from django.db.models import QuerySet

#: One value of each kind that nobody asks for, by its number.
_STAND_INS = {
    int: lambda number: -2_000_000_000 - number,
    str: lambda number: f"\x1b{number}",
    date: lambda number: date.min + timedelta(days=number),
    datetime: lambda number: datetime(1, 1, 1, tzinfo=UTC) + timedelta(days=number),
}


class Prepared:
    """What ``make`` makes of the values that it takes by name, for any such values.

    ``kinds`` tells what each is: int, str, date or datetime, or a list of such kinds
    for as many values. They must be what the SQL has for parameters, the same SQL for
    all of them: so no value is None. ``make`` is called once for each database, with
    stand-ins; where these come out among the parameters the values go in.
    """

    def __init__(self, make: Callable[..., QuerySet], **kinds):
        self._make, self._kinds = make, kinds
        self._made: dict[str, tuple] = {}

    def __call__(self, *, using: str = "default", **values) -> list:
        """The rows of the queryset, read now."""
        if using not in self._made:
            self._made[using] = self._prepare(using)
        queryset, compiler, sql, parameters, places = self._made[using]
        connection = connections[using]
        given = list(self._in_sql(connection, values))
        parameters = list(parameters)
        for place, number in places.items():
            parameters[place] = given[number]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows = cursor.fetchall()
        compiler = copy(compiler)
        compiler.connection = connection
        compiler.execute_sql = lambda *args, **kwargs: [rows]
        asked = queryset.all()
        asked.query.get_compiler = lambda *args, **kwargs: compiler
        return list(asked)

    def _prepare(self, using: str) -> tuple:
        connection, stand_ins = connections[using], self._stand_ins()
        queryset = self._make(**stand_ins).using(using)
        compiler = queryset.query.get_compiler(using)
        sql, parameters = compiler.as_sql()
        compiler.connection = None  # that of the thread that happened to be first
        numbers = {
            value: number
            for number, value in enumerate(self._in_sql(connection, stand_ins))
        }
        places = {
            place: numbers[value]
            for place, value in enumerate(parameters)
            if value in numbers
        }
        if len(set(places.values())) < len(numbers):
            raise ValueError(f"Not all of {', '.join(stand_ins)} are in the SQL.")
        return queryset, compiler, sql, parameters, places

    def _stand_ins(self) -> dict:
        found, number = {}, 0
        for name, kind in self._kinds.items():
            kinds = kind if isinstance(kind, list) else [kind]
            values = [_STAND_INS[k](number + n) for n, k in enumerate(kinds)]
            found[name] = values if isinstance(kind, list) else values[0]
            number += len(kinds)
        return found

    def _in_sql(self, connection, values: dict) -> Iterator:
        """The values, one by one, as the database takes them."""
        for name in self._kinds:
            value = values[name]
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, datetime):
                    yield connection.ops.adapt_datetimefield_value(one)
                elif isinstance(one, date):
                    yield connection.ops.adapt_datefield_value(one)
                else:
                    yield one
