"""Rules and messages that the triggers of both databases share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from partnerships.choices import ChangeKind
from partnerships.ledger.canonical import GENESIS
from partnerships.ledger.faults import NOT_NOW as NOT_NOW
from partnerships.ledger.faults import OUT_OF_ORDER as OUT_OF_ORDER
from partnerships.ledger.models import Checkpoint, LedgerEntry, Verification
from partnerships.ledger.registry import Tracked, tracked
from partnerships.ledger.sql import SQL, Alias

PREFIX = "trail_"
APPEND_ONLY = "The audit trail is append-only."
ALREADY_SEALED = "An entry of the ledger is made by the database and sealed once."
OUT_OF_SEQUENCE = "Rows of the trail are numbered by the database, one after the other."
NOT_A_CHANGE = "A row of history says what was done, of which known kind, and when."
MOVED = "A permanent value never changes, nor the record that a row belongs to."
DERIVED_ALONE = "A derived value changes only with one that it is derived from."
NO_REDACTION = "A redaction belongs to the log of the sealed change that it names."
NO_CHECKPOINT = "A checkpoint repeats number and seal of a change, when it is taken."
NO_VERIFICATION = "A verification says, when it is made, how far it went."
KEY_CHANGED = "The key of a record is permanent."

#: How far the clock of whoever writes may be behind and ahead of the database's. What
#: is written is dated in the same moment, however long its transaction lasts.
BEHIND, AHEAD = "1 minute", "1 minute"

#: Columns of the ledger that the database fills in, and where they come from.
COPIED = {
    "history_id": "history_id",
    "object_id": "id",
    "at": "history_date",
    "action": "history_type",
    "actor": "history_actor",
    "reason": "history_change_reason",
    "kind": "history_kind",
    "operation": "history_changeset",
}
SEAL = ["number", "public", "private", "salt", "digest", "seal"]
#: Columns that sealing leaves as they are.
UNCHANGING = ["id", "record", "partnership_id", "partner_id", "recorded_at", *COPIED]

LEDGER = Alias(LedgerEntry._meta.db_table)
CHECKPOINT = Alias(Checkpoint._meta.db_table)
VERIFICATION = Alias(Verification._meta.db_table)

#: A trigger's name and, on PostgreSQL, where it is unique to a table only, its table.
Place = tuple[str, ...]


class Trigger(NamedTuple):
    """One trigger: what the database says of it, and the statements that make it."""

    stored: Any
    statements: list[SQL]


def is_no_change(row: Alias) -> SQL:
    """Return SQL that is true where a row's action or kind does not exist."""
    kinds = ", ".join(f"'{kind}'" for kind in ["", *ChangeKind.values])
    return SQL(
        f"{row}.history_type NOT IN ('+', '~', '-')"
        f" OR {row}.history_kind NOT IN ({kinds})"
    )


def is_no_checkpoint(ledger: Alias) -> SQL:
    """Return SQL that is true of a new checkpoint of a chain that is not this one."""
    return SQL(
        f"NOT EXISTS (SELECT 1 FROM {ledger}"
        " WHERE number = NEW.number AND seal = NEW.seal)"
        f" AND NOT (NEW.number = 0 AND NEW.seal = '{GENESIS}')"
    )


def is_no_verification(ledger: Alias) -> SQL:
    """Return SQL that is true of a new verification that nobody can have made."""
    return SQL(
        "NEW.number NOT BETWEEN 0 AND"
        f" (SELECT COALESCE(MAX(number), 0) FROM {ledger})"
        " OR NEW.since NOT BETWEEN 0 AND NEW.number"
        f" OR NEW.problems NOT BETWEEN 0 AND {2**31 - 1}"
    )


def is_no_redaction(ledger: Alias, row: Alias, differs: str) -> SQL:
    """Return SQL that is true of a redaction of no sealed change, or in another log."""
    owners = " OR ".join(
        f"l.{c} {differs} {row}.{c}" for c in ("partnership_id", "partner_id")
    )
    return SQL(
        f"NOT EXISTS (SELECT 1 FROM {ledger} l"
        f" WHERE l.number = {row}.id AND NOT ({owners}))"
    )


def column_refusals(
    table: Tracked, new: Alias, before: Alias, differs: str
) -> Iterator[tuple[SQL, str]]:
    """Yield conditions that a new row of history is refused for, each with its message,
    by comparison with the row ``before``, the newest of the same object. What was
    deleted may come again as another; what is of no partnership yet (0) gets one."""

    def differ(columns: Iterable[str]) -> str:
        return " OR ".join(f"{before}.{c} {differs} {new}.{c}" for c in columns)

    follows = f"{before}.history_type <> '-'"
    permanent = table.permanent_columns
    # An owner may be a column that is permanent, and one and the same for all rows.
    settled = {f"{before}.{c}" for c in ("id", *permanent)}
    moves = [
        f"{of(before)} {differs} {of(new)} AND {of(before)} {differs} 0"
        for of in (table.partnership, table.partner)
        if of(before) not in settled and of(before) != of(new)
    ]
    moves += [differ(permanent)] if permanent else []
    if moves:
        yield SQL(f"{follows} AND ({' OR '.join(moves)})"), MOVED
    for base, names in groupby(table.derived_columns.items(), key=itemgetter(1)):
        alone = f"({differ(n for n, _ in names)}) AND NOT ({differ(base)})"
        yield SQL(f"{follows} AND {alone}"), DERIVED_ALONE


def entry(table: Tracked, row: Alias, now: SQL) -> tuple[SQL, SQL]:
    """Return columns and values of the ledger's entry for a new row of history."""
    values = {"record": f"'{table.record}'", "recorded_at": now}
    for name, column in COPIED.items():
        values[name] = f"{row}.{column}"
    values["reason"] = f"COALESCE({values['reason']}, '')"
    values["partnership_id"] = table.partnership(row)
    values["partner_id"] = table.partner(row)
    return SQL(", ".join(values)), SQL(", ".join(values.values()))


class Triggers(ABC):
    """The triggers of one database."""

    #: True while migrations run: no trigger names a column that they may drop.
    is_coarse = False

    def __init__(self, connection: BaseDatabaseWrapper):
        self.connection = connection

    @abstractmethod
    def expected(self) -> dict[Place, Trigger]:
        """Return the triggers that there should be."""

    @abstractmethod
    def present(self) -> dict[Place, Any]:
        """Return what the database says of each trigger that there is."""

    def coarsen(self) -> None:
        """Let migrations change the columns of the tables."""
        self.is_coarse = True
        self.install()

    def debts(self) -> Iterator[str]:
        """Yield changes that were committed without history in spite of everything."""
        return iter(())

    def install(self) -> None:
        """Put in place what is missing or altered."""
        expected, present = self.expected(), self.present()
        self._drop(present.keys() - expected.keys())
        for place, trigger in expected.items():
            if present.get(place) != trigger.stored:
                for statement in trigger.statements:
                    self.execute(statement)

    def uninstall(self) -> None:
        """Take all of them off."""
        self._drop(self.present())

    def problems(self) -> Iterator[str]:
        """Yield a sentence for each that is missing, altered, off, or not ours."""
        expected, present = self.expected(), self.present()
        for place in sorted(expected.keys() | present.keys()):
            name, *_ = place
            if place not in present:
                yield f"{name} is missing"
            elif place not in expected:
                yield f"{name} is not ours"
            elif present[place] != expected[place].stored:
                yield f"{name} is {self.fault(present[place])}"

    def fault(self, stored: Any) -> str:
        """Return the word for a trigger that is not as it should be."""
        return "altered"

    def execute(self, sql: SQL) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)

    def fetch(self, sql: SQL, params: Sequence[Any] | None = None) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    @property
    def tables(self) -> list[Tracked]:
        """The tracked tables that exist; none before the ledger itself does."""
        existing = set(self.connection.introspection.table_names())
        return [
            table
            for table in tracked().values()
            if {LEDGER, table.history._meta.db_table} <= existing
        ]

    def _drop(self, places: Iterable[Place]) -> None:
        for place in places:
            if place[0].startswith(PREFIX):
                on = " ON ".join(f'"{part}"' for part in place)
                self.execute(SQL(f"DROP TRIGGER {on}"))
