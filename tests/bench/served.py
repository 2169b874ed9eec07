"""The site as it is served for measuring: with a bare page beside it, and with pages
that are made anew each time."""

from inspect import unwrap

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from partnerships import urls
from partnerships.api import urls as api_urls
from partnerships.selectors.trail import current_trail
from sdptracker.urls import urlpatterns as of_the_site

BARE = b"<!DOCTYPE html>" + b"x" * 15_000


@require_safe
def bare(request):
    """A constant page of 15 kB, through the ordinary middleware."""
    return HttpResponse(BARE)


def _is_resource(made):
    """Whether this is the function of a resource, which wraps no function any more."""
    return made.__code__.co_name == "view"


def anew(pattern):
    """The page behind its cache, as the first reader of an edition gets it."""
    view = unwrap(pattern.callback, stop=_is_resource)

    def made(request, *args, **kwargs):
        request.trail = current_trail()
        return view(request, *args, **kwargs)

    return made


#: The site's own come first, as if the others were not there.
urlpatterns = [
    path("bare/", bare),
    *of_the_site,
    *(
        path(f"anew/{pattern.pattern}", anew(pattern))
        for pattern in urls.urlpatterns
        if hasattr(pattern.callback, "__wrapped__")
    ),
    *(
        path(f"anew/api/{pattern.pattern}", anew(pattern))
        for pattern in api_urls.urlpatterns
        if hasattr(pattern.callback, "__wrapped__")
    ),
]
