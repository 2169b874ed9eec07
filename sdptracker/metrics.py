"""Metrics for Prometheus at /metrics, for those who may ask (METRICS_TOKEN,
METRICS_ADDRESSES); for all others nothing is there.

Each worker counts in files of its own, in a directory that the workers of one server
share, and whichever is asked adds them up. The files of a worker that ended stay until
the server ends, so that no count goes down.
"""

import os
import shutil
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseProblem
from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from partnerships.selectors.trail import current_trail, waiting_since
from partnerships.web.clients import client_address

PATH = "/metrics"
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}


def _run(pid: int | str) -> str:
    """Return a name for a running process that no later one of its number has; empty if
    there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return f"{pid}-{stat.rpartition(')')[2].split()[19]}"


def _made_directory() -> Path:
    """Return the directory of this server, whose workers are children of one process;
    those of servers that ended are deleted."""
    place = Path(settings.DATA_DIR) / "metrics"
    own = place / (_run(os.getppid()) or "0-0")
    try:
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        for other in place.iterdir():
            if other != own and other.name != _run(other.name.partition("-")[0]):
                shutil.rmtree(other, ignore_errors=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"Metrics cannot be kept in {own} ({error.strerror}); make DATA_DIR "
            "writable, or leave out METRICS_TOKEN and METRICS_ADDRESSES."
        ) from error
    return own


DIRECTORY = _made_directory()
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(DIRECTORY)  # read at the import

from prometheus_client import CollectorRegistry, Counter, Histogram  # noqa: E402
from prometheus_client.core import GaugeMetricFamily  # noqa: E402
from prometheus_client.exposition import choose_encoder  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

REQUESTS = Counter(
    "tracker_requests", "Answers, by route.", ["view", "method", "status"]
)
SECONDS = Histogram(
    "tracker_request_seconds", "Time until an answer begins, by route.", ["view"]
)
KEPT = Counter(
    "tracker_kept_pages",
    "Answers by edition: hit from the cache, miss made anew, unchanged 304.",
    ["result"],
)
DATABASE_ERRORS = Counter(
    "tracker_database_errors", "Requests that failed over the database."
)
LOGINS_REFUSED = Counter("tracker_logins_refused", "Log-ins refused.")


def count(
    view: str, method: str, status: int, seconds: float, kept: str | None
) -> None:
    """Count an answer, which began so many seconds after it was asked for."""
    SECONDS.labels(view).observe(seconds)
    REQUESTS.labels(view, method if method in METHODS else "other", status).inc()
    if kept:
        KEPT.labels(kept).inc()


class Measuring:
    """Answers /metrics, for any host and before any redirect; measures all else."""

    def __init__(self, get_response):
        self.get_response = get_response
        user_login_failed.connect(_count_refusal)

    def __call__(self, request):
        if request.path_info == PATH and request.method == "GET" and _may_ask(request):
            return _answer(request)
        began = perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        kept = getattr(request, "kept", None)
        view, seconds = match.view_name if match else "none", perf_counter() - began
        count(view, request.method, response.status_code, seconds, kept)
        return response


class CountDatabaseErrors:
    """Counts requests that the database fails, whatever they are answered with."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, DatabaseProblem):
            DATABASE_ERRORS.inc()


def _count_refusal(**kwargs):
    LOGINS_REFUSED.inc()


def _may_ask(request) -> bool:
    """Tell if the request has the token and the address that are asked for."""
    has_token = has_address = True
    if settings.METRICS_TOKEN:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        is_right = constant_time_compare(token, settings.METRICS_TOKEN)
        has_token = scheme.lower() == "bearer" and is_right
    if settings.METRICS_ADDRESSES:
        has_address = _is_inside(request)
    return has_token and has_address


def _is_inside(request) -> bool:
    """Tell if the address is one of METRICS_ADDRESSES. Through a proxy that nobody
    counted all come from its own."""
    if "X-Forwarded-For" in request.headers and not settings.PROXY_COUNT:
        return False
    try:
        address = ip_address(client_address(request) or "")
    except ValueError:
        return False
    return any(address in network for network in settings.METRICS_ADDRESSES)


def _answer(request) -> HttpResponse:
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(DIRECTORY))
    registry.register(Now())
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(registry), content_type=content_type)


class Now(Collector):
    """The trail, the database and the workers as they are when somebody asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _memory()
        try:
            trail, waiting, now = current_trail(), waiting_since(), timezone.now()
        except DatabaseProblem:
            yield GaugeMetricFamily("tracker_database_up", _UP, value=0)
            return
        yield GaugeMetricFamily("tracker_database_up", _UP, value=1)
        yield GaugeMetricFamily(
            "tracker_edition", "The number of the last change.", value=trail.edition
        )
        yield GaugeMetricFamily(
            "tracker_unsealed_seconds",
            "How long the oldest change without a seal waits.",
            value=(now - waiting).total_seconds() if waiting else 0,
        )
        if trail.verified_at:
            yield GaugeMetricFamily(
                "tracker_proof_age_seconds",
                "Since the last full verification that found nothing wrong.",
                value=(now - trail.verified_at).total_seconds(),
            )
        if trail.problems is not None:
            yield GaugeMetricFamily(
                "tracker_proof_problems",
                "Problems that the last verification found.",
                value=trail.problems,
            )


_UP = "1 if the database answers."


def _memory() -> GaugeMetricFamily:
    """Return the resident memory of each worker that runs."""
    memory = GaugeMetricFamily(
        "tracker_worker_memory_bytes", "Resident memory of a worker.", labels=["pid"]
    )
    for pid in {path.stem.rpartition("_")[2] for path in DIRECTORY.glob("*.db")}:
        try:
            pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
        except OSError:
            continue  # it ended
        memory.add_metric([pid], int(pages) * os.sysconf("SC_PAGE_SIZE"))
    return memory
