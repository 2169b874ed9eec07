"""Rights at the desk: an editor proposes, a publisher publishes."""

from uuid import UUID

from django.db.models import Q, QuerySet

from partnerships.actions import checking
from partnerships.models import (
    Check,
    Draft,
    LedgerEntry,
    Partnership,
    Source,
    User,
)
from partnerships.selectors.trail import without_notes

PUBLISH = "partnerships.publish_partnership"


def may_publish(user: User) -> bool:
    """Return whether what the user saves is public at once."""
    return user.has_perm(PUBLISH)


def drafts_of(user: User) -> QuerySet[Draft]:
    """Return the drafts that the user may see: their own, and, if they may publish,
    those that are proposed; none that is entered."""
    seen = Q(owner=user)
    if may_publish(user):
        seen |= Q(proposed_at__isnull=False)
    return Draft.objects.filter(seen, operation=None)


def is_seen(operation: UUID) -> bool:
    """Return whether readers see any record that the operation changed, but for notes,
    double-checks, and the bare word that somebody looked. Four queries."""
    entries = without_notes(LedgerEntry.objects.filter(operation=operation))
    touched = (
        entries.exclude(record="doublecheck")
        .exclude(record="check", action="+", history_id__in=_bare_looks(operation))
        .order_by()
        .values_list("record", "object_id", "partnership_id", "partner_id")
    )
    published = dict(Partnership.objects.published().values_list("pk", "partner_id"))
    sources = set()
    for record, pk, partnership, partner in touched:
        if partnership is not None:
            if partnership in published:
                return True
        elif partner is not None:
            if partner in published.values():
                return True
        elif record != "source":
            return True  # an area, a question, a namesake
        else:
            sources.add(pk)
    return Source.objects.public().filter(pk__in=sources).exists()


def _bare_looks(operation: UUID) -> QuerySet:
    """Return the rows of history that say that somebody looked and found nothing, in
    no words of their own."""
    return Check.history.filter(
        history_changeset=operation,
        found="",
        history_change_reason=checking.REASON,
    ).values("history_id")
