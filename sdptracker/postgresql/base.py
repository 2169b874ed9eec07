"""Django's backend, with an end to each wait for the server, also for a frozen one."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from time import monotonic

from django.db.backends.postgresql import base
from psycopg import OperationalError

from sdptracker.breaker import Breaker

QUICK = 2  # seconds

logger = logging.getLogger(__name__)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that waits ``patience`` seconds for an answer, None for ever, and
    after one that did not come leaves the server alone for a second.

    libpq bounds the time to connect, and the server the time of a statement; nothing
    else bounds that of a server which takes questions and is silent.
    """

    breaker = Breaker(seconds=1)
    patience: float | None = None

    def get_connection_params(self):
        params = super().get_connection_params()
        self.patience = params.pop("patience", None)
        return params

    def get_new_connection(self, conn_params):
        if not self.breaker.lets_through():
            raise OperationalError(self.breaker.reason)
        try:
            connection = super().get_new_connection(conn_params)
        except OperationalError as error:
            self.breaker.failed(error)
            raise
        seconds = self.breaker.answered()
        if seconds is not None:
            logger.warning("The database answers again, after %.0f seconds.", seconds)
        connection.wait = partial(self.wait_for, connection, connection.wait)
        return connection

    def wait_for(self, connection, wait, generator, *args, **options):
        """Wait as the connection would, but no longer than ``patience``."""
        began, options = monotonic(), {"timeout": self.patience} | options
        if self.patience is not None:
            generator = self.unless_silent(connection, generator)
        try:
            return wait(generator, *args, **options)
        except OperationalError as error:
            waited = monotonic() - began
            if error.sqlstate or self.patience is None or waited < self.patience:
                raise
            connection.close()  # nobody knows what it would answer next
            silence = OperationalError(f"no answer within {self.patience} seconds")
            self.breaker.failed(silence)
            raise silence from error

    def unless_silent(self, connection, generator):
        """Let the server take its time for as long as it answers others: once one of
        them gave it up, nobody waits longer than two seconds either."""
        began = monotonic()
        try:
            wanted = next(generator)
            while True:
                ready = yield wanted
                is_late = not ready and monotonic() - began > QUICK
                if is_late and self.breaker.is_open:
                    connection.close()
                    raise OperationalError(self.breaker.reason)
                wanted = generator.send(ready)
        except StopIteration as done:
            return done.value

    @contextmanager
    def in_a_hurry(self) -> Iterator[None]:
        """Wait at most two seconds for each answer, where one takes no time at all."""
        self.ensure_connection()
        patience, self.patience = self.patience, QUICK
        try:
            yield
        finally:
            self.patience = patience

    def is_usable(self):
        if self.connection is None:
            return False
        with self.in_a_hurry():
            return super().is_usable()
