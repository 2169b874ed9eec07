"""SQLite has no deferred triggers, but it checks deferred foreign keys at commit. So a
change of a tracked row leaves a *debt*: what the row now holds, in a row that refers to
one that never exists. The row of history that holds the same pays it. An unpaid debt
makes the commit fail, and one that was left by a connection with foreign keys switched
off stays for all to see.

No trigger names the other table of a pair: SQLite refuses to rebuild, and so Django to
migrate, a table that another table's trigger names. Nor can a column be dropped that a
trigger names; so while migrations run, the guard is *coarse*: every change owes a row
of history, whatever the row holds.
"""

from collections.abc import Callable, Iterator
from typing import Any

from partnerships.ledger.models import Redaction
from partnerships.ledger.registry import Tracked
from partnerships.ledger.sql import SQL, Alias, newest
from partnerships.ledger.triggers import base

DEBTS, NEVER = "partnerships_debt", "partnerships_never"
_TABLES = {
    NEVER: SQL(f"CREATE TABLE {NEVER} (id integer PRIMARY KEY)"),
    DEBTS: SQL(
        f"CREATE TABLE {DEBTS} (id integer PRIMARY KEY,"
        " record text NOT NULL, object_id integer NOT NULL, holds text,"
        f" history_id integer NOT NULL REFERENCES {NEVER} (id)"
        " DEFERRABLE INITIALLY DEFERRED, UNIQUE (record, object_id))"
    ),
}
_NOW = SQL("strftime('%Y-%m-%d %H:%M:%f000', 'now')")
_NEVER_FILLED = (
    "No row is ever put into this table: debts refer to one that is not there."
)
#: How far a number may lie above the one before it: SQLite gives one after the other,
#: and goes on from a counter of its own after rows were replaced by a backup's.
_MOST_SKIPPED = 1_000_000
#: The newest row of history before a new one is made.
_EARLIER = Alias("e")
_NEW = Alias("NEW")

#: The name of a trigger, and the statement that makes it, which is what SQLite keeps.
Rule = tuple[str, SQL]


class SQLite(base.Triggers):
    """The triggers of an SQLite database."""

    def coarsen(self) -> None:
        """Let migrations change the columns of the tables. A table that is rebuilt
        loses its triggers: it gets them back at once, not only after the migration."""
        super().coarsen()
        if not any(map(_is_for_migrations, self.connection.execute_wrappers)):
            self.connection.execute_wrappers.append(self._after_rebuild)

    def _after_rebuild(
        self, execute: Callable, sql: str, params: Any, many: bool, context: dict
    ) -> Any:
        done = execute(sql, params, many, context)
        if " RENAME TO " in sql:
            self.install()
        return done

    def install(self) -> None:
        """Put in place what is missing; unless migrations run, stop following them."""
        if not self.is_coarse:
            self._stop_following_rebuilds()
        if self.tables:
            for name in _TABLES.keys() - self._tables().keys():
                self.execute(_TABLES[name])
        super().install()

    def _stop_following_rebuilds(self) -> None:
        """Take off the connection what ``coarsen`` put there, by whichever instance."""
        wrappers = self.connection.execute_wrappers
        wrappers[:] = [w for w in wrappers if not _is_for_migrations(w)]

    def problems(self) -> Iterator[str]:
        existing = self._tables()
        for name, sql in _TABLES.items():
            if existing.get(name) != sql:
                yield f"the table {name}, which the triggers use, is not ours"
        yield from super().problems()

    def debts(self) -> Iterator[str]:
        if DEBTS not in self._tables():
            return
        sql = SQL(f"SELECT record, object_id FROM {DEBTS} ORDER BY id")
        done = "was changed, without history, by a connection with foreign keys"
        for record, object_id in self.fetch(sql):
            yield f"{record} {object_id} {done} switched off"

    def _tables(self) -> dict[str, SQL]:
        """Return the tables of debts that there are."""
        sql = SQL("SELECT name, sql FROM sqlite_master WHERE name IN (%s, %s)")
        return dict(self.fetch(sql, list(_TABLES)))

    def present(self) -> dict[base.Place, SQL]:
        sql = SQL("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {(name,): text for name, text in self.fetch(sql)}

    def expected(self) -> dict[base.Place, base.Trigger]:
        return {
            (name,): base.Trigger(sql, [SQL(f'DROP TRIGGER IF EXISTS "{name}"'), sql])
            for name, sql in self._rules(self.tables)
        }

    def _rules(self, tables: list[Tracked]) -> Iterator[Rule]:
        for table in tables:
            if table.live:
                yield from self._guard(table)
            yield from self._history(table)
            yield from _append_only(table.history._meta.db_table, "history_id")
        if tables:
            yield from _append_only(base.CHECKPOINT, "id")
            yield from _append_only(base.VERIFICATION, "id")
            yield from _ledger()
            yield from _proofs()
            never = f"BEFORE INSERT ON {NEVER}"
            yield _refusal("never_stays_empty", never, _NEVER_FILLED)

    def _guard(self, table: Tracked) -> Iterator[Rule]:
        """Yield the rules that a change is owed history, and a key is permanent."""
        live, record = table.live._meta.db_table, table.record
        differs = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in table.columns)
        for event, row, holds, when in (
            ("INSERT", "NEW", self._holds(table), ""),
            ("UPDATE", "NEW", self._holds(table), f" WHEN {differs}"),
            ("DELETE", "OLD", "'nothing'", ""),
        ):
            yield _trigger(
                f"{record}_{event.lower()}_is_owed_history",
                f"AFTER {event} ON {live}{'' if self.is_coarse else when}",
                f"INSERT OR REPLACE INTO {DEBTS} (record, object_id, holds, history_id)"
                f" VALUES ('{record}', {row}.id, {holds}, 1)",
            )
        when = f"BEFORE UPDATE ON {live} WHEN NEW.id IS NOT OLD.id"
        yield _refusal(f"{record}_key_is_permanent", when, base.KEY_CHANGED)

    def _holds(self, table: Tracked) -> SQL:
        """Return SQL for all that the new row holds, as one text."""
        if self.is_coarse:
            return SQL("NULL")
        return SQL(f"json_array({', '.join(f'NEW.{c}' for c in table.columns)})")

    def _history(self, table: Tracked) -> Iterator[Rule]:
        """Yield the rules that new history is in order, pays debts, and is entered."""
        history, record = table.history._meta.db_table, table.record
        columns, values = base.entry(table, Alias("NEW"), _NOW)
        steps = [f"INSERT INTO {base.LEDGER} ({columns}) VALUES ({values})"]
        if table.live:
            steps.append(
                f"DELETE FROM {DEBTS} WHERE record = '{record}'"
                " AND object_id = NEW.id AND holds IS"
                f" CASE NEW.history_type WHEN '-' THEN 'nothing'"
                f" ELSE {self._holds(table)} END"
            )
        yield _trigger(
            f"{record}_history_enters_ledger", f"AFTER INSERT ON {history}", *steps
        )
        refused = "".join(
            f" WHEN {condition} THEN RAISE(ABORT, '{message}')"
            for condition, message in self._refusals(table)
        )
        yield _trigger(
            f"{record}_history_is_in_order",
            f"BEFORE INSERT ON {history}",
            f"SELECT CASE{refused} END FROM (SELECT 1) LEFT JOIN {history} {_EARLIER}"
            f" ON {_EARLIER}.history_id = {newest(Alias(history), _NEW)}",
        )

    def _refusals(self, table: Tracked) -> Iterator[tuple[SQL, str]]:
        """Yield what a new row of history is refused for, each with its message."""
        yield base.is_no_change(_NEW), base.NOT_A_CHANGE
        is_malformed = (
            "julianday(NEW.history_date) IS NULL"
            f" OR {_is_not_hex('history_changeset', 32)}"
        )
        yield SQL(is_malformed), base.NOT_A_CHANGE
        yield _is_not_now("history_date"), base.NOT_NOW
        is_earlier = SQL(f"{_EARLIER}.history_date > NEW.history_date")
        yield is_earlier, base.OUT_OF_ORDER
        if table.history is Redaction:
            is_none = base.is_no_redaction(base.LEDGER, _NEW, "IS NOT")
            yield is_none, base.NO_REDACTION
        if not self.is_coarse:
            yield from base.column_refusals(table, _NEW, _EARLIER, "IS NOT")


def _append_only(table: Alias, key: str) -> Iterator[Rule]:
    yield _refusal(
        f"{table}_is_not_updated", f"BEFORE UPDATE ON {table}", base.APPEND_ONLY
    )
    yield from _kept(table, key)


def _kept(table: Alias, key: str) -> Iterator[Rule]:
    """Yield the rules against deleting and INSERT OR REPLACE, which fires no DELETE,
    and against numbers that others cannot follow."""
    replaced = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
    for name, when in (
        ("deleted", f"BEFORE DELETE ON {table}"),
        ("replaced", f"BEFORE INSERT ON {table} WHEN {replaced}"),
    ):
        yield _refusal(f"{table}_is_not_{name}", when, base.APPEND_ONLY)
    last = (
        f"COALESCE((SELECT {key} FROM {table} WHERE {key} <> NEW.{key}"
        f" ORDER BY {key} DESC LIMIT 1), 0)"
    )
    # Only then the row has its number.
    when = f"AFTER INSERT ON {table} WHEN NEW.{key} - {last} NOT BETWEEN 1 AND"
    name = f"{table}_is_numbered_in_sequence"
    yield _refusal(name, f"{when} {_MOST_SKIPPED}", base.OUT_OF_SEQUENCE)


def _ledger() -> Iterator[Rule]:
    """Yield the rules that entries are sealed once."""
    ledger = base.LEDGER
    changed = [f"NEW.{c} IS NOT OLD.{c}" for c in base.UNCHANGING]
    unsealed = [f"NEW.{c} IS NULL" for c in base.SEAL]
    sealed = [f"NEW.{c} IS NOT NULL" for c in base.SEAL]
    # UPDATE OR REPLACE would drop the entry that has the number.
    taken = (
        f"EXISTS (SELECT 1 FROM {ledger} WHERE number = NEW.number AND id <> NEW.id)"
    )
    next_number = f"(SELECT COALESCE(MAX(number), 0) + 1 FROM {ledger})"
    out_of_chain = f"NEW.number IS NOT {next_number}"
    # SQLite has no SHA-256: what the digits are is for verification.
    digits = {"salt": 32, "digest": 64, "seal": 64}
    no_seal = [_is_not_hex(column, length) for column, length in digits.items()]
    refused = [
        *("OLD.number IS NOT NULL", taken, *changed, *unsealed),
        *(out_of_chain, *no_seal),
    ]
    listed = (
        f"EXISTS (SELECT 1 FROM {ledger} WHERE"
        " record = NEW.record AND history_id = NEW.history_id)"
    )
    yield from _kept(ledger, "id")
    for name, event, condition in (
        ("is_sealed_once", "UPDATE", " OR ".join(refused)),
        ("is_not_entered_sealed", "INSERT", " OR ".join(sealed)),
        ("is_not_replaced", "INSERT", listed),
    ):
        when = f"BEFORE {event} ON {ledger} WHEN {condition}"
        yield _refusal(f"ledger_{name}", when, base.ALREADY_SEALED)


def _proofs() -> Iterator[Rule]:
    """Yield the rules that checkpoints and verifications are of this chain, and new."""
    ledger = base.LEDGER
    for table, at, is_none, message in (
        (base.CHECKPOINT, "taken_at", base.is_no_checkpoint, base.NO_CHECKPOINT),
        (
            base.VERIFICATION,
            "verified_at",
            base.is_no_verification,
            base.NO_VERIFICATION,
        ),
    ):
        when = f"BEFORE INSERT ON {table} WHEN {_is_not_now(at)} OR {is_none(ledger)}"
        yield _refusal(f"{table}_is_of_this_chain", when, message)


def _is_not_now(column: str) -> SQL:
    """Return SQL that is true of a new row that is dated otherwise than now."""
    behind, ahead = (
        f"strftime('%Y-%m-%d %H:%M:%f', 'now', '{sign}{span}')"
        for sign, span in (("-", base.BEHIND), ("+", base.AHEAD))
    )
    return SQL(f"NEW.{column} NOT BETWEEN {behind} AND {ahead}")


def _is_not_hex(column: str, length: int) -> SQL:
    """Return SQL that is true of a new row without so many hexadecimal digits."""
    return SQL(f"(length(NEW.{column}) <> {length} OR NEW.{column} GLOB '*[^0-9a-f]*')")


def _is_for_migrations(wrapper: Callable) -> bool:
    return isinstance(getattr(wrapper, "__self__", None), SQLite)


def _trigger(name: str, when: str, *steps: str) -> Rule:
    name = f"{base.PREFIX}{name}"
    return name, SQL(f'CREATE TRIGGER "{name}" {when} BEGIN {"; ".join(steps)}; END')


def _refusal(name: str, when: str, message: str) -> Rule:
    return _trigger(name, when, f"SELECT RAISE(ABORT, '{message}')")
