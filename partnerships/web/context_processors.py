"""The frame of every page."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from partnerships import __version__
from partnerships.web.caching import trail_of


def footer(request: HttpRequest) -> dict[str, object]:
    """Return the state of the audit trail, read where a page shows it, and the version,
    for the footer."""
    return {
        "trail": SimpleLazyObject(lambda: trail_of(request)),
        "version": __version__,
    }
