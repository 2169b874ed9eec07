"""The record rebuilt from the trail, change by change, by the rules under which it is
kept; then compared with the record as it is stored.

Of each row that is there hashes of what it holds are noted, outside of memory.
"""

from collections.abc import Iterator
from datetime import date
from hashlib import blake2b
from typing import Any, NamedTuple

from partnerships.choices import ChangeKind
from partnerships.ledger import canonical
from partnerships.ledger.models import LedgerEntry
from partnerships.ledger.registry import Tracked, tracked
from partnerships.ledger.verifying.problem import Problem, wrong
from partnerships.ledger.verifying.record_rules import RecordRules
from partnerships.ledger.verifying.scratch import Scratch
from partnerships.ledger.verifying.stored import (
    BATCH,
    Row,
    Version,
    history_keys,
    odd_columns,
    rows,
    versions,
)
from partnerships.text import is_visible

#: How far the number of a row of history may be beyond those before it. PostgreSQL
#: burns numbers of transactions that fail.
MOST_SKIPPED = 1_000_000


class Known(NamedTuple):
    """A row that is there: its newest row of history and when that was made; hashes of
    all that it holds, of what it holds by itself, of what never changes, of what
    readers see; the values that are noted when others are given, and hashes of those
    others."""

    history_id: int
    at: str
    values: bytes
    own: bytes
    permanent: bytes
    public: bytes
    noted: tuple[tuple[Any, bytes], ...]


class Replay:
    """The record as the trail gives it, so far."""

    def __init__(self, using: str, since: int) -> None:
        self.using, self.since = using, since
        self.scratch = Scratch()
        self._met: set[tuple[str, int]] = set()
        self.rules = RecordRules(using, self.scratch)
        #: Which rows of history are listed in the ledger, a bit for each.
        self.listed: dict[str, bytearray] = {}
        self.last: dict[str, int] = {}
        #: Whether a partnership is published, by its number and by its partner's.
        self._published: dict[str, dict[int, bool]] = {
            "object_id": {},
            "partner_id": {},
        }

    # Change by change

    def add(
        self,
        entry: Row,
        values: dict[str, Any],
        *,
        user: int | None,
        is_recent: bool,
    ) -> Iterator[Problem]:
        """Take up a change, whose row holds these values by column, by the account
        ``user``; yield what of it is against the rules. ``is_recent`` says that it has
        the columns of now."""
        table = tracked().get(entry["record"])
        key = (entry["record"], entry["object_id"])
        if table is None:
            return
        yield from self._listed(entry)
        if table.live is None:
            yield from self._explained(entry, user, is_seen=True)
            return
        if entry["object_id"] is None:  # which is named as odd
            return
        before = self._before(table, entry["object_id"])
        now = _known(table, entry, values)
        for kind, text in self._broken(table, entry, values, before, now):
            yield wrong(kind, entry, text)
        is_same = before is not None and before.values == now.values
        if is_recent and is_same and entry["action"] == "~":
            yield wrong("rule", entry, "changes nothing")
        was_seen = self._is_seen(entry)
        self._note_published(entry, values)
        is_shown = not (before and before.public == now.public)
        is_seen = (was_seen or self._is_seen(entry)) and (
            is_shown or entry["action"] == "-"
        )
        is_held = bool(table.public_columns) and table.live.SEEN_BY_ITSELF
        yield from self._explained(entry, user, is_seen=is_held and is_seen)
        if entry["action"] == "-":
            self.scratch.forget(key)
        else:
            self.scratch.know(key, tuple(now))

    def _listed(self, entry: Row) -> Iterator[Problem]:
        record, number = entry["record"], entry["history_id"]
        last = self.last.setdefault(record, number if self.since else 0)
        if not 0 < number <= max(last, 0) + MOST_SKIPPED:
            yield wrong("order", entry, f"has the number {number} in its history")
            return
        self.last[record] = max(last, number)
        bits = self.listed.setdefault(record, bytearray())
        place, bit = number >> 3, 1 << (number & 7)
        if place >= len(bits):
            bits.extend(bytes(place - len(bits) + 4096))
        if bits[place] & bit:
            yield wrong("entry", entry, "lists a row of history for the second time")
        bits[place] |= bit

    def _broken(
        self,
        table: Tracked,
        entry: Row,
        values: dict[str, Any],
        before: Known | None,
        now: Known,
    ) -> Iterator[tuple[str, str]]:
        """Yield the rules that a change breaks, each as a kind and a sentence."""
        action = entry["action"]
        if action == "+" and before:
            yield "order", "makes what was there already"
        elif action in ("~", "-") and before is None:
            yield "order", "changes what was not there"
        if before:
            if now.history_id <= before.history_id or now.at < before.at:
                yield "order", "comes before the one that it follows"
            if now.permanent != before.permanent:
                yield "rule", f"changes {', '.join(table.permanent_columns)}, permanent"
            if action == "-" and now.own != before.own:
                yield "rule", "deletes something else than was there"
        if action not in ("+", "~", "-"):
            yield "rule", f"does {action!r}, which is nothing that is done"
        if entry["kind"] not in ("", *ChangeKind.values):
            yield "rule", f"is of the kind {entry['kind']!r}, which there is not"
        for text in self.rules.broken(table, values, is_stored=False):
            yield "rule", text
        yield from self._noted(table, entry, before, now)

    def _noted(
        self, table: Tracked, entry: Row, before: Known | None, now: Known
    ) -> Iterator[tuple[str, str]]:
        """Yield what was noted for another day than that on which it was given."""
        for i, name in enumerate(table.live.NOTED):
            noted, given = now.noted[i]
            is_given = before is None or before.noted[i][1] != given
            if not is_given and before and noted != before.noted[i][0]:
                yield "rule", f"changes {name}, without what it follows from"
            elif is_given and not _is_of_day(noted, now.at):
                yield "rule", f"notes {noted} as {name}, which is another day"

    def _explained(
        self, entry: Row, user: int | None, *, is_seen: bool
    ) -> Iterator[Problem]:
        needs_kind = tracked()[entry["record"]].live is not None
        is_explained = is_visible(str(entry["reason"] or ""))
        if is_seen and not (is_explained and (entry["kind"] or not needs_kind)):
            text = "is a change that readers see, without a reason or a kind"
            yield wrong("rule", entry, text)
        if not self.rules.knows_user(user):
            yield wrong("rule", entry, "is by an account that there never was")

    # What is public

    def _is_seen(self, entry: Row) -> bool:
        """Return whether readers see the record of a change, at this point of the
        trail."""
        partnership, partner = entry["partnership_id"], entry["partner_id"]
        if partnership:
            return self._is_published("object_id", partnership)
        return partnership is partner is None or (
            partner is not None and self._is_published("partner_id", partner)
        )

    def _is_published(self, column: str, pk: int) -> bool:
        """Return whether the partnership with this id, or with this partner, is."""
        known = self._published[column]
        if pk not in known:
            newest = self._newest("partnership", **{column: pk}) if self.since else None
            known[pk] = bool(newest and newest.public["values"]["is_published"])
        return known[pk]

    def _note_published(self, entry: Row, values: dict[str, Any]) -> None:
        if entry["record"] == "partnership":
            is_public = entry["action"] != "-" and bool(values["is_published"])
            self._published["object_id"][entry["object_id"]] = is_public
            self._published["partner_id"][values["partner_id"]] = is_public

    # What was before

    def _before(self, table: Tracked, pk: int) -> Known | None:
        """Return what is known of a row; None if it is not there."""
        key = (table.record, pk)
        if self.since and key not in self._met:
            self._met.add(key)
            newest = self._newest(table.record, object_id=pk)
            if newest and newest.public["action"] != "-":
                values = newest.public["values"] | newest.private["values"]
                entry = {"history_id": newest.public["history"]} | newest.public
                self.scratch.know(key, tuple(_known(table, entry, values)))
        return self._known_row(key)

    def _known_row(self, key: tuple[str, int]) -> Known | None:
        facts = self.scratch.known(key)
        return Known(*facts) if facts else None

    def _newest(self, record: str, **ids: int) -> Version | None:
        """Return the last version up to the change ``since``."""
        earlier = LedgerEntry.objects.using(self.using).filter(
            record=record, number__lte=self.since, **ids
        )
        newest = earlier.order_by("-number").values_list("history_id", flat=True)[:1]
        found = versions(tracked()[record], list(newest), using=self.using)
        return next((version for _, version in found), None) if newest else None

    # The record as it is stored

    def compare(self) -> Iterator[Problem]:
        """Yield where the record is not as the trail gives it, or against its rules."""
        for table in tracked().values():
            if table.live:
                yield from self._compare(table)
            yield from self._unlisted(table)
        for record, pk in self.scratch.all_known():
            text = f"{record} {pk} is gone, and its history does not say so"
            yield Problem("unrecorded", text, row=(record, pk))
        if not self.since:
            yield from self.rules.broken_between()

    def _compare(self, table: Tracked) -> Iterator[Problem]:
        for row in self._stored(table):
            pk = row.pop("id")
            named, key = f"{table.record} {pk}", (table.record, pk)
            known = self._known_row(key)
            self.scratch.forget(key)
            unrecorded, detail = self._unrecorded(table, row, known)
            if unrecorded:
                text = f"{named} {unrecorded}"
                yield Problem("unrecorded", text, row=key, detail=detail)
            is_held = {"is_stored": True, "is_recorded": not unrecorded}
            for text in self.rules.broken(table, row, **is_held):
                yield Problem("rule", f"{named} {text}", row=key)
            self.rules.take(table, pk, row)

    def _unrecorded(
        self, table: Tracked, row: Row, known: Known | None
    ) -> tuple[str, str]:
        """Return what of a stored row nobody recorded, as the end of a sentence, with
        the values of public columns; two empty texts where all of it is recorded."""
        if odd := odd_columns(row):
            return f"holds values in another spelling: {', '.join(odd)}", ""
        if known is None:
            return "has no history", ""
        if known.values == _hash(row):
            return "", ""
        found = dict(versions(table, [known.history_id], using=self.using))
        halves = [(v.public["values"] | v.private["values"]) for v in found.values()]
        before = halves[0] if halves else {}
        names = [n for n, value in row.items() if before.get(n, value) != value]
        detail = "; ".join(
            f"{name} is {row[name]!r}, by its history {before[name]!r}"
            for name in names
            if name in table.public_columns
        )
        fields = f": {', '.join(names)}" if names else ""
        return f"differs from its newest history{fields}", detail

    def _stored(self, table: Tracked) -> Iterator[Row]:
        """Yield the rows that are stored; of a trail from a number on, those that
        changed since."""
        if not self.since:
            yield from rows(table.live, using=self.using)
            return
        pks = self.scratch.known_of(table.record)
        for start in range(0, len(pks), BATCH // 4):
            some = pks[start : start + BATCH // 4]
            marks = ", ".join(["%s"] * len(some))
            where = f"WHERE id IN ({marks})"
            yield from rows(table.live, using=self.using, where=where, params=some)

    def _unlisted(self, table: Tracked) -> Iterator[Problem]:
        """Yield rows of history that have no entry, of those since ``since``."""
        bits = self.listed.get(table.record, bytearray())
        for number, pk in history_keys(table, self._first(table), using=self.using):
            place = number >> 3
            if not (0 <= place < len(bits) and bits[place] & 1 << (number & 7)):
                text = f"{table.record} {pk} has a row of history ({number})"
                yield Problem("unlisted", f"{text} that the ledger does not list")

    def _first(self, table: Tracked) -> int:
        """Return the least number of a row of history that has to be listed."""
        if not self.since:
            return -(2**63)
        earlier = LedgerEntry.objects.using(self.using).filter(
            record=table.record, number__lte=self.since
        )
        newest = earlier.order_by("-history_id").values_list("history_id", flat=True)
        return (newest.first() or 0) + 1


def _known(table: Tracked, entry: Row, values: dict[str, Any]) -> Known:
    model = table.live
    fields = model._meta.concrete_fields
    may_be_cleared = {f.column for f in fields if f.is_relation and f.null}
    noted = tuple(
        (values.get(name), _hash({n: values.get(n) for n in model.DERIVED[name]}))
        for name in model.NOTED
    )
    return Known(
        entry["history_id"],
        entry["at"],
        _hash(values),
        # What it refers to may be deleted with it, first.
        _hash({n: v for n, v in values.items() if n not in may_be_cleared}),
        _hash({name: values.get(name) for name in table.permanent_columns}),
        _hash({name: values.get(name) for name in table.public_columns}),
        noted,
    )


def _is_of_day(noted: Any, at: str) -> bool:
    """Return whether a day that was noted at a time is its day, in whichever zone."""
    try:
        days = date.fromisoformat(noted) - date.fromisoformat(at[:10])
    except canonical.UNREADABLE:
        return False
    return abs(days.days) <= 1


def _hash(values: dict[str, Any]) -> bytes:
    return blake2b(canonical.to_json(values).encode(), digest_size=16).digest()
