"""Sealing: each change gets its number and its link in the chain, just after commit.

A change is sealed in a short transaction of its own, so that editors never wait for
one another. What was committed but not sealed, because the process died in between, is
sealed with the next change or by ``manage.py seal``. Numbers follow the order in which
changes became visible; row ids do not on PostgreSQL.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DataError, OperationalError, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from partnerships.dates import end_of, start_of
from partnerships.ledger import canonical, signing
from partnerships.ledger.models import Checkpoint, LedgerEntry
from partnerships.ledger.registry import tracked
from partnerships.ledger.sql import refresh_statistics

BATCH = 2000
_LOCK = 20251106  # PostgreSQL's advisory lock on the end of the chain
#: How long one waits for it: a batch of another's takes a second. Whoever may connect
#: may take it, and hold it.
_PATIENCE = "3s"
_LOCK_NOT_AVAILABLE = "55P03"

logger = logging.getLogger(__name__)


class ChainIsLocked(Exception):
    """Somebody else has been holding the end of the chain for too long."""

    def __init__(self) -> None:
        super().__init__(
            "Changes wait for their seal: another session holds the lock of the chain "
            "(pg_locks shows which). They are saved; the next change or manage.py seal "
            "seals them."
        )


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Head:
    """The end of the chain: how many changes are sealed, and the last seal."""

    number: int
    seal: str

    def __str__(self) -> str:
        return f"{self.number}:{self.seal}"


def after_commit(using: str) -> None:
    """Have what this transaction records sealed as soon as it is committed."""
    hook = _hook(using)
    waiting: Any = connections[using].run_on_commit
    if not any(function is hook for _, function, _ in waiting):
        transaction.on_commit(hook, using=using, robust=True)


@cache
def _hook(using: str) -> Callable[[], None]:
    def seal_waiting() -> None:  # Django logs the name of a hook that fails
        try:
            seal(using=using)
        except ChainIsLocked as error:
            logger.warning(error)

    return seal_waiting


def head(*, using: str = "default") -> Head:
    """Return the end of the chain, as it now is."""
    sealed = LedgerEntry.objects.using(using).exclude(number=None).order_by("-number")
    last: Any = sealed.values_list("number", "seal").first()
    return Head(*last) if last else Head(0, canonical.GENESIS)


def seal(*, using: str = "default") -> int:
    """Seal all that waits; return how many changes that were. Raises ChainIsLocked
    where somebody else holds the end of the chain.

    With the first of a day, and with many, the database looks at its tables again.
    """
    total, count = 0, BATCH
    while count == BATCH:
        count, has_checkpoint = _seal_batch(using)
        total += count
    if total and not has_checkpoint:
        checkpoint_of_today(using=using)
    if total >= BATCH or (total and not has_checkpoint):
        refresh_statistics(using=using)
    return total


def checkpoint(*, using: str = "default") -> Checkpoint:
    """Record where the chain stands, with the number of rows in each history, signed
    where there is a key."""
    with _locked(using):
        return _take_checkpoint(using)


def checkpoint_of_today(*, using: str = "default") -> None:
    """Take the first checkpoint of the day, if nobody has meanwhile."""
    with _locked(using):
        begin, end = _today()
        taken = Checkpoint.objects.using(using)
        if not taken.filter(taken_at__gte=begin, taken_at__lt=end).exists():
            _take_checkpoint(using)


def _today() -> tuple[datetime, datetime]:
    """Return when today begins and when it ends."""
    today = timezone.now().date()
    return start_of(today), end_of(today)


def _take_checkpoint(using: str) -> Checkpoint:
    end = head(using=using)
    counts = {
        name: table.history.objects.using(using).count()
        for name, table in sorted(tracked().items())
    }
    taken = Checkpoint(number=end.number, seal=end.seal, counts=counts)
    try:
        taken.signature = signing.signature(taken.text.encode())
    except signing.NoSigningKey as error:  # an unsigned one is better than none
        logger.error("The checkpoint is not signed. %s", error)
    taken.save(using=using, force_insert=True)
    return taken


def _seal_batch(using: str) -> tuple[int, bool]:
    """Seal what waits longest; return how many, and if today has a checkpoint."""
    ledger = LedgerEntry._meta.db_table
    with _locked(using), connections[using].cursor() as cursor:
        waiting = _waiting(cursor, using)
        if not waiting:
            return 0, True
        *_, number, previous, has_checkpoint = waiting[0]
        number, previous, sealed = number or 0, previous or canonical.GENESIS, []
        texts = _texts(waiting, using)
        for pk, record, history_id, *_ in waiting:
            # No road of ours leaves an entry without its row of history: such a one is
            # sealed empty, and verification names it.
            public, private = texts.get((record, history_id), ("", ""))
            salt = secrets.token_hex(16)
            digest = canonical.digest(public, private, salt)
            number += 1
            previous = canonical.seal(previous, number, record, history_id, digest)
            sealed.append((number, public, private, salt, digest, previous, pk))
        cursor.executemany(
            f"UPDATE {ledger} SET number = %s, public = %s, private = %s,"
            " salt = %s, digest = %s, seal = %s WHERE id = %s",
            sealed,
        )
        return len(sealed), bool(has_checkpoint)


def _waiting(cursor: CursorWrapper, using: str) -> list[tuple]:
    """Return id, record and history id of the oldest entries that wait, each with the
    last number and seal, and whether there is a checkpoint of today: one query, for
    every save asks it."""
    ledger, checkpoints = LedgerEntry._meta.db_table, Checkpoint._meta.db_table
    cursor.execute(
        "SELECT w.id, w.record, w.history_id, h.number, h.seal, EXISTS"
        f" (SELECT 1 FROM {checkpoints} WHERE taken_at >= %s AND taken_at < %s)"
        f" FROM (SELECT id, record, history_id FROM {ledger} WHERE number IS NULL"
        f" ORDER BY id LIMIT {BATCH}) w LEFT JOIN (SELECT number, seal FROM {ledger}"
        " WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1) h ON TRUE"
        " ORDER BY w.id",
        [*map(connections[using].ops.adapt_datetimefield_value, _today())],
    )
    return cursor.fetchall()


def _texts(waiting: list[tuple], using: str) -> dict[tuple[str, int], tuple[str, str]]:
    """Return the public and the private text of each entry's row of history."""
    wanted: dict[str, list[int]] = {}
    for _, record, history_id, *_ in waiting:
        wanted.setdefault(record, []).append(history_id)
    return {
        (record, history_id): (canonical.to_json(public), canonical.to_json(private))
        for record, ids in wanted.items()
        if record in tracked()
        for history_id, public, private in _readable(record, ids, using)
    }


def _readable(record: str, ids: list[int], using: str) -> list[tuple[int, dict, dict]]:
    """Return both halves of these changes, without those that cannot be read."""
    try:
        return list(tracked()[record].changes(ids, using=using))
    except (*canonical.UNREADABLE, DataError, OperationalError):
        if len(ids) == 1:
            return []
        middle = len(ids) // 2
        halves = ids[:middle], ids[middle:]
        return [one for half in halves for one in _readable(record, half, using)]


@contextmanager
def _locked(using: str) -> Iterator[None]:
    """Hold the end of the chain for a transaction, once whoever is sealing is done.
    SQLite's transactions (IMMEDIATE) wait for one another anyway."""
    connection = connections[using]
    with transaction.atomic(using=using):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                try:
                    cursor.execute(
                        "SELECT set_config('lock_timeout', %s, TRUE),"
                        " pg_advisory_xact_lock(%s)",
                        [_PATIENCE, _LOCK],
                    )
                except OperationalError as error:
                    if getattr(error.__cause__, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
                        raise ChainIsLocked from error
                    raise
        yield
