from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from partnerships.web.caching import trail_of


def trail(request: HttpRequest) -> dict:
    """Return where the audit trail stands, for the footer; asked only where it is
    shown, and not again where the page was answered by it."""
    return {"trail": SimpleLazyObject(lambda: trail_of(request))}
