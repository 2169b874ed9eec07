from django.http import Http404
from django.views.decorators.http import require_safe

from partnerships.log.entries import (
    described_changes,
    newest_of_partnership,
    public_changes,
)
from partnerships.log.numbering import of_record, public_numbers
from partnerships.pages.change_list import log_page


@require_safe
def partnership_changes(request, slug):
    """Show the log of one partnership, with all that belongs to it."""
    visible = public_changes()
    newest = described_changes(newest_of_partnership(visible, slug), among=visible)
    if not newest:
        raise Http404
    return log_page(
        request,
        of_record(public_numbers(), slug),
        visible,
        "partnerships/partnership_changes.html",
        {"slug": slug, "title": newest[0].label},
        partnership=slug,
    )
