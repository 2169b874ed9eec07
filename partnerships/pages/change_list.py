from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from partnerships.filters.changes import ChangeFilter
from partnerships.log.entries import described_changes, public_changes
from partnerships.log.grouped import grouped, newest_operations
from partnerships.log.numbering import Numbers, public_numbers
from partnerships.models import LedgerEntry
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
    template = "partnerships/change_list.html"
    return log_page(request, public_numbers(), public_changes(), template)


def log_page(request, numbers, visible, template, context=(), **parameters):
    """Answer with a page of the changes of these numbers, among all ``visible`` ones, a
    line for each operation; of one operation, all of it. ``parameters`` choose them in
    the API and in files."""
    filterset = ChangeFilter(request.GET, visible)
    form = filterset.form
    chosen = filterset.among(numbers) if form.is_valid() else Numbers()
    one = form.is_valid() and form.cleaned_data["operation"]
    shown = (_changes if one else _groups)(form, chosen, visible)
    kept = [(name, request.GET.getlist(name)) for name in form.fields]
    within = [(n, v) for n, values in kept if n != "operation" for v in values if v]
    context = dict(context) | {
        "filter": filterset,
        "within": f"{urlencode(within)}&" if within else "",
        "checkpoint": latest_checkpoint(),
        "data_url": data_url(form, "change-list", **parameters),
        "files": file_urls(form, "changes", **parameters),
    }
    return render(request, template, context | shown, status=http_status(form))


def _groups(form, numbers, visible):
    """Return a page of the changes of these numbers by their operations."""
    number = number_of(form)
    operations = newest_operations(numbers, most=number * ROWS_PER_PAGE + 1)
    shown = operations[(number - 1) * ROWS_PER_PAGE :][:ROWS_PER_PAGE]
    if number > 1 and not shown:
        raise NoSuchPage
    return {
        "page": OpenPage(number, len(operations) > number * ROWS_PER_PAGE),
        "count": len(numbers),
        "groups": grouped(shown, among=visible),
    }


def _changes(form, numbers, visible):
    """Return a page of the changes of one operation."""
    page = page_of(form, Paginator(numbers, ROWS_PER_PAGE))
    entries = LedgerEntry.objects.filter(number__in=page.object_list)
    return {
        "page": page,
        "count": page.paginator.count,
        "changes": described_changes(entries, among=visible),
    }
