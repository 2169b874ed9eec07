"""A way to go on after damage: what is broken in the trail for good is stated, in
public and in the trail itself, and is a known problem from there on.

The statement mends nothing and hides nothing: it stands in the log for ever, and what
it names is compared with what was found then, so that nobody can bend it further.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from partnerships.choices import ChangeKind
from partnerships.ledger import canonical, context, sealing
from partnerships.ledger.models import Damage, LedgerEntry
from partnerships.ledger.recorder import recorder
from partnerships.ledger.registry import tracked
from partnerships.ledger.verifying.problem import Problem, wrong
from partnerships.text import as_sentence

#: The end of the reason of a change that records what nobody did.
AS_FOUND = "Recorded as it was found after damage; nobody edited it."

#: Problems of the trail, which stay; others are mended, not stated.
LASTING = {
    "recorded",  # as it was found
    *("edited", "deleted", "entry", "chain", "gap", "backdated", "order", "rule"),
    *("unlisted", "truncated", "anchor", "checkpoint", "verification"),
}


class DamageRefused(Exception):
    """A statement cannot be made; the message says what to do."""


def stated(*, using: str = "default") -> dict[str, int]:
    """Return the lines of all statements that are in the chain as they were sealed,
    each with the number of the change that states it."""
    sealed = LedgerEntry.objects.using(using).filter(record="damage")
    lines: dict[str, int] = {}
    for entry in sealed.exclude(number=None).order_by("-history_id"):
        texts = entry.public or "", entry.private or "", entry.salt or ""
        try:
            if canonical.digest(*texts) == entry.digest:
                problems = json.loads(texts[0])["values"]["problems"]
                lines |= dict.fromkeys(problems.splitlines(), entry.number)
        except canonical.UNREADABLE:
            continue  # which verification names
    return lines


def state(problems: Iterable[Problem]) -> Damage:
    """State these problems, for the reason and in the name of the operation under way.

    Raises DamageRefused where one of them can be mended, or there is none.
    """
    found = list(problems)
    if not found:
        raise DamageRefused("There is no problem that is not stated already.")
    if mendable := [p for p in found if p.kind not in LASTING]:
        raise DamageRefused(
            "Mend first what can be mended: run manage.py migrate for what guards the "
            "record, and --record for rows that nobody recorded:\n"
            + "\n".join(map(str, mendable))
        )
    under_way, user = context.current(), context.current().user_or_none()
    with transaction.atomic():
        statement = Damage.objects.create(
            id=sealing.head().number,
            problems="\n".join(dict.fromkeys(problem.line for problem in found)),
            history_date=timezone.now(),
            history_change_reason=under_way.reason,
            history_user_id=user and user.pk,
            history_changeset=under_way.changeset,
        )
        sealing.after_commit("default")
    return statement


def record_as_found(problems: Iterable[Problem]) -> list[Problem]:
    """Record each row of which a problem says that nobody recorded it, as it is stored,
    and say so in the log. Return what was recorded, to be stated."""
    found = {p.row: p.text for p in problems if p.kind == "unrecorded" and p.row}
    reason = f"{as_sentence(context.current().reason)} {AS_FOUND}"
    by, kind = context.current_actor(), ChangeKind.EDITORIAL
    with context.change(actor=by, reason=reason, kind=kind) as under_way:
        with transaction.atomic():
            for record, pk in found:
                _record(record, pk)
        sealing.seal()
    entries = LedgerEntry.objects.filter(operation=under_way.changeset)
    return [
        _recorded(entry, found[entry["record"], entry["object_id"]])
        for entry in entries.order_by("number").values()
        if (entry["record"], entry["object_id"]) in found
    ]


def _recorded(entry: Any, text: str) -> Problem:
    """Return that a change records a row of which a problem says this."""
    said = text.removeprefix(f"{entry['record']} {entry['object_id']} ")
    end = f"records it as it was found, edited by nobody: it {said}"
    return wrong("recorded", entry, end)


def _record(record: str, pk: int) -> None:
    table = tracked()[record]
    newest = table.history.objects.filter(id=pk).order_by("-history_id").first()
    is_there = table.live.objects.filter(pk=pk).exists()
    if is_there:
        is_known = newest is not None and newest.history_type != "-"
        recorder.record(table.live, [pk], "~" if is_known else "+", "default")
    elif newest is not None:
        instance = newest.instance
        names = [field.attname for field in table.live._meta.concrete_fields]
        instance.__dict__["_as_stored"] = {n: getattr(instance, n) for n in names}
        recorder.create_historical_record(instance, "-")


def is_stated(problem: Problem, lines: dict[str, int]) -> bool:
    """Return whether one of these lines states the problem; none states itself."""
    return problem.line in lines and "(damage " not in problem.text
