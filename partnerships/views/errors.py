"""The pages for what went wrong."""

from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

RECORD_PAGES = {"partnership-detail", "partnership-changes"}


def page_not_found(request, exception):
    """What there is instead; for a partnership that is not there, that it is not; for
    an address on another day, the way to it as it is now."""
    match = request.resolver_match
    is_record = match and match.url_name in RECORD_PAGES
    is_dated = request.GET.keys() & {"as_of", "known_on"}
    context = {
        "partnership": match.kwargs["slug"] if is_record else None,
        "now": request.path if is_dated else None,
    }
    return render(request, "404.html", context, status=404)


def server_error(request):
    """A page that needs nothing that could have failed."""
    return HttpResponseServerError(render_to_string("500.html"))
