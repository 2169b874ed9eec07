"""Classes and the error handler of the framework that the settings name: JSON alone, a
limit to answers by address, errors as problem details (RFC 9457)."""

import logging

from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import resolve
from rest_framework.exceptions import MethodNotAllowed, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.throttling import SimpleRateThrottle

from partnerships.web.addresses import path_of
from partnerships.web.clients import limited_address
from partnerships.web.open_data import (
    PROBLEM,
    READ_ALONE,
    nothing_at,
    problem,
    problem_response,
)

logger = logging.getLogger(__name__)


class JSONAlone(BaseContentNegotiation):
    """JSON alone, whatever a client would rather have."""

    def select_parser(self, request, parsers):
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class ByAddress(SimpleRateThrottle):
    """A limit to the answers that are made for one address in a time. An answer from
    the page cache, or of 304, costs next to nothing and does not count.

    Each process counts for itself unless they share a cache (CACHE_URL).
    """

    scope = "api"

    def get_cache_key(self, request, view):
        return f"throttle:{limited_address(request)}"

    def allow_request(self, request, view):
        try:
            return super().allow_request(request, view)
        except Exception as error:  # a cache that is down refuses nobody
            logger.warning("The cache does not answer: %s", error)
            return True


def exception_handler(error, context):
    """Return the framework's answer to an error as problem details."""
    # Not above: the framework's views import this module, which the settings name.
    from rest_framework.views import exception_handler as default_handler

    response = default_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        detail = "A parameter is wrong; see errors."
        response.data = problem(400, detail, errors=response.data)
    elif isinstance(error, Http404):
        response.data = problem(404, _nothing_at(context["request"].path))
    elif isinstance(error, MethodNotAllowed):
        response.data = problem(405, READ_ALONE)
    else:
        response.data = problem(response.status_code, str(response.data["detail"]))
    response.content_type = PROBLEM
    return response


def anything_else(request):
    """Lead from the address of a resource without its last slash to the one with it,
    query and all, as pages do; answer 404 to any other."""
    if resolve(f"{request.path_info}/").url_name:
        address = request.get_full_path(force_append_slash=True)
        return HttpResponsePermanentRedirect(address)
    return problem_response(404, _nothing_at(request.path))


def _nothing_at(path: str) -> str:
    return nothing_at(path, instead=path_of("api:docs"))
