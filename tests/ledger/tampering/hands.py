"""By whose hands: the owner, whom nothing stops, and the role that runs the site. And
what comes of it: refused, named or neither."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction

from tests.ledger import roles
from tests.ledger.databases import is_sqlite, sql

#: PostgreSQL's errors for what a role may not do, and for what a trigger forbids.
SAID_NO = ("42501", "P0001")
#: SQLite's, where the guard would have written down a value.
NO_JSON = "JSON cannot hold BLOB values"
NOW = "strftime('%Y-%m-%d %H:%M:%f000', 'now')" if is_sqlite else "clock_timestamp()"


def query(statement: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)
        return cursor.fetchall()


# The owner


@contextmanager
def unwatched(*tables: str) -> Iterator[None]:
    """No trigger fires, no reference and, of these tables, no CHECK is looked at. All
    of them are back afterwards, as they were; nothing was done where it fails."""
    with _sqlite_unwatched() if is_sqlite else _postgresql_unwatched(tables):
        yield
    connection.close()  # what it believes of the schema


@contextmanager
def _sqlite_unwatched():
    sql("PRAGMA foreign_keys = OFF")
    sql("PRAGMA ignore_check_constraints = ON")
    try:
        with transaction.atomic():
            rules = query(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
                " ORDER BY rowid"
            )
            for name, _ in rules:
                sql(f'DROP TRIGGER "{name}"')
            yield
            for _, text in rules:
                sql(text)
    finally:
        sql("PRAGMA ignore_check_constraints = OFF")
        sql("PRAGMA foreign_keys = ON")


@contextmanager
def _postgresql_unwatched(tables):
    names = ", ".join(f"'{table}'::regclass" for table in tables) or "NULL"
    with transaction.atomic():
        sql("SET LOCAL session_replication_role = replica")
        counts = query(f"SELECT oid, relchecks FROM pg_class WHERE oid IN ({names})")
        # PostgreSQL looks for no more of them than it believes there are.
        sql(f"UPDATE pg_class SET relchecks = 0 WHERE oid IN ({names})")
        yield
        for table, count in counts:
            sql("UPDATE pg_class SET relchecks = %s WHERE oid = %s", count, table)


@contextmanager
def schema_unlocked() -> Iterator[None]:
    """SQLite's own table of the schema can be written like any other."""
    with transaction.atomic():
        sql("PRAGMA writable_schema = ON")
        yield
    sql("PRAGMA writable_schema = RESET")
    connection.close()


# The site


@contextmanager
def site_role() -> Iterator[str]:
    """The name of a role that may do on PostgreSQL what the site needs; on SQLite there
    is none, and who runs the site is whoever writes to the file."""
    name = f"tracker_{uuid.uuid4().hex}"
    if is_sqlite:
        yield name
        return
    roles.make(name)
    try:
        yield name
    finally:
        connection.close()
        roles.drop(name)


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """One transaction of the site's."""
    with transaction.atomic():
        if not is_sqlite:
            sql(f"SET LOCAL SESSION AUTHORIZATION {role}")
        yield


def well_formed(table: str, pk: int, history: dict | None = None, /, **values):
    """Change a row by SQL and enter the history that is owed, as the tracker would."""
    columns = ", ".join(f"{name} = %s" for name in values)
    sql(f"UPDATE {table} SET {columns} WHERE id = %s", *values.values(), pk)
    enter(table, pk, history)


def changed(site: Callable, table: str, key: int, history=None, /, **values):
    """Return an attack of the site's: these values, with the history that is owed."""

    def attack():
        with site():
            well_formed(table, key, history, **values)

    return attack


def the_one(table: str, where: str = "true") -> int:
    """Return the key of the first row of which that is true."""
    [(key,)] = query(f"SELECT min(id) FROM {table} WHERE {where}")
    return key


def enter(table: str, pk: int, history: dict | None = None):
    """Copy a row of a table, as it is, into its history."""
    given = {
        "history_type": "~",
        "history_change_reason": "Typo in the note",
        "history_user_id": query("SELECT min(id) FROM partnerships_user")[0][0],
        "history_actor": "Jane Doe",
        "history_kind": "correction",
        "history_changeset": uuid.uuid4().hex if is_sqlite else uuid.uuid4(),
    } | (history or {})
    own = [name for name in columns(table) if name not in given]
    date = given.pop("history_date", None)
    into = ", ".join([*own, *given, "history_date"])
    marks = ", ".join([*own, *["%s"] * len(given), "%s" if date else NOW])
    sql(
        f"INSERT INTO {history_of(table)} ({into}) SELECT {marks} FROM {table}"
        " WHERE id = %s",
        *given.values(),
        *([date] if date else []),
        pk,
    )


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return [column.name for column in described]


def history_of(table: str) -> str:
    return table.replace("partnerships_", "partnerships_historical")


# What comes of it


class Outcome(NamedTuple):
    """The database's refusal, if there was one, and what verification says."""

    refused: str
    is_whole: bool
    said: str

    def __str__(self) -> str:
        return f"refused: {self.refused}" if self.refused else self.said


def outcome(attack: Callable[[], object], *anchors: str) -> Outcome:
    """Try an attack, then verify. Raises whatever is no refusal: an attack that is
    not even SQL was refused by nobody."""
    refused = ""
    try:
        attack()
    except (DatabaseError, ValidationError, CommandError) as error:
        refused = refusal(error)
        if not refused:
            raise
    return Outcome(refused, *verified(*anchors))


def refusal(error: Exception) -> str:
    """Return how an error refuses what was tried; nothing for one that says no more
    than that the attempt was no good."""
    is_one = isinstance(error, REFUSALS) or NO_JSON in str(error)
    if is_one or getattr(error.__cause__, "sqlstate", "") in SAID_NO:
        return str(error).strip().partition("\n")[0] or type(error).__name__
    return ""


REFUSALS = (IntegrityError, DataError, ValidationError, CommandError)


def verified(*anchors: str) -> tuple[bool, str]:
    """Return whether ``verify_audit`` says that all is whole, and what it prints."""
    out = StringIO()
    try:
        call_command(
            "verify_audit", *(f"--anchor={a}" for a in anchors), stdout=out, stderr=out
        )
    except CommandError as error:
        assert error.returncode
        return False, f"{out.getvalue()}{error}"
    return True, out.getvalue()


def refused_or_named(attack: Callable[[], object], names: str, *anchors: str):
    """The database refuses the attack, and is whole afterwards; or verification names
    what was attacked, or what of it was not refused, in one of these words."""
    whole, said = verified()
    assert whole, said
    tried = outcome(attack, *anchors)
    if tried.is_whole:
        assert tried.refused, "verify_audit says that the trail is whole"
    else:
        words = names.split("|")
        assert any(word in tried.said for word in words), tried.said
