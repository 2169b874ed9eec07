from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships import selectors
from partnerships.filters import ChangeFilter
from partnerships.ledger import canonical
from partnerships.views.common import data_url, file_urls, page_of, status

ROWS_PER_PAGE = 25


@require_safe
def change_list(request):
    """The log of the whole record, newest first."""
    visible = selectors.public_changes()
    return _log(request, visible, visible, "partnerships/change_list.html")


@require_safe
def partnership_changes(request, slug):
    """The log of one partnership, with all that belongs to it."""
    visible = selectors.public_changes()
    entries = selectors.record_changes(visible, slug)
    own = entries.filter(record="partnership")[:1]
    newest = selectors.changes(own, among=visible)
    if not newest:
        raise Http404
    return _log(
        request,
        entries,
        visible,
        "partnerships/partnership_changes.html",
        {"slug": slug, "title": newest[0].label},
        partnership=slug,
    )


@require_safe
def change_detail(request, number):
    """One change with its differences, what else was done in the same operation, and
    what is needed to check its seal."""
    visible = selectors.public_changes()
    found = selectors.changes(visible.filter(number=number), among=visible)
    if not found:
        raise Http404
    change = found[0]
    together = visible.filter(operation=change.entry.operation)
    context = {
        "change": change,
        "private_hash": canonical.private_hash(change.entry.private, change.entry.salt),
        "previous_seal": selectors.seal_before(number),
        "together": selectors.changes(
            together.exclude(number=number)[:ROWS_PER_PAGE], among=visible
        ),
        "redaction": selectors.latest_redaction(number),
        "together_count": together.count() - 1,
        "data_url": f"{reverse('api:change-list')}?operation={change.entry.operation}",
    }
    return render(request, "partnerships/change_detail.html", context)


def _log(request, entries, visible, template, context=(), **parameters):
    listed = ChangeFilter(request.GET, entries)
    rows = listed.qs if listed.form.is_valid() else entries.none()
    page = page_of(listed.form, Paginator(rows, ROWS_PER_PAGE))
    context = dict(context) | {
        "filter": listed,
        "page": page,
        "changes": selectors.changes(page.object_list, among=visible),
        "checkpoint": selectors.latest_checkpoint(),
        "data_url": data_url(listed.form, "change-list", **parameters),
        "files": file_urls(listed.form, "changes", **parameters),
    }
    return render(request, template, context, status=status(listed.form))
