"""What every page's frame says."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from partnerships import __version__
from partnerships.selectors.trail import current_trail


def footer(request: HttpRequest) -> dict[str, object]:
    """Return the state of the audit trail and the version, for the footer.

    The trail is read where a page shows it, unless the page was answered by it.
    """
    known = getattr(request, "trail", None)
    return {
        "trail": known or SimpleLazyObject(current_trail),
        "version": __version__,
    }
