"""Proof that the trail is whole. Nothing here trusts what it checks, and no more than
a batch of it is in memory.

What only somebody outside can show, that the end was cut off or the whole chain made
anew, is seen by comparing with an *anchor*: a number and its seal that others kept.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import connections

from partnerships.ledger import canonical, triggers
from partnerships.ledger.models import (
    Checkpoint,
    LedgerEntry,
    Redaction,
    Verification,
)
from partnerships.ledger.sealing import Head
from partnerships.ledger.tables import Tracked, tracked

BATCH = 2000

#: What stands in place of a value that was blacked out.
BLACK = "[redacted]"

#: How long a transaction may last, and how far the clocks of two servers may differ.
TOLERANCE = timedelta(minutes=15)

#: The ledger's own copy of each part of the public text.
_COPIES = {
    "record": "record",
    "object": "object_id",
    "history": "history_id",
    "action": "action",
    "by": "actor",
    "reason": "reason",
    "kind": "kind",
    "operation": "operation",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a word to search for, and a sentence."""

    kind: str
    text: str

    def __str__(self):
        return f"{self.kind}: {self.text}"


def problems(
    *,
    anchors: Iterable[Head] = (),
    since: int = 0,
    using: str = "default",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Problem]:
    """All that is wrong with the trail; nothing, if it is whole.

    ``since`` is a number up to which the trail was verified before: the chain is then
    followed, and history compared, from there. Triggers, lists, order and live rows are
    always checked in full. ``progress`` is told how many entries of how many are done.
    """
    guards = triggers.of(using)
    yield from (Problem("trigger", text) for text in guards.problems())
    yield from (Problem("unrecorded", text) for text in guards.debts())
    yield from _Chain(using, anchors, since, progress).problems()
    for table in tracked().values():
        yield from _unlisted(table, using)
        yield from _misplaced(table, using)
        yield from _out_of_order(table, using)
        if table.live:
            yield from _unrecorded(table, using)


def note_success(number: int, since: int, *, using: str = "default") -> Verification:
    """Write down that the trail was whole, for the footer and /readyz."""
    return Verification.objects.using(using).create(number=number, since=since)


class _Chain:
    """One walk along the sealed entries."""

    def __init__(self, using, anchors, since, progress):
        self.using, self.since, self.progress = using, since, progress
        self.entries = LedgerEntry.objects.using(using)
        self.anchors = [(str(a), a) for a in anchors]
        for taken in Checkpoint.objects.using(using).order_by("id"):
            name = f"the checkpoint of {taken.taken_at:%Y-%m-%d %H:%M}"
            self.anchors.append((name, Head(taken.number, taken.seal)))
        self.redacted, self.black = {}, {}
        redactions = Redaction.objects.using(using).order_by("history_id")
        for number, name, digest in redactions.values_list("id", "field", "digest"):
            self.redacted[number] = digest
            self.black.setdefault(number, set()).add(name)

    def problems(self) -> Iterator[Problem]:
        seals = {anchor.number: None for _, anchor in self.anchors}
        number, previous, latest = self.since, self._start(), None
        if previous is None:
            yield Problem("gap", f"there is no change {self.since} to begin after")
            return
        if number in seals:
            seals[number] = previous
        total = self.entries.exclude(number=None).count()
        while batch := self._batch(number):
            rows = self._history(batch)
            for entry in batch:
                if entry.number != number + 1:
                    yield Problem("gap", f"change {number + 1} is missing")
                number = entry.number
                yield from self._entry(entry, rows, previous)
                if latest and entry.at < latest - TOLERANCE:
                    yield _wrong("backdated", entry, f"is dated {entry.at:%Y-%m-%d}")
                latest = max(entry.at, latest or entry.at)
                previous = entry.seal or ""
                if number in seals:
                    seals[number] = previous
            self.progress(number, total)
        for name, anchor in self.anchors:
            if 0 < anchor.number < self.since:
                continue
            found = seals[anchor.number] or (anchor.number == 0 and canonical.GENESIS)
            if not found:
                yield Problem("truncated", f"{name}: there is no such change any more")
            elif found != anchor.seal:
                yield Problem("anchor", f"{name}: the chain has {found} there")

    def _start(self) -> str | None:
        if not self.since:
            return canonical.GENESIS
        known = self.entries.filter(number=self.since).values_list("seal", flat=True)
        return known.first()

    def _batch(self, number) -> list[LedgerEntry]:
        following = self.entries.filter(number__gt=number).order_by("number")
        return list(following[:BATCH])

    def _history(self, batch) -> dict[tuple[str, int], tuple[dict, dict]]:
        wanted: dict[str, list[int]] = {}
        for entry in batch:
            wanted.setdefault(entry.record, []).append(entry.history_id)
        return {
            (record, history_id): tuple(said)
            for record, ids in wanted.items()
            if record in tracked()
            for history_id, *said in tracked()[record].said(ids, using=self.using)
        }

    def _entry(self, entry, rows, previous) -> Iterator[Problem]:
        words = [text or "" for text in (entry.public, entry.private, entry.salt)]
        digest = canonical.digest(*words)
        if digest != self.redacted.get(entry.number, entry.digest):
            yield _wrong("entry", entry, "is not as it was sealed")
        parts = (entry.number, entry.record, entry.history_id, entry.digest or "")
        if canonical.seal(previous, *parts) != entry.seal:
            yield _wrong("chain", entry, "does not follow from the one before it")
        now = rows.get((entry.record, entry.history_id))
        if now is None:
            yield _wrong("deleted", entry, "has lost its row of history")
        else:
            yield from self._compared(entry, *now)
        if abs(entry.recorded_at - entry.at) > TOLERANCE:
            yield _wrong(
                "backdated",
                entry,
                f"is dated {entry.at:%Y-%m-%d %H:%M} but was recorded"
                f" {entry.recorded_at:%Y-%m-%d %H:%M}",
            )

    def _compared(self, entry, public, private) -> Iterator[Problem]:
        """The entry's copies and its row of history, which says this in public and in
        private, against what was sealed; a column that was added or dropped since is
        in one of them alone."""
        texts = (canonical.to_json(public), canonical.to_json(private))
        is_same = texts == (entry.public, entry.private)
        try:
            sealed = public if is_same else json.loads(entry.public)
            then = {} if is_same else _flat(sealed, json.loads(entry.private))
        except (ValueError, TypeError, AttributeError, LookupError):
            return  # not as it was sealed, as is said already
        said = sealed | sealed["values"]
        for name in sorted(self.black.get(entry.number, ())):
            if said.get(name, BLACK) != BLACK:
                text = f"was redacted, and says something as {name} again"
                yield _wrong("entry", entry, text)
        copies = {name: getattr(entry, column) for name, column in _COPIES.items()}
        copies |= {"at": canonical.plain(entry.at), "operation": str(entry.operation)}
        wrong = [name for name in copies if sealed.get(name) != copies[name]]
        if wrong:
            text = f"has another {', '.join(wrong)} in the ledger"
            yield _wrong("entry", entry, text)
        now = {} if is_same else _flat(public, private)
        wrong = sorted(name for name in now.keys() & then if now[name] != then[name])
        if wrong:
            yield _wrong("edited", entry, f"has another {', '.join(wrong)} in history")


def _flat(public: dict, private: dict) -> dict:
    """What a change says, by name; values of the record apart from the rest."""
    values = public["values"] | private["values"]
    said = {f"value of {name}": value for name, value in values.items()}
    rest = public | private
    return said | {name: rest[name] for name in rest if name != "values"}


def _wrong(kind: str, entry: LedgerEntry, text: str) -> Problem:
    return Problem(kind, f"change {entry.number} ({_named(entry)}) {text}")


def _named(entry: LedgerEntry) -> str:
    return f"{entry.record} {entry.object_id}"


def _fetch(using: str, sql: str) -> Iterator[tuple]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def _unlisted(table: Tracked, using: str) -> Iterator[Problem]:
    ledger = LedgerEntry._meta.db_table
    for history_id, key in _fetch(
        using,
        f"SELECT h.history_id, h.id FROM {table.history._meta.db_table} h"
        f" WHERE NOT EXISTS (SELECT 1 FROM {ledger} e WHERE"
        f" e.record = '{table.record}' AND e.history_id = h.history_id)",
    ):
        text = f"{table.record} {key} has a row of history ({history_id})"
        yield Problem("unlisted", f"{text} that the ledger does not list")


def _misplaced(table: Tracked, using: str) -> Iterator[Problem]:
    """Entries that were moved to another record's log, or out of every one."""
    is_sqlite = connections[using].vendor == "sqlite"
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    for number, key in _fetch(
        using,
        f"SELECT e.number, e.object_id FROM {LedgerEntry._meta.db_table} e"
        f" JOIN {table.history._meta.db_table} h ON h.history_id = e.history_id"
        f" WHERE e.record = '{table.record}' AND"
        f" (e.partnership_id {differs} {table.partnership('h')}"
        f" OR e.partner_id {differs} {table.partner('h')})",
    ):
        text = f"change {number} ({table.record} {key}) is in another record's log"
        yield Problem("entry", text)


def _out_of_order(table: Tracked, using: str) -> Iterator[Problem]:
    for (key,) in _fetch(
        using,
        "SELECT DISTINCT id FROM (SELECT id, history_date, LAG(history_date) OVER"
        f" (PARTITION BY id ORDER BY history_id) AS before"
        f" FROM {table.history._meta.db_table}) AS h WHERE history_date < before",
    ):
        yield Problem("order", f"{table.record} {key} has history that runs backwards")


def _unrecorded(table: Tracked, using: str) -> Iterator[Problem]:
    """Live rows that differ from their newest row of history, or have none; and rows
    that are gone though history does not say so."""
    live, history = table.live._meta.db_table, table.history._meta.db_table
    is_sqlite = connections[using].vendor == "sqlite"
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    different = " OR ".join(f"l.{c} {differs} h.{c}" for c in table.columns)
    newest = (
        f"h.history_id = (SELECT n.history_id FROM {history} n WHERE n.id = {{}}.id"
        " ORDER BY n.history_date DESC, n.history_id DESC LIMIT 1)"
    )
    for key, history_id in _fetch(
        using,
        f"SELECT l.id, h.history_id FROM {live} l LEFT JOIN {history} h"
        f" ON {newest.format('l')}"
        f" WHERE h.history_id IS NULL OR h.history_type = '-' OR {different}",
    ):
        text = "differs from its newest history" if history_id else "has no history"
        yield Problem("unrecorded", f"{table.record} {key} {text}")
    for (key,) in _fetch(
        using,
        f"SELECT h.id FROM {history} h WHERE h.history_type <> '-' AND NOT EXISTS"
        f" (SELECT 1 FROM {live} l WHERE l.id = h.id) AND {newest.format('h')}",
    ):
        text = f"{table.record} {key} is gone, and its history does not say so"
        yield Problem("unrecorded", text)
