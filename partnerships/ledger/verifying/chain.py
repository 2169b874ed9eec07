"""One walk along the sealed entries, from number to number."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, Max, OuterRef, Subquery

from partnerships.ledger import canonical
from partnerships.ledger.models import Checkpoint, LedgerEntry, Redaction
from partnerships.ledger.registry import Tracked, tracked
from partnerships.ledger.sealing import Head
from partnerships.ledger.verifying.rows import BATCH, Problem

#: A function that is told how many entries of how many are done.
Progress = Callable[[int, int], None]
#: An entry of the ledger, of which nothing is trusted.
Entry = Any
#: The public and the private half of a change.
Halves = tuple[dict[str, Any], dict[str, Any]]

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


class Chain:
    """The sealed entries after ``since``, with what is known of them elsewhere: anchors
    and checkpoints, redactions, and when the columns of the record last changed."""

    def __init__(
        self, using: str, anchors: Iterable[Head], since: int, progress: Progress
    ):
        self.using, self.since, self.progress = using, since, progress
        self.entries = LedgerEntry.objects.using(using)
        self.anchors = [(str(a), a) for a in anchors]
        for taken in Checkpoint.objects.using(using).order_by("id"):
            name = f"the checkpoint of {taken.taken_at:%Y-%m-%d %H:%M}"
            self.anchors.append((name, Head(taken.number, taken.seal)))
        self.redacted, self.black = _redactions(using)
        # What was recorded before may have been sealed with other columns than now.
        applied = MigrationRecorder(connections[using]).migration_qs
        own = applied.filter(app="partnerships")
        self.migrated_at = own.aggregate(at=Max("applied"))["at"]

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong, entry by entry, then anchor by anchor."""
        seals: dict[int, str | None] = {a.number: None for _, a in self.anchors}
        number, previous, latest = self.since, self._start(), None
        if previous is None:
            yield Problem("gap", f"there is no change {self.since} to begin after")
            return
        if number in seals:
            seals[number] = previous
        total = self.entries.exclude(number=None).count()
        while following := self._following(number):
            batch, unreadable = following
            if unreadable:
                number, previous = unreadable
                yield Problem("entry", f"change {number} cannot be read")
                continue
            rows = self._history(batch)
            for entry in batch:
                if entry.number != number + 1:
                    yield Problem("gap", f"change {number + 1} is missing")
                number = entry.number
                yield from self._entry(entry, rows, previous)
                if latest and entry.at and entry.at < latest - TOLERANCE:
                    yield _wrong("backdated", entry, f"is dated {entry.at:%Y-%m-%d}")
                latest = max(filter(None, (latest, entry.at)), default=None)
                previous = entry.seal or ""
                if number in seals:
                    seals[number] = previous
            self.progress(number, total)
        yield from self._anchor_problems(seals)

    def _anchor_problems(self, seals: dict[int, str | None]) -> Iterator[Problem]:
        for name, anchor in self.anchors:
            if 0 < anchor.number < self.since:
                continue
            seal = seals[anchor.number] or (anchor.number == 0 and canonical.GENESIS)
            if not seal:
                yield Problem("truncated", f"{name}: there is no such change any more")
            elif seal != anchor.seal:
                yield Problem("anchor", f"{name}: the chain has {seal} there")

    def _start(self) -> str | None:
        """Return the seal before the first entry to follow; None if there is none."""
        if not self.since:
            return canonical.GENESIS
        known = self.entries.filter(number=self.since).values_list("seal", flat=True)
        return known.first()

    def _following(self, number: int) -> tuple[list, tuple | None] | None:
        """Return a batch of the entries after this number, and None; or none of them,
        and number and seal of the next, which cannot be read. None after the last."""
        # SQLite sorts what is no number behind all that are.
        following = self.entries.filter(number__gt=number, number__lt=2**63 - 1)
        following, size = following.order_by("number"), BATCH
        while size:
            try:
                batch = list(following[:size])
            except canonical.UNREADABLE:
                size //= 2
            else:
                return (batch, None) if batch else None
        return [], following.values_list("number", "seal").first()

    def _history(self, batch: list[Entry]) -> dict[tuple, Halves | None]:
        """Return both halves of each row of history; None where it is unreadable."""
        wanted: dict[str, list[int]] = {}
        for entry in batch:
            wanted.setdefault(entry.record, []).append(entry.history_id)
        return {
            (record, history_id): halves
            for record, ids in wanted.items()
            if record in tracked()
            for history_id, halves in self._readable(tracked()[record], ids)
        }

    def _readable(
        self, table: Tracked, history_ids: list[int]
    ) -> Iterator[tuple[int, Halves | None]]:
        """Yield these rows of history, by halving down to each that cannot be read."""
        try:
            rows = list(table.changes(history_ids, using=self.using))
        except canonical.UNREADABLE:
            if len(history_ids) == 1:
                yield history_ids[0], None
                return
            middle = len(history_ids) // 2
            yield from self._readable(table, history_ids[:middle])
            yield from self._readable(table, history_ids[middle:])
        else:
            yield from ((history_id, (pub, priv)) for history_id, pub, priv in rows)

    def _entry(
        self, entry: Entry, rows: dict[tuple, Halves | None], previous: str
    ) -> Iterator[Problem]:
        """Yield what is wrong with one entry: its seal, its dates, its history."""
        is_as_sealed = self._is_as_sealed(entry)
        if not is_as_sealed:
            yield _wrong("entry", entry, "is not as it was sealed")
        parts = (entry.number, entry.record, entry.history_id, entry.digest or "")
        if canonical.seal(previous, *parts) != entry.seal:
            yield _wrong("chain", entry, "does not follow from the one before it")
        if not (entry.at and entry.recorded_at):
            yield _wrong("entry", entry, "has no date that can be read")
            return
        key = (entry.record, entry.history_id)
        if key not in rows:
            yield _wrong("deleted", entry, "has lost its row of history")
        elif halves := rows[key]:
            yield from self._compared(entry, halves, is_as_sealed)
        else:
            yield _wrong("edited", entry, "has a row of history that cannot be read")
        if abs(entry.recorded_at - entry.at) > TOLERANCE:
            dated, recorded = entry.at, entry.recorded_at
            text = f"is dated {dated:%Y-%m-%d %H:%M} but was recorded"
            yield _wrong("backdated", entry, f"{text} {recorded:%Y-%m-%d %H:%M}")

    def _is_as_sealed(self, entry: Entry) -> bool:
        texts = [text or "" for text in (entry.public, entry.private, entry.salt)]
        try:
            # The private text begins where the salt ends, and nowhere else.
            if not re.fullmatch("[0-9a-f]{32}", entry.salt):
                return False
            digest = canonical.digest(*texts)
        except canonical.UNREADABLE:
            return False
        return digest == self.redacted.get(entry.number, entry.digest)

    def _compared(
        self, entry: Entry, halves: Halves, is_as_sealed: bool
    ) -> Iterator[Problem]:
        """Yield where the entry's copies or its history differ from what was sealed."""
        sealed = halves
        if tuple(map(canonical.to_json, halves)) != (entry.public, entry.private):
            try:
                sealed = json.loads(entry.public), json.loads(entry.private)
                values = _by_name(*sealed)
            except canonical.UNREADABLE:
                if is_as_sealed:
                    text = "was sealed without saying what changed"
                    yield _wrong("entry", entry, text)
                return
            yield from self._differing(entry, sealed, halves)
            yield from self._not_black(entry, values)
        elif entry.number in self.black:
            yield from self._not_black(entry, _by_name(*halves))
        copies = {name: getattr(entry, column) for name, column in _COPIES.items()}
        copies |= {"at": canonical.plain(entry.at), "operation": str(entry.operation)}
        differing = [name for name in copies if sealed[0].get(name) != copies[name]]
        if differing:
            text = f"has another {', '.join(differing)} in the ledger"
            yield _wrong("entry", entry, text)

    def _differing(
        self, entry: Entry, sealed: Halves, recorded: Halves
    ) -> Iterator[Problem]:
        """Yield where what was sealed differs from what history now says."""
        is_recent = entry.recorded_at > self.migrated_at
        if is_recent and _field_names(*sealed) != _field_names(*recorded):
            yield _wrong("entry", entry, "was sealed with other fields than it has")
        then, now = _by_name(*sealed), _by_name(*recorded)
        differing = sorted(n for n in now.keys() & then if now[n] != then[n])
        if differing:
            text = f"has another {', '.join(differing)} in history"
            yield _wrong("edited", entry, text)

    def _not_black(self, entry: Entry, values: dict) -> Iterator[Problem]:
        """Yield what was redacted and is not black, or is not there."""
        for name in sorted(self.black.get(entry.number, ())):
            texts = values.get(name), values.get(f"value of {name}")
            if canonical.BLACK not in texts:
                text = f"was redacted, and says something as {name} again"
                yield _wrong("entry", entry, text)


def _wrong(kind: str, entry: Any, text: str) -> Problem:
    """Return a problem of one change."""
    named = f"{entry.record} {entry.object_id}"
    return Problem(kind, f"change {entry.number} ({named}) {text}")


def _by_name(public: dict, private: dict) -> dict[str, Any]:
    """Return both halves of a change as one, the record's values set apart."""
    values = public["values"] | private["values"]
    rest = public | private
    return {f"value of {name}": value for name, value in values.items()} | {
        name: rest[name] for name in rest if name != "values"
    }


def _field_names(public: dict, private: dict) -> list:
    """Return the fields that each half of a change has."""
    parts = (public, public["values"], private, private["values"])
    return [part.keys() for part in parts]


def _redactions(using: str) -> tuple[dict[int, str], dict[int, set[str]]]:
    """Return the digest of what is left, and the fields that were blacked out, each by
    number of the change; only of redactions that are themselves in the chain, after
    what they redact."""
    sealed = LedgerEntry.objects.filter(
        record="redaction", history_id=OuterRef("history_id")
    )
    redactions = (
        Redaction.objects.using(using)
        .annotate(number=Subquery(sealed.values("number")[:1]))
        .filter(number__gt=F("id"))
        .order_by("history_id")
    )
    digests: dict[int, str] = {}
    names: dict[int, set[str]] = {}
    for number, name, digest in redactions.values_list("id", "field", "digest"):
        digests[number] = digest
        names.setdefault(number, set()).add(name)
    return digests, names
