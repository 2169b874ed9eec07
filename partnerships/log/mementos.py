"""The days of which a record's page has a memento (RFC 7089)."""

from datetime import UTC, date

from django.utils import timezone

from partnerships.dates import end_of
from partnerships.log.entries import changes_of_record
from partnerships.models import LedgerEntry, Partnership
from partnerships.selectors.trail import without_notes


def memento_days(partnership: Partnership) -> list[date]:
    """Return the days, UTC, that are over, on which a published record changed and at
    whose ends readers saw it, the earliest first. Two queries."""
    own = changes_of_record(LedgerEntry.objects.all(), partnership.partner.slug)
    days = without_notes(own).datetimes("at", "day", tzinfo=UTC)
    versions = list(
        Partnership.history.filter(id=partnership.pk)
        .order_by("-history_date", "-history_id")
        .values_list("history_date", "is_published")
    )

    def was_seen(day: date) -> bool:
        end = end_of(day)
        return end <= timezone.now() and next(
            (s for at, s in versions if at < end), False
        )

    return [day for day in (moment.date() for moment in days) if was_seen(day)]
