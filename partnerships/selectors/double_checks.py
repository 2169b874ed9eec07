"""Entries that nobody but their author has compared with their source."""

from collections.abc import Collection
from typing import Any

from partnerships.choices import Track
from partnerships.models import Affiliation, DoubleCheck, LedgerEntry, Milestone


def open_double_checks() -> list[DoubleCheck]:
    """Return the double-checks that are asked for and not made, the longest first. One
    query."""
    rows = DoubleCheck.objects.filter(made_on=None)
    return list(rows.select_related("partnership__partner"))


def mark_unchecked(facts: Collection[Milestone | Affiliation]) -> None:
    """Mark those of these facts of which readers are told that they are not yet
    double-checked. One query, and another where any check is open."""
    unchecked = _unchecked()
    for fact in facts:
        fact.awaits_double_check = (fact._meta.model_name, fact.pk) in unchecked


def mark_unchecked_statuses(rows: Collection[Any]) -> None:
    """Give each of these partnerships, with their statuses, ``unchecked``: the tracks
    whose status was decided by a milestone that is not yet double-checked. As many
    queries as ``mark_unchecked``."""
    unchecked = _unchecked()
    for row in rows:
        row.unchecked = [
            track.value
            for track in Track
            if ("milestone", getattr(row, f"{track}_milestone_id")) in unchecked
        ]


def _unchecked() -> set[tuple[str, int]]:
    """Return the milestones and standings that are not yet double-checked, each by the
    name of its model and its id."""
    rows = DoubleCheck.objects.filter(made_on=None).order_by()
    asked = set(rows.values_list("operation", "partnership", "partnership__partner"))
    if not asked:
        return set()
    by_record = {(operation, record) for operation, record, _ in asked}
    by_partner = {(operation, partner) for operation, _, partner in asked}
    entries = LedgerEntry.objects.filter(
        operation__in={operation for operation, *_ in asked},
        record__in=("milestone", "affiliation"),
    ).order_by()
    columns = ("record", "object_id", "operation", "partnership_id", "partner_id")
    return {
        (name, pk)
        for name, pk, operation, record, partner in entries.values_list(*columns)
        if (str(operation), record) in by_record
        or (name == "affiliation" and (str(operation), partner) in by_partner)
    }
