"""One walk along the sealed entries, from number to number."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, Max, OuterRef, Subquery
from django.utils import timezone

from partnerships.ledger import canonical
from partnerships.ledger.models import Checkpoint, LedgerEntry, Redaction
from partnerships.ledger.registry import tracked
from partnerships.ledger.sealing import Head
from partnerships.ledger.verifying.problem import Problem, wrong
from partnerships.ledger.verifying.replay import Replay
from partnerships.ledger.verifying.stored import (
    BATCH,
    Row,
    Version,
    odd_columns,
    rows,
    versions,
)

#: A function that is told how many entries of how many are done.
Progress = Callable[[int, int], None]
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
    "at": "at",
}
#: What a change says of itself, in words, where its name is none.
_OWN = {"at": "its time", "by": "its author", "user": "its account"}


class Chain:
    """The entries after ``since``, the sealed ones by their numbers, with what is known
    of them elsewhere: anchors and checkpoints, redactions, and when the columns of the
    record last changed."""

    def __init__(
        self,
        using: str,
        anchors: Iterable[Head],
        since: int,
        progress: Progress,
        replay: Replay,
    ):
        self.using, self.since, self.progress = using, since, progress
        self.replay, self.end = replay, since
        self.anchors = [(str(a), a) for a in anchors]
        for taken in Checkpoint.objects.using(using).order_by("id"):
            name = f"the checkpoint of {taken.taken_at:%Y-%m-%d %H:%M}"
            self.anchors.append((name, Head(taken.number, taken.seal)))
        self.redacted, self.black = _redactions(using)
        # What was recorded before may have been sealed with other columns than now.
        applied = MigrationRecorder(connections[using]).migration_qs
        own = applied.filter(app="partnerships")
        self.migrated_at = str(canonical.plain(own.aggregate(at=Max("applied"))["at"]))
        self.now = str(canonical.plain(timezone.now() + TOLERANCE))

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong, entry by entry, then anchor by anchor."""
        if self.migrated_at > self.now:
            text = f"a migration is said to be applied {_minute(self.migrated_at)}"
            yield Problem("schema", f"{text}, after now")
        seals: dict[int, str | None] = {a.number: None for _, a in self.anchors}
        number, previous, latest = self.since, self._start(), None
        if previous is None:
            yield Problem("gap", f"there is no change {self.since} to begin after")
            return
        if number in seals:
            seals[number] = previous
        total = LedgerEntry.objects.using(self.using).exclude(number=None).count()
        while batch := self._following(number):
            found = self._history(batch)
            for entry, odd in batch:
                if odd:
                    yield _misspelt(entry, odd)
                if entry["number"] != number + 1:
                    yield Problem("gap", f"change {number + 1} is missing")
                number = entry["number"]
                key = entry["record"], entry["history_id"]
                for problem in self._entry(entry, found, previous):
                    yield replace(problem, evidence=_evidence(entry, found.get(key)))
                at = entry["at"]
                if at and latest and _moment(at) < _moment(latest) - TOLERANCE:
                    yield wrong("backdated", entry, f"is dated {at[:10]}")
                latest = max(filter(None, (latest, at)), default=None)
                previous = entry["seal"] or ""
                if number in seals:
                    seals[number] = previous
            self.progress(number, total)
        self.end = number
        yield from self._waiting()
        yield from self._anchor_problems(seals)

    def _waiting(self) -> Iterator[Problem]:
        """Yield what is wrong with entries that wait for their seal."""
        stored = list(self._rows("WHERE number IS NULL ORDER BY id"))
        batch = [(entry, odd_columns(entry)) for entry in stored]
        found = self._history(batch)
        for entry, odd in batch:
            version = found.get((entry["record"], entry["history_id"]))
            if odd:
                yield _misspelt(entry, odd)
            elif version:
                values = version.public["values"] | version.private["values"]
                user = version.private["user"]
                yield from self._replayed(entry, values, user)

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
        return next(
            (entry["seal"] for entry in self._rows("WHERE number = %s", self.since)),
            None,
        )

    def _rows(self, where: str, *params: int) -> Iterator[Row]:
        return rows(LedgerEntry, using=self.using, where=where, params=params)

    def _following(self, number: int) -> list[tuple[Row, list[str]]]:
        """Return a batch of the entries after this number, in order, each with its odd
        columns, in place of whose values there is nothing but of a number."""
        # SQLite sorts what is no number behind all that are.
        following = self._rows(
            "WHERE number > %s AND number < %s ORDER BY number LIMIT %s",
            *(number, 2**63 - 1, BATCH),
        )
        return [_readable(entry) for entry in following]

    def _history(self, batch: list[tuple[Row, list[str]]]) -> dict[tuple, Version]:
        """Return the row of history of each entry, as far as it is there."""
        wanted: dict[str, list[int]] = {}
        for entry, _ in batch:
            if isinstance(entry["history_id"], int):
                wanted.setdefault(entry["record"], []).append(entry["history_id"])
        return {
            (record, history_id): version
            for record, ids in wanted.items()
            if record in tracked()
            for history_id, version in versions(
                tracked()[record], ids, using=self.using
            )
        }

    def _entry(
        self, entry: Row, found: dict[tuple, Version], previous: str
    ) -> Iterator[Problem]:
        """Yield what is wrong with one entry: its seal, its dates, its history."""
        is_as_sealed = self._is_as_sealed(entry)
        if not is_as_sealed:
            yield wrong("entry", entry, "is not as it was sealed")
        parts = (str(entry["record"]), entry["history_id"], entry["digest"] or "")
        if canonical.seal(previous, entry["number"], *parts) != entry["seal"]:
            yield wrong("chain", entry, "does not follow from the one before it")
        if not (entry["at"] and entry["recorded_at"]):
            yield wrong("entry", entry, "has no date that can be read")
            return
        key = (entry["record"], entry["history_id"])
        if (version := found.get(key)) is None:
            yield wrong("deleted", entry, "has lost its row of history")
        else:
            if version.odd:
                text = "holds values in another spelling in its history"
                yield wrong("edited", entry, f"{text}: {', '.join(version.odd)}")
            yield from self._compared(entry, version, is_as_sealed)
        at, recorded = entry["at"], entry["recorded_at"]
        if abs(_moment(recorded) - _moment(at)) > TOLERANCE:
            text = f"is dated {_minute(at)} but was recorded {_minute(recorded)}"
            yield wrong("backdated", entry, text)
        elif max(at, recorded) > self.now:
            yield wrong("backdated", entry, f"is dated {_minute(at)}, after now")

    def _is_as_sealed(self, entry: Row) -> bool:
        texts = [entry[name] or "" for name in ("public", "private", "salt")]
        # The private text begins where the salt ends, and nowhere else.
        if not all(isinstance(text, str) for text in texts):
            return False
        if not re.fullmatch("[0-9a-f]{32}", texts[2]):
            return False
        digest = canonical.digest(*texts)
        return digest == self.redacted.get(entry["number"], entry["digest"])

    def _compared(
        self, entry: Row, version: Version, is_as_sealed: bool
    ) -> Iterator[Problem]:
        """Yield where the entry's copies or its history differ from what was sealed;
        replay what was sealed."""
        halves = version.public, version.private
        values, user = halves[0]["values"] | halves[1]["values"], halves[1]["user"]
        sealed: Halves = halves
        if tuple(map(canonical.to_json, halves)) != (entry["public"], entry["private"]):
            try:
                sealed = json.loads(entry["public"]), json.loads(entry["private"])
                by_name = _by_name(*sealed)
            except canonical.UNREADABLE:
                if is_as_sealed:
                    text = "was sealed without saying what changed"
                    yield wrong("entry", entry, text)
                yield from self._replayed(entry, values, user)
                return
            yield from self._differing(entry, sealed, halves)
            yield from self._not_black(entry, by_name)
            if is_as_sealed:
                known = sealed[0]["values"] | sealed[1]["values"]
                values |= {name: known[name] for name in values.keys() & known}
                user = sealed[1].get("user")
        elif entry["number"] in self.black:
            yield from self._not_black(entry, _by_name(*halves))
        copies = {name: entry[column] for name, column in _COPIES.items()}
        differing = [name for name in copies if sealed[0].get(name) != copies[name]]
        if differing:
            text = f"differs in the ledger from what was sealed: {_listed(differing)}"
            yield wrong("entry", entry, text)
        logs = version.partnership, version.partner
        if (entry["partnership_id"], entry["partner_id"]) != logs:
            yield wrong("entry", entry, "is in another record's log")
        yield from self._replayed(entry, values, user)

    def _replayed(
        self, entry: Row, values: dict[str, Any], user: int | None
    ) -> Iterator[Problem]:
        # Two versions from before may differ in a column that is gone.
        is_recent = str(entry["recorded_at"] or "") > self.migrated_at
        yield from self.replay.add(entry, values, user=user, is_recent=is_recent)

    def _differing(
        self, entry: Row, sealed: Halves, recorded: Halves
    ) -> Iterator[Problem]:
        """Yield where what was sealed differs from what history now says."""
        is_recent = entry["recorded_at"] > self.migrated_at
        if is_recent and _field_names(*sealed) != _field_names(*recorded):
            yield wrong("entry", entry, "was sealed with other fields than it has")
        then, now = _by_name(*sealed), _by_name(*recorded)
        differing = sorted(n for n in now.keys() & then if now[n] != then[n])
        if differing:
            text = f"differs in its history from what was sealed: {_listed(differing)}"
            yield wrong("edited", entry, text)

    def _not_black(self, entry: Row, values: dict) -> Iterator[Problem]:
        """Yield what was redacted and is not black, or is not there."""
        for name in sorted(self.black.get(entry["number"], ())):
            texts = values.get(name), values.get(f"value of {name}")
            if canonical.BLACK not in texts:
                text = f"was redacted, and says something as {name} again"
                yield wrong("entry", entry, text)


def _readable(entry: Row) -> tuple[Row, list[str]]:
    """Return an entry with nothing in place of what is odd but its number, and the odd
    columns."""
    odd = odd_columns(entry)
    if odd:
        number = getattr(entry["number"], "value", entry["number"])
        entry = entry | dict.fromkeys(odd) | {"number": number}
    return entry, odd


def _misspelt(entry: Row, odd: list[str]) -> Problem:
    text = f"the entry {entry['id']} of the ledger holds values in another spelling"
    return Problem("entry", f"{text}: {', '.join(odd)}")


def _moment(time: str) -> datetime:
    return datetime.fromisoformat(time[:-1])  # without its Z, which 3.10 does not read


def _minute(time: str) -> str:
    return f"{time[:10]} {time[11:16]}"


def _evidence(entry: Row, version: Version | None) -> str:
    """Return what is found in the place of a change."""
    return canonical.to_json({**entry, "row": version and asdict(version)})


def _by_name(public: dict, private: dict) -> dict[str, Any]:
    """Return both halves of a change as one, the record's values set apart."""
    values = public["values"] | private["values"]
    rest = public | private
    return {f"value of {name}": value for name, value in values.items()} | {
        name: rest[name] for name in rest if name != "values"
    }


def _listed(names: list[str]) -> str:
    """Return names of ``_by_name`` in words, as in "its author, title"."""
    own = (_OWN.get(name, f"its {name}") for name in names if " " not in name)
    columns = (name.removeprefix("value of ") for name in names if " " in name)
    return ", ".join([*own, *columns])


def _field_names(public: dict, private: dict) -> list:
    """Return the fields that each half of a change has."""
    parts = (public, public["values"], private, private["values"])
    return [part.keys() for part in parts]


def _redactions(using: str) -> tuple[dict[int, str], dict[int, set[str]]]:
    """Return the digest of what is left, and the fields that were blacked out, each by
    number of the change; only of redactions that are themselves in the chain, after
    what they redact, and in its log."""
    sealed = LedgerEntry.objects.filter(
        record="redaction", history_id=OuterRef("history_id")
    )
    redacted = LedgerEntry.objects.filter(number=OuterRef("id"))
    redactions = (
        Redaction.objects.using(using)
        .annotate(
            number=Subquery(sealed.values("number")[:1]),
            its_partnership=Subquery(redacted.values("partnership_id")[:1]),
            its_partner=Subquery(redacted.values("partner_id")[:1]),
        )
        .filter(number__gt=F("id"))
        .order_by("history_id")
    )
    digests: dict[int, str] = {}
    names: dict[int, set[str]] = {}
    for one in redactions:
        if (one.partnership_id, one.partner_id) == (
            one.its_partnership,
            one.its_partner,
        ):
            digests[one.id] = one.digest
            names.setdefault(one.id, set()).add(one.field)
    return digests, names
