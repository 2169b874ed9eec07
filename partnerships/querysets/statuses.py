"""The statuses of partnerships on a day, as columns of a queryset.

The lifecycle works them out in one place, in Python: no SQL could say which choices of
days fit (docs/adr/0013). They are read when a query that asks for them is compiled, and
given to it as a table of JSON, so that lists filter, order and count by them.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    Field,
    Func,
    Q,
)
from django.db.models.sql.compiler import SQLCompiler

from partnerships.choices import AffiliationKind, Certainty, MilestoneKind, Track
from partnerships.fields import PartialDateField
from partnerships.lifecycle.events import Event, Holding
from partnerships.lifecycle.status import DayStatus, Story
from partnerships.lifecycle.table import (
    EFFECTS,
    SAFE_ELIGIBLE_KINDS,
    SAFE_NOT_NEEDED_KINDS,
)

_WITH_EFFECT = Q(
    *(
        Q(track=track, kind__in=[kind for kind, effect in effects.items() if effect])
        for track, effects in EFFECTS.items()
    ),
    _connector=Q.OR,
)
_DECISIVE = SAFE_NOT_NEEDED_KINDS | SAFE_ELIGIBLE_KINDS
_MILESTONE = (
    "partnership_id",
    "pk",
    "track",
    "kind",
    "date",
    "latest",
    "attempt",
    "certainty",
    "follows_id",
)
_PARTNER = (
    "pk",
    "partner__iso_code",
    "partner__affiliations__kind",
    "partner__affiliations__since",
    "partner__affiliations__until",
)


class DayStatuses:
    """The statuses of partnerships on a day by their ids, read once, when they are
    first asked for; of ``among`` alone where that is given. Two queries."""

    def __init__(
        self,
        partnerships: Any,
        milestones: Any,
        *,
        on: date,
        among: Collection[int] | None,
    ) -> None:
        self.partnerships, self.milestones = partnerships, milestones
        self.on, self.among = on, among

    @cached_property
    def by_id(self) -> dict[int, DayStatus]:
        milestones = self._milestones()
        return {
            pk: _day_status(tuple(milestones[pk]), tuple(held), iso_code, self.on)
            for pk, (iso_code, held) in self._partners().items()
        }

    def _milestones(self) -> dict[int, list[tuple]]:
        rows = self.milestones.filter(_WITH_EFFECT).counted()
        if self.among is not None:
            rows = rows.filter(partnership__in=self.among)
        found = defaultdict(list)
        for partnership, *values in rows.order_by("pk").values_list(*_MILESTONE):
            found[partnership].append(tuple(values))
        return found

    def _partners(self) -> dict[int, tuple[str, list[tuple]]]:
        rows = self.partnerships
        if self.among is not None:
            rows = rows.filter(pk__in=self.among)
        found: dict[int, tuple[str, list[tuple]]] = {}
        for pk, iso_code, *held in rows.order_by().values_list(*_PARTNER):
            _, holdings = found.setdefault(pk, (iso_code, []))
            if held[0] in _DECISIVE:
                holdings.append(tuple(held))
        return found


@lru_cache(maxsize=5_000)
def _day_status(
    milestones: tuple[tuple, ...], held: tuple[tuple, ...], iso_code: str, on: date
) -> DayStatus:
    return _story(milestones, held, iso_code).on(on)


@lru_cache(maxsize=1_000)
def _story(
    milestones: tuple[tuple, ...], held: tuple[tuple, ...], iso_code: str
) -> Story:
    """Return the story that rows of ``_MILESTONE`` and ``_PARTNER`` tell: it follows
    from them alone, so nothing that is kept here can be out of date."""
    events = [
        Event(
            Track(track),
            MilestoneKind(kind),
            day,
            latest,
            attempt,
            Certainty(certainty),
            pk,
            follows,
        )
        for pk, track, kind, day, latest, attempt, certainty, follows in milestones
    ]
    holdings = [Holding(AffiliationKind(kind), *dates) for kind, *dates in held]
    return Story(events, holdings, iso_code)


class StatusColumn(Func):
    """One value of the statuses of each row, which ``read`` takes of them."""

    def __init__(
        self,
        statuses: DayStatuses,
        read: Callable[[DayStatus], Any],
        *,
        output_field: Field,
    ) -> None:
        super().__init__("pk", output_field=output_field)
        self.statuses, self.read = statuses, read

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        *args: Any,
        **options: Any,
    ) -> tuple[str, Any]:
        pk = compiler.compile(self.get_source_expressions()[0])[0]
        table = {pk: self.read(row) for pk, row in self.statuses.by_id.items()}
        values = json.dumps(table, default=str)
        if connection.vendor == "sqlite":
            return f"json_extract(%s, '$.\"' || {pk} || '\"')", [values]
        kind = self.output_field.db_type(connection)
        return f"CAST(CAST(%s AS jsonb) ->> CAST({pk} AS text) AS {kind})", [values]


class ListField(CharField):
    """Values of choices, kept as one text."""

    def from_db_value(self, value, expression, connection):
        return value.split(",") if value else []


def _joined(read: Callable[[DayStatus], Collection[str]]) -> Callable[[DayStatus], str]:
    return lambda row: ",".join(read(row))


#: What ``with_status`` annotates, and the field of each value.
COLUMNS: dict[str, tuple[Callable[[DayStatus], Any], Field]] = {
    "status": (lambda row: row.status, CharField()),
    "sdp_status": (lambda row: row.sdp.status, CharField()),
    "safe_status": (lambda row: row.safe.status, CharField()),
    "status_may_be": (_joined(lambda row: row.may_be), ListField()),
    "sdp_status_may_be": (_joined(lambda row: row.sdp.may_be), ListField()),
    "safe_status_may_be": (_joined(lambda row: row.safe.may_be), ListField()),
    "status_reported": (lambda row: row.is_reported, BooleanField()),
    "safe_status_reported": (lambda row: row.safe.is_reported, BooleanField()),
    "sdp_milestone_id": (
        lambda row: row.sdp.decides and row.sdp.decides.pk,
        BigIntegerField(),
    ),
    "safe_milestone_id": (
        lambda row: row.safe.decides and row.safe.decides.pk,
        BigIntegerField(),
    ),
    "signed_on": (lambda row: row.signed and row.signed.date, PartialDateField()),
    "signed_latest": (lambda row: row.signed and row.signed.latest, DateField()),
}


def set_status(partnership: Any, day: DayStatus) -> None:
    """Give a partnership what ``with_status`` annotates."""
    for name, (read, field) in COLUMNS.items():
        value = read(day)
        if isinstance(field, ListField):
            value = field.from_db_value(value, None, None)
        setattr(partnership, name, value)
