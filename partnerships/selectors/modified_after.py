"""What may have changed since an edition or a time, for those who keep a copy.

More may be named than did change, never less: a record is named with all that belongs
to it, and shared data where anything that it is counted from has changed.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from partnerships.models import LedgerEntry


def entries_after(moment: int | datetime) -> QuerySet[LedgerEntry]:
    """The changes after an edition (its number) or a time, those that wait for their
    number included."""
    is_edition = isinstance(moment, int)
    later = Q(number__gt=moment) if is_edition else Q(at__gt=moment)
    return LedgerEntry.objects.filter(later | Q(number=None)).order_by()


def modified_partnerships(entries: QuerySet[LedgerEntry]) -> Q:
    """Partnerships with a change to anything in their record: their own rows, their
    partner's, or the name of an area, which each of them shows."""
    if entries.filter(record="area").exists():
        return Q()
    return Q(pk__in=_ids(entries, "partnership_id")) | Q(
        partner__in=_ids(entries, "partner_id")
    )


def modified_partners(entries: QuerySet[LedgerEntry]) -> Q:
    return Q(pk__in=_ids(entries, "partner_id")) | Q(
        partnership__in=_ids(entries, "partnership_id")
    )


def modified_milestones(entries: QuerySet[LedgerEntry]) -> Q:
    """All milestones of records with a change, since each names its record."""
    return Q(partnership__in=_ids(entries, "partnership_id")) | Q(
        partnership__partner__in=_ids(entries, "partner_id")
    )


def modified_areas(entries: QuerySet[LedgerEntry]) -> Q:
    """An area that changed; all where anything did that their numbers count."""
    if entries.filter(record__in=["coverage", "partnership"]).exists():
        return Q()
    return Q(pk__in=_ids(entries.filter(record="area"), "object_id"))


def modified_sources(entries: QuerySet[LedgerEntry]) -> Q:
    """A source that changed; all where anything did that their claims are about."""
    if entries.exclude(record__in=["area", "partner", "source"]).exists():
        return Q()
    return Q(pk__in=_ids(entries.filter(record="source"), "object_id"))


def modified_claims(entries: QuerySet[LedgerEntry]) -> Q:
    """Claims in records with a change; those about the instrument as a whole where
    anything did that belongs to no record."""
    found = Q(record__in=_ids(entries, "partnership_id")) | Q(
        record__partner__in=_ids(entries, "partner_id")
    )
    shared = entries.filter(partnership_id=None, partner_id=None)
    return found | Q(question__isnull=False) if shared.exists() else found


def _ids(entries, column: str) -> QuerySet:
    known = entries.exclude(**{column: None})
    return known.values(column)
