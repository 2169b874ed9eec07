"""The operations of an editor, newest first; and those that stand."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Max, Min, OuterRef

from partnerships.ledger.registry import tracked
from partnerships.log.entries import ASKED, described_changes
from partnerships.models import LedgerEntry, User

#: How far back in the trail the last changes of an editor are looked for, in changes.
REACH = 5_000


@dataclass(frozen=True)
class Done:
    """One operation of an editor: its id, its last change in words, and how many
    changes it is."""

    operation: UUID
    title: str
    count: int
    at: datetime


def done_by(user: User, *, most: int = 10) -> list[Done]:
    """Return the last operations of an account among the last ``REACH`` changes, newest
    first. Five queries, and one for each kind of record that it changed."""
    newest = LedgerEntry.objects.aggregate(n=Max("number"))["n"] or 0
    recent = LedgerEntry.objects.filter(number__gt=newest - REACH)
    recent = recent.exclude(ASKED)
    under_its_name = recent.filter(actor=user.public_label).order_by("-number")
    rows = under_its_name.values_list("record", "history_id", "number", "operation")
    # Roles that it gave are none of the record's, and not undone like it. Not asked of
    # the database, which would look at all that was ever changed in such records.
    records = [name for name, table in tracked().items() if table.model.PUBLIC]
    operations: dict[UUID, list[int]] = defaultdict(list)
    for number, operation in _own([row for row in rows if row[0] in records], user):
        operations[operation].append(number)
    last = {numbers[0]: numbers for numbers in list(operations.values())[:most]}
    entries = LedgerEntry.objects.filter(number__in=last).order_by("-number")
    return [
        Done(change.entry.operation, change.title, len(last[change.number]), change.at)
        for change in described_changes(entries)
    ]


def first_changes(operations: Iterable[str]) -> dict[tuple[str, int | None], str]:
    """Return the first change of each of these operations to each record, in words, by
    the operation and the id of the record. Two queries, and one for each kind of row
    that they changed; none where there is no operation."""
    if not (ids := set(operations)):
        return {}
    entries = LedgerEntry.objects.filter(operation__in=ids).order_by()
    entries = entries.exclude(record="doublecheck").exclude(number=None)
    first = entries.values("operation", "partnership_id").annotate(n=Min("number"))
    numbers = first.values_list("n", flat=True)
    changes = described_changes(LedgerEntry.objects.filter(number__in=[*numbers]))
    return {
        (str(change.entry.operation), change.entry.partnership_id): change.title
        for change in changes
    }


def stands(first: UUID, last: UUID) -> bool:
    """Return True if there is an operation with an id from the first to the last, and
    nothing that it changed was changed since. One query where there is none."""
    done = LedgerEntry.objects.filter(operation__range=(first, last)).order_by()
    operations = {*done.values_list("operation", flat=True)}
    if not operations:
        return False
    since = LedgerEntry.objects.filter(
        record=OuterRef("record"),
        object_id=OuterRef("object_id"),
        id__gt=OuterRef("id"),
    ).exclude(operation=OuterRef("operation"))
    changed = {*done.filter(Exists(since)).values_list("operation", flat=True)}
    return operations != changed


def _own(rows: list[tuple], user: User) -> list[tuple[int, UUID]]:
    """Return the changes among these that the account made: several may have the same
    name, that of their role."""
    by_record = defaultdict(list)
    for record, history_id, _, _ in rows:
        by_record[record].append(history_id)
    own = {
        (record, pk)
        for record, ids in by_record.items()
        for pk in tracked()[record]
        .history.objects.filter(pk__in=ids, history_user_id=user.pk)
        .values_list("pk", flat=True)
    }
    return [(n, operation) for record, pk, n, operation in rows if (record, pk) in own]
