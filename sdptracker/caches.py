"""The caches that the settings name: memory bounded in bytes, or a Redis that may be
lost and whose values run no code."""

import json
import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

from sdptracker.breaker import Breaker

logger = logging.getLogger(__name__)

MOST_BYTES = 24 * 1024 * 1024


class BoundedMemory(LocMemCache):
    """The memory of a process, of at most ``MOST_BYTES`` of values: those that nobody
    asked for longest make room."""

    def _set(self, key, value, timeout=DEFAULT_TIMEOUT):
        super()._set(key, value, timeout)
        size = sum(map(len, self._cache.values()))
        while size > MOST_BYTES:
            dropped, pickled = self._cache.popitem()
            del self._expire_info[dropped]
            size -= len(pickled)


class RestingRedisCache(RedisCache):
    """Django's cache in Redis, which is left alone for half a minute after it failed.

    Until it answers, whatever is asked for is not there, nothing is kept, and what is
    counted begins anew. The log says once that it went, and once that it is back.
    """

    #: Of the process: Django gives each thread a backend of its own.
    breaker = Breaker(seconds=30)

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self._ask(super().add, key, value, timeout, version, lost=True)

    def get(self, key, default=None, version=None):
        return self._ask(super().get, key, default, version, lost=default)

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        self._ask(super().set, key, value, timeout, version)

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        return self._ask(super().touch, key, timeout, version, lost=False)

    def delete(self, key, version=None):
        return self._ask(super().delete, key, version, lost=False)

    def get_many(self, keys, version=None):
        return self._ask(super().get_many, keys, version, lost={})

    def has_key(self, key, version=None):
        return self._ask(super().has_key, key, version, lost=False)

    def incr(self, key, delta=1, version=None):
        return self._ask(super().incr, key, delta, version, lost=delta)

    def set_many(self, data, timeout=DEFAULT_TIMEOUT, version=None):
        return self._ask(super().set_many, data, timeout, version, lost=list(data))

    def delete_many(self, keys, version=None):
        self._ask(super().delete_many, keys, version)

    def clear(self):
        return self._ask(super().clear, lost=False)

    def _ask(self, method: Callable, *args: Any, lost: Any = None) -> Any:
        """Return what Redis answers; ``lost`` where it does not, or is left alone."""
        if not self.breaker.lets_through():
            return lost
        try:
            answer = method(*args)
        except (RedisError, OSError) as error:
            if self.breaker.failed(error):
                logger.warning(
                    "The cache does not answer, and is asked again every %d seconds; "
                    "until then each answer is made anew: %s",
                    self.breaker.seconds,
                    error,
                )
            return lost
        seconds = self.breaker.answered()
        if seconds is not None:
            logger.warning("The cache answers again, after %.0f seconds.", seconds)
        return answer


class PlainSerializer:
    """Bytes as they are, all else as JSON. By the pickles that are Django's default,
    whoever can write to Redis would run code here."""

    _BYTES = b"\0"

    def dumps(self, value: Any) -> bytes:
        if isinstance(value, bytes):
            return self._BYTES + value
        return json.dumps(value).encode()

    def loads(self, stored: bytes) -> Any:
        if stored.startswith(self._BYTES):
            return stored[1:]
        try:
            return json.loads(stored)
        except ValueError:
            logger.warning("A value in the cache is not as this site writes it.")
            return None
