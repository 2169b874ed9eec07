from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.filters.clock import ClockForm
from partnerships.filters.partnerships import PartnershipFilter
from partnerships.ledger.known_on import known_on
from partnerships.models import Partnership
from partnerships.pages.common import data_url, file_urls, page_of, status
from partnerships.selectors.index import index_of

ROWS_PER_PAGE = 25


@require_safe
def partnership_list(request):
    """All partnerships, filtered, as they stood on a day."""
    clock = ClockForm(request.GET)
    with known_on(clock.known):
        published = Partnership.objects.published()
        index = None if clock.known else index_of(request.trail)
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
