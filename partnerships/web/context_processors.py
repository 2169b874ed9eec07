"""The frame of every page, where Django's settings look for it."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from partnerships import __version__
from partnerships.ledger.readable import odd_values
from partnerships.web.caching import trail_of
from partnerships.web.unreadable import in_words


def footer(request: HttpRequest) -> dict[str, object]:
    """Return the version, the state of the audit trail, read where it is shown, values
    that the page leaves out since nobody can read them, and if nothing is written."""
    return {
        "unreadable": in_words(odd_values()),
        "trail": SimpleLazyObject(lambda: trail_of(request)),
        "version": __version__,
        "read_only": settings.READ_ONLY,
    }
