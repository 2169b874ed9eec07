"""The public page of a record as a document would leave it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from partnerships.actions import entering, proposing
from partnerships.actions.statements import Reader
from partnerships.desk.document_forms import DocumentForm
from partnerships.desk.documents import NEEDED
from partnerships.filters.clock import ClockForm
from partnerships.models import Partnership
from partnerships.selectors.record import partnership_record
from partnerships.web.record_words import record_context


@require_safe
def preview(request, site, pk, slug):
    """Show the page of a record, published or not, with a document entered; what is
    entered for that is taken back. No page of the admin is kept anywhere."""
    if not request.user.has_perms(NEEDED):
        raise PermissionDenied
    draft = get_object_or_404(proposing.drafts_of(request.user), pk=pk)
    source = DocumentForm(draft.document).source()
    if source is None:
        return _refused(request, draft)
    try:
        with entering.trial(
            source=source,
            lines=Reader(source).read(draft.rows),
            by=request.user,
            summaries={pk: text for pk, (_, text) in draft.summaries.items()},
        ):
            return _page(request, slug, draft)
    except entering.EntryRefused:
        return _refused(request, draft)


@require_safe
def record_preview(request, site, slug):
    """Show the page of a record that is not published yet."""
    if not request.user.has_perm("partnerships.view_partnership"):
        raise PermissionDenied
    return _page(request, slug)


def _page(request, slug, draft=None):
    clock = ClockForm({})
    try:
        record = partnership_record(slug, on=clock.on, with_drafts=True)
    except Partnership.DoesNotExist:
        raise Http404 from None
    context = record_context(record) | {"clock": clock, "draft": draft}
    answer = render(request, "admin/desk/preview.html", context)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _refused(request, draft):
    """Lead to the document, where a check says what is in the way."""
    messages.error(request, "It cannot be previewed yet: keep and check it first.")
    return redirect("admin:desk-document", draft.pk)
