"""Sealing: each change gets its number and its link in the chain, just after commit.

A change is sealed in a short transaction of its own, so that editors never wait for
one another. What was committed but not sealed, because the process died in between, is
sealed with the next change or by ``manage.py seal``. Numbers follow the order in which
changes became visible; row ids do not on PostgreSQL.
"""

import secrets
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import connections, transaction
from django.utils import timezone

from partnerships.dates import start_of
from partnerships.ledger import canonical
from partnerships.ledger.registry import tracked

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
    def seal_what_waits():
        seal(using=using)

    return seal_what_waits


def head(*, using: str = "default") -> Head:
    sealed = _entries(using).exclude(number=None).order_by("-number")
    last = sealed.values_list("number", "seal").first()
    return Head(*last) if last else Head(0, canonical.GENESIS)


def seal(*, using: str = "default") -> int:
    """Seal all that waits; returns how many changes that were."""
    total, count = 0, BATCH
    while count == BATCH:
        count, is_checked_today = _seal_batch(using)
        total += count
    if total and not is_checked_today:
        checkpoint_of_today(using=using)
    return total


def checkpoint(*, using: str = "default"):
    """Write down where the chain stands, with the number of rows in each history."""
    with transaction.atomic(using=using):
        _lock(using)
        return _take_checkpoint(using)


def checkpoint_of_today(*, using: str = "default"):
    """Take the first checkpoint of the day, if nobody has meanwhile."""
    with transaction.atomic(using=using):
        _lock(using)
        if (
            not _checkpoints(using)
            .filter(taken_at__gte=start_of(timezone.now().date()))
            .exists()
        ):
            _take_checkpoint(using)


def _take_checkpoint(using: str):
    end = head(using=using)
    counts = {
        name: table.history._base_manager.using(using).count()
        for name, table in sorted(tracked().items())
    }
    return _checkpoints(using).create(number=end.number, seal=end.seal, counts=counts)


def _seal_batch(using: str) -> tuple[int, bool]:
    """Seal the oldest that wait; returns how many, and whether there is a checkpoint
    of today."""
    connection = connections[using]
    ledger = connection.ops.quote_name(_model("LedgerEntry")._meta.db_table)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        _lock(using)
        today = connection.ops.adapt_datetimefield_value(
            start_of(timezone.now().date())
        )
        waiting = _waiting(cursor, ledger, today)
        if not waiting:
            return 0, True
        _, _, _, number, previous, is_checked_today = waiting[0]
        number, previous, sealed = number or 0, previous or canonical.GENESIS, []
        rows = _history_rows(waiting, using)
        for pk, record, history_id, *_ in waiting:
            public, private = rows.get((record, history_id), ("", ""))
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
        return len(sealed), bool(is_checked_today)


def _waiting(cursor, ledger: str, today) -> list[tuple]:
    """Id, record and history id of the oldest entries that wait, each with the last
    number and seal, and whether there is a checkpoint of today: one query, for every
    save asks it."""
    checkpoints = _model("Checkpoint")._meta.db_table
    cursor.execute(
        "SELECT w.id, w.record, w.history_id, h.number, h.seal,"
        f" EXISTS (SELECT 1 FROM {checkpoints} WHERE taken_at >= %s)"
        f" FROM (SELECT id, record, history_id FROM {ledger} WHERE number IS NULL"
        f" ORDER BY id LIMIT {BATCH}) w LEFT JOIN (SELECT number, seal FROM {ledger}"
        " WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1) h ON TRUE"
        " ORDER BY w.id",
        [today],
    )
    return cursor.fetchall()


def _history_rows(waiting, using) -> dict[tuple[str, int], tuple[str, str]]:
    """The canonical texts of these entries' history rows, by record and history id.

    An entry without such a row, which no road of ours makes, has none; verifying names
    it.
    """
    wanted: dict[str, list[int]] = {}
    for _, record, history_id, *_ in waiting:
        wanted.setdefault(record, []).append(history_id)
    texts = {}
    for record, ids in wanted.items():
        if table := tracked().get(record):
            for history_id, *said in table.said(ids, using=using):
                texts[record, history_id] = tuple(map(canonical.to_json, said))
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
