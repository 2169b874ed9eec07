"""The answer to whom a fault of the database keeps from reading or from saving."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from partnerships.ledger.faults import Fault
from partnerships.web.open_data import is_for_programs, problem_response
from partnerships.web.typed import (
    files_of,
    is_form,
    is_secret,
    longest_texts,
    typed_fields,
)


def unavailable(request: HttpRequest, fault: Fault) -> HttpResponse:
    """Answer 503: problem details to programs, else a page that needs no database. On
    it stands what was typed, to be sent again."""
    path = request.path_info
    if is_for_programs(path) or not path.endswith("/"):
        response: HttpResponse = problem_response(503, fault.sentence)
    else:
        fields = typed_fields(request) if is_form(request) else []
        context = {
            "fault": fault,
            "is_sent": request.method not in ("GET", "HEAD"),
            "is_for_editors": path.startswith("/admin/"),
            "fields": [] if any(map(is_secret, request.POST)) else fields,
            "texts": longest_texts(fields),
            "files": files_of(request),
        }
        response = render(request, "unavailable.html", context, status=503)
    response["Retry-After"] = str(fault.seconds)
    response["Cache-Control"] = "no-store"
    return response
