"""Answers by edition: what a page says is a function of its address, of the edition of
the data set and of the day, so it is made once and known by its ``ETag`` afterwards.

Each request asks one small query, for the edition; an edit is a new edition, so it is
seen on the next request. What was known in the past, on a day or in an edition, no
edit changes: such an answer is the same until the day of today ends.

While a change waits for its seal nothing is kept, nor is an answer to parameters that
the page does not know, or to a host that the settings do not name in full: strangers
add no keys by inventing them.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import date, datetime
from functools import cache, lru_cache, partial, wraps
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, cast
from weakref import WeakValueDictionary

from django.conf import settings
from django.core.cache import cache as store
from django.db import DatabaseError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from partnerships.dates import start_of
from partnerships.filters.clock import CLOCKS, KnownForm
from partnerships.ledger.editions import reading
from partnerships.ledger.faults import fault_of
from partnerships.ledger.past import Past
from partnerships.selectors.trail import Trail, current_trail, trail_of_past
from partnerships.web.codings import coded, recode, tag_in, taken_by
from partnerships.web.kept import Forged, packed, unpacked
from partnerships.web.outages import last_known, marked, remember
from partnerships.web.parameters import GivenTwice, Parameters, canonical, given_twice
from partnerships.web.unreadable import UNREADABLE, made_of_readable

SECONDS = 24 * 60 * 60
LONGEST_ADDRESS = 1000  # characters; longer ones are answered, not kept
IMAGE = "image/png"

#: The key of a ``Repeatable`` in the environment of a request.
REPEATABLE = "tracker.repeatable"

View = Callable[..., HttpResponse]


class Standing(NamedTuple):
    """The trail and the day, on which the right answer of every address depends."""

    trail: Trail
    day: date


class Repeatable(NamedTuple):
    """Of an answer that is right for all who ask in these words while ``now`` lasts:
    the parameters in their one order, the name of the route, and how it was come by, as
    ``sdptracker.metrics.KEPT`` counts it."""

    now: Standing
    query: str
    view: str
    how: str


logger = logging.getLogger(__name__)
#: The locks of answers that are being made, for as long as somebody waits for one.
_makers: WeakValueDictionary[str, Any] = WeakValueDictionary()
_makers_change = Lock()


def by_edition(view: View, *, waits: bool = True) -> View:
    """Answer a request with 304, or from the cache, where edition and day are those of
    an answer before; else by the view, for which ``trail_of`` knows the trail. Who asks
    for an answer that is being made waits for that, but of a view that refuses them."""

    is_dated = getattr(view, "is_dated", False)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.GET = Parameters(request.META["QUERY_STRING"])  # type: ignore[assignment]
        make = partial(_made, view, request, *args, **kwargs)
        past = _past(request) if is_dated else None
        try:
            now = standing()
            trail = _as_shown(past, now.trail)
        except DatabaseError as error:
            if fault_of(error) is None:
                raise
            return _without_database(request, make, error, past)
        request.trail = trail  # type: ignore[attr-defined]
        make = partial(made_of_readable, request, make)
        is_read = request.method in ("GET", "HEAD")
        if now.trail.is_waiting or settings.DEBUG or not is_read:
            return coded(request, make())
        return _answer(now, request, make, waits=waits)

    return answer


def _answer(
    now: Standing,
    request: HttpRequest,
    make: Callable[[], HttpResponse],
    *,
    waits: bool,
) -> HttpResponse:
    """Return the answer of an edition and a day, in the shortest way that there is."""
    edition, changed_at = _edition(trail_of(request), now.day)
    etag = _etag(request, edition)
    if unchanged := _unchanged(request, etag, changed_at):
        return _repeatable(now, request, unchanged, "unchanged")
    response, how = _stored(etag), "hit"
    if response is None:
        with _one_maker(etag) if waits else nullcontext(False) as has_waited:
            response = _stored(etag) if has_waited else None
            if response is None:
                response, how = _made_of(now.trail, request, make, etag), "miss"
        if response.status_code != 200 or UNREADABLE in response:
            return coded(request, response)
    tag = tag_in(etag, taken_by(request)[0])
    response = _with_validators(coded(request, response), tag, changed_at)
    return _repeatable(now, request, response, how)


def dated(view: View) -> View:
    """Say of a view that it answers of a past of the second clock by what was known
    then alone, ``trail_of`` included."""
    view.is_dated = True  # type: ignore[attr-defined] # wrappers of the view keep it
    return view


def _past(request: HttpRequest) -> Past | None:
    """Return the past that the answer tells; None for now, and where it is wrong. What
    the view reads of the parameters is not known by that."""
    if not request.GET.keys() & {*CLOCKS}:
        return None
    past = KnownForm(QueryDict(request.META["QUERY_STRING"])).past
    return past if past and past.is_over else None


def _as_shown(past: Past | None, now: Trail) -> Trail:
    """Return the trail as an answer shows it that tells a past."""
    if past is None:
        return now
    return trail_of_past(past, now) if now.is_waiting else _past_trail(past, now)


@lru_cache(maxsize=100)
def _past_trail(past: Past, now: Trail) -> Trail:
    return trail_of_past(past, now)


def _made_of(
    trail: Trail, request: HttpRequest, make: Callable[[], HttpResponse], etag: str
) -> HttpResponse:
    """Return the answer made anew, and keep it if it is one for all."""
    request.kept = "miss"  # type: ignore[attr-defined]
    with reading(trail.seal, trail.edition, trail_of(request).of_past):
        response = make()
    is_whole = response.status_code == 200 and UNREADABLE not in response
    if is_whole and _is_for_many(request, response):
        _store(etag, request, response)
    return response


def _repeatable(
    now: Standing, request: HttpRequest, response: HttpResponse, how: str
) -> HttpResponse:
    """Return the answer, of which the metrics are told how it was come by, and the
    front that it may give it again."""
    request.kept = how  # type: ignore[attr-defined]
    if how != "miss" or _is_for_many(request, response):
        match = request.resolver_match
        query, view = canonical(request.GET), match.view_name if match else ""
        request.META[REPEATABLE] = Repeatable(now, query, view, how)
    return response


@contextmanager
def _one_maker(etag: str) -> Iterator[bool]:
    """Let one thread make an answer, and those wait that ask for the same meanwhile;
    give whether this one has waited."""
    with _makers_change:
        maker = _makers.setdefault(etag, Lock())
    has_waited = not maker.acquire(blocking=False) and maker.acquire()
    try:
        yield has_waited
    finally:
        maker.release()


def _without_database(
    request: HttpRequest,
    make: Callable[[], HttpResponse],
    error: DatabaseError,
    past: Past | None,
) -> HttpResponse:
    """Return the answer of the last edition that this process knew, if it is kept; else
    one that needs no database. Raises DatabaseError if it does need it."""
    known, response, trail = last_known(), None, Trail()
    if known:
        with suppress(DatabaseError):  # of one that was asked for it is remembered
            trail = _as_shown(past, known.trail)
    request.trail = trail  # type: ignore[attr-defined]
    if known:
        edition, changed_at = _edition(trail, known.day)
        etag = _etag(request, edition)
        if response := _stored(etag):
            tag = tag_in(etag, taken_by(request)[0])
            _with_validators(response, tag, changed_at)
    response = marked(coded(request, response or make()), known)
    logger.error("Not read", exc_info=error, extra={"request": request})
    return response


def trail_of(request: HttpRequest) -> Trail:
    """Return where the trail stands, by a query only where none was made before."""
    known = getattr(request, "trail", None)
    return current_trail() if known is None else known


def standing() -> Standing:
    """Return where the trail stands, and the day."""
    return Standing(_trail(), timezone.now().date())


def _trail() -> Trail:
    """Return where the trail stands, by the first query of a request. It also finds out
    whether the connection still works: where the database was restarted, it is asked
    again over a new one."""
    # Django's own check before the first query would be a query more.
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        trail = _trail_at_once()
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()
        trail = _trail_at_once()
    remember(trail)
    return trail


def _trail_at_once() -> Trail:
    """Return where the trail stands; on PostgreSQL, wait for it two seconds at most."""
    in_a_hurry = getattr(connection, "in_a_hurry", nullcontext)
    with in_a_hurry():
        return current_trail()


def _made(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Return the response rendered."""
    try:
        response = view(request, *args, **kwargs)
        if hasattr(response, "render"):
            response.render()
    except GivenTwice as error:
        response = given_twice(request, error)
    return response


def _edition(trail: Trail, today: date) -> tuple[str, int]:
    """Return what all answers of an edition and a day depend on, and when they last
    changed, in seconds since 1970: with the last change or proof, or at the start of
    the day, since pages say what holds today. The seal stands for all changes before
    it, so that two databases never share an answer."""
    times = (trail.shown_at, start_of(today), _started_at())
    changed_at = max(filter(None, times)).timestamp()
    shown = (settings.CONTACT, str(settings.REPORTS))
    known = (trail.of_past or trail.seal, str(trail.damage))
    proofs = (str(trail.tried_at), str(trail.checkpoint_at))
    parts = (*known, *proofs, str(today), release(), *shown)
    return "\n".join(parts), int(changed_at)


def _etag(request: HttpRequest, edition: str) -> str:
    """Return the tag of all that the answer depends on, but for its coding."""
    where = f"{request.scheme}://{request.get_host()}{request.path}"
    parts = f"{where}?{canonical(request.GET)}\n{edition}"
    return f'"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"'


def _unchanged(request: HttpRequest, etag: str, changed_at: int) -> HttpResponse | None:
    """Return the answer to a client that has this one, in a coding that it takes."""
    held = request.META.get("HTTP_IF_NONE_MATCH", "")
    tags = [tag_in(etag, coding) for coding in taken_by(request)]
    tag = next((tag for tag in tags if tag in held), tags[0])
    unchanged = get_conditional_response(request, etag=tag, last_modified=changed_at)
    if unchanged is None:
        return None
    unchanged["Vary"] = "Accept-Encoding"
    return _with_validators(unchanged, tag, changed_at)


@cache
def release() -> str:
    """Return what tells this version of the code and the templates from any other."""
    digest = hashlib.sha256()
    for folder in ("partnerships", "sdptracker", "templates"):
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*.*")):
            if path.suffix != ".pyc":
                digest.update(f"{path.name}{path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


@cache
def _started_at() -> datetime:
    return timezone.now()


def _stored(etag: str) -> HttpResponse | None:
    with _cache_may_fail():
        if (kept := store.get(f"page:{etag}")) is not None:
            try:
                return unpacked(etag, kept)
            except Forged:
                logger.warning("A kept page is not as this site made it: made anew.")
    return None


def _store(etag: str, request: HttpRequest, response: HttpResponse) -> None:
    """Keep one copy for all codings: in the one that this client takes, or in gzip."""
    recode(response, taken_by(request)[0] or "gzip")
    if page := packed(etag, response):
        with _cache_may_fail():
            store.set(f"page:{etag}", page, SECONDS)


def _is_for_many(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether others will ask in these words; for a picture or a file, where
    there are no parameters."""
    if response.streaming or not is_known(request):
        return False
    is_large = response["Content-Type"] == IMAGE or "Content-Disposition" in response
    return not (request.GET and is_large)


def is_known(request: HttpRequest) -> bool:
    """Return whether host, port and parameters are those of a page of this site, which
    was read, and so read its parameters."""
    host = request.get_host().removesuffix(f":{request.META['SERVER_PORT']}")
    hosts = [name.lower().removeprefix(".") for name in settings.ALLOWED_HOSTS]
    is_short = len(request.get_full_path()) <= LONGEST_ADDRESS
    return is_short and host in hosts and not cast(Parameters, request.GET).unread


@contextmanager
def _cache_may_fail() -> Iterator[None]:
    """Answer readers whatever the cache is and whatever became of it; log its error."""
    try:
        yield
    except Exception as error:
        logger.warning("The cache does not answer: %s", error)


def _with_validators(response: HttpResponse, etag: str, at: int) -> HttpResponse:
    """Return the response with the headers by which readers ask for it again."""
    response["ETag"] = etag
    response["Last-Modified"] = http_date(at)
    response["Cache-Control"] = "public, no-cache"
    return response
