"""Stands between the server and Django, so that no thread waits for a client
(docs/operating.md, "Under attack").

A WSGI server gives each request one of a few threads, which then reads the body and
sends the answer as fast as the client likes: four slow clients hold four threads. In
Granian nothing ends that: a body that another thread still reads when its request is
answered holds up the whole process. So the front speaks ASGI: it reads the body before
a thread is taken, and sends the answer after a thread has made it, both at a pace. To
whoever makes an answer that takes long it says when its client has gone.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from html import escape
from http import HTTPStatus
from io import BytesIO
from itertools import chain
from threading import Event
from typing import Any

from asgiref.wsgi import WsgiToAsgiInstance

from partnerships.web.caching import REPEATABLE
from sdptracker.repeating import Count, Header, Message, Repeater, asked_of

#: Requests that a process works on at a time; each thread keeps a database connection.
THREADS = 4
#: Bodies that a process waits for at a time.
MOST_BODIES = 64
#: Seconds that a client may take, and bytes a second beyond them.
PATIENCE, PACE = 20, 10_000
#: Answers of up to so many bytes are taken from Django whole: all but long files.
WHOLE = 2_000_000
#: Seconds after which it is asked if anybody still waits for an answer, and the name in
#: the environ of the event that tells its maker that nobody does.
LONG, GONE = 0.3, "sdptracker.gone"

RELOAD = (
    "Nothing was saved. Reload this page, and your browser sends once more what you "
    "typed."
)
BUSY = f"Too many are sending something at the moment. {RELOAD}"
SLOW = f"What you sent came too slowly, and we stopped waiting for it. {RELOAD}"
NO_LENGTH = "This does not say how long it is, and was not read. Send a Content-Length."
TOO_LONG = (
    "That is longer than {:,} kB, and was not read. Nothing was saved: go back to your "
    "text, and send less of it at a time."
)
UNREADABLE = "The request has too many headers of one name."

Environ = dict[str, Any]


class Gone(Exception):
    """The client broke off."""


@dataclass(eq=False)
class Refused(Exception):
    """An answer in place of Django's."""

    status: HTTPStatus
    sentence: str
    retry_after: int | None = None


@dataclass
class Answer:
    """An answer on its way: a short one in one part, with nothing left to close."""

    status: int
    headers: list[Header]
    parts: Iterable[bytes]
    close: Callable[[], None] | None = None


class Pace:
    """The time that a client may take, which grows with what it sent or took."""

    def __init__(self) -> None:
        self._until = asyncio.get_running_loop().time() + PATIENCE

    def add(self, size: int) -> None:
        self._until += size / PACE

    def limit(self) -> asyncio.Timeout:
        return asyncio.timeout_at(self._until)


class Front:
    """The ASGI application around a WSGI one. ``longest`` gives bytes by the beginning
    of an address, of which the first that fits counts: there a POST has a body of at
    most so many. What is sent to any other address is not read."""

    def __init__(
        self,
        application: Callable,
        longest: Mapping[str, int],
        count: Count | None = None,
    ) -> None:
        self._application, self._longest = application, longest
        self._repeater = Repeater(count)
        self._threads = ThreadPoolExecutor(THREADS, "request")
        self._bodies = 0

    async def __call__(self, scope: Message, receive: Callable, send: Callable) -> None:
        if scope["type"] != "http":
            return
        asked = asked_of(scope)
        if asked and (ready := await self._repeater.repeated(asked)):
            answer = Answer(ready.status, ready.headers, [ready.body])
            with suppress(TimeoutError):
                await self._send(answer, send)
            return
        try:
            environ = _environ(scope)
            body = await self._body(environ, receive)
        except Gone:
            return
        except Refused as refused:
            answer = _refusal(refused)
        else:
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
            answer = await self._made(environ, receive)
            if asked and (about := environ.get(REPEATABLE)) and answer.close is None:
                self._repeater.keep(
                    asked, about, answer.status, answer.headers, *answer.parts
                )
        try:
            await self._send(answer, send)
        except TimeoutError:
            pass  # the server breaks off what has no end
        finally:
            if answer.close:
                await self._in_thread(answer.close)

    async def _made(self, environ: Environ, receive: Callable) -> Answer:
        """Return what the application answers, which is told when the client goes."""
        gone = environ[GONE] = Event()
        work = self._in_thread(_answer, self._application, environ)
        making = asyncio.ensure_future(work)
        if not (await asyncio.wait([making], timeout=LONG))[0]:
            watching = asyncio.create_task(_watch(receive, gone))
            making.add_done_callback(lambda made: watching.cancel())
        return await making

    async def _in_thread(self, function: Callable, *given: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(function, *given))

    async def _body(self, environ: Environ, receive: Callable) -> bytes:
        """Return all of a body. Raises Refused if it has none of the right length, or
        is not there in time, and Gone if it breaks off."""
        length = _length(environ, self._longest)
        if not length:
            return b""
        if self._bodies >= MOST_BODIES:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, BUSY, PATIENCE)
        self._bodies += 1
        try:
            return await _read(receive, length)
        except TimeoutError:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT, SLOW) from None
        finally:
            self._bodies -= 1

    async def _send(self, answer: Answer, send: Callable) -> None:
        head = {"type": "http.response.start", "status": answer.status}
        await send(head | {"headers": answer.headers})
        if answer.close is None:
            (whole,) = answer.parts
            async with Pace().limit():
                return await send(_body_message(whole, is_more=False))
        pace, parts = Pace(), iter(answer.parts)
        while (part := await self._in_thread(next, parts, None)) is not None:
            async with pace.limit():
                await send(_body_message(part, is_more=True))
            pace.add(len(part))
        await send(_body_message(b"", is_more=False))


async def _watch(receive: Callable, gone: Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    gone.set()


async def _read(receive: Callable, length: int) -> bytes:
    pace, parts, is_more = Pace(), [], True
    while is_more:
        async with pace.limit():
            message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        parts.append(message.get("body", b""))
        pace.add(len(parts[-1]))
        is_more = message.get("more_body", False)
    body = b"".join(parts)
    if len(body) != length:  # a form that is cut off would be taken for a whole one
        raise Gone
    return body


def _body_message(part: bytes, *, is_more: bool) -> Message:
    return {"type": "http.response.body", "body": part, "more_body": is_more}


def _environ(scope: Message) -> Environ:
    """Return the request as WSGI has it, but for its body. Headers with an underscore,
    which would pass for others, are left out."""
    headers = [header for header in scope["headers"] if b"_" not in header[0]]
    request = WsgiToAsgiInstance(None)
    request.scope = scope | {"headers": headers, "query_string": b""}
    try:
        environ = request.build_environ(request.scope, None)
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, UNREADABLE) from None
    return environ | {"QUERY_STRING": scope["query_string"].decode("latin1")}


def _length(environ: Environ, longest: Mapping[str, int]) -> int:
    """Return how long the body is that the request may have."""
    path = environ["PATH_INFO"]
    most = next((most for start, most in longest.items() if path.startswith(start)), 0)
    if environ["REQUEST_METHOD"] != "POST" or not most:
        return 0
    length = environ.get("CONTENT_LENGTH", "")
    if not (length.isascii() and length.isdigit()):
        raise Refused(HTTPStatus.LENGTH_REQUIRED, NO_LENGTH)
    if int(length[:20]) > most:
        sentence = TOO_LONG.format(most // 1000)
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
    return int(length)


def _answer(application: Callable, environ: Environ) -> Answer:
    """Return what the application answers: whole, and closed, if it is short."""
    head: list[Any] = []
    with ExitStack() as resources:
        parts = application(environ, lambda *given: head.extend(given))
        if hasattr(parts, "close"):
            resources.callback(parts.close)
        rest, taken, size = iter(parts), [], 0
        for part in rest:
            taken.append(part)
            size += len(part)
            if size > WHOLE:
                close = resources.pop_all().close
                return Answer(*_head(*head), chain(taken, rest), close)
    return Answer(*_head(*head), [b"".join(taken)])


def _head(status: str, headers: list[tuple[str, str]]) -> tuple[int, list[Header]]:
    """Return a status and headers as ASGI has them, from those of WSGI."""
    return int(status[:3]), [(k.lower().encode(), v.encode()) for k, v in headers]


def _refusal(refused: Refused) -> Answer:
    title, sentence = refused.status.phrase, escape(refused.sentence)
    page = (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<h1>{title}</h1>\n<p>{sentence}</p>\n</html>\n"
    ).encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", b"%d" % len(page)),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
    ]
    if refused.retry_after:
        headers.append((b"retry-after", b"%d" % refused.retry_after))
    return Answer(refused.status, headers, [page])
