from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.utils import timezone

from partnerships.ledger.faults import READ_ONLY
from partnerships.web.unavailable import unavailable

#: As Django's own bound, which is wider here for the forms of the desk.
MOST_PARAMETERS = 1_000


def refuse_endless_queries(get_response):
    """Refuse an address with more parameters than anybody types."""

    def middleware(request):
        if request.META["QUERY_STRING"].count("&") >= MOST_PARAMETERS:
            raise TooManyFieldsSent("The address has too many parameters.")
        return get_response(request)

    return middleware


class EditorsTimeZone:
    """In the admin, "today" is the editor's day; everywhere else it is the day of UTC,
    and nobody is looked up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with timezone.override(None):  # nothing of it is left to the next request
            return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.resolver_match.app_name == "admin" and request.user.is_authenticated:
            timezone.activate(request.user.time_zone)


class ReadOnly:
    """Where nothing is to be written, answers 503 to whatever would: to all that is
    sent, the log-in and reports. Editors who are logged in read on."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if settings.READ_ONLY and self._would_write(request):
            return unavailable(request, READ_ONLY)
        return None

    def _would_write(self, request):
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            return True
        match = request.resolver_match
        is_desk = match.app_name == "admin"
        return match.url_name == "report" or (is_desk and request.user.is_anonymous)
