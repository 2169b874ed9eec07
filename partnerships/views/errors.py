"""The pages for what went wrong."""

from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string


def page_not_found(request, exception):
    return render(request, "404.html", status=404)


def server_error(request):
    """A page that needs nothing that could have failed."""
    return HttpResponseServerError(render_to_string("500.html"))
