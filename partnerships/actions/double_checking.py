"""Asking that a second person compare what one entered with its source, and saying that
they have (docs/editing.md)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from partnerships.choices import ChangeKind, CheckReason, Track
from partnerships.fields import PartialDateField
from partnerships.ledger import context
from partnerships.ledger.registry import tracked
from partnerships.lifecycle.table import (
    EFFECTS,
    SAFE_ELIGIBLE_KINDS,
    SAFE_NOT_NEEDED_KINDS,
)
from partnerships.models import (
    Affiliation,
    DoubleCheck,
    LedgerEntry,
    Milestone,
    Partnership,
    User,
)
from partnerships.querysets.fact_kinds import KIND_OF

REASON = "Compared with the source by a second person"
MONTH = timedelta(days=31)


class OwnEntry(Exception):
    """Somebody would confirm their own entry."""

    def __init__(self) -> None:
        super().__init__(
            "You entered this yourself. Another person confirms it, with the source "
            "open; until then readers see that it is not yet double-checked."
        )


@dataclass(frozen=True)
class Provenance:
    """The origin of an entry: its author, if that is not the one who saves it; whether
    it was uploaded; and the day on which the one who saves it compared it with its
    source, if another wrote it."""

    author: User | None = None
    is_import: bool = False
    compared_on: date | None = None

    def actor(self, by: User) -> str:
        """Return whom the log names: who saves it, and its author, if another."""
        if self.author is None or self.author == by:
            return by.public_label
        return f"{self.author.public_label}, published by {by.public_label}"


TYPED = Provenance()


def ask(*, by: User, provenance: Provenance = TYPED) -> None:
    """Ask that the operation under way be double-checked in each record in which it
    moves a status, rules, deletes what readers saw, or moves a date by more than a
    month; an upload in each. One query, one for each kind of fact that it touched, and
    some for each record of which it asks."""
    found: dict[int | None, set[CheckReason]] = defaultdict(set)
    for partnership, before, after in _touched():
        reasons = set(_reasons(before, after))
        if provenance.is_import:
            reasons.add(CheckReason.IMPORT)
        if reasons:
            found[partnership] |= reasons
    if not found:
        return
    records = Partnership.objects.filter(pk__in=[*filter(None, found)])
    is_published: dict[int | None, bool] = {None: True}
    is_published.update(records.values_list("pk", "is_published"))
    operation = str(context.current_changeset())
    earlier = DoubleCheck.objects.filter(operation=operation)
    asked = {check.partnership_id: check for check in earlier}
    for partnership, reasons in found.items():
        if not is_published.get(partnership):
            reasons -= {CheckReason.DELETION}
        if not reasons or partnership not in is_published:
            continue
        check = asked.get(partnership) or DoubleCheck(
            partnership_id=partnership,
            operation=operation,
            entered_by=(provenance.author or by).pk,
            made_on=provenance.compared_on,
        )
        said = reasons | {*check.reasons.split()}
        check.reasons = " ".join(reason for reason in CheckReason if reason in said)
        check.save()


def may_confirm(check: DoubleCheck, user: User) -> bool:
    """Return whether the entry is somebody else's: of neither the author nor of the one
    who saved it."""
    saved_by = check.history.order_by("history_id").values_list("history_user_id")
    return user.pk not in {check.entered_by, *saved_by.first()}


@transaction.atomic
def confirm(check: DoubleCheck, *, by: User, on: date) -> None:
    """Record that a second person compared the entry with its source that day. Raises
    OwnEntry if it is their own; one that is made already stays as it is."""
    check = DoubleCheck.objects.select_for_update().get(pk=check.pk)
    if not may_confirm(check, by):
        raise OwnEntry
    if check.made_on is None:
        with context.change(user=by, reason=REASON, kind=ChangeKind.EDITORIAL):
            check.made_on = on
            check.save()


def _touched() -> Iterator[tuple[int | None, Any, Any]]:
    """Yield, of each fact, claim and partnership that the operation under way touched,
    the id of its record, and its rows of history before the operation and after it;
    before is None for one that is new."""
    operation = context.current_changeset()
    entries = LedgerEntry.objects.filter(operation=operation).order_by("id")
    records: dict[str, dict[int, int | None]] = defaultdict(dict)
    columns = ("record", "object_id", "partnership_id", "partner_id")
    for record, pk, partnership, partner in entries.values_list(*columns):
        if partnership is None and partner:
            of_partner = Partnership.objects.filter(partner=partner)
            partnership = of_partner.values_list("pk", flat=True).first() or 0
        is_ours = record in KIND_OF or record == "claim"
        if is_ours and partnership != 0:  # 0: of a partner without a partnership
            records[record][pk] = partnership
    for record, partnerships in records.items():
        versions: dict[int, list] = defaultdict(list)
        rows = tracked()[record].history.objects.filter(id__in=[*partnerships])
        for row in rows.order_by("history_id"):
            versions[row.id].append(row)
        for pk, own in versions.items():
            earlier = [row for row in own if row.history_changeset != operation]
            yield partnerships[pk], earlier[-1] if earlier else None, own[-1]


def _reasons(before: Any, after: Any) -> Iterator[CheckReason]:
    """Yield why a second person should look at what became of one row."""
    is_gone = after.history_type == "-"
    if is_gone:
        yield CheckReason.DELETION
    if any(map(_moves_status, filter(None, (before, after)))):
        yield CheckReason.STATUS
    for field in after.instance_type._meta.concrete_fields:
        old, new = getattr(before, field.attname, None), getattr(after, field.attname)
        if field.name.endswith("ruling") and (old or "") != new:
            yield CheckReason.RULING
        is_date = isinstance(field, PartialDateField) and old and new
        if is_date and _is_far(old, new):
            yield CheckReason.DATE


def _moves_status(row: Any) -> bool:
    """Return whether a row of history is a milestone that counts on its track, or a
    standing on which that with SAFE rests."""
    if row.instance_type is Affiliation:
        return row.kind in SAFE_NOT_NEEDED_KINDS | SAFE_ELIGIBLE_KINDS
    if row.instance_type is not Milestone or row.certainty == "rejected":
        return False
    return EFFECTS[Track(row.track)].get(row.kind) is not None


def _is_far(old: Any, new: Any) -> bool:
    pairs = ((old.earliest, new.earliest), (old.latest, new.latest))
    return any(a and b and abs(a - b) > MONTH for a, b in pairs)
