"""The log by operations: what was done at once and for one reason is one line."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Min, QuerySet

from partnerships.log.changes import Change, rank
from partnerships.log.entries import BULK, described_changes
from partnerships.models import LedgerEntry

TOLD = 8  # changes of one operation
WINDOW = 500
#: Of an operation of more changes not all are counted.
LARGEST = 10_000
FIRST = 1  # the number of the first change of all


@dataclass
class Done:
    """One operation: how many changes of it were found, and the number of the first of
    these; ``is_cut`` if there are more."""

    operation: UUID
    count: int = 0
    first: int = 0
    is_cut: bool = False


@dataclass(frozen=True)
class Group:
    """The changes of one operation: the first of them, what matters most first, and
    how many there are, or more if it ``is_cut``. Of more than ``BULK`` one alone is
    told."""

    changes: list[Change]
    count: int
    is_cut: bool = False

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


def newest_operations(entries: QuerySet[LedgerEntry], *, most: int) -> list[Done]:
    """Return the newest operations among these entries, newest first; all but the last
    of them with all that the entries have of it.

    The trail is read from its end, ``WINDOW`` changes at a time, so that its length
    costs nothing; an operation that fills a window is left at once.
    """
    found: dict[UUID, Done] = {}
    window, below = entries, None
    while len(found) < most and below != FIRST:
        rows: Any = list(window.values_list("number", "operation")[:WINDOW])
        for number, operation in rows:
            done = found.setdefault(operation, Done(operation))
            done.count += 1
            done.first = number
        if len(rows) < WINDOW:
            break
        below, last = rows[-1]
        if rows[0][1] == last:
            below = _left(found[last], entries)
        window = entries.filter(number__lt=below)
    return list(found.values())[:most]


def _left(done: Done, entries: QuerySet[LedgerEntry]) -> int:
    """Count what these entries have of an operation, up to ``LARGEST``; return the
    number with which it begins."""
    # The changes of an operation are sealed in the order in which they were entered.
    whole = LedgerEntry.objects.filter(operation=done.operation).order_by("pk")
    done.is_cut = whole[LARGEST:].exists()
    if not done.is_cut:
        seen = entries.filter(operation=done.operation).order_by()
        seen_totals = seen.aggregate(first=Min("number"), n=Count("pk"))
        done.count, done.first = seen_totals["n"], seen_totals["first"]
    return cast(int, whole.values_list("number", flat=True)[0])


def grouped(
    operations: Collection[Done],
    entries: QuerySet[LedgerEntry],
    *,
    among: QuerySet[LedgerEntry],
) -> list[Group]:
    """Return these operations among those entries in words; ``among`` are all entries
    that readers may see. Of how many operations, a constant number of queries."""
    few = [done.operation for done in operations if done.count <= BULK]
    told = [done.first for done in operations if done.count > BULK]
    by_operation: dict[UUID, list[tuple]] = defaultdict(list)
    rows: Any = entries.filter(operation__in=few).order_by()
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
        Group(
            sorted(changes[done.operation], key=attrgetter("rank")),
            done.count,
            done.is_cut,
        )
        for done in operations
    ]
