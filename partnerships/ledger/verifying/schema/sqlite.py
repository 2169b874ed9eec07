"""SQLite keeps each statement that made something, word by word, in one table, to which
its owner can write. It tells types and names apart without regard to case, and to what
it means itself to keep there: so nothing is left out here but by its whole statement.
"""

from collections.abc import Iterator

from django.db import DatabaseError

from partnerships.ledger import triggers
from partnerships.ledger.sql import SQL
from partnerships.ledger.triggers.sqlite import DEBTS
from partnerships.ledger.verifying.schema.base import SCRATCH, Catalogue, Schema

#: Tables that ANALYZE makes.
_STATISTICS = {
    "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
}
#: Settings of the file and of the connection that change what SQL does.
_SETTINGS = (
    "encoding",
    "foreign_keys",
    "ignore_check_constraints",
    "recursive_triggers",
    "writable_schema",
)
#: How many contradictions are listed of one kind.
_MOST = 100
#: A table has 2^63 numbers; nobody uses up the half of them.
_TOO_MANY = 2**62


class SQLite(Schema):
    """The schema of an SQLite database."""

    def _everything(self) -> Iterator[tuple[str, str]]:
        compared = set(self.guards.present().values())
        made = SQL("SELECT type, name, tbl_name, sql FROM main.sqlite_master")
        for kind, name, table, sql in self.fetch(made):
            # Of triggers that it reads, triggers.problems() says what is wrong.
            if sql is None or sql not in compared | _STATISTICS:
                of = "" if table == name else f" of {table}"
                yield f"{kind} {name}{of}", str(sql or "")
        for name in _SETTINGS:
            [(value,)] = self.fetch(SQL(f"PRAGMA {name}"))
            yield f"setting {name}", str(value)
        own = "SELECT name FROM main.django_migrations WHERE app = 'partnerships'"
        for (name,) in self.fetch(SQL(own)):
            yield f"migration {name}", ""

    def made_by_migrations(self) -> list[Catalogue]:
        options = self.connection.settings_dict["OPTIONS"]
        begin = f"{options.get('init_command', '')} PRAGMA query_only=OFF;"
        with self._migrated(
            NAME=":memory:", OPTIONS=options | {"init_command": begin}
        ) as scratch:
            triggers.of(SCRATCH).install()
            return [SQLite(scratch).catalogue()]

    def intruders(self) -> Iterator[str]:
        made = SQL("SELECT type, name FROM sqlite_temp_master")
        for kind, name in self.fetch(made):
            yield f"the temporary {kind} {name} is not ours"
        last = SQL("SELECT name, seq FROM main.sqlite_sequence")
        for table, number in self.fetch(last):
            if not (isinstance(number, int) and 0 <= number < _TOO_MANY):
                yield f"the numbers of {table} are used up: the last was {number}"

    def contradictions(self) -> Iterator[str]:
        try:
            texts = self.fetch(SQL(f"PRAGMA main.integrity_check({_MOST})"))
            broken = self.fetch(SQL("PRAGMA main.foreign_key_check"))
        except DatabaseError as error:
            yield f"the file cannot be read through: {error}"
            return
        for (text,) in texts:
            if text != "ok":
                yield f"the file contradicts itself: {text}"
        # Of debts, triggers.debts() tells.
        for table, row, parent, _ in [b for b in broken if b[0] != DEBTS][:_MOST]:
            yield f"the row {row} of {table} refers to no row of {parent}"
