"""Redis as a cache that may be lost: it then holds nothing, and holds nobody up."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

from sdptracker.breaker import Breaker

logger = logging.getLogger(__name__)


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
