"""What nobody but its author has compared with its source."""

from collections.abc import Collection
from typing import Any

from partnerships.choices import Track
from partnerships.models import DoubleCheck, LedgerEntry, Milestone


def open_double_checks() -> list[DoubleCheck]:
    """Return the double-checks that are asked for and not made, the longest first. One
    query."""
    rows = DoubleCheck.objects.filter(made_on=None)
    return list(rows.select_related("partnership__partner"))


def mark_unchecked(milestones: Collection[Milestone]) -> None:
    """Mark those of these milestones of which readers are told that they are not yet
    double-checked. One query, and another where any check of their records is open."""
    unchecked = _unchecked({milestone.partnership_id for milestone in milestones})
    for milestone in milestones:
        milestone.awaits_double_check = milestone.pk in unchecked


def mark_unchecked_statuses(rows: Collection[Any]) -> None:
    """Give each of these partnerships, with their statuses, ``unchecked``: the tracks
    whose status was decided by a milestone that is not yet double-checked. As many
    queries as ``mark_unchecked``."""
    unchecked = _unchecked({row.pk for row in rows})
    for row in rows:
        row.unchecked = [
            track.value
            for track in Track
            if getattr(row, f"{track}_milestone_id") in unchecked
        ]


def _unchecked(records: set[int]) -> set[int]:
    """Return the milestones of these partnerships that are not yet double-checked."""
    rows = DoubleCheck.objects.filter(partnership__in=records, made_on=None)
    asked = set(rows.order_by().values_list("operation", "partnership"))
    if not asked:
        return set()
    operations = {operation for operation, _ in asked}
    entries = LedgerEntry.objects.filter(operation__in=operations)
    touched = entries.filter(record="milestone").order_by()
    columns = ("object_id", "operation", "partnership_id")
    return {
        pk
        for pk, operation, partnership in touched.values_list(*columns)
        if (str(operation), partnership) in asked
    }
