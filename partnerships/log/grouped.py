"""The log by operations: what was done at once and for one reason is one line."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from partnerships.log.changes import Change, rank
from partnerships.log.entries import BULK, described_changes
from partnerships.log.numbering import Numbers, of_operation
from partnerships.models import LedgerEntry

TOLD = 8  # changes of one operation
WINDOW = 500


@dataclass
class Done:
    """One operation: the numbers of the changes of it that were found, the highest
    first."""

    operation: UUID
    numbers: list[int] = field(default_factory=list)


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


def newest_operations(
    numbers: Numbers, *, most: int, entries: QuerySet[LedgerEntry] | None = None
) -> list[Done]:
    """Return the newest operations among the changes of these numbers, newest first;
    all but the last of them with all that is among these. Where ``entries`` are given,
    others are left out.

    The trail is read from its end, ``WINDOW`` changes at a time, so that its length
    costs nothing; an operation that fills a window is left at once.
    """
    found: dict[UUID, Done] = {}
    read, rows = 0, LedgerEntry.objects.order_by() if entries is None else entries
    while len(found) < most and (window := numbers[read : read + WINDOW]):
        # Between its ends there is seldom much that is not in it, and in a short trail
        # SQLite would look for the numbers from its beginning.
        own: dict[str, Any] = {"number__range": (window[-1], window[0])}
        if window[0] - window[-1] > 4 * WINDOW:
            own["number__in"] = window
        of_number: Any = dict(rows.filter(**own).values_list("number", "operation"))
        for number in window:
            if operation := of_number.get(number):
                done = found.setdefault(operation, Done(operation))
                done.numbers.append(number)
        read += len(window)
        if found and len(done.numbers) >= WINDOW:
            read = max(read, _left(done, numbers))
    return list(found.values())[:most]


def _left(done: Done, numbers: Numbers) -> int:
    """Give an operation all that it has among these numbers, where they are in a row;
    return how many there are from the first of them on."""
    own = of_operation(done.operation)
    if not isinstance(own, range):
        return 0
    done.numbers = numbers.among(own)[:]
    return numbers.place(own.start)


def grouped(
    operations: Collection[Done], *, among: QuerySet[LedgerEntry]
) -> list[Group]:
    """Return these operations in words; ``among`` are all entries that readers may see.
    Of how many operations, a constant number of queries."""
    few = [n for d in operations if len(d.numbers) <= BULK for n in d.numbers]
    told = [d.numbers[-1] for d in operations if len(d.numbers) > BULK]
    by_operation: dict[UUID, list[tuple]] = defaultdict(list)
    rows: Any = LedgerEntry.objects.filter(number__in=few).order_by()
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
            sorted(changes[done.operation], key=attrgetter("rank")), len(done.numbers)
        )
        for done in operations
    ]
