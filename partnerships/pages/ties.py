from django.core.paginator import Paginator
from django.http import Http404
from django.utils import timezone

from partnerships.choices import EngagementKind
from partnerships.filters.clock import ClockForm
from partnerships.filters.ties import TieForm
from partnerships.models import Partnership
from partnerships.pages.data_links import file_urls
from partnerships.pages.dated import dated_page
from partnerships.pages.paging import page_of
from partnerships.selectors.ties import (
    counts_by_stage,
    in_order,
    partner_ties,
    partners_there,
    tie_parts,
    ties_of_day,
    totals_by_partner,
)
from partnerships.web.tie_words import KINDS, KINDS_BY_SLUG

PARTNERS_PER_PAGE = TIES_PER_PAGE = 50


@dated_page("partnerships/ties.html", TieForm)
def ties(request, clock):
    """Show how many ties of each kind each partner has."""
    rows = partner_ties(ties_of_day(on=clock.on, **clock.chosen))
    page = page_of(clock, Paginator(rows, PARTNERS_PER_PAGE))
    return {"kinds": KINDS, "rows": rows, "page": page, **_around(request)}


@dated_page("partnerships/tie_kind.html", TieForm)
def tie_kind(request, clock, kind):
    """Show the ties of one kind.

    Raises Http404 for a kind that is not there.
    """
    try:
        words = KINDS_BY_SLUG[kind]
    except KeyError as error:
        raise Http404 from error
    found = ties_of_day(on=clock.on, kind=words.kind, **clock.chosen)
    counts = counts_by_stage(found)
    is_money = words.kind == EngagementKind.EPF_CONTRIBUTION
    totals = totals_by_partner(found) if is_money else {}
    page = page_of(clock, Paginator(in_order(found, words.kind), TIES_PER_PAGE))
    return {
        "kind": words,
        "kinds": KINDS,
        "counts": counts,
        "partners": partners_there(found),
        "totals": totals,
        "page": page,
        "parts": tie_parts(page.object_list, counts, totals),
        "is_past": clock.on < timezone.localdate(),
        **_around(request),
    }


def _around(request):
    """Return how far the record reaches, and the files of all ties."""
    published = Partnership.objects.published().with_checked_through()
    files = file_urls(ClockForm(request.GET), "engagements")
    return {
        "partnerships": published.select_related("partner").only("partner__name"),
        "files": files,
        "data_url": files["json"],
    }
