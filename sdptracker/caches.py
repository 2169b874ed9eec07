"""What the settings name for a cache: memory bounded in bytes, and values for Redis
that run no code."""

import json
import logging
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

logger = logging.getLogger(__name__)

MOST_BYTES = 32 * 1024 * 1024


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
