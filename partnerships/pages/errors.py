"""Pages that say what went wrong."""

from django.conf import settings
from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults

from partnerships.filters.clock import KnownForm
from partnerships.models import Partner
from partnerships.pages.paging import NoSuchPage
from partnerships.web.open_data import problem_response

RECORD_PAGES = {"partnership-detail", "partnership-changes"}


def bad_request(request, exception):
    """Answer to a request by a name not this site's, or with more than can be read."""
    if request.path.startswith("/api/"):
        return problem_response(400, "The request cannot be read.")
    return defaults.bad_request(request, exception)


def page_not_found(request, exception):
    """Show what there is instead, and where it applies that there is no such
    partnership, or that the day is before anything was on record, or the way from an
    address of another day to its page of now."""
    match = request.resolver_match
    is_record = match and match.url_name in RECORD_PAGES
    is_dated = request.GET.keys() & {"as_of", "known_on"}
    slug = match.kwargs["slug"] if is_record else None
    published = Partner.objects.filter(partnership__is_published=True)
    partner = published.filter(slug=slug).first() if slug else None
    known_on = KnownForm(request.GET).known
    context = {
        "is_list": isinstance(exception, NoSuchPage),
        "partnership": slug,
        "partner": partner,
        "too_early": known_on if match and (partner or not is_record) else None,
        "now": request.path if is_dated else None,
    }
    return render(request, "404.html", context, status=404)


def server_error(request):
    """Answer with a page that needs nothing that could have failed."""
    context = {"reports": settings.REPORTS, "path": request.path}
    return HttpResponseServerError(render_to_string("500.html", context))
