"""Errors under /api/ are problem details (RFC 9457), whatever went wrong."""

from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.views import exception_handler as default_handler

from partnerships.web.open_data import PROBLEM, problem, problem_response


def exception_handler(error, context):
    """The framework's answer, in that shape."""
    response = default_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        detail = "A parameter is wrong; see errors."
        response.data = problem(400, detail, errors=response.data)
    elif isinstance(error, Http404):
        response.data = problem(404, _nothing_at(context["request"].path))
    else:
        response.data = problem(response.status_code, str(response.data["detail"]))
    response.content_type = PROBLEM
    return response


def not_found(request, *args, **kwargs):
    """The answer to any path under /api/ that does not exist."""
    return problem_response(404, _nothing_at(request.path))


def _nothing_at(path: str) -> str:
    return f"There is nothing at {path[:200]}. What there is: /api/v1/docs/."
