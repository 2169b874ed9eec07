"""Undoing an operation: each record that it touched is again as it was before, by a
change that says why. Nothing leaves the trail."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.deletion import Collector

from partnerships.actions import double_checking
from partnerships.choices import ChangeKind
from partnerships.ledger import context
from partnerships.ledger.faults import fault_of
from partnerships.ledger.recorder import AuditedModel
from partnerships.ledger.registry import tracked
from partnerships.models import (
    DoubleCheck,
    LedgerEntry,
    Milestone,
    Partnership,
    User,
)
from partnerships.querysets.partnerships import PublishedRecord


class UndoRefused(Exception):
    """An operation cannot be undone; the message says what is in its way."""


@dataclass(frozen=True)
class Touched:
    """A record that an operation changed: its newest row of history, and the one before
    the operation, None where there was no such record then."""

    model: Any
    pk: int
    newest: Any
    before: Any

    @property
    def is_there(self) -> bool:
        return self.newest.history_type != "-"

    @property
    def was_there(self) -> bool:
        return self.before is not None and self.before.history_type != "-"


@transaction.atomic
def undo(operation: UUID, *, by: User, reason: str) -> int:
    """Bring each record that the operation touched back to what it was before, as one
    operation of the user; return how many these are.

    Raises UndoRefused, and changes nothing, where a record was changed since, where the
    order of milestones would break, or where there is nothing to undo.
    """
    touched = list(_touched(operation))
    if not touched:
        raise UndoRefused("There is nothing to undo.")
    broken = _broken_orders(touched)
    try:
        with context.change(user=by, reason=reason, kind=ChangeKind.CORRECTION):
            for one in reversed(touched):
                if one.is_there and not one.was_there:
                    _unmake(one, {(other.model, other.pk) for other in touched})
            for one in reversed(touched):
                if one.was_there:
                    _restore(one)
            _ask_double_check(operation, by)
    except PublishedRecord as error:
        raise UndoRefused(str(error)) from error
    except IntegrityError as error:
        if fault_of(error):
            raise
        raise UndoRefused(
            "It cannot stand beside what was entered since: undo that first."
        ) from error
    if new := _broken_orders(touched) - broken:
        raise UndoRefused(" ".join(sorted(new)))
    return len(touched)


def _touched(operation: UUID) -> Iterator[Touched]:
    """Yield what the operation touched, in the order of its changes. Raises UndoRefused
    where that was changed since, or blacked out."""
    entries = LedgerEntry.objects.filter(operation=operation).order_by("id")
    entries = entries.exclude(record="doublecheck")
    tables = tracked()
    pairs = dict.fromkeys(entries.values_list("record", "object_id"))
    for record, pk in pairs:
        model = tables[record].live
        if model is None:
            raise UndoRefused("What was blacked out stays so.")
        if not model.PUBLIC:
            raise UndoRefused("A role is given and taken away on the account's page.")
        versions = list(model.history.filter(id=pk).order_by("history_id"))
        own = [v.history_changeset == operation for v in versions]
        if not own[-1]:
            since = versions[-1]
            who = since.history_actor or "somebody"
            name = since.instance if since.history_type != "-" else record
            raise UndoRefused(f"{name} was changed since, by {who}: undo that first.")
        first = own.index(True)
        before = versions[first - 1] if first else None
        yield Touched(model, pk, versions[-1], before)


def _ask_double_check(operation: UUID, by: User) -> None:
    """Ask that the undoing be double-checked, unless nobody had confirmed what it takes
    back: then that is no longer asked either."""
    checks = DoubleCheck.objects.filter(operation=str(operation))
    was_open, _ = checks.filter(made_on=None).delete()
    if checks.exists() or not was_open:
        double_checking.ask(by=by)


def _unmake(touched: Touched, own: set[tuple[Any, int]]) -> None:
    """Delete a record that the operation made; raise UndoRefused where others hang on
    it that are not its ``own``."""
    instance = touched.model.objects.get(pk=touched.pk)
    collector = Collector(using=instance._state.db, origin=instance)
    collector.collect([instance])
    for model, rows in collector.data.items():
        for row in rows:
            if issubclass(model, AuditedModel) and (model, row.pk) not in own:
                raise UndoRefused(f"{row} was entered since: undo that first.")
    instance.delete()


def _restore(touched: Touched) -> None:
    """Save the record as the row of history before the operation holds it."""
    fields = touched.model._meta.concrete_fields
    values = {f.attname: getattr(touched.before, f.attname) for f in fields}
    instance = touched.model(**values)
    instance._state.adding = not touched.is_there
    # Every column is that of the row of history, those that follow from others too.
    AuditedModel.save(instance, force_insert=not touched.is_there)


def _broken_orders(touched: list[Touched]) -> set[str]:
    """Return what the lifecycle refuses in the records of these milestones."""
    partnerships = {
        row.partnership_id
        for one in touched
        if one.model is Milestone
        for row in (one.newest, one.before)
        if row is not None
    }
    return {
        sentence
        for partnership in Partnership.objects.filter(pk__in=partnerships)
        for _, sentence in partnership.refusals(partnership.milestones.all())
    }
