from django.http import Http404
from django.views.decorators.http import require_safe

from partnerships.log.entries import (
    changes_of_record,
    described_changes,
    public_changes,
)
from partnerships.pages.change_list import log_page


@require_safe
def partnership_changes(request, slug):
    """Show the log of one partnership, with all that belongs to it."""
    visible = public_changes()
    entries = changes_of_record(visible, slug)
    own = entries.filter(record="partnership")[:1]
    newest = described_changes(own, among=visible)
    if not newest:
        raise Http404
    return log_page(
        request,
        entries,
        visible,
        "partnerships/partnership_changes.html",
        {"slug": slug, "title": newest[0].label},
        partnership=slug,
    )
