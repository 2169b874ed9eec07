from django.utils.functional import SimpleLazyObject

from partnerships import selectors


def trail(request):
    """Where the audit trail stands, for the footer; asked only where it is shown."""
    return {"trail": SimpleLazyObject(selectors.trail)}
