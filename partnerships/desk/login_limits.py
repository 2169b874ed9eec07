"""Limits to guessing passwords: for one name from one address, for all names from one
network, and for one name from everywhere.

Nobody is kept out by what others guess: a browser in which somebody has logged in
before, as a signed cookie says, is held by the first limit alone for that name.
"""

from threading import Semaphore

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core import signing
from django.db.models import Q, Sum
from django.shortcuts import render
from django.urls import reverse

#: Failures within AXES_COOLOFF_TIME, beside the AXES_FAILURE_LIMIT of a name from an
#: address.
OF_NAME, OF_NETWORK = 20, 30

COOKIE = "known_browser"
_SALT = __name__
_SECONDS = 90 * 24 * 60 * 60

#: A guess takes a fifth of a second and 100 MB: one is tried at a time in a process.
_TURN = Semaphore()
_PATIENCE = 3  # seconds that a known browser waits for its turn
_LONGEST_NAME = 150


class Busy(Exception):
    """Another password is being tried in this process."""


def name_given(request, credentials=None) -> str:
    """Return the user name of an attempt, as the attempts that failed can hold it."""
    given = (credentials or request.POST).get("username") or ""
    return given.replace("\0", "")[:_LONGEST_NAME]


class LoginLimits(AxesDatabaseHandler):
    """The attempts that failed, of which axes itself counts those of one name from one
    address."""

    def get_failures(self, request, credentials=None) -> int:
        """Return how many failures count for a log-in: for each of its limits, as many
        of AXES_FAILURE_LIMIT as the failures are of that limit; the most of these."""
        name, address = (
            get_client_username(request, credentials),
            request.axes_ip_address,
        )
        limits = {"address": (Q(username=name, ip_address=address), self._of_address)}
        if not is_known(request, name):
            limits["name"] = (Q(username=name), OF_NAME)
            limits["network"] = (_in_network_of(address), OF_NETWORK)
        since = get_cool_off_threshold(request)
        sums = {
            limit: Sum("failures_since_start", filter=which, default=0)
            for limit, (which, _) in limits.items()
        }
        counts = AccessAttempt.objects.filter(attempt_time__gte=since).aggregate(**sums)
        shares = {
            limit: counts[limit] * self._of_address // most
            for limit, (_, most) in limits.items()
        }
        request.login_limit = max(shares, key=shares.__getitem__)
        return shares[request.login_limit]

    def user_logged_in(self, sender, request, user, **kwargs):
        super().user_logged_in(sender, request, user, **kwargs)
        request.knows_browser_of = user.get_username()

    @property
    def _of_address(self):
        return settings.AXES_FAILURE_LIMIT


class OneGuessAtATime(ModelBackend):
    """Django's accounts, whose passwords are tried one after the other: readers keep
    the processor and the memory. Raises Busy for who does not wait."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        patience = _PATIENCE if request and is_known(request, username) else 0
        if not _TURN.acquire(timeout=patience):
            raise Busy
        try:
            return super().authenticate(request, username, password, **kwargs)
        finally:
            _TURN.release()


class Browsers:
    """Know a browser again in which somebody has logged in; tell the others to come
    back where there is no turn for them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if name := getattr(request, "knows_browser_of", None):
            response.set_cookie(
                COOKIE,
                signing.dumps(name, salt=_SALT),
                max_age=_SECONDS,
                path=reverse("admin:index"),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    def process_exception(self, request, exception):
        if not isinstance(exception, Busy):
            return None
        page = render(request, "admin/busy.html", status=503)
        page["Retry-After"] = _PATIENCE
        return page


def is_known(request, name) -> bool:
    """Return whether somebody of that name has logged in with this browser before."""
    try:
        known = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_SECONDS
        )
    except signing.BadSignature:
        return False
    return known == name


def locked_out(request, response, credentials):
    """Return the page that says which limit is reached, and what to do."""
    cool_off = get_cool_off(request)
    context = {"limit": request.login_limit, "cool_off": cool_off}
    page = render(request, "admin/locked_out.html", context, status=429)
    page["Retry-After"] = int(cool_off.total_seconds())
    return page


def _in_network_of(address) -> Q:
    """Return the condition of attempts from the network of an address, which is one of
    IPv4, the first of a network of IPv6, or None (``limited_address``)."""
    if address and "." in address:
        return Q(ip_address__startswith=address.rpartition(".")[0] + ".")
    return Q(ip_address=address)
