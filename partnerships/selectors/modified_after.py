"""Conditions for rows that may have changed since an edition or a time, for those who
keep a copy.

They may fit more than did change, never less: a record fits with all that belongs to
it, and shared data where anything that it is counted from has changed.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Model, Q, QuerySet

from partnerships.models import Claim, LedgerEntry
from partnerships.selectors.trail import without_notes


def entries_after(moment: int | datetime) -> QuerySet[LedgerEntry]:
    """Return the changes after an edition or a time, and those without a number."""
    is_edition = isinstance(moment, int)
    later = Q(number__gt=moment) if is_edition else Q(at__gt=moment)
    entries = LedgerEntry.objects.filter(later | Q(number=None)).order_by()
    return without_notes(entries)


def modified_partnerships(entries: QuerySet[LedgerEntry]) -> Q:
    """Return the condition for partnerships with a change to anything in their record,
    their partner's rows and the names of areas included."""
    if entries.filter(record="area").exists():
        return Q()
    return _in_records(entries, partnership="pk", partner="partner")


def modified_partners(entries: QuerySet[LedgerEntry]) -> Q:
    """Return the condition for partners of records with a change."""
    return _in_records(entries, partnership="partnership", partner="pk")


def modified_milestones(entries: QuerySet[LedgerEntry]) -> Q:
    """Return the condition for milestones of records with a change: each names it."""
    return _in_records(
        entries, partnership="partnership", partner="partnership__partner"
    )


def modified_areas(entries: QuerySet[LedgerEntry]) -> Q:
    """Return the condition for changed areas; for all where what they count changed."""
    if entries.filter(record__in=["coverage", "partnership"]).exists():
        return Q()
    return Q(pk__in=_ids(entries.filter(record="area"), "object_id"))


def modified_sources(entries: QuerySet[LedgerEntry]) -> Q:
    """Return the condition for changed sources; for all where facts or claims did."""
    if entries.exclude(record__in=["area", "partner", "source"]).exists():
        return Q()
    return Q(pk__in=_ids(entries.filter(record="source"), "object_id"))


def modified_claims(entries: QuerySet[LedgerEntry]) -> Q:
    """Return the condition for claims in records with a change; and for those about the
    instrument as a whole where anything changed that belongs to no record."""
    in_records = _in_records(entries, partnership="record", partner="record__partner")
    shared = entries.filter(partnership_id=None, partner_id=None)
    about_none = Claim.objects.about_no_record()
    return in_records | about_none if shared.exists() else in_records


def modified_alone(model: type[Model]) -> Callable[[QuerySet[LedgerEntry]], Q]:
    """Return the condition for changed rows of a model whose facts may belong to no
    record; for all where claims, sources or partnerships changed."""
    name = str(model._meta.model_name)

    def condition(entries: QuerySet[LedgerEntry]) -> Q:
        shown = ["claim", "source", "partnership", "partner"]
        if entries.filter(record__in=shown).exists():
            return Q()
        return Q(pk__in=_ids(entries.filter(record=name), "object_id"))

    return condition


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
