"""PostgreSQL describes what it holds in tables of its own, of which each role can read
what is asked for here. Nothing else is on the search path while they are read, so that
no function, operator or table of anybody's takes the place of PostgreSQL's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, transaction

from partnerships.ledger.registry import tracked
from partnerships.ledger.sql import SQL
from partnerships.ledger.triggers import base
from partnerships.ledger.verifying.schema import postgresql_sql
from partnerships.ledger.verifying.schema.base import Catalogue, Schema

#: The definition of each function of our triggers.
_FUNCTION = "f, v, trigger, plpgsql"

# What others than the owner may do: no more than docs/operating.md gives the site.
_RECORD = {"SELECT", "INSERT", "UPDATE", "DELETE"}
_TRAIL = {"SELECT", "INSERT"}
_BY_KIND = {"r": _RECORD, "S": {"SELECT", "USAGE"}}
_BY_TABLE = {
    base.LEDGER: {"SELECT"},
    base.CHECKPOINT: _TRAIL,
    base.VERIFICATION: _TRAIL,
    "django_migrations": {"SELECT"},
}


class PostgreSQL(Schema):
    """The schema of a PostgreSQL database in which the role of the connection works."""

    def obstacle(self) -> str:
        """Return a sentence if this role cannot make the tables to compare with."""
        sql = SQL(
            "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(),"
            " 'TEMPORARY') AND NOT pg_catalog.pg_is_in_recovery(), current_user"
        )
        [(can_compare, role)] = self.fetch(sql)
        if can_compare:
            return ""
        return f"the role {role} can make no temporary tables to compare it with"

    def made_by_migrations(self) -> list[Catalogue]:
        # Temporary tables need no right that a role has not, and go with the session.
        options = self.connection.settings_dict["OPTIONS"]
        begin = (
            f"{options.get('options', '')} -c search_path=pg_temp"
            " -c default_transaction_read_only=off"
        )
        with self._migrated(OPTIONS=options | {"options": begin}) as connection:
            scratch = PostgreSQL(connection)
            made = scratch.catalogue()
            for (statement,) in scratch._read(postgresql_sql.RESTORING):
                scratch.guards.execute(statement)
            restored = scratch.catalogue()
        names = {name for name, *_ in self.guards.expected()}
        functions = {f"function {name}()": [_FUNCTION] for name in names}
        return [made | functions, restored | functions]

    def _everything(self) -> Iterator[tuple[str, str]]:
        with self._alone() as place:
            # Of a temporary table PostgreSQL says the name alone.
            qualified = f" REFERENCES {place['schema']}."
            for what, definition in self.fetch(_sql(postgresql_sql.DEFINITIONS, place)):
                yield what, definition.replace(qualified, " REFERENCES ")
            yield from self.fetch(_sql(postgresql_sql.MIGRATIONS, place))

    def intruders(self) -> Iterator[str]:
        path = SQL("SELECT unnest FROM unnest(pg_catalog.current_schemas(false))")
        for (schema,) in self.fetch(path)[1:]:
            yield f"the schema {schema} is on the search path beside ours"
        for (sentence,) in self._read(postgresql_sql.INTRUDERS):
            yield sentence
        with self._alone() as place:
            found = self.fetch(_sql(postgresql_sql.SEQUENCES, place))
            behind = SQL(" UNION ALL ".join(statement for (statement,) in found))
            for name, last in self.fetch(behind) if behind else []:
                yield f"the sequence {name} was set back before {last}"
        for grant in self._read(postgresql_sql.GRANTS):
            yield from _too_much(*grant)

    def contradictions(self) -> Iterator[str]:
        """Yield what the extension amcheck finds, where it is installed and may be used
        by this role; pg_amcheck asks it too."""
        with self._alone() as place:
            for name, check in self.fetch(_sql(postgresql_sql.CHECKS, place)):
                try:
                    with transaction.atomic(using=self.connection.alias):
                        found = self.fetch(check)
                except DatabaseError as error:
                    found = [(str(error).partition("\n")[0],)]
                yield from (f"{name} contradicts itself: {text}" for (text,) in found)

    def _read(self, template: str) -> list[tuple]:
        with self._alone() as place:
            return self.fetch(_sql(template, place))

    @contextmanager
    def _alone(self) -> Iterator[dict]:
        """Keep whatever is not PostgreSQL's own out of the way of names; give where our
        schema is."""
        where = SQL(
            "SELECT n.oid, pg_catalog.quote_ident(n.nspname), COALESCE(l.oid, 0),"
            " COALESCE(l.relowner, n.nspowner)"
            " FROM pg_catalog.pg_namespace n LEFT JOIN pg_catalog.pg_class l"
            f" ON l.relnamespace = n.oid AND l.relname = '{base.LEDGER}'"
            " WHERE n.nspname = pg_catalog.current_schema()"
        )
        [(ours, schema, ledger, owner)] = self.fetch(where)
        place = {"ours": ours, "schema": schema, "ledger": ledger, "owner": owner}
        with transaction.atomic(using=self.connection.alias):
            self.guards.execute(SQL("SET LOCAL search_path = pg_catalog, pg_temp"))
            yield place
            transaction.set_rollback(True, using=self.connection.alias)


def _sql(template: str, place: dict) -> SQL:
    return SQL(template.format(**place))


def _too_much(
    name: str, kind: str, column: str, role: str, privilege: str, can_pass_on: bool
) -> Iterator[str]:
    """Yield a sentence if a role may do more than the site has to."""
    histories = {table.history._meta.db_table for table in tracked().values()}
    usual = _TRAIL if name in histories else _BY_KIND.get(kind, set())
    allowed = _BY_TABLE.get(name, usual)
    if name == base.LEDGER and column in base.SEAL:
        allowed = allowed | {"UPDATE"}
    what = f"{column} of {name}" if column else name
    if role == "everybody" or privilege not in allowed:
        yield f"{role} may {privilege} {what}"
    elif can_pass_on:
        yield f"{role} may let others {privilege} {what}"
