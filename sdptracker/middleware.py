from django.core.exceptions import TooManyFieldsSent
from django.utils import timezone

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
