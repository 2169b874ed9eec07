from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.filters.changes import ChangeFilter
from partnerships.log.entries import described_changes, public_changes
from partnerships.pages.data_links import data_url, file_urls
from partnerships.pages.paging import http_status, page_of
from partnerships.selectors.trail import latest_checkpoint

ROWS_PER_PAGE = 25


@require_safe
def change_list(request):
    """Show the log of the whole record, newest first."""
    visible = public_changes()
    return log_page(request, visible, visible, "partnerships/change_list.html")


def log_page(request, entries, visible, template, context=(), **parameters):
    """Answer with a page of these entries, among all ``visible`` ones; ``parameters``
    choose them in the API and in files."""
    filterset = ChangeFilter(request.GET, entries)
    rows = filterset.qs if filterset.form.is_valid() else entries.none()
    page = page_of(filterset.form, Paginator(rows, ROWS_PER_PAGE))
    context = dict(context) | {
        "filter": filterset,
        "page": page,
        "changes": described_changes(page.object_list, among=visible),
        "checkpoint": latest_checkpoint(),
        "data_url": data_url(filterset.form, "change-list", **parameters),
        "files": file_urls(filterset.form, "changes", **parameters),
    }
    return render(request, template, context, status=http_status(filterset.form))
