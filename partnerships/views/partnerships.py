from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships import selectors
from partnerships.filters import ClockForm, PartnershipFilter
from partnerships.ledger import past
from partnerships.models import Partnership
from partnerships.views import citing
from partnerships.views.common import data_url, file_urls, page_of, status

ROWS_PER_PAGE = 25


@require_safe
def partnership_list(request):
    """All partnerships, filtered, as they stood on a day."""
    clock = ClockForm(request.GET)
    with past.known_on(clock.known):
        published = Partnership.objects.published()
        index = None if clock.known else selectors.index_of(request.trail)
        listed = PartnershipFilter(request.GET, published, index=index)
        is_valid = listed.form.is_valid()
        pages = Paginator(listed.qs if is_valid else [], ROWS_PER_PAGE)
        if is_valid:
            pages.count = listed.facets.total
        page = page_of(listed.form, pages)
        if is_valid:
            page.object_list = listed.described(page.object_list)
        context = {
            "clock": clock,
            "on": clock.on,
            "filter": listed,
            "page": page,
            "data_url": data_url(listed.form, "partnership-list"),
            "files": file_urls(listed.form, "partnerships"),
        }
        template = "partnerships/partnership_list.html"
        return render(request, template, context, status=status(listed.form))


@require_safe
def partnership_detail(request, slug):
    """One partnership in full, as it stood on a day."""
    clock = ClockForm(request.GET)
    with past.known_on(clock.known):
        try:
            record = selectors.partnership_record(slug, on=clock.on)
        except Partnership.DoesNotExist:
            raise Http404 from None
        log = selectors.latest_changes(record, until=clock.known)
        context = {
            "clock": clock,
            "on": clock.on,
            "record": record,
            "courses": selectors.courses(record),
            "standing": selectors.safe_standing(record),
            "log": log,
        } | citing.context(request, record, clock, log)
        template = "partnerships/partnership_detail.html"
        return render(request, template, context, status=status(clock))
