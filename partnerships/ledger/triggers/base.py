"""Rules and messages that the triggers of both databases share."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from partnerships.choices import ChangeKind
from partnerships.ledger.canonical import GENESIS
from partnerships.ledger.models import Checkpoint, LedgerEntry, Verification
from partnerships.ledger.registry import Tracked, tracked
from partnerships.ledger.sql import SQL, Alias

PREFIX = "trail_"
APPEND_ONLY = "The audit trail is append-only."
ALREADY_SEALED = "An entry of the ledger is made by the database and sealed once."
FROM_THE_FUTURE = "A change is recorded when it is made, not in advance."
OUT_OF_ORDER = "A change is recorded after the one before it, not earlier."
NOT_A_CHANGE = "A row of history says what was done, of which known kind, and when."
NO_CHECKPOINT = "A checkpoint repeats the number and the seal of a change."
KEY_CHANGED = "The key of a record is permanent."

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


def is_no_change(row: Alias) -> SQL:
    """Return SQL that is true of a row of history whose action or kind does not
    exist."""
    kinds = ", ".join(f"'{kind}'" for kind in ["", *ChangeKind.values])
    return SQL(
        f"{row}.history_type NOT IN ('+', '~', '-')"
        f" OR {row}.history_kind NOT IN ({kinds})"
    )


class Triggers(ABC):
    """The triggers of one database."""

    def __init__(self, connection: BaseDatabaseWrapper):
        self.connection = connection

    @abstractmethod
    def install(self) -> None:
        """Put in place what is missing or altered."""

    @abstractmethod
    def coarsen(self) -> None:
        """Let migrations change the columns of the tables."""

    @abstractmethod
    def uninstall(self) -> None:
        """Take all of them off."""

    @abstractmethod
    def problems(self) -> Iterator[str]:
        """Yield a sentence for each that is missing, altered, switched off, or not
        ours."""

    @abstractmethod
    def debts(self) -> Iterator[str]:
        """Yield changes that were committed without history in spite of everything."""

    def execute(self, sql: SQL, params: Sequence[Any] | None = None) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)

    def fetch(self, sql: SQL, params: Sequence[Any] | None = None) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    @property
    def tables(self) -> list[Tracked]:
        """The tracked tables that exist; none before the ledger itself does."""
        existing = set(self.connection.introspection.table_names())
        if self.ledger not in existing:
            return []
        return [
            table
            for table in tracked().values()
            if table.history._meta.db_table in existing
        ]

    @property
    def ledger(self) -> Alias:
        return Alias(LedgerEntry._meta.db_table)

    @property
    def append_only(self) -> list[Alias]:
        """Tables of the trail beside the histories and the ledger."""
        models = (Checkpoint, Verification) if self.tables else ()
        return [Alias(model._meta.db_table) for model in models]

    @property
    def next_number(self) -> SQL:
        """SQL for the only number that can be sealed next."""
        return SQL(f"(SELECT COALESCE(MAX(number), 0) + 1 FROM {self.ledger})")

    @property
    def is_no_checkpoint(self) -> SQL:
        """SQL for a new checkpoint of a chain that is not this one."""
        return SQL(
            f"NOT EXISTS (SELECT 1 FROM {self.ledger}"
            " WHERE number = NEW.number AND seal = NEW.seal)"
            f" AND NOT (NEW.number = 0 AND NEW.seal = '{GENESIS}')"
        )

    @property
    def checkpoint(self) -> Alias:
        return Alias(Checkpoint._meta.db_table)

    @staticmethod
    def entry(table: Tracked, row: Alias, now: SQL) -> tuple[SQL, SQL]:
        """Return columns and values of the ledger's entry for a new row of history."""
        values = {"record": f"'{table.record}'", "recorded_at": now}
        for name, column in COPIED.items():
            values[name] = f"{row}.{column}"
        values["reason"] = f"COALESCE({values['reason']}, '')"
        values["partnership_id"] = table.partnership(row)
        values["partner_id"] = table.partner(row)
        return SQL(", ".join(values)), SQL(", ".join(values.values()))
