"""Rows of the record, of history and of the ledger, against one another."""

from collections.abc import Iterator

from django.db import connections

from partnerships.ledger.models import LedgerEntry
from partnerships.ledger.registry import Tracked
from partnerships.ledger.verifying.problem import Problem
from partnerships.ledger.verifying.sqlite_values import misspelt

BATCH = 2000


def entry_problems(using: str) -> Iterator[Problem]:
    """Entries that the walk along the chain does not come by, or cannot trust."""
    for key, columns in misspelt(LedgerEntry, using=using):
        text = f"the entry {key} of the ledger holds {', '.join(columns)} in another"
        yield Problem("entry", f"{text} spelling than ours")
    outside = LedgerEntry.objects.using(using).filter(number__lt=1)
    for number in outside.order_by("number").values_list("number", flat=True):
        yield Problem("entry", f"there is a change {number}; the first is number 1")


def row_problems(table: Tracked, using: str) -> Iterator[Problem]:
    """All that is wrong with the rows of one kind of record."""
    yield from _misspelt(table, using)
    yield from _unlisted(table, using)
    yield from _misplaced(table, using)
    yield from _out_of_order(table, using)
    if table.live:
        yield from _unrecorded(table, using)


def _misspelt(table: Tracked, using: str) -> Iterator[Problem]:
    for key, columns in misspelt(table.history, using=using):
        text = f"the row of history {key} of a {table.record} holds"
        yield Problem("edited", f"{text} {', '.join(columns)} in another spelling")
    for key, columns in misspelt(table.live, using=using) if table.live else ():
        text = f"{table.record} {key} holds {', '.join(columns)} in another spelling"
        yield Problem("unrecorded", text)


def _fetch(using: str, sql: str) -> Iterator[tuple]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def _unlisted(table: Tracked, using: str) -> Iterator[Problem]:
    ledger = LedgerEntry._meta.db_table
    for history_id, key in _fetch(
        using,
        f"SELECT h.history_id, h.id FROM {table.history._meta.db_table} h"
        f" WHERE NOT EXISTS (SELECT 1 FROM {ledger} e WHERE"
        f" e.record = '{table.record}' AND e.history_id = h.history_id)",
    ):
        text = f"{table.record} {key} has a row of history ({history_id})"
        yield Problem("unlisted", f"{text} that the ledger does not list")


def _misplaced(table: Tracked, using: str) -> Iterator[Problem]:
    """Entries that were moved to another record's log, or out of every one."""
    is_sqlite = connections[using].vendor == "sqlite"
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    for number, key in _fetch(
        using,
        f"SELECT e.number, e.object_id FROM {LedgerEntry._meta.db_table} e"
        f" JOIN {table.history._meta.db_table} h ON h.history_id = e.history_id"
        f" WHERE e.record = '{table.record}' AND"
        f" (e.partnership_id {differs} {table.partnership('h')}"
        f" OR e.partner_id {differs} {table.partner('h')})",
    ):
        text = f"change {number} ({table.record} {key}) is in another record's log"
        yield Problem("entry", text)


def _out_of_order(table: Tracked, using: str) -> Iterator[Problem]:
    for (key,) in _fetch(
        using,
        "SELECT DISTINCT id FROM (SELECT id, history_date, LAG(history_date) OVER"
        f" (PARTITION BY id ORDER BY history_id) AS before"
        f" FROM {table.history._meta.db_table}) AS h WHERE history_date < before",
    ):
        yield Problem("order", f"{table.record} {key} has history that runs backwards")


def _unrecorded(table: Tracked, using: str) -> Iterator[Problem]:
    """Live rows that differ from their newest row of history, or have none; and rows
    that are gone though history does not say so."""
    live, history = table.live._meta.db_table, table.history._meta.db_table
    is_sqlite = connections[using].vendor == "sqlite"
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    different = " OR ".join(f"l.{c} {differs} h.{c}" for c in table.columns)
    newest = (
        f"h.history_id = (SELECT n.history_id FROM {history} n WHERE n.id = {{}}.id"
        " ORDER BY n.history_date DESC, n.history_id DESC LIMIT 1)"
    )
    for key, history_id in _fetch(
        using,
        f"SELECT l.id, h.history_id FROM {live} l LEFT JOIN {history} h"
        f" ON {newest.format('l')}"
        f" WHERE h.history_id IS NULL OR h.history_type = '-' OR {different}",
    ):
        text = "differs from its newest history" if history_id else "has no history"
        yield Problem("unrecorded", f"{table.record} {key} {text}")
    for (key,) in _fetch(
        using,
        f"SELECT h.id FROM {history} h WHERE h.history_type <> '-' AND NOT EXISTS"
        f" (SELECT 1 FROM {live} l WHERE l.id = h.id) AND {newest.format('h')}",
    ):
        text = f"{table.record} {key} is gone, and its history does not say so"
        yield Problem("unrecorded", text)
