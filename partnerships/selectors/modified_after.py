"""Conditions for rows that may have changed since an edition or a time, for those who
keep a copy.

They may fit more than did change, never less: a record fits with all that belongs to
it, and shared data where anything that it is counted from has changed.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from partnerships.models import LedgerEntry


def entries_after(moment: int | datetime) -> QuerySet[LedgerEntry]:
    """Return the changes after an edition, by its number, or a time; those too that
    wait for their number."""
    is_edition = isinstance(moment, int)
    later = Q(number__gt=moment) if is_edition else Q(at__gt=moment)
    return LedgerEntry.objects.filter(later | Q(number=None)).order_by()


def modified_partnerships(entries: QuerySet[LedgerEntry]) -> Q:
    """Return the condition for partnerships with a change to anything in their record:
    their own rows, their partner's, or the name of an area, which each of them
    shows."""
    if entries.filter(record="area").exists():
        return Q()
    return _in_records(entries, partnership="pk", partner="partner")


def modified_partners(entries: QuerySet[LedgerEntry]) -> Q:
    """Return the condition for partners of records with a change."""
    return _in_records(entries, partnership="partnership", partner="pk")


def modified_milestones(entries: QuerySet[LedgerEntry]) -> Q:
    """Return the condition for all milestones of records with a change, since each
    names its record."""
    return _in_records(
        entries, partnership="partnership", partner="partnership__partner"
    )


def modified_areas(entries: QuerySet[LedgerEntry]) -> Q:
    """Return the condition for areas that changed; for all where anything changed that
    their numbers count."""
    if entries.filter(record__in=["coverage", "partnership"]).exists():
        return Q()
    return Q(pk__in=_ids(entries.filter(record="area"), "object_id"))


def modified_sources(entries: QuerySet[LedgerEntry]) -> Q:
    """Return the condition for sources that changed; for all where anything changed
    that their claims are about."""
    if entries.exclude(record__in=["area", "partner", "source"]).exists():
        return Q()
    return Q(pk__in=_ids(entries.filter(record="source"), "object_id"))


def modified_claims(entries: QuerySet[LedgerEntry]) -> Q:
    """Return the condition for claims in records with a change; and for those about the
    instrument as a whole where anything changed that belongs to no record."""
    in_records = _in_records(entries, partnership="record", partner="record__partner")
    shared = entries.filter(partnership_id=None, partner_id=None)
    return in_records | Q(question__isnull=False) if shared.exists() else in_records


def _in_records(entries: QuerySet[LedgerEntry], *, partnership: str, partner: str) -> Q:
    """Return the condition for rows whose record changed, by the lookups that lead to
    its partnership and to its partner."""
    return Q(
        (f"{partnership}__in", _ids(entries, "partnership_id")),
        (f"{partner}__in", _ids(entries, "partner_id")),
        _connector=Q.OR,
    )


def _ids(entries: QuerySet[LedgerEntry], column: str) -> QuerySet:
    return entries.exclude(**{column: None}).values(column)
