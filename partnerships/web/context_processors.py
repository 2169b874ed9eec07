"""The frame of every page, where Django's settings look for it."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from partnerships import __version__
from partnerships.web.caching import trail_of


def footer(request: HttpRequest) -> dict[str, object]:
    """Return the version and the state of the audit trail, read where it is shown."""
    return {
        "trail": SimpleLazyObject(lambda: trail_of(request)),
        "version": __version__,
    }
