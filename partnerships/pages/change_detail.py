from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships.ledger import canonical
from partnerships.log.entries import described_changes, public_changes
from partnerships.log.numbering import of_operation, public_numbers
from partnerships.log.stated import stated, statements_about
from partnerships.models import LedgerEntry
from partnerships.selectors.trail import latest_redaction, seal_before
from partnerships.web.caching import trail_of

BESIDE = 100
TOGETHER = 5  # other changes of the operation that are shown


@require_safe
def change_detail(request, number):
    """Show one change with its differences, the other changes of its operation, and
    all that its seal can be checked with; of one that is not public, that it is there.
    """
    visible = public_changes()
    changes = described_changes(visible.filter(number=number), among=visible)
    if not changes:
        return _unpublished(request, number)
    (change,) = changes
    values = canonical.values(change.entry.public) if change.model == "damage" else {}
    together = public_numbers().among(of_operation(change.entry.operation))
    beside = range(number + BESIDE, number - BESIDE - 1, -1)
    shown = [n for n in beside if n in together and n != number][:TOGETHER]
    context = {
        "change": change,
        "stated": stated(values.get("problems", ""), among=visible) if values else [],
        # Where there never was damage, nobody asks.
        "damaged_by": trail_of(request).damage
        and statements_about(number, among=visible),
        "private_hash": canonical.private_hash(change.entry.private, change.entry.salt),
        "previous_seal": seal_before(number),
        "together": described_changes(
            LedgerEntry.objects.filter(number__in=shown), among=visible
        ),
        "redaction": latest_redaction(number),
        "together_count": len(together) - 1,
        "data_url": f"{reverse('api:change-list')}?operation={change.entry.operation}",
    }
    return render(request, "partnerships/change_detail.html", context)


def _unpublished(request, number):
    """Show number, digest and seal of a change to what readers do not see, and nothing
    that tells what it is about, by whom, or when it was made."""
    entry = get_object_or_404(LedgerEntry, number=number)
    context = {"entry": entry, "previous_seal": seal_before(number)}
    return render(request, "partnerships/change_unpublished.html", context)
