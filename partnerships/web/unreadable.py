"""Answers in spite of a row that cannot be read: the rest stands, and it says so."""

import logging
from collections.abc import Callable, Sequence

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from partnerships.ledger.faults import fault_of
from partnerships.ledger.readable import OddValue, readable_alone
from partnerships.web.open_data import is_for_programs, problem_response

#: The header that names rows which an answer leaves out.
UNREADABLE = "Not-Readable"
MOST = 10  # are named in it

logger = logging.getLogger(__name__)


def made_of_readable(
    request: HttpRequest, make: Callable[[], HttpResponse]
) -> HttpResponse:
    """Return the answer that is made; where that fails and there are rows that cannot
    be read, the one of all others, which names these. No cache keeps it."""
    try:
        return make()
    except (Http404, BadRequest, SuspiciousOperation):
        raise
    except Exception as error:
        if settings.DEBUG or fault_of(error):
            raise
        with readable_alone() as odd:
            response = _answer(request, make, odd)
            logger.exception("Not readable: %s", in_words(odd) or "at the first try")
    return response


def in_words(odd: Sequence[OddValue]) -> str:
    """Return the values in a line, by no more than their number beyond some."""
    named = [str(value) for value in odd[:MOST]]
    more = len(odd) - len(named)
    return "; ".join([*named, *([f"and {more} more"] if more else [])])


def _answer(
    request: HttpRequest, make: Callable[[], HttpResponse], odd: list[OddValue]
) -> HttpResponse:
    try:
        response = make()
    except Http404:
        response = _cannot_be_shown(request, odd)
    if response.status_code == 404:  # as the API says it
        response = _cannot_be_shown(request, odd)
    response[UNREADABLE] = ", ".join(
        f"{o.record} {o.pk} {o.column}" for o in odd[:MOST]
    )
    response["Cache-Control"] = "no-store"
    return response


def _cannot_be_shown(request: HttpRequest, odd: list[OddValue]) -> HttpResponse:
    """Return one sentence in place of a page that is about what cannot be read."""
    if is_for_programs(request.path_info):
        detail = f"The record holds what cannot be read: {in_words(odd)}."
        return problem_response(503, detail)
    return render(request, "503.html", status=503)
