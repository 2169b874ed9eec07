"""What nobody but its author has compared with its source."""

from collections.abc import Collection

from partnerships.models import DoubleCheck, LedgerEntry, Milestone


def open_double_checks() -> list[DoubleCheck]:
    """Return the double-checks that are asked for and not made, the longest first. One
    query."""
    rows = DoubleCheck.objects.filter(made_on=None)
    return list(rows.select_related("partnership__partner"))


def mark_unchecked(milestones: Collection[Milestone]) -> None:
    """Mark those of these milestones of which readers are told that they are not yet
    double-checked. One query, and another where any check of their records is open."""
    records = {milestone.partnership_id for milestone in milestones}
    rows = DoubleCheck.objects.filter(partnership__in=records, made_on=None)
    if asked := set(rows.order_by().values_list("operation", "partnership")):
        operations = {operation for operation, _ in asked}
        entries = LedgerEntry.objects.filter(operation__in=operations)
        touched = entries.filter(record="milestone").order_by()
        unchecked = {
            pk
            for pk, operation, partnership in touched.values_list(
                "object_id", "operation", "partnership_id"
            )
            if (str(operation), partnership) in asked
        }
        for milestone in milestones:
            milestone.awaits_double_check = milestone.pk in unchecked
