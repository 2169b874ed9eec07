from collections.abc import Iterator

from django.core.paginator import Paginator

from partnerships.choices import Status
from partnerships.filters.partnerships import PartnershipFilter
from partnerships.models import Partner, Partnership
from partnerships.pages.data_links import data_url, file_urls
from partnerships.pages.dated import dated_page
from partnerships.pages.paging import page_of
from partnerships.querysets.names import by_name
from partnerships.selectors.double_checks import mark_unchecked_statuses
from partnerships.selectors.facets import (
    FACETS,
    Facets,
    list_facets,
)
from partnerships.selectors.partnership_list import listed_facts, partnership_rows

ROWS_PER_PAGE = 25
MOST_NAMED = 24  # of those that may match too


@dated_page("partnerships/partnership_list.html")
def partnership_list(request, clock):
    """Show all partnerships, filtered, as they stood on a day."""
    filterset = PartnershipFilter(request.GET, Partnership.objects.published())
    context = {
        "filter": filterset,
        "data_url": data_url(filterset.form, "partnership-list"),
        "files": file_urls(filterset.form, "partnerships"),
    }
    if filterset.form.is_valid():
        context |= _rows(request, filterset)
    return context


def _rows(request, filterset: PartnershipFilter) -> dict:
    """Return what the page shows of a list without errors."""
    facets = _facets(filterset)
    pages = Paginator(filterset.qs.values_list("pk", flat=True), ROWS_PER_PAGE)
    pages.count = facets.total  # counted already, with the choices of the filters
    page = page_of(filterset.form, pages)
    rows = partnership_rows(page, on=filterset.on)
    mark_unchecked_statuses(rows)
    listed = listed_facts(rows, on=filterset.on) if rows else {}
    ways_out = [] if rows else list(_ways_out(filterset))
    return {
        "facets": facets,
        "page": page,
        "rows": rows,
        "listed": listed,
        "areas": len([*filterset.form.fields["area"].choices]),
        "ways_out": ways_out,
        "signed_in_safe": _signed_in_safe(filterset, facets),
        "may_match": _may_match(facets),
        "may_match_unnamed": max(0, facets.perhaps - MOST_NAMED),
    }


def _may_match(facets: Facets) -> list[Partner]:
    """Return the first partners of the partnerships that may match too."""
    if not facets.may_match:
        return []
    partners = Partner.objects.filter(partnership__in=facets.may_match)
    return list(partners.order_by(*by_name(""))[:MOST_NAMED])


def _signed_in_safe(filterset: PartnershipFilter, facets: Facets) -> dict:
    """Return how many are signed but left out of a list of what is signed, since they
    take part in SAFE, a status of its own; and the query that lists them too. Empty
    where there are none."""
    chosen = filterset.chosen["status"]
    is_half = Status.SIGNED in chosen and Status.SAFE_ASSOCIATED not in chosen
    count = facets.status.get(Status.SAFE_ASSOCIATED, 0)
    if not (is_half and count):
        return {}
    query = filterset.data.copy()
    query.pop("page", None)
    query.appendlist("status", Status.SAFE_ASSOCIATED)
    return {"count": count, "query": query.urlencode()}


def _facets(filterset: PartnershipFilter) -> Facets:
    is_of_all = filterset.narrowing.issubset(FACETS)
    return list_facets(
        None if is_of_all else filterset.candidates,
        filterset.chosen,
        on=filterset.on,
        matching=filterset.qs,
    )


def _ways_out(filterset: PartnershipFilter) -> Iterator[dict]:
    """Yield each parameter that can be dropped from a list that is empty, with the
    query without it and the number of partnerships there would be."""
    for name, field in filterset.form.fields.items():
        if name in filterset.narrowing:
            query = filterset.data.copy()
            for dropped in (name, "page"):
                query.pop(dropped, None)
            count = PartnershipFilter(query, filterset.queryset).qs.count()
            yield {"label": field.label, "query": query.urlencode(), "count": count}
