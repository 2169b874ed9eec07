"""The days between which the order of a record lets its milestones have happened.

A mandate "no later than March 2026" had been given by the day on which the talks under
it failed. Few milestones are settled so by others; the lifecycle names them, and
querysets filter and order by their days as if they were columns.
"""

from collections import defaultdict
from datetime import date
from functools import cached_property
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    DateField,
    F,
    Field,
    Func,
    IntegerField,
    Q,
    Value,
)
from django.db.models.sql.compiler import SQLCompiler

from partnerships.ledger.editions import kept_by_edition, seal_read
from partnerships.querysets.statuses import MILESTONE, WITH_EFFECT, looked_up, story

#: The order of a milestone that nothing settles, after all of its day that are settled.
LAST = 1_000_000
_IS_VAGUE = Q(earliest__isnull=True) | ~Q(earliest=F("latest"))


#: Of a milestone: the first day, None where that is unknown, the last day, the place
#: in its record.
Settled = tuple[date | None, date, int]


class SettledDays:
    """Of the milestones whose order says more of their days than their dates do, by
    id. They are read when they are first asked for, in one query; in none where those
    of an edition are known."""

    def __init__(self, milestones: Any) -> None:
        self.milestones = milestones

    @cached_property
    def by_id(self) -> dict[int, Settled]:
        if seal_read():
            return _all_settled(self.milestones.model)
        return _settled(self.milestones)


@kept_by_edition(maxsize=1, of_past=3)
def _all_settled(milestone: Any) -> dict[int, Settled]:
    return _settled(milestone.objects.all())


def _settled(milestones: Any) -> dict[int, Settled]:
    counted = milestones.filter(WITH_EFFECT).counted().order_by("pk")
    vague = counted.filter(_IS_VAGUE).order_by().values("partnership")
    records = defaultdict(list)
    for partnership, *values in counted.filter(partnership__in=vague).values_list(
        *MILESTONE
    ):
        records[partnership].append(tuple(values))
    found: dict[Any, Settled] = {}
    for rows in records.values():
        for chronology, *_ in story(tuple(rows), (), "").chronologies.values():
            for place, j in enumerate(chronology.in_order):
                event = chronology.events[j]
                first = chronology.earliest[j]
                days = None if first == date.min else first, chronology.latest[j]
                if days != (event.date.earliest, event.latest):
                    found[event.pk] = (*days, place)
    return found


class SettledDay(Func):
    """One value of the settled days of a row, or else what its own columns say."""

    def __init__(self, days: SettledDays, part: int, own: Any, field: Field) -> None:
        super().__init__(own, F("pk"), output_field=field)
        self.days, self.part = days, part

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        *args: Any,
        **options: Any,
    ) -> tuple[str, Any]:
        own, pk = self.get_source_expressions()
        column, params = compiler.compile(own)
        pk, _ = compiler.compile(pk)
        if not self.days.by_id:  # PostgreSQL orders by no bare number
            return f"COALESCE({column}, {column})", [*params, *params]
        # Named first: to look each row up in the table would take longer than the rest.
        ids = ", ".join(map(str, sorted(self.days.by_id)))
        table = {pk: row[self.part] for pk, row in self.days.by_id.items()}
        value, values = looked_up(table, pk, self.output_field, connection)
        own_or_settled = f"CASE WHEN {pk} IN ({ids}) THEN {value} ELSE {column} END"
        return own_or_settled, [*values, *params]


def settled_columns(milestones: Any) -> dict[str, SettledDay]:
    """Return the annotations ``first_day`` (None where that is unknown), ``last_day``,
    and ``order_in_record`` of those that happened before what settles them."""
    days = SettledDays(milestones)
    return {
        "first_day": SettledDay(days, 0, F("earliest"), DateField(null=True)),
        "last_day": SettledDay(days, 1, F("latest"), DateField()),
        "order_in_record": SettledDay(days, 2, Value(LAST), IntegerField()),
    }
