from django.conf import settings
from django.http import HttpResponseNotAllowed
from django.utils import timezone

from partnerships.ledger.faults import READ_ONLY
from partnerships.web.codings import without_refused
from partnerships.web.open_data import (
    PROBLEM,
    READ_ALONE,
    is_for_programs,
    problem_response,
)
from partnerships.web.parameters import (
    SEE_ERRORS,
    refusal_of_length,
    refusal_of_longest,
    refusals_of_characters,
    refused,
    without_tracking,
)
from partnerships.web.unavailable import unavailable

_HEADERS = {
    # None of what a browser can do but show pages.
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            *("accelerometer", "browsing-topics", "camera", "display-capture"),
            *("geolocation", "gyroscope", "magnetometer", "microphone", "midi"),
            *("payment", "screen-wake-lock", "serial", "usb"),
        )
    ),
    # Data, pictures and frames, which are for all, say otherwise.
    "Cross-Origin-Resource-Policy": "same-origin",
}


def speak_with_browsers(get_response):
    """Say what no page does, so that none can be made to do it; and forget the codings
    that a browser does not take, which others here would read as taken."""

    def middleware(request):
        if codings := request.META.get("HTTP_ACCEPT_ENCODING"):
            request.META["HTTP_ACCEPT_ENCODING"] = without_refused(codings)
        response = get_response(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def speak_with_programs(get_response):
    """Give programs problem details where a method is refused: Django's own answer to
    that is empty."""

    def middleware(request):
        response = get_response(request)
        is_silent = isinstance(response, HttpResponseNotAllowed)
        if is_silent and is_for_programs(request.path_info):
            response.content = problem_response(405, READ_ALONE).content
            response["Content-Type"] = PROBLEM
        return response

    return middleware


def read_addresses(get_response):
    """Read what follows the question mark as UTF-8, whatever else is claimed, and
    refuse in words what no reader wrote. What others add to follow readers is gone for
    all that comes after."""

    def middleware(request):
        if too_long := refusal_of_length(request.META["QUERY_STRING"]):
            errors = refusal_of_longest(request.META["QUERY_STRING"])
            return refused(request, too_long, errors)
        request.encoding = "utf-8"
        # The admin has text areas.
        in_one_line = not request.path_info.startswith("/admin/")
        if errors := refusals_of_characters(request.GET, in_one_line=in_one_line):
            return refused(request, SEE_ERRORS, errors)
        request.META["QUERY_STRING"] = without_tracking(request.GET)
        del request.GET  # is read anew, from there
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
    """Answers 503 to whatever would write, while READ_ONLY is on: to all that is sent,
    the log-in and reports. Editors who are logged in read on."""

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
