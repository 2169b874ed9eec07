from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships.ledger import canonical
from partnerships.log.entries import described_changes, public_changes
from partnerships.selectors.trail import latest_redaction, seal_before

BESIDE = 100
TOGETHER = 5  # other changes of the operation that are shown


@require_safe
def change_detail(request, number):
    """Show one change with its differences, the other changes of its operation, and
    all that its seal can be checked with."""
    visible = public_changes()
    changes = described_changes(visible.filter(number=number), among=visible)
    if not changes:
        raise Http404
    (change,) = changes
    together = visible.filter(operation=change.entry.operation)
    # Not all of an import: its changes have numbers in a row.
    beside = together.filter(number__range=(number - BESIDE, number + BESIDE))
    context = {
        "change": change,
        "private_hash": canonical.private_hash(change.entry.private, change.entry.salt),
        "previous_seal": seal_before(number),
        "together": described_changes(
            beside.exclude(number=number)[:TOGETHER], among=visible
        ),
        "redaction": latest_redaction(number),
        "together_count": together.count() - 1,
        "data_url": f"{reverse('api:change-list')}?operation={change.entry.operation}",
    }
    return render(request, "partnerships/change_detail.html", context)
