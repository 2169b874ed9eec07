"""Answers by edition: what a page says is a function of its address, of the edition of
the data set and of the day, so it is made once and known by its ``ETag`` afterwards.

Each request asks one small query, for the edition; an edit is a new edition, so it is
seen on the next request. While a change waits for its seal nothing is kept.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, lru_cache, wraps
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as store
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from partnerships.dates import start_of
from partnerships.selectors.trail import Trail, current_trail

SECONDS = 24 * 60 * 60
LONGEST_ADDRESS = 1000  # characters; longer ones are answered, not kept

logger = logging.getLogger(__name__)
_GZIP = GZipMiddleware(lambda request: HttpResponse())


def by_edition(view: Callable) -> Callable:
    """Answer with 304 or from the cache where the edition is the same."""

    def packed(request, *args, **kwargs):
        return _packed(request, view(request, *args, **kwargs))

    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        trail = request.trail = _trail()
        if trail.is_waiting or settings.DEBUG or request.method not in ("GET", "HEAD"):
            return packed(request, *args, **kwargs)
        stands, changed_at = _standing(trail, timezone.now().date())
        etag = _etag(request, stands)
        if unchanged := get_conditional_response(
            request, etag=etag, last_modified=changed_at
        ):
            unchanged["Vary"] = "Accept-Encoding"
            return _marked(unchanged, etag, changed_at)
        key = f"page:{etag}"
        response = _kept(key)
        if response is None:
            response = packed(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            _keep(key, request, response)
        return _marked(response, etag, changed_at)

    return answered


def trail_of(request: HttpRequest) -> Trail:
    """Return where the trail stands; by a query only where the request is not answered
    by edition."""
    known = getattr(request, "trail", None)
    return current_trail() if known is None else known


def _trail() -> Trail:
    """The first query of a request, which also finds out whether the connection still
    works: Django's own check would be a query more. Where the database was restarted,
    it is asked again over a new one."""
    connection.health_check_done = True
    try:
        return current_trail()
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()
        return current_trail()


def _packed(request, response: HttpResponse) -> HttpResponse:
    """Text travels compressed where that is welcome; other files are compressed."""
    if hasattr(response, "render"):
        response.render()
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if not kind.startswith("text/") and not kind.endswith(("json", "xml")):
        return response
    return _GZIP.process_response(request, response)


@lru_cache(maxsize=1)
def _standing(trail: Trail, today: date) -> tuple[str, int]:
    """What the answers of an edition and a day depend on together, and when they last
    changed, in seconds since 1970: with the last change, or at the start of the day,
    since pages say what holds today. The seal stands for all changes before it, so that
    two databases never share an answer."""
    times = (trail.shown_at, start_of(today), _started_at())
    changed_at = max(filter(None, times)).timestamp()
    parts = (trail.seal, str(trail.tried_at), str(today), _release())
    return "\n".join(parts), int(changed_at)


def _etag(request, stands: str) -> str:
    """What the answer depends on."""
    address = f"{request.scheme}://{request.get_host()}{request.get_full_path()}"
    packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    parts = f"{address}\n{packed}\n{stands}"
    return f'"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"'


@cache
def _release() -> str:
    """What tells this version of the code and the templates from any other."""
    digest = hashlib.sha256()
    for folder in ("partnerships", "sdptracker", "templates"):
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*.*")):
            if path.suffix != ".pyc":
                digest.update(f"{path.name}{path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


@cache
def _started_at() -> datetime:
    return timezone.now()


def _kept(key: str) -> HttpResponse | None:
    with _or_without():
        if found := store.get(key):
            return HttpResponse(found[0], headers=found[1])
    return None


def _keep(key: str, request, response: HttpResponse):
    if response.streaming or len(request.get_full_path()) > LONGEST_ADDRESS:
        return
    with _or_without():
        store.set(key, (response.content, dict(response.items())), SECONDS)


@contextmanager
def _or_without() -> Iterator[None]:
    """Whatever the cache is and whatever became of it, readers are answered."""
    try:
        yield
    except Exception as error:
        logger.warning("The cache does not answer: %s", error)


def _marked(response: HttpResponse, etag: str, changed_at: int) -> HttpResponse:
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed_at)
    response["Cache-Control"] = "public, no-cache"
    return response
