"""The changes that readers may see, by their numbers: a byte for each change, kept for
an edition and carried on to the next, so that nobody counts a long trail again."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from partnerships.choices import ChangeKind
from partnerships.dates import end_of, start_of
from partnerships.ledger.editions import advanced_by_edition
from partnerships.ledger.past import NEARLY_AT_ONCE
from partnerships.log.entries import (
    numbers_of_record,
    partnerships_ever_published,
    public_changes,
)
from partnerships.models import Claim, LedgerEntry, Partnership
from partnerships.selectors.trail import last_number_before

#: The byte of a change that is one of them.
_IN = 1
#: Changes of which a byte is kept; a number beyond them is damage, and in no list.
MOST = 50_000_000
#: Changes that are counted at once on the way to a page.
_BLOCK = 4096
#: What stands for a kind in a byte; 0 is none.
_CODES = {kind.value: code for code, kind in enumerate(ChangeKind, 1)}


class Numbers:
    """Numbers of changes, the highest first or the lowest. ``marks`` has a byte for
    each change by its number, beginning with 0, which none has."""

    def __init__(self, marks: bytes = b"", *, is_rising: bool = False):
        self.marks, self.is_rising = marks, is_rising

    @property
    def highest(self) -> int:
        """The highest number that there could be."""
        return len(self.marks) - 1

    def __len__(self) -> int:
        return self.marks.count(_IN)

    def __contains__(self, number: int) -> bool:
        return 0 <= number < len(self.marks) and self.marks[number] == _IN

    def __getitem__(self, part: slice) -> list[int]:
        start, stop, _ = part.indices(len(self))
        if self.is_rising:
            start, stop = len(self) - stop, len(self) - start
            return Numbers(self.marks)[start:stop][::-1]
        end, above = len(self.marks), 0
        while (n := self.marks.count(_IN, max(end - _BLOCK, 0), end)) < start - above:
            end, above = end - _BLOCK, above + n
        numbers: list[int] = []
        while above + len(numbers) < stop:
            end = self.marks.rfind(_IN, 0, end)
            numbers.append(end)
        return numbers[start - above :]

    def __and__(self, other: "Numbers") -> "Numbers":
        """Return the numbers that are among both."""
        both = (int.from_bytes(n.marks, "little") for n in (self, other))
        marks = next(both) & next(both)
        return Numbers(marks.to_bytes(len(self.marks), "little"))

    def among(self, numbers: range | Iterable[int]) -> "Numbers":
        """Return those that are among these; a range has step 1."""
        if isinstance(numbers, range):
            start = min(numbers.start, len(self.marks))
            own = self.marks[start : max(numbers.stop, start)]
            return Numbers(bytes(start) + own)
        marks = bytearray(len(self.marks))
        for number in numbers:
            marks[number : number + 1] = self.marks[number : number + 1]
        return Numbers(bytes(marks))

    def after(self, number: int) -> "Numbers":
        """Return the higher ones, the lowest first."""
        start = min(number + 1, len(self.marks))
        above = self.among(range(start, len(self.marks)))
        return Numbers(above.marks, is_rising=True)

    def place(self, number: int) -> int:
        """Return how many there are from this number on."""
        return self.marks.count(_IN, number)


class _Public(NamedTuple):
    """The changes that readers may see, and what decides on all of them at once: the
    published partnerships with their partners, and those that were published once."""

    by: tuple
    marks: bytes


def public_numbers() -> Numbers:
    """Return the numbers of ``public_changes``. No query for an edition that was asked
    about; a few for one that follows it, of its own changes alone unless a partnership
    was published or taken back."""
    return Numbers(_public().marks)


def of_kinds(numbers: Numbers, kinds: Collection[str]) -> Numbers:
    """Return those of these changes that are of these kinds."""
    codes = {_CODES[kind] for kind in kinds}
    return numbers & Numbers(_kinds().translate(bytes(n in codes for n in range(256))))


def of_record(numbers: Numbers, slug: str) -> Numbers:
    """Return those of these changes that belong to a partnership or its partner."""
    return numbers.among(row["number"] for row in numbers_of_record(slug))


def of_operation(operation: UUID) -> range | list[int]:
    """Return the numbers of an operation. One query where they are in a row, as nearly
    all are, however many; else two."""
    own = LedgerEntry.objects.filter(operation=operation)
    count = own.order_by().values("operation").annotate(n=Count("pk"))
    ends = own.order_by("pk").annotate(
        last=Subquery(own.order_by("-pk").values("number")[:1]),
        n=Subquery(count.values("n")),
    )
    row: Any = ends.values_list("number", "last", "n").first() or (1, 0, 0)
    first, last, n = row
    if None not in (first, last) and last - first + 1 == n:
        return range(first, last + 1)
    sealed: Any = own.exclude(number=None).values_list("number", flat=True)
    return list(sealed)


def within(numbers: Numbers, first: date | None, last: date | None) -> Numbers:
    """Return those of these changes that were made from the first day on, up to the end
    of the last, UTC. Two queries for each day that is given."""
    begin = start_of(first) if first else None
    end = end_of(last) if last else None
    highest = numbers.highest
    before = min(last_number_before(begin), highest) if begin else 0
    until = min(last_number_before(end), highest) if end else highest
    marks = bytearray(numbers.among(range(before + 1, until + 1)).marks)
    marks += bytes(len(numbers.marks) - len(marks))
    # Sealed before one that was made earlier, on the day before.
    for number in _made_later(before, begin, end):
        marks[number] = numbers.marks[number]
    for number in _made_later(until, end, None):
        marks[number] = 0
    return Numbers(bytes(marks))


def _made_later(number: int, begin: datetime | None, end: datetime | None) -> list[int]:
    """Return those of the changes up to a number that were made from a time on."""
    if begin is None:
        return []
    numbers = (number - NEARLY_AT_ONCE + 1, number)
    last = LedgerEntry.objects.filter(number__range=numbers).order_by()
    rows: Any = last.values_list("number", "at")
    return [n for n, at in rows if begin <= at and (end is None or at < end)]


@advanced_by_edition
def _public(last: _Public | None, since: int, until: int) -> _Public:
    since, until = min(since, MOST), min(until, MOST)
    by = partnerships_ever_published()
    if last and last.by != by:
        last, since = None, 0
    marks = bytearray(last.marks if last else 1) + bytes([_IN]) * (until - since)
    is_seen = Exists(public_changes().order_by().filter(pk=OuterRef("pk")))
    doubtful, *others = _doubtful(since)
    numbers = doubtful.values("number").union(*(o.values("number") for o in others))
    rows: Any = LedgerEntry.objects.filter(number__in=numbers).order_by()
    for number, mark in rows.values_list("number", is_seen):
        if number <= until:
            marks[number] = mark
    return _Public(by, bytes(marks))


def _doubtful(since: int) -> list[QuerySet[LedgerEntry]]:
    """Return the entries that readers may not see, or did not see before the changes
    since a number: of all entries those of no published partnership and notes of one;
    else the new ones, with those of sources that these cite, those of claims which come
    to a partnership with these, and redactions."""
    entries = LedgerEntry.objects.exclude(number=None).order_by()
    new = entries.filter(number__gt=since)
    if not since:
        published = Partnership.objects.published().values("pk")
        own = Q(partnership_id__in=published)
        return [new.exclude(own), new.filter(own, record="partnership", kind="")]
    # Of claims alone, the databases would go through those of the whole trail.
    cited = Claim.history.filter(history_id__in=new.values("history_id"))
    moved = Q(partnership_id=0, object_id__in=new.values("object_id"))
    earlier = [
        entries.filter(record="source", object_id__in=cited.values("source_id")),
        entries.filter(moved, record="claim"),
        entries.filter(record="redaction"),
    ]
    return [new, *earlier]


@advanced_by_edition
def _kinds(last: bytes | None, since: int, until: int) -> bytes:
    """Return the kind of each change in a byte. One query."""
    since, until = min(since, MOST), min(until, MOST)
    kinds = bytearray(last or 1) + bytes(until - since)
    rows: Any = LedgerEntry.objects.filter(number__range=(since + 1, until)).order_by()
    for number, kind in rows.values_list("number", "kind").iterator():
        kinds[number] = _CODES.get(kind, 0)
    return bytes(kinds)
