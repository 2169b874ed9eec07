"""Pages that say what went wrong, and what there is instead."""

import logging
import re
import sys
from functools import partial

from django.conf import settings
from django.http import HttpResponseNotFound, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views import defaults

from partnerships.filters.clock import CLOCKS, ClockForm, KnownForm
from partnerships.ledger.faults import fault_of
from partnerships.models import Partner
from partnerships.pages.news import NoSuchMonth
from partnerships.pages.paging import NoSuchPage
from partnerships.selectors.near_names import near_names
from partnerships.web.open_data import (
    is_for_programs,
    nothing_at,
    open_to_all,
    problem_response,
)
from partnerships.web.request_ids import request_id
from partnerships.web.unavailable import unavailable
from partnerships.web.unreadable import made_of_readable

RECORD_PAGES = {"partnership-detail", "partnership-changes"}
_MONTHS = "/new/"

logger = logging.getLogger(__name__)


def bad_request(request, exception):
    """Answer to a request by a name not this site's, or with more than can be read."""
    if is_for_programs(request.path_info):
        return problem_response(400, "The request cannot be read.")
    return defaults.bad_request(request, exception)


def page_not_found(request, exception):
    """Show what there is instead: of a day before the record or the partner was known,
    the page as of that day; else partners with a name like it, and the search. Of a
    static file there is nothing else, and nobody reads the answer."""
    if is_for_programs(request.path_info):
        return _no_such_file(request)
    if request.path.startswith(settings.STATIC_URL):
        return HttpResponseNotFound("There is no such file.\n", "text/plain")
    return made_of_readable(request, partial(_what_there_is, request, exception))


@open_to_all
def _no_such_file(request):
    return problem_response(404, nothing_at(request.path, instead=reverse("data")))


def _what_there_is(request, exception):
    match = request.resolver_match
    is_record = match and match.url_name in RECORD_PAGES
    slug = match.kwargs["slug"] if is_record else None
    published = Partner.objects.filter(partnership__is_published=True)
    partner = published.filter(slug=slug).first() if slug else None
    is_dated = bool(match and request.GET.keys() & {*CLOCKS})
    past = KnownForm(request.GET).past
    is_there = bool(partner or not is_record)  # on another day
    words = [] if partner else _words(request.path_info)
    context = {
        "is_list": isinstance(exception, NoSuchPage),
        "month": exception if isinstance(exception, NoSuchMonth) else None,
        "is_month": not match and request.path_info.startswith(_MONTHS),
        "partnership": slug,
        "partner": partner,
        "asked": ClockForm(request.GET) if is_dated and is_there else None,
        "past": past if is_dated and is_there else None,
        "now": request.path if is_dated else None,
        "near": near_names(words),
        "words": " ".join(words[-1:]),
    }
    return render(request, "404.html", context, status=404)


def server_error(request):
    """Answer with a page that needs nothing that could have failed: 503, if it is known
    what did and that it passes."""
    error = sys.exception()
    if fault := fault_of(error):
        logger.error("Not answered", exc_info=error, extra={"request": request})
        return unavailable(request, fault)
    if is_for_programs(request.path_info):
        detail = "The fault is ours, and it is noted under the number in request_id."
        return problem_response(500, detail)
    context = {
        "reports": settings.REPORTS,
        "path": request.path,
        "request_id": request_id(),
    }
    return HttpResponseServerError(render_to_string("500.html", context))


def _words(path):
    """Return the parts of an address as somebody would write them in a search."""
    parts = [part for part in path.split("/") if part]
    return [re.sub(r"[\W_]+", " ", part).strip() for part in parts]
