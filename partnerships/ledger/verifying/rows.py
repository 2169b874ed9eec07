"""Rows of the record, of history and of the ledger, against one another."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connections

from partnerships.ledger.models import LedgerEntry
from partnerships.ledger.registry import Tracked
from partnerships.ledger.sql import SQL, Alias, differs, newest
from partnerships.ledger.verifying.sqlite_values import misspelt

BATCH = 2000


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a word to search for, and a sentence."""

    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


def entry_problems(using: str) -> Iterator[Problem]:
    """Yield what is wrong with entries that the chain does not show."""
    for key, columns in misspelt(LedgerEntry, using=using):
        text = f"the entry {key} of the ledger holds {', '.join(columns)} in another"
        yield Problem("entry", f"{text} spelling than ours")
    outside = LedgerEntry.objects.using(using).filter(number__lt=1)
    for number in outside.order_by("number").values_list("number", flat=True):
        yield Problem("entry", f"there is a change {number}; the first is number 1")


def row_problems(table: Tracked, using: str) -> Iterator[Problem]:
    """Yield all that is wrong with the rows of one kind of record."""
    yield from _misspelt(table, using)
    yield from _unlisted(table, using)
    yield from _misplaced(table, using)
    yield from _out_of_order(table, using)
    if table.live:
        yield from _unrecorded(table, using)


def _misspelt(table: Tracked, using: str) -> Iterator[Problem]:
    """Yield rows whose values are stored in a form that compares as another."""
    for key, columns in misspelt(table.history, using=using):
        text = f"the row of history {key} of a {table.record} holds"
        yield Problem("edited", f"{text} {', '.join(columns)} in another spelling")
    for key, columns in misspelt(table.live, using=using) if table.live else ():
        text = f"{table.record} {key} holds {', '.join(columns)} in another spelling"
        yield Problem("unrecorded", text)


def _fetch(using: str, sql: SQL) -> Iterator[tuple]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def _unlisted(table: Tracked, using: str) -> Iterator[Problem]:
    """Yield rows of history that have no entry."""
    sql = SQL(
        f"SELECT h.history_id, h.id FROM {table.history._meta.db_table} h"
        f" WHERE NOT EXISTS (SELECT 1 FROM {LedgerEntry._meta.db_table} e WHERE"
        f" e.record = '{table.record}' AND e.history_id = h.history_id)"
    )
    for history_id, key in _fetch(using, sql):
        text = f"{table.record} {key} has a row of history ({history_id})"
        yield Problem("unlisted", f"{text} that the ledger does not list")


def _misplaced(table: Tracked, using: str) -> Iterator[Problem]:
    """Yield entries that were moved to another record's log, or out of every one."""
    differ, row = differs(connections[using].vendor), Alias("h")
    sql = SQL(
        f"SELECT e.number, e.object_id FROM {LedgerEntry._meta.db_table} e"
        f" JOIN {table.history._meta.db_table} h ON h.history_id = e.history_id"
        f" WHERE e.record = '{table.record}' AND"
        f" (e.partnership_id {differ} {table.partnership(row)}"
        f" OR e.partner_id {differ} {table.partner(row)})"
    )
    for number, key in _fetch(using, sql):
        text = f"change {number} ({table.record} {key}) is in another record's log"
        yield Problem("entry", text)


def _out_of_order(table: Tracked, using: str) -> Iterator[Problem]:
    """Yield records with a row of history that is dated before an earlier one."""
    sql = SQL(
        "SELECT DISTINCT id FROM (SELECT id, history_date, LAG(history_date) OVER"
        f" (PARTITION BY id ORDER BY history_id) AS before"
        f" FROM {table.history._meta.db_table}) AS h WHERE history_date < before"
    )
    for (key,) in _fetch(using, sql):
        yield Problem("order", f"{table.record} {key} has history that runs backwards")


def _unrecorded(table: Tracked, using: str) -> Iterator[Problem]:
    """Yield live rows that history does not show as they are, and rows lost."""
    live, history = table.live._meta.db_table, Alias(table.history._meta.db_table)
    differ = differs(connections[using].vendor)
    different = " OR ".join(f"l.{c} {differ} h.{c}" for c in table.columns)
    changed = SQL(
        f"SELECT l.id, h.history_id FROM {live} l LEFT JOIN {history} h"
        f" ON h.history_id = {newest(history, Alias('l'))}"
        f" WHERE h.history_id IS NULL OR h.history_type = '-' OR {different}"
    )
    for key, history_id in _fetch(using, changed):
        text = "differs from its newest history" if history_id else "has no history"
        yield Problem("unrecorded", f"{table.record} {key} {text}")
    gone = SQL(
        f"SELECT h.id FROM {history} h WHERE h.history_type <> '-' AND NOT EXISTS"
        f" (SELECT 1 FROM {live} l WHERE l.id = h.id)"
        f" AND h.history_id = {newest(history, Alias('h'))}"
    )
    for (key,) in _fetch(using, gone):
        text = f"{table.record} {key} is gone, and its history does not say so"
        yield Problem("unrecorded", text)
