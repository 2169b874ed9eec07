"""Answers for programs: open to any origin; problem details (RFC 9457) of errors."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from partnerships.web.request_ids import request_id

PROBLEM = "application/problem+json"
OPENAPI = "application/vnd.oai.openapi+json"
READ_ALONE = "Everything can be read, and nothing written."

_FOR_ALL = {"Cross-Origin-Resource-Policy": "cross-origin"}

_METHODS = "GET, HEAD, OPTIONS"
_SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, Retry-After",
    **_FOR_ALL,
}
_PREFLIGHT = {
    "Allow": _METHODS,
    "Access-Control-Allow-Methods": _METHODS,
    "Access-Control-Allow-Headers": "Accept, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}


def open_to_all(view: Callable) -> Callable:
    """Let pages of any origin read the answers, which are public and alike for all."""

    @csrf_exempt
    @wraps(view)
    def shared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=_SHARED | _PREFLIGHT)
        response = view(request, *args, **kwargs)
        for name, value in _SHARED.items():
            response[name] = value
        return response

    return shared


def shown_by_all(view: Callable) -> Callable:
    """Let pages of any origin show the answer, as an image or in a frame."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        for name, value in _FOR_ALL.items():
            response[name] = value
        return response

    return shown


def is_for_programs(path: str) -> bool:
    """Return True of the path of anything under /api/ and of a file under /data/, where
    all that goes wrong is said in problem details; ``path`` is that within the site."""
    return path.startswith("/api/") or (path.startswith("/data/") and path[-1:] != "/")


def nothing_at(path: str, *, instead: str) -> str:
    """Return the sentence of a 404; ``instead`` is the path of what lists all there
    is."""
    return f"There is nothing at {path[:200]}. What there is: {instead}."


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """Return problem details (RFC 9457): ``detail`` says in a sentence what went wrong;
    of wrong parameters, ``errors`` by parameter; ``request_id`` finds it in our log."""
    title = HTTPStatus(status).phrase
    about = {"type": "about:blank", "title": title, "status": status}
    number = {"request_id": request_id()} if request_id() else {}
    return {**about, "detail": detail, **more, **number}


def problem_response(status: int, detail: str, **more: Any) -> JsonResponse:
    data = problem(status, detail, **more)
    return JsonResponse(data, status=status, content_type=PROBLEM)
