"""What whoever runs the site does, with every trigger in its place: SQL without
history, or with a history that looks honest and breaks a rule of the record."""

import uuid
from functools import partial
from random import Random
from typing import Any

from django.apps import apps

from tests.ledger.databases import is_sqlite, sql
from tests.ledger.tampering import Tampering, forging, tables
from tests.ledger.tampering.forging import LEDGER
from tests.ledger.tampering.hands import (
    NOW,
    acting_as,
    enter,
    history_of,
    query,
    site_role,
    well_formed,
)

DEBT, NEVER = "partnerships_debt", "partnerships_never"


def by_site(words: str, act) -> Tampering:
    def as_role():
        with site_role() as role, acting_as(role):
            act()

    return Tampering(f"the site: {words}", as_role)


def declared(attribute: str) -> list[tuple[str, Any]]:
    """The tables with the fields that their models name by this attribute, which are
    stored once rows are there."""
    found = []
    for model in apps.get_app_config("partnerships").get_models():
        for name in getattr(model, attribute, ()):
            if tables.keys(table := model._meta.db_table):
                found.append((table, model._meta.get_field(name)))
    return found


def _forged(random, field, key):
    """A value of the right type that is not the one that is there."""
    if field.is_relation:
        there = set(tables.keys(field.related_model._meta.db_table))
        cell = tables.Cell(field.model._meta.db_table, key, field.column)
        free = sorted(there - {tables.value(cell)})
        return random.choice([*free, *([None] if field.null else [])] or [None])
    kind = field.get_internal_type()
    if kind == "DateField":
        return random.choice(["2020-01-01", "2024-05-21"])
    if "Integer" in kind:
        return random.randint(70, 99)
    return str(uuid.uuid4()) if kind == "UUIDField" else "forged"


def _of(random: Random, attribute: str) -> Tampering:
    table, field = random.choice(declared(attribute))
    key = random.choice(tables.keys(table))
    new = _forged(random, field, key)
    words = f"{field.column} of {table} {key} := {new}, with history"
    return by_site(words, partial(well_formed, table, key, **{field.column: new}))


def permanent(random: Random) -> Tampering:
    """A value that never changes."""
    return _of(random, "PERMANENT")


def derived(random: Random) -> Tampering:
    """A value that follows from another one, which stays."""
    return _of(random, "DERIVED")


def unrecorded(random: Random) -> Tampering:
    """A change, a deletion or a copy without history."""
    names = [*tables.live_tables(), *tables.histories(), LEDGER, tables.REDACTION]
    table = tables.a_table(random, names)
    cell = tables.a_cell(random, table)
    new, value = tables.another(random, cell)
    copied = {tables.key_of(table): max(tables.keys(table)) + 1}
    words, act = random.choice(
        [
            (f"{value} as {cell}", partial(tables.write, cell, new)),
            (f"{table} {cell.key} deleted", partial(tables.delete, table, cell.key)),
            (f"{table} copied", partial(tables.copy, table, cell.key, **copied)),
        ]
    )
    return by_site(f"{words}, without history", act)


#: What a row of history says that no honest one does.
DISHONEST = {
    "no reason": {"history_change_reason": ""},
    "a reason that nobody sees": {"history_change_reason": "\u200b"},
    "no kind": {"history_kind": ""},
    "a kind that there is not": {"history_kind": "annexed"},
    "nobody's name": {"history_actor": ""},
    "an account that there is not": {"history_user_id": 987},
    "the day before": {"history_date": "2026-01-01 00:00:00"},
    "another action": {"history_type": "+"},
    "a deletion": {"history_type": "-"},
}


def dishonest(random: Random) -> Tampering:
    """A change of what readers see, with a history that says too little or a lie."""
    words = random.choice([*DISHONEST])
    [(key,)] = query(
        "SELECT min(m.id) FROM partnerships_milestone m JOIN partnerships_partnership p"
        " ON p.id = m.partnership_id WHERE p.is_published"
    )
    table, history = "partnerships_milestone", DISHONEST[words]
    act = partial(well_formed, table, key, history, place="Nowhere")
    return by_site(f"{table} {key} changed, history says {words}", act)


def never_done(random: Random) -> Tampering:
    """A row of history that puts into somebody's mouth what the record never said."""
    table = tables.a_table(random, tables.live_tables())
    key = random.choice(tables.keys(table))
    history = history_of(table)

    def act():
        enter(table, key, {"id": key + 1000})

    return by_site(f"history of {history} {key + 1000}, which never was", act)


def far_ahead(random: Random) -> Tampering:
    """A row of history under a number after which none is left."""
    table = tables.a_table(random, tables.live_tables())
    key, number = random.choice(tables.keys(table)), tables.LAST - random.randint(1, 9)
    act = partial(enter, table, key, {"history_id": number})
    return by_site(f"history of {table} {key} under number {number}", act)


def sealed_by_hand(random: Random) -> Tampering:
    """A change that waits gets a seal that is none, or that covers something else."""
    is_garbage = random.random() < 0.5
    [(key,)] = query("SELECT min(id) FROM partnerships_milestone")

    def act():
        well_formed("partnerships_milestone", key, place="Nowhere")
        [(entry, number, record, history_id)] = query(
            "SELECT id, (SELECT max(number) + 1 FROM partnerships_ledgerentry), record,"
            f" history_id FROM {LEDGER} WHERE number IS NULL"
        )
        salt, public, private = "0" * 32, '{"values":{}}', '{"values":{}}'
        digest = "0" * 64 if is_garbage else forging.digest(public, private, salt)
        previous = forging.head().partition(":")[2]
        seal = forging.seal(previous, number, record, history_id, digest)
        sql(
            f"UPDATE {LEDGER} SET number = %s, public = %s, private = %s, salt = %s,"
            " digest = %s, seal = %s WHERE id = %s",
            *(number, public, private, salt, digest, seal, entry),
        )

    words = "garbage" if is_garbage else "no word of what changed"
    return by_site(f"a change sealed with {words}", act)


def forged_proof(random: Random) -> Tampering:
    """A checkpoint or a verification that there never was."""
    number, seal = forging.head().split(":")
    what = random.choice(["verification", "verification in time", "checkpoint"])
    day = "'9998-01-01 00:00:00'" if what != "verification in time" else NOW

    def act():
        if what == "checkpoint":
            counts = '{"area": 1}'
            sql(
                "INSERT INTO partnerships_checkpoint"
                " (taken_at, number, seal, counts, signature)"
                f" VALUES ({day}, %s, %s, %s, '')",
                *(number, seal, counts),
            )
        else:
            sql(
                "INSERT INTO partnerships_verification (verified_at, number, since,"
                f" problems) VALUES ({day}, 777777, 0, 0)"
            )

    return by_site(f"a {what} that there never was", act)


def account(random: Random) -> Tampering:
    """More rights for an account than anybody gave it, or its name on another."""
    statements = {
        "a superuser": "UPDATE partnerships_user SET is_superuser = %s WHERE id = 1",
        "back": "UPDATE partnerships_user SET is_active = %s WHERE NOT is_active",
        "a publisher": (
            "INSERT INTO partnerships_user_groups (user_id, group_id)"
            " SELECT 1, id FROM auth_group WHERE %s AND name = 'publisher'"
        ),
    }
    words = random.choice([*statements])
    return by_site(f"an account is {words}", partial(sql, statements[words], True))


def debts(random: Random) -> Tampering:
    """SQLite's tables of what is owed."""
    [(key,)] = query("SELECT min(id) FROM partnerships_milestone")
    words = random.choice(["no debt is one", "a lie, its debt forgiven", "a debt"])

    def act():
        if words == "a debt":
            sql("PRAGMA defer_foreign_keys = ON")
            sql(f"INSERT INTO {DEBT} VALUES (1, 'milestone', {key}, 'nothing', 1)")
        elif words == "no debt is one":
            sql(f"INSERT INTO {NEVER} VALUES (1)")
        else:
            sql("UPDATE partnerships_milestone SET place = 'X' WHERE id = %s", key)
            sql(f"DELETE FROM {DEBT}")

    return by_site(words, act)


KINDS = [
    permanent,
    derived,
    unrecorded,
    dishonest,
    never_done,
    far_ahead,
    sealed_by_hand,
    forged_proof,
    account,
]

if is_sqlite:
    KINDS.append(debts)
