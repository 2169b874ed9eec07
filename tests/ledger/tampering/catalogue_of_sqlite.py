"""SQLite's schema: triggers, indexes, constraints, columns, and its counters."""

import re
import sqlite3
from random import Random

from django.db import connection

from tests.ledger.databases import sql
from tests.ledger.tampering import Tampering, tables
from tests.ledger.tampering.forging import LEDGER
from tests.ledger.tampering.hands import query, schema_unlocked, unwatched

MILESTONES = "partnerships_historicalmilestone"


def _named(kind: str) -> dict[str, str]:
    """What there is of a kind on our tables, by name, with its statement."""
    return dict(
        query(
            "SELECT name, sql FROM sqlite_master WHERE type = %s AND sql IS NOT NULL"
            " AND tbl_name LIKE 'partnerships_%%' ORDER BY name",
            kind,
        )
    )


def _rewritten(name: str, text: str):
    with schema_unlocked():
        sql("UPDATE sqlite_master SET sql = %s WHERE name = %s", text, name)


def trigger(random: Random) -> Tampering:
    """One of the guard's: gone, renamed, or with another text."""
    name, text = random.choice([*_named("trigger").items()])
    words = random.choice(["gone", "renamed", "with a blank more", "for nothing"])
    body = text.replace("BEGIN ", "BEGIN SELECT 1; ", 1)
    never = re.sub(r" BEGIN SELECT RAISE", " AND 1 = 0 BEGIN SELECT RAISE", text)
    made = {
        "gone": [],
        "renamed": [text.replace(name, f"{name}s", 1)],
        "with a blank more": [text.replace("BEGIN ", "BEGIN  ", 1)],
        "for nothing": [never if " WHEN " in text and never != text else body],
    }[words]

    def act():
        sql(f'DROP TRIGGER "{name}"')
        for statement in made:
            sql(statement)

    return Tampering(f"the trigger {name} {words}", act)


#: What a trigger of somebody else's does.
DEEDS = {
    f"BEFORE INSERT ON {MILESTONES} WHEN NEW.history_actor = 'Jane Doe'": (
        "SELECT RAISE(IGNORE)"
    ),
    "AFTER INSERT ON partnerships_debt": "DELETE FROM partnerships_debt",
    "AFTER UPDATE ON partnerships_user": (
        "UPDATE partnerships_user SET is_superuser = 1 WHERE id = NEW.id"
    ),
    f"AFTER INSERT ON {LEDGER}": "UPDATE partnerships_source SET note = 'x'",
}


def trigger_of_ones_own(random: Random) -> Tampering:
    """One that is not ours, of a type spelt in any way, on any table."""
    name = random.choice(["zz", "trail_zz", "TRAIL_ZZ", "sqlite"])
    (when, deed), spelt = (
        random.choice([*DEEDS.items()]),
        random.choice(["trigger", "TRIGGER", "Trigger"]),
    )

    def act():
        sql(f"CREATE TRIGGER {name} {when} BEGIN {deed}; END")
        with schema_unlocked():
            sql(f"UPDATE sqlite_master SET type = '{spelt}' WHERE name = '{name}'")

    return Tampering(f"a {spelt} {name} {when}", act)


def index(random: Random) -> Tampering:
    """Gone, or of the same name and another content."""
    name, text = random.choice([*_named("index").items()])
    words = random.choice(["gone", "on another column", "of some rows alone"])
    made = []
    if words == "on another column":
        made = [re.sub(r"\(.*", "(id)", text.replace("UNIQUE ", ""), count=1)]
        if "historical" in text:
            made = [made[0].replace("(id)", "(history_id)")]
    elif words == "of some rows alone":
        made = [text.rpartition(" WHERE ")[0] or text]
        made = [f"{made[0]} WHERE 1 = 0"]

    def act():
        sql(f'DROP INDEX "{name}"')
        for statement in made:
            sql(statement)

    return Tampering(f"the index {name} {words}", act)


def lying_index(random: Random) -> Tampering:
    """Other values in an index than in its table."""
    found = [
        (name, table, column)
        for name, table, column in query(
            "SELECT m.name, m.tbl_name, x.name FROM sqlite_master m"
            " JOIN pragma_index_info(m.name) x WHERE m.type = 'index'"
            " AND m.tbl_name LIKE 'partnerships_%%' AND x.name IS NOT NULL"
            " AND m.sql IS NOT NULL ORDER BY 1, 3"
        )
        if table in (*tables.live_tables(), *tables.histories()) and tables.keys(table)
        if column not in ("id", "history_id")
    ]
    name, table, column = random.choice(found)
    cell = tables.Cell(table, random.choice(tables.keys(table)), column)
    new = random.choice([7, "abandoned", "2001-01-01"])

    def act():
        truth = tables.value(cell)
        [(root, text)] = query(
            "SELECT rootpage, sql FROM sqlite_master WHERE name = %s", name
        )
        with unwatched():
            tables.write(cell, new)
        with schema_unlocked():
            sql("DELETE FROM sqlite_master WHERE name = %s", name)
        with unwatched():
            tables.write(cell, truth)
        with schema_unlocked():
            sql(
                "INSERT INTO sqlite_master VALUES ('index', %s, %s, %s, %s)",
                *(name, table, root, text),
            )

    return Tampering(f"the index {name} says {new} as {cell}", act)


def constraint(random: Random) -> Tampering:
    """A table without one of its CHECKs, UNIQUEs or references."""
    name, text = random.choice([*_named("table").items()])
    pattern = random.choice(
        [r' CHECK \("\w+" [^()]*\)', r" UNIQUE(?=,)", r" REFERENCES [^,]* DEFERRED"]
    )
    found = re.search(pattern, text)
    changed = text.replace(found[0], "", 1) if found else text
    return Tampering(
        f"{name} without{found and found[0]}", lambda: _rewritten(name, changed)
    )


def column(random: Random) -> Tampering:
    """Of another type, collation, or default; or with nothing allowed; or one more."""
    name, text = random.choice([*_named("table").items()])
    old, new = random.choice(
        [
            (r'" varchar\(\d+\)', '" varchar(9)'),
            (r'" text NOT NULL', '" text COLLATE NOCASE NOT NULL'),
            (r'" text NOT NULL', '" text COLLATE RTRIM NOT NULL'),
            (r'" text NOT NULL', "\" text DEFAULT 'x' NOT NULL"),
            (r'" text NOT NULL', '" text'),
            (r'" bigint NOT NULL', '" blob NOT NULL'),
            (r'" date ', '" numeric '),
            (r"$", ""),
        ]
    )
    if old == "$":
        act = lambda: sql(f'ALTER TABLE "{name}" ADD COLUMN zz integer')  # noqa: E731
        return Tampering(f"{name} with a column more", act)
    changed = re.sub(old, lambda found: new, text, count=1)
    return Tampering(f"{name} with {new}", lambda: _rewritten(name, changed))


def stranger(random: Random) -> Tampering:
    """A table or a view that is not ours."""
    kind = random.choice(["TABLE", "VIEW"])
    name = random.choice(["partnerships_zz", "zz"])
    statement = f"CREATE {kind} {name} AS SELECT * FROM partnerships_milestone"
    return Tampering(statement, lambda: sql(statement))


def view_in_place(random: Random) -> Tampering:
    """A view where a table was, which says almost the same."""
    name = tables.a_table(random, [*tables.live_tables(), *tables.histories()])

    def act():
        sql(f"ALTER TABLE {name} RENAME TO {name}_zz")
        sql(f"CREATE VIEW {name} AS SELECT * FROM {name}_zz")

    return Tampering(f"a view in place of {name}", act)


def counter(random: Random) -> Tampering:
    """The last key that was given: the highest that there is, or less than there are."""
    name = random.choice([n for n in tables.histories() if tables.keys(n)])
    to = random.choice([tables.LAST, tables.LAST - 1, "garbage", None])
    act = [f"UPDATE sqlite_sequence SET seq = %s WHERE name = '{name}'"]
    return Tampering(f"the counter of {name} at {to}", lambda: sql(*act, to))


def bytes_of_the_file(random: Random) -> Tampering:
    """Some bytes of some page, or the whole of it."""
    path = str(connection.settings_dict["NAME"])
    [(size,)], [(count,)] = query("PRAGMA page_size"), query("PRAGMA page_count")
    page = random.randint(1, count)
    words = random.choice(["a bit", "a bit", "a bit", "bytes", "zeros", "a copy"])
    places = [random.randrange(size) for _ in range(1 if words == "a bit" else 8)]
    other = random.randint(1, count)

    def act():
        connection.close()
        session = sqlite3.connect(path)
        session.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        session.close()
        with open(path, "r+b") as file:
            file.seek((other - 1) * size)
            copied = file.read(size)
            file.seek((page - 1) * size)
            content = bytearray(file.read(size))
            for place in places:
                content[place] ^= 1 << random.randrange(8)
            if words == "zeros":
                content = bytearray(size)
            elif words == "a copy":
                content = bytearray(copied)
            file.seek((page - 1) * size)
            file.write(content)

    return Tampering(f"page {page} of the file: {words} at {places}", act)


KINDS = [
    trigger,
    trigger_of_ones_own,
    index,
    lying_index,
    constraint,
    column,
    stranger,
    view_in_place,
    counter,
    bytes_of_the_file,
    bytes_of_the_file,
]
