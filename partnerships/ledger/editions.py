"""Results that are worked out of an edition once, for all who read it.

Inside :func:`reading`, the edition of a seal is read, which stands for all that is
recorded. A function that is :func:`kept_by_edition` runs once there, and may so in what
was known on a day; elsewhere, where a change waits for its seal or at the desk, it runs
each time.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from threading import Lock
from typing import NamedTuple, ParamSpec, TypeVar, cast

from partnerships.ledger import sealing
from partnerships.ledger.models import LedgerEntry
from partnerships.ledger.shadows import is_past, is_shadowed

P = ParamSpec("P")
R = TypeVar("R")


class Edition(NamedTuple):
    """All that was recorded up to a change: its seal and its number."""

    seal: str
    number: int


_edition: ContextVar[Edition | None] = ContextVar("edition read", default=None)
_past: ContextVar[str | None] = ContextVar("past read", default=None)


@contextmanager
def reading(seal: str, number: int, past: str | None = None) -> Iterator[None]:
    """Read the edition of the change with this seal and this number; ``past`` stands
    for all that is read where the second clock is set back."""
    token, of_past = _edition.set(Edition(seal, number)), _past.set(past)
    try:
        yield
    finally:
        _past.reset(of_past)
        _edition.reset(token)


def edition_read() -> Edition | None:
    """Return the edition that is read; None where none is."""
    return None if is_shadowed() else _edition.get()


def seal_read() -> str | None:
    """Return the seal of the edition that is read; None where none is."""
    edition = edition_read()
    return edition and edition.seal


def kept_by_edition(
    *, maxsize: int, of_past: int = 0
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the last ``maxsize`` results of a function of the record and of hashable
    arguments, each with the seal of the edition that it was read from; and the last
    ``of_past`` that were read in the past, of a function that reads no log."""

    def decorate(read: Callable[P, R]) -> Callable[P, R]:
        @lru_cache(maxsize=maxsize)
        def kept(seal: str, *args: P.args, **options: P.kwargs) -> R:
            return read(*args, **options)

        @lru_cache(maxsize=of_past)
        def past(name: str, *args: P.args, **options: P.kwargs) -> R:
            return read(*args, **options)

        @wraps(read)
        def answer(*args: P.args, **options: P.kwargs) -> R:
            if seal := seal_read():
                return kept(seal, *args, **options)  # type: ignore[arg-type]
            if of_past and is_past() and (name := _past.get()):
                return past(name, *args, **options)  # type: ignore[arg-type]
            return read(*args, **options)

        answer.kept = kept  # type: ignore[attr-defined]
        return answer

    return decorate


def advanced_by_edition(read: Callable[[R | None, int, int], R]) -> Callable[[], R]:
    """Keep the last result of a function of the changes up to a number, and make the
    next edition's of it: ``read`` gets the result before, the number up to which that
    goes, and the number up to which this one is to go. It gets None and 0 where this
    database never had that edition; nothing is kept where none is read."""
    kept: deque[tuple[Edition, R]] = deque(maxlen=1)
    one_at_a_time = Lock()

    @wraps(read)
    def answer() -> R:
        edition = edition_read()
        if edition is None:
            return read(None, 0, sealing.head().number)
        with one_at_a_time:
            last, result = kept[0] if kept else (None, None)
            if last == edition:
                return cast(R, result)
            if last is None or not _has(last):
                result, since = None, 0
            elif (since := last.number) > edition.number:
                return cast(R, result)  # of a thread that began after this one
            kept.append((edition, read(result, since, edition.number)))
            return kept[0][1]

    answer.kept = kept  # type: ignore[attr-defined]
    return answer


def _has(edition: Edition) -> bool:
    """Return True if this database has, or had, that edition."""
    return LedgerEntry.objects.filter(number=edition.number, seal=edition.seal).exists()
