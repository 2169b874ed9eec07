"""The statuses of partnerships on a day, as columns of a queryset.

The lifecycle works them out in one place, in Python: no SQL could say which choices of
days fit (docs/adr/0013). They are read when a query that asks for them is compiled, and
given to it as a table of JSON, so that lists filter, order and count by them.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
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
from partnerships.ledger.editions import kept_by_edition, seal_read
from partnerships.lifecycle.events import Event, Holding
from partnerships.lifecycle.status import DayStatus, Story
from partnerships.lifecycle.table import (
    EFFECTS,
    SAFE_ELIGIBLE_KINDS,
    SAFE_NOT_NEEDED_KINDS,
)

WITH_EFFECT = Q(
    *(
        Q(track=track, kind__in=[kind for kind, effect in effects.items() if effect])
        for track, effects in EFFECTS.items()
    ),
    _connector=Q.OR,
)
_DECISIVE = SAFE_NOT_NEEDED_KINDS | SAFE_ELIGIBLE_KINDS
MILESTONE = (
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


class ListField(CharField):
    """Values of choices, kept as one text."""

    def from_db_value(self, value, expression, connection):
        return value.split(",") if value else []


#: What ``with_status`` annotates, and the field of each.
COLUMNS: dict[str, Field] = {
    "status": CharField(),
    "sdp_status": CharField(),
    "safe_status": CharField(),
    "status_may_be": ListField(),
    "sdp_status_may_be": ListField(),
    "safe_status_may_be": ListField(),
    "status_reported": BooleanField(),
    "sdp_status_reported": BooleanField(),
    "safe_status_reported": BooleanField(),
    "sdp_milestone_id": BigIntegerField(),
    "safe_milestone_id": BigIntegerField(),
    "signed_on": PartialDateField(),
    "signed_latest": DateField(),
}


def column_values(day: DayStatus) -> dict[str, Any]:
    """Return the statuses of one partnership under the names of ``COLUMNS``."""
    sdp, safe, signed = day.sdp, day.safe, day.signed
    return {
        "status": day.status,
        "sdp_status": sdp.status,
        "safe_status": safe.status,
        "status_may_be": list(day.may_be),
        "sdp_status_may_be": list(sdp.may_be),
        "safe_status_may_be": list(safe.may_be),
        "status_reported": day.is_reported,
        "sdp_status_reported": sdp.is_reported,
        "safe_status_reported": safe.is_reported,
        "sdp_milestone_id": sdp.decides and sdp.decides.pk,
        "safe_milestone_id": safe.decides and safe.decides.pk,
        "signed_on": signed and signed.date,
        "signed_latest": signed and signed.latest,
    }


class DayStatuses:
    """The statuses of partnerships on a day, by their ids and then as ``COLUMNS`` names
    them, read once, when they are first asked for; of ``among`` alone where that is
    given. Two queries; none where the stories of an edition are known."""

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
    def by_id(self) -> dict[int, dict[str, Any]]:
        told = self.stories
        asked = told if self.among is None else self.among
        return {pk: _columns(told[pk], self.on) for pk in asked if pk in told}

    @cached_property
    def stories(self) -> dict[int, Story]:
        """The stories of these partnerships at least, by their ids."""
        if self.among is None or seal_read():
            return _all_stories(self.partnerships.model, self.milestones.model)
        return _stories(
            self.partnerships.filter(pk__in=self.among),
            self.milestones.filter(partnership__in=self.among),
        )


@kept_by_edition(maxsize=1, of_past=3)
def _all_stories(partnership: Any, milestone: Any) -> dict[int, Story]:
    return _stories(partnership.objects.all(), milestone.objects.all())


def _stories(partnerships: Any, milestones: Any) -> dict[int, Story]:
    """Return the stories of these partnerships, which these milestones tell. Two
    queries."""
    rows = milestones.filter(WITH_EFFECT).counted().order_by("pk")
    told = defaultdict(list)
    for partnership, *values in rows.values_list(*MILESTONE):
        told[partnership].append(tuple(values))
    partners: dict[int, tuple[str, list[tuple]]] = {}
    for pk, iso_code, *held in partnerships.order_by().values_list(*_PARTNER):
        _, holdings = partners.setdefault(pk, (iso_code, []))
        if held[0] in _DECISIVE:
            holdings.append(tuple(held))
    return {
        pk: story(tuple(told[pk]), tuple(held), iso_code)
        for pk, (iso_code, held) in partners.items()
    }


@lru_cache(maxsize=5_000)
def _columns(told: Story, on: date) -> dict[str, Any]:
    return column_values(told.on(on))


@lru_cache(maxsize=1_000)
def story(
    milestones: tuple[tuple, ...], held: tuple[tuple, ...], iso_code: str
) -> Story:
    """Return the story that rows of ``MILESTONE`` and ``_PARTNER`` tell: it follows
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
    """One of ``COLUMNS`` of each row, by the statuses given."""

    def __init__(self, statuses: DayStatuses, name: str) -> None:
        super().__init__("pk", output_field=COLUMNS[name])
        self.statuses, self.name = statuses, name

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        *args: Any,
        **options: Any,
    ) -> tuple[str, Any]:
        pk = compiler.compile(self.get_source_expressions()[0])[0]
        table = {pk: row[self.name] for pk, row in self.statuses.by_id.items()}
        if isinstance(self.output_field, ListField):
            table = {pk: ",".join(values) for pk, values in table.items()}
        return looked_up(table, pk, self.output_field, connection)


def looked_up(
    table: Mapping[int, Any], pk: str, field: Field, connection: BaseDatabaseWrapper
) -> tuple[str, list[str]]:
    """Return the SQL of the value that a table has for a row, whose key is the SQL
    ``pk``, with its parameters; NULL where the table has none."""
    values = [json.dumps(table, default=str)]
    if connection.vendor == "sqlite":
        return f"json_extract(%s, '$.\"' || {pk} || '\"')", values
    kind = field.db_type(connection)
    return f"CAST(CAST(%s AS jsonb) ->> CAST({pk} AS text) AS {kind})", values
