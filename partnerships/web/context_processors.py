from django.utils.functional import SimpleLazyObject

from partnerships.selectors.trail import current_trail


def trail(request):
    """Where the audit trail stands, for the footer; asked only where it is shown, and
    not again where the page was answered by it."""
    if known := getattr(request, "trail", None):
        return {"trail": known}
    return {"trail": SimpleLazyObject(current_trail)}
