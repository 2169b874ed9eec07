"""A fuse: what has failed is left alone for a while, so that nobody waits for it."""

from threading import Lock
from time import monotonic


class Breaker:
    """Tells whether something that failed is to be asked again, in all threads of a
    process: once in ``seconds``, by one of them."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self._lock = Lock()
        self._failing_since: float | None = None
        self._next_try = 0.0
        self.reason = ""  # of the last failure, in its own words

    @property
    def is_open(self) -> bool:
        """True from the first failure to the next answer."""
        return self._failing_since is not None

    def lets_through(self) -> bool:
        """Return True if it is to be asked now. Whoever asks next is then told False
        until the answer is known, or for as long again."""
        if not self.is_open:
            return True
        with self._lock:
            if not self.is_open:
                return True
            is_due = monotonic() >= self._next_try
            if is_due:
                self._next_try = monotonic() + self.seconds
            return is_due

    def failed(self, error: Exception) -> bool:
        """Note a failure; return True for the first in a row."""
        with self._lock:
            self.reason = str(error)
            is_first = not self.is_open
            if is_first:
                self._failing_since = monotonic()
            self._next_try = monotonic() + self.seconds
            return is_first

    def answered(self) -> float | None:
        """Note an answer; return for how many seconds there was none, if it is the
        first again."""
        if not self.is_open:
            return None
        with self._lock:
            since, self._failing_since = self._failing_since, None
            return None if since is None else monotonic() - since
