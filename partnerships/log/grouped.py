"""The log by operations: what was done at once and for one reason is one line."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet

from partnerships.log.changes import Change, rank
from partnerships.log.entries import BULK, described_changes
from partnerships.models import LedgerEntry

TOLD = 8  # changes of one operation


@dataclass(frozen=True)
class Group:
    """The changes of one operation: the first of them, what matters most first, and
    how many there are. Of more than ``BULK`` one alone is told."""

    changes: list[Change]
    count: int

    @property
    def change(self) -> Change:
        return self.changes[0]

    @property
    def at(self) -> datetime:
        return self.change.at

    @property
    def others(self) -> list[Change]:
        return self.changes[1:]

    @property
    def untold(self) -> int:
        return self.count - len(self.changes)

    @property
    def is_bulk(self) -> bool:
        """True if no single change can stand for all."""
        return self.count > BULK


def operations_of(entries: QuerySet[LedgerEntry]) -> QuerySet[Any]:
    """Return the operations of these entries, newest first: the id, how many of the
    entries each has, and the number of the first."""
    counted = entries.order_by().values("operation")
    counted = counted.annotate(
        last=Max("number"), first=Min("number"), count=Count("pk")
    )
    return counted.order_by("-last")


def grouped(
    operations: Collection[Mapping[str, Any]],
    entries: QuerySet[LedgerEntry],
    *,
    among: QuerySet[LedgerEntry],
) -> list[Group]:
    """Return these of ``operations_of`` those entries in words; ``among`` are all
    entries that readers may see. Of how many operations, a constant number of
    queries."""
    few = [row["operation"] for row in operations if row["count"] <= BULK]
    told = [row["first"] for row in operations if row["count"] > BULK]
    by_operation: dict[UUID, list[tuple]] = defaultdict(list)
    rows = entries.filter(operation__in=few).order_by()
    for number, operation, record, action in rows.values_list(
        "number", "operation", "record", "action"
    ):
        by_operation[operation].append(rank(record, action == "+", number))
    for ranks in by_operation.values():
        told += [number for *_, number in sorted(ranks)[:TOLD]]
    changes = defaultdict(list)
    shown = LedgerEntry.objects.filter(number__in=told)
    for change in described_changes(shown, among=among):
        changes[change.entry.operation].append(change)
    return [
        Group(sorted(changes[row["operation"]], key=attrgetter("rank")), row["count"])
        for row in operations
    ]
