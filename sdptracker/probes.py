"""/healthz and /readyz, answered before the site: to any host, over plain HTTP, without
a line in the log, past all that waits for a thread, and however long the database
takes."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from partnerships.pages.health import SILENT, State, readiness

PATIENCE = 1.8  # seconds; a probe is told within two

Answer = tuple[HTTPStatus, str, str]


class Probes:
    """The ASGI application with both addresses in front of it, for GET and HEAD."""

    def __init__(self, application: Callable) -> None:
        self._application = application
        self._probes: dict[str, Callable[[], Awaitable[Answer]]] = {
            "/healthz": _alive,
            "/readyz": _Readiness().answer,
        }

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        probe = self._probes.get(scope.get("path", ""))
        if probe is None or scope["method"] not in ("GET", "HEAD"):
            return await self._application(scope, receive, send)
        status, kind, text = await probe()
        headers = {
            b"content-type": kind.encode(),
            b"content-length": str(len(text.encode())).encode(),
            b"cache-control": b"no-store",
        }
        head = {"type": "http.response.start", "status": int(status)}
        await send(head | {"headers": list(headers.items())})
        body = text.encode() if scope["method"] == "GET" else b""
        await send({"type": "http.response.body", "body": body})


async def _alive() -> Answer:
    return HTTPStatus.OK, "text/plain", "ok\n"


class _Readiness:
    """The state of the database, asked by a thread of its own over a connection of its
    own. Probes that come while it is asked share the answer."""

    def __init__(self) -> None:
        self._asking: Future[State] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readyz")

    async def answer(self) -> Answer:
        if self._asking is None or self._asking.done():
            self._asking = self._thread.submit(_asked)
        asking = asyncio.shield(asyncio.wrap_future(self._asking))
        try:
            is_ready, state = await asyncio.wait_for(asking, PATIENCE)
        except TimeoutError:
            is_ready, state = SILENT
        status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        return status, "application/json", _as_json(state)


def _asked() -> State:
    try:
        return readiness()
    finally:
        connection.close()


def _as_json(state: dict[str, Any]) -> str:
    return json.dumps(state, cls=DjangoJSONEncoder)
