"""/healthz and /readyz, answered before the site: to any host, over plain HTTP, without
a line in the log, and however long the database takes."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from partnerships.pages.health import SILENT, State, readiness

PATIENCE = 1.8  # seconds; a probe is told within two


def with_probes(application: WSGIApplication) -> WSGIApplication:
    """Return the application with both addresses in front of it, for GET and HEAD."""
    probes: dict[str, Callable[[], tuple[str, str, str]]] = {
        "/healthz": lambda: ("200 OK", "text/plain", "ok\n"),
        "/readyz": _Readiness().answer,
    }

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        probe = probes.get(environ["PATH_INFO"])
        if probe is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return application(environ, start)
        status, kind, text = probe()
        body = text.encode()
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start(status, [*headers, ("Cache-Control", "no-store")])
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    return answer


class _Readiness:
    """The state of the database, asked by a thread of its own over a connection of its
    own. Probes that come while it is asked share the answer."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asking: Future[State] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readyz")

    def answer(self) -> tuple[str, str, str]:
        with self._lock:
            if self._asking is None or self._asking.done():
                self._asking = self._thread.submit(_asked)
            asking = self._asking
        try:
            is_ready, state = asking.result(timeout=PATIENCE)
        except TimeoutError:
            is_ready, state = SILENT
        status = "200 OK" if is_ready else "503 Service Unavailable"
        return status, "application/json", _as_json(state)


def _asked() -> State:
    try:
        return readiness()
    finally:
        connection.close()


def _as_json(state: dict[str, Any]) -> str:
    return json.dumps(state, cls=DjangoJSONEncoder)
