"""When the pages last changed, for those who index them."""

from datetime import datetime

from django.db.models import Max

from partnerships.models import LedgerEntry


def last_changes() -> tuple[dict[int, datetime], dict[int, datetime]]:
    """The time of the last sealed change of each partnership's record and of each
    source, by their ids, drafts included. Two queries."""
    entries = LedgerEntry.objects.exclude(number=None).order_by()
    records = entries.exclude(partnership_id=None)
    sources = entries.filter(record="source")
    return (
        dict(records.values_list("partnership_id").annotate(Max("at"))),
        dict(sources.values_list("object_id").annotate(Max("at"))),
    )
