from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.filters.changes import ChangeFilter
from partnerships.log.entries import (
    described_changes,
    number_of_public_changes,
    public_changes,
)
from partnerships.log.grouped import grouped, newest_operations
from partnerships.pages.data_links import data_url, file_urls
from partnerships.pages.paging import (
    NoSuchPage,
    OpenPage,
    http_status,
    number_of,
    page_of,
)
from partnerships.selectors.trail import latest_checkpoint

ROWS_PER_PAGE = 25


@require_safe
def change_list(request):
    """Show the log of the whole record, newest first."""
    visible = public_changes()
    return log_page(request, visible, visible, "partnerships/change_list.html")


def log_page(request, entries, visible, template, context=(), **parameters):
    """Answer with a page of these entries, among all ``visible`` ones, a line for each
    operation; of one operation, all of it. ``parameters`` choose them in the API and in
    files."""
    filterset = ChangeFilter(request.GET, entries)
    form = filterset.form
    rows = filterset.qs if form.is_valid() else entries.none()
    one = form.is_valid() and form.cleaned_data["operation"]
    is_all = entries is visible and not form.has_changed()
    shown = (
        _changes(form, rows, visible) if one else _groups(form, rows, visible, is_all)
    )
    context = dict(context) | {
        "filter": filterset,
        "checkpoint": latest_checkpoint(),
        "data_url": data_url(form, "change-list", **parameters),
        "files": file_urls(form, "changes", **parameters),
    }
    return render(request, template, context | shown, status=http_status(form))


def _groups(form, rows, visible, is_all):
    """Return a page of these entries, or of all that readers may see, by their
    operations."""
    number = number_of(form)
    operations = newest_operations(rows, most=number * ROWS_PER_PAGE + 1)
    shown = operations[(number - 1) * ROWS_PER_PAGE :][:ROWS_PER_PAGE]
    if number > 1 and not shown:
        raise NoSuchPage
    return {
        "page": OpenPage(number, len(operations) > number * ROWS_PER_PAGE),
        "count": number_of_public_changes() if is_all else rows.count(),
        "groups": grouped(shown, rows, among=visible),
    }


def _changes(form, rows, visible):
    """Return a page of the entries of one operation."""
    page = page_of(form, Paginator(rows, ROWS_PER_PAGE))
    return {
        "page": page,
        "count": page.paginator.count,
        "changes": described_changes(page.object_list, among=visible),
    }
