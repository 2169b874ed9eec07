"""Blacking out what must go, such as a person's name, without breaking the chain.

The entry keeps the digest and the seal that it had, so that the chain still holds;
what it says now is covered by the digest in the redaction, which is a change itself,
sealed and public. Nobody but the owner of the database can redact; what the owner
made of the other values of that entry is for readers of its former text to compare.
"""

import json
import secrets
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from partnerships.ledger import canonical, context, sealing, triggers
from partnerships.ledger.canonical import BLACK
from partnerships.ledger.models import LedgerEntry, Redaction
from partnerships.ledger.registry import Tracked, tracked

#: Words of a change that are none of the record: their columns in ledger and history.
_META = {
    "by": ("actor", "history_actor"),
    "reason": ("reason", "history_change_reason"),
}


class RedactionRefused(Exception):
    """A value of the trail cannot be blacked out; the message says why."""


def redact(*, number: int, field: str) -> list[int]:
    """Black out one value of one change, for the reason and in the name of the
    operation under way, wherever in the trail it stands: in all versions of the record
    or, of ``by`` and ``reason``, in all changes. Return the numbers of the changes.

    Raises RedactionRefused if there is no such value, if it is no text, or if the
    record still says it: that is changed first, by an ordinary edit.
    """
    sealing.seal()
    entry: Any = LedgerEntry.objects.filter(number=number).first()
    if entry is None:
        raise RedactionRefused(f"There is no change {number}.")
    columns = _columns(tracked()[entry.record], field)
    value = _value(entry, field, columns)
    if value in (None, "", BLACK):
        raise RedactionRefused(f"Change {number} says nothing as {field}.")
    with transaction.atomic():
        _refuse_if_live(entry, field, columns, value)
        candidates: Any = _candidates(entry, field, value)
        entries = [one for one in candidates if _value(one, field, columns) == value]
        with triggers.lifted():
            digests = [_blacken(one, field, columns) for one in entries]
        for one, digest in zip(entries, digests, strict=True):
            _record(one, field, digest)
        sealing.after_commit("default")
    return [one.number for one in entries]


def _columns(table: Tracked, field: str) -> list[str]:
    """Return the columns to blacken: the field's, and those derived from it."""
    if field in _META:
        return []
    texts = {
        f.name: f
        for f in (table.live._meta.concrete_fields if table.live else ())
        if type(f) in (models.CharField, models.TextField, models.URLField)
        and not f.choices
        and (f.max_length or len(BLACK)) >= len(BLACK)
    }
    if field not in texts:
        allowed = ", ".join([*_META, *texts])
        raise RedactionRefused(
            f"Only words can be redacted; of a {table.record} these: {allowed}."
        )
    derived = [name for name, base in table.live.DERIVED.items() if field in base]
    return [texts[name].column for name in [field, *derived] if name in texts]


def _value(entry: Any, field: str, columns: list[str]) -> Any:
    if field in _META:
        return json.loads(entry.public)[field]
    values = json.loads(entry.public)["values"] | json.loads(entry.private)["values"]
    return values.get(columns[0])


def _candidates(entry: Any, field: str, value: str) -> QuerySet[LedgerEntry]:
    """Return the entries in which the value may stand."""
    entries = LedgerEntry.objects.exclude(number=None).order_by("number")
    if field in _META:
        return entries.filter(**{_META[field][0]: value})
    return entries.filter(record=entry.record, object_id=entry.object_id)


def _refuse_if_live(entry: Any, field: str, columns: list[str], value: str) -> None:
    if field in _META:
        return
    live = tracked()[entry.record].live._base_manager
    if live.filter(pk=entry.object_id, **{columns[0]: value}).exists():
        raise RedactionRefused(
            f"The {entry.record} still says it: change its {field} first, by an "
            "ordinary edit."
        )


def _blacken(entry: Any, field: str, columns: list[str]) -> str:
    """Overwrite the value in history and ledger; return the digest of what is left."""
    public, private = json.loads(entry.public), json.loads(entry.private)
    history = tracked()[entry.record].history._base_manager
    row = history.filter(history_id=entry.history_id)
    if field in _META:
        in_ledger, in_history = _META[field]
        public[field] = BLACK
        setattr(entry, in_ledger, BLACK)
        models.QuerySet.update(row, **{in_history: BLACK})
    else:
        for values in (public["values"], private["values"]):
            values |= dict.fromkeys(values.keys() & set(columns), BLACK)
        models.QuerySet.update(row, **dict.fromkeys(columns, BLACK))
    entry.public, entry.private = canonical.to_json(public), canonical.to_json(private)
    entry.salt = secrets.token_hex(16)
    entry.save(update_fields=["actor", "reason", "public", "private", "salt"])
    return canonical.digest(entry.public, entry.private, entry.salt)


def _record(entry: Any, field: str, digest: str) -> None:
    under_way, user = context.current(), context.current().user_or_none()
    Redaction.objects.create(
        id=entry.number,
        partnership_id=entry.partnership_id,
        partner_id=entry.partner_id,
        field=field,
        digest=digest,
        history_date=timezone.now(),
        history_change_reason=under_way.reason,
        history_user_id=user and user.pk,
        history_changeset=under_way.changeset,
    )
