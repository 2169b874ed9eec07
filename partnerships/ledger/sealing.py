"""Sealing: each change gets its number and its link in the chain, just after commit.

A change is sealed in a short transaction of its own, so that editors never wait for
one another. What was committed but not sealed, because the process died in between, is
sealed with the next change or by ``manage.py seal``. Numbers follow the order in which
changes became visible; row ids do not on PostgreSQL.
"""

import secrets
from dataclasses import dataclass
from functools import cache, partial

from django.apps import apps
from django.db import connections, transaction
from django.utils import timezone

from partnerships.ledger import canonical
from partnerships.ledger.tables import tracked

BATCH = 2000
_LOCK = 20251106  # PostgreSQL's advisory lock on the end of the chain


@dataclass(frozen=True)
class Head:
    """The end of the chain: how many changes are sealed, and the last seal."""

    number: int
    seal: str

    def __str__(self):
        return f"{self.number}:{self.seal}"


def after_commit(using: str):
    """Have what this transaction records sealed as soon as it is committed."""
    hook = _hook(using)
    waiting = connections[using].run_on_commit
    if not any(function is hook for _, function, _ in waiting):
        transaction.on_commit(hook, using=using, robust=True)


@cache
def _hook(using: str):
    return partial(seal, using=using)


def head(*, using: str = "default") -> Head:
    sealed = _entries(using).exclude(number=None).order_by("-number")
    last = sealed.values_list("number", "seal").first()
    return Head(*last) if last else Head(0, canonical.GENESIS)


def seal(*, using: str = "default") -> int:
    """Seal all that waits; returns how many changes that were."""
    total = 0
    while count := _seal_batch(using):
        total += count
        if count < BATCH:
            break
    if total:
        checkpoint_of_today(using=using)
    return total


def checkpoint(*, using: str = "default"):
    """Write down where the chain stands, with the number of rows in each history."""
    with transaction.atomic(using=using):
        _lock(using)
        end = head(using=using)
        counts = {
            name: table.history._base_manager.using(using).count()
            for name, table in sorted(tracked().items())
        }
        return _checkpoints(using).create(
            number=end.number, seal=end.seal, counts=counts
        )


def checkpoint_of_today(*, using: str = "default"):
    """Take the first checkpoint of the day, if there is none yet."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    if not _checkpoints(using).filter(taken_at__gte=today).exists():
        checkpoint(using=using)


def _seal_batch(using: str) -> int:
    with transaction.atomic(using=using):
        _lock(using)
        waiting = list(
            _entries(using)
            .filter(number=None)
            .order_by("id")
            .values_list("id", "record", "history_id")[:BATCH]
        )
        if not waiting:
            return 0
        rows = _history_rows(waiting, using)
        end = head(using=using)
        number, previous, sealed = end.number, end.seal, []
        for pk, record, history_id in waiting:
            public, private = rows.get((record, history_id), ("", ""))
            salt = secrets.token_hex(16)
            digest = canonical.digest(public, private, salt)
            number += 1
            previous = canonical.seal(previous, number, record, history_id, digest)
            sealed.append((number, public, private, salt, digest, previous, pk))
        table = connections[using].ops.quote_name(_model("LedgerEntry")._meta.db_table)
        with connections[using].cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET number = %s, public = %s, private = %s,"
                " salt = %s, digest = %s, seal = %s WHERE id = %s",
                sealed,
            )
        return len(sealed)


def _history_rows(waiting, using) -> dict[tuple[str, int], tuple[str, str]]:
    """The canonical texts of these entries' history rows, by record and history id.

    An entry without such a row, which no road of ours makes, has none; verifying names
    it.
    """
    wanted: dict[str, list[int]] = {}
    for _, record, history_id in waiting:
        wanted.setdefault(record, []).append(history_id)
    texts = {}
    for record, ids in wanted.items():
        if table := tracked().get(record):
            for history_id, *found in table.texts(ids, using=using):
                texts[record, history_id] = tuple(found)
    return texts


def _lock(using: str):
    """Wait for whoever is sealing. SQLite's transactions (IMMEDIATE) wait anyway."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _model(name: str):
    return apps.get_model("partnerships", name)


def _entries(using: str):
    return _model("LedgerEntry")._base_manager.using(using)


def _checkpoints(using: str):
    return _model("Checkpoint")._base_manager.using(using)
