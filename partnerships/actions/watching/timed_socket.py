"""Reading from a connection until a time at which all of it has to be over."""

import io
import socket
from time import monotonic
from typing import Any


class Clock:
    """The time that is left for one visit with all that belongs to it."""

    def __init__(self, seconds: float) -> None:
        self.end = monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return monotonic() >= self.end

    def left(self, most: float) -> float:
        """Return how long to wait, at most so long. Raises TimeoutError at the end."""
        if self.is_over:
            raise TimeoutError
        return min(most, max(self.end - monotonic(), 0.001))


class TimedSocket:
    """A socket on which each read waits no longer than is left: a server that sends a
    byte now and then, in its headers too, does not hold us for ever."""

    def __init__(self, sock: socket.socket, clock: Clock, most: float) -> None:
        self.sock, self.clock, self.most = sock, clock, most

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sock, name)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(TimedReader(self))


class TimedReader(io.RawIOBase):
    """The bytes of such a socket, which stays open until this is closed."""

    def __init__(self, timed: TimedSocket) -> None:
        self.timed, self.raw = timed, timed.sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self.timed.sock.settimeout(self.timed.clock.left(self.timed.most))
        return self.raw.readinto(buffer)

    def close(self) -> None:
        self.raw.close()
        super().close()
