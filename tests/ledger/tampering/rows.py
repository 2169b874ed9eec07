"""Rows of record, history and ledger, by the owner, whom no trigger stops."""

from datetime import timedelta
from functools import partial
from random import Random

from tests.ledger.databases import is_sqlite, sql
from tests.ledger.tampering import Tampering, forging, tables
from tests.ledger.tampering.forging import CHECKPOINT, LEDGER
from tests.ledger.tampering.hands import columns, query, unwatched
from tests.ledger.tampering.tables import REDACTION, Cell


def _trail() -> list[str]:
    return [*tables.histories(), LEDGER, LEDGER, REDACTION, CHECKPOINT]


def one_value(random: Random) -> Tampering:
    """Any value of any table."""
    names = random.choice([tables.live_tables(), tables.histories(), _trail()])
    cell = tables.a_cell(random, tables.a_table(random, names))
    new, words = tables.another(random, cell)
    return _unseen(f"{words} as {cell}", cell.table, lambda: tables.write(cell, new))


def value_and_history(random: Random) -> Tampering:
    """A value of the record, in its newest row of history too."""
    cell, past, new, words = _of_the_record(random)

    def act():
        tables.write(cell, new)
        tables.write(past, new)

    return _unseen(f"{words} as {cell}, and in its history", cell.table, act)


def value_and_all_but_the_chain(random: Random) -> Tampering:
    """The same, and in what was sealed; with or without the digest of that."""
    has_digest = random.random() < 0.5
    rest = "digest" if has_digest else "text alone"
    return _told(random, f"history and ledger ({rest})", has_digest)


def value_and_the_chain_anew(random: Random) -> Tampering:
    """The same, and every later seal made anew, and the checkpoints."""
    words = "history, ledger and the whole chain"
    return _told(random, words, True, forging.chain_anew)._replace(is_inherent=True)


def _told(random, where, has_digest, then=lambda: None):
    live = [n for n in tables.live_tables() if n != "partnerships_roleassignment"]
    table = tables.a_table(random, live)
    texts = [
        c
        for c in ("note", "title", "place", "wording", "name", "summary", "text")
        if c in columns(table)
    ]
    if not texts:
        return value_and_history(random)
    cell = Cell(table, random.choice(tables.keys(table)), random.choice(texts))
    past = _past(cell)
    new = f"Word {random.randint(100, 999)}"

    def act():
        tables.write(cell, new)
        tables.write(past, new)
        number = tables.number_of(past.table, past.key)

        def edit(half):
            if cell.column in half["values"]:
                half["values"][cell.column] = new

        forging.rewrite(number, edit, with_digest=has_digest)
        then()

    return _unseen(f"another {cell}, in {where}", cell.table, act)


def who_or_why(random: Random) -> Tampering:
    """Another name or reason: in history, in the ledger, in what was sealed."""
    history = tables.a_table(random, tables.histories())
    key = random.choice(tables.keys(history))
    column, copy, name = random.choice(
        [
            ("history_actor", "actor", "by"),
            ("history_change_reason", "reason", "reason"),
            ("history_kind", "kind", "kind"),
        ]
    )
    new = random.choice(["import", "editorial"] if name == "kind" else ["Jane", "Why"])
    has_digest = random.random() < 0.5

    def act():
        number = tables.number_of(history, key)
        tables.update(history, key, **{column: new})
        sql(f"UPDATE {LEDGER} SET {copy} = %s WHERE number = %s", new, number)

        def edit(half):
            if name in half:
                half[name] = new

        forging.rewrite(number, edit, with_digest=has_digest)

    return _unseen(f"another {name} of {history} {key}, everywhere", history, act)


def moment(random: Random) -> Tampering:
    """The time of a change, in history and ledger; or when its entry was made."""
    history = tables.a_table(random, tables.histories())
    key = random.choice(tables.keys(history))
    shift = random.choice([-3 * 365, -1, 1, 400]) * timedelta(days=1)
    shift += timedelta(microseconds=random.choice([0, 1, 10**6]))
    is_entry = random.random() < 0.3

    def act():
        number = tables.number_of(history, key)
        if is_entry:
            _shift(LEDGER, "recorded_at", f"number = {number}", shift)
        else:
            _shift(history, "history_date", f"history_id = {key}", shift)
            _shift(LEDGER, "at", f"number = {number}", shift)

    what = "entry" if is_entry else "change"
    return _unseen(f"the {what} of {history} {key} moved by {shift}", history, act)


def _shift(table, column, where, shift):
    days = shift // timedelta(days=1)
    rest = shift - timedelta(days=days)
    if is_sqlite:
        moved = f"strftime('%Y-%m-%d %H:%M:%S', {column}, '{days} days')"
        moved += f" || '.{rest.microseconds:06}'"
    else:
        moved = f"{column} + interval '{days} days {rest.microseconds} microseconds'"
    sql(f"UPDATE {table} SET {column} = {moved} WHERE {where}")


def swapped(random: Random) -> Tampering:
    """Two rows of a table with each other's values, in one column or in all."""
    full = [n for n in [*tables.live_tables(), *_trail()] if len(tables.keys(n)) > 1]
    table = random.choice(full)
    one, other = random.sample(tables.keys(table), 2)
    left = {tables.key_of(table), "key", "number"} | tables.UNREAD.get(table, set())
    names = [c for c in columns(table) if c not in left]
    if random.random() < 0.5:
        names = [random.choice(names)]

    def act():
        first = {c: tables.value(Cell(table, one, c)) for c in names}
        second = {c: tables.value(Cell(table, other, c)) for c in names}
        tables.update(table, one, **second)
        tables.update(table, other, **first)

    words = f"{', '.join(names)} of {table} {one} and {other} swapped"
    return _unseen(words, table, act)


def added(random: Random) -> Tampering:
    """A row once more, under a key of its own."""
    table = tables.a_table(random, [*tables.live_tables(), *_trail()[:-1]])
    key = random.choice(tables.keys(table))
    new = {tables.key_of(table): max(tables.keys(table)) + random.choice([1, 99])}
    if table == LEDGER:
        [(last,)] = query(f"SELECT max(number) FROM {LEDGER}")
        new |= {"number": last + 1, "history_id": 987}
    elif "key" in columns(table) and "historical" not in table:
        new["key"] = f"forged-{random.randint(1, 999)}"
    act = partial(tables.copy, table, key, **new)
    return _unseen(f"a copy of {table} {key} as {new}", table, act)


def deleted(random: Random) -> Tampering:
    """A row, alone or with its entry."""
    names = [*tables.live_tables(), *_trail()[:-1]]
    table = tables.a_table(random, names)
    key = random.choice(tables.keys(table))
    with_entry = "historical" in table and random.random() < 0.5

    def act():
        if with_entry:
            number = tables.number_of(table, key)
            sql(f"DELETE FROM {LEDGER} WHERE number = %s", number)
        tables.delete(table, key)

    words = " and its entry" if with_entry else ""
    return _unseen(f"{table} {key}{words} deleted", table, act)


def never_was(random: Random) -> Tampering:
    """A record with all its history and entries; the rest renumbered, or not."""
    table = tables.a_table(random, tables.live_tables())
    key, record = random.choice(tables.keys(table)), table.removeprefix("partnerships_")
    is_renumbered = random.random() < 0.5

    def act():
        for name in (table, table.replace(record, f"historical{record}")):
            sql(f"DELETE FROM {name} WHERE id = %s", key)
        sql(f"DELETE FROM {LEDGER} WHERE record = %s AND object_id = %s", record, key)
        if is_renumbered:
            numbers = query(f"SELECT number FROM {LEDGER} ORDER BY number")
            for new, (old,) in enumerate(numbers, 1):
                sql(f"UPDATE {LEDGER} SET number = %s WHERE number = %s", new, old)
            forging.chain_anew()

    words = ", all after it sealed anew" if is_renumbered else ""
    drawn = _unseen(f"{table} {key} never was{words}", table, act)
    return drawn._replace(is_inherent=is_renumbered)


def moved(random: Random) -> Tampering:
    """A key: of a record, of its rows of history, or of both with the ledger."""
    table = tables.a_table(random, tables.live_tables())
    key, record = random.choice(tables.keys(table)), table.removeprefix("partnerships_")
    new = max(tables.keys(table)) + random.choice([1, 7, 1000])
    history = table.replace(record, f"historical{record}")
    where = random.choice([[table], [history], [table, history], [LEDGER]])

    def act():
        for name in where:
            if name == LEDGER:
                of = f"record = '{record}' AND object_id = %s"
                sql(f"UPDATE {LEDGER} SET object_id = %s WHERE {of}", new, key)
            else:
                sql(f"UPDATE {name} SET id = %s WHERE id = %s", new, key)

    return _unseen(f"{record} {key} is {new} in {', '.join(where)}", table, act)


def tail_cut_off(random: Random) -> Tampering:
    """The last changes undone, everywhere."""
    [(last,)] = query(f"SELECT max(number) FROM {LEDGER}")
    [(redacted,)] = query(f"SELECT max(number) FROM {LEDGER} WHERE record='redaction'")
    first = random.randint(redacted + 1, last)
    words = f"all from change {first} on undone and cut off"
    act = partial(forging.cut_off, first)
    return _unseen(words, LEDGER, act)._replace(is_inherent=True)


def checkpoint(random: Random) -> Tampering:
    """When a checkpoint was taken, or how many rows it counted."""
    key = random.choice(tables.keys(CHECKPOINT))
    day = random.choice(["9999-01-01 00:00:00", "2001-01-01 00:00:00"])
    counts = '{"area": 7}'
    column, new = random.choice([("taken_at", day), ("counts", counts)])
    act = partial(tables.update, CHECKPOINT, key, **{column: new})
    return _unseen(f"{column} of checkpoint {key} := {new}", CHECKPOINT, act)


def _of_the_record(random):
    cell = tables.a_cell(random, tables.a_table(random, tables.live_tables()))
    while cell.column == "id":
        cell = tables.a_cell(random, cell.table)
    return cell, _past(cell), *tables.another(random, cell)


def _past(cell: Cell) -> Cell:
    history = cell.table.replace("partnerships_", "partnerships_historical")
    return Cell(history, tables.newest_history(cell.table, cell.key), cell.column)


def _unseen(words, table, act) -> Tampering:
    def unwatched_act():
        own = [table] if table in (LEDGER, CHECKPOINT, REDACTION) else []
        is_live = table in tables.live_tables()
        with unwatched(*own, *([table] if is_live else [])):
            act()

    return Tampering(words, unwatched_act)


KINDS = [
    one_value,
    one_value,
    value_and_history,
    value_and_all_but_the_chain,
    value_and_the_chain_anew,
    who_or_why,
    moment,
    swapped,
    added,
    deleted,
    never_was,
    moved,
    tail_cut_off,
    checkpoint,
]
