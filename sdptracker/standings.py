"""Finds out where the trail stands, for a loop that must not wait for a database."""

import asyncio
import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

from django.db import Error, connection

from partnerships.web.caching import Standing, standing

PATIENCE = 0.5  # seconds for the database, after which Django is to wait for it


class Standings:
    """The last standing that was found. A query is made by a thread, over a connection
    of its own: once for all who came while it was made before, since what that found
    may be older than their requests. SQLite tells without a query that nothing was
    committed since, in a fraction of the time that it takes to wake a thread.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "standing")
        self._waiting: list[asyncio.Future] = []
        self._limit: asyncio.TimerHandle | None = None  # of the query under way
        self._commits = _commits()
        self._last: tuple[int | None, Standing | None] = None, None

    def last(self) -> Standing | None:
        """Return the last standing, if it is known to be the current one."""
        commit, found = self._last
        if found is None or commit is None or commit != self._commit():
            return None
        return found if found.day == datetime.now(UTC).date() else None

    def now(self) -> asyncio.Future:
        """Return what will be found; None if that takes longer than ``PATIENCE``."""
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        if self._limit is None:
            self._ask(loop, [answer])
        elif self._limit.when() < loop.time():
            answer.set_result(None)
        else:
            self._waiting.append(answer)
        return answer

    def _ask(self, loop: asyncio.AbstractEventLoop, asked: list) -> None:
        commit = self._commit()  # before the query, which may find a later one

        def done(asking: Future) -> None:
            self._last = commit, asking.result()
            loop.call_soon_threadsafe(self._go_on, loop, asked)

        self._limit = loop.call_later(PATIENCE, self._give_up, asked)
        self._thread.submit(_found).add_done_callback(done)

    def _go_on(self, loop: asyncio.AbstractEventLoop, asked: list) -> None:
        if self._limit:
            self._limit.cancel()
        self._limit = None
        _tell(asked, self._last[1])
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._ask(loop, waiting)

    def _give_up(self, asked: list) -> None:
        _tell([*asked, *self._waiting], None)
        self._waiting = []

    def _commit(self) -> int | None:
        """Return a number of SQLite's that is another after each commit, or None."""
        try:
            if self._commits is None:
                return None
            return self._commits.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            return None


def _commits() -> sqlite3.Connection | None:
    """Return a connection to ask SQLite of commits; it waits for no lock."""
    if connection.vendor != "sqlite":
        return None
    options = connection.get_connection_params() | {"timeout": 0}
    return sqlite3.connect(**options)


def _found() -> Standing | None:
    try:
        return standing()
    except Error:
        connection.close()
        return None  # Django will find out, and say so


def _tell(asked: list[asyncio.Future], found: Standing | None) -> None:
    for answer in asked:
        if not answer.done():  # its reader may be gone
            answer.set_result(found)
