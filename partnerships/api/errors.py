"""Errors under /api/ are JSON, whatever went wrong."""

from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import ValidationError
from rest_framework.views import exception_handler as default_handler


def exception_handler(error, context):
    """The framework's answer, with one shape: ``detail``, and ``errors`` by field."""
    response = default_handler(error, context)
    if response is not None and isinstance(error, ValidationError):
        response.data = {
            "detail": "A parameter is wrong; see errors.",
            "errors": response.data,
        }
    return response


@csrf_exempt
def not_found(request, *args, **kwargs):
    """The answer to any path under /api/ that does not exist."""
    return JsonResponse({"detail": f"There is nothing at {request.path}."}, status=404)
