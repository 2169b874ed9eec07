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

from partnerships.ledger.registry import Tracked
from partnerships.ledger.sql import SQL, Alias
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
_SOON = "strftime('%Y-%m-%d %H:%M:%f', 'now', '+1 minute')"


class SQLite(base.Triggers):
    """The triggers of an SQLite database, by name."""

    is_coarse = False

    def coarsen(self) -> None:
        """Let migrations change the columns of the tables. A table that is rebuilt
        loses its triggers: it gets them back at once, not only after the migration."""
        self.is_coarse = True
        self.install()
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
        if not self.is_coarse:
            wrappers = self.connection.execute_wrappers
            wrappers[:] = [w for w in wrappers if not _is_for_migrations(w)]
        expected = self._expected()
        present = self._present()
        for name in present.keys() - expected.keys():
            self.execute(SQL(f'DROP TRIGGER "{name}"'))
        tables = self._tables()
        for name, sql in _TABLES.items() if expected else ():
            if name not in tables:
                self.execute(sql)
        for name, sql in expected.items():
            if present.get(name) != sql:
                self.execute(SQL(f'DROP TRIGGER IF EXISTS "{name}"'))
                self.execute(sql)

    def uninstall(self) -> None:
        for name in self._present():
            self.execute(SQL(f'DROP TRIGGER "{name}"'))

    def problems(self) -> Iterator[str]:
        tables = self._tables()
        for name, sql in _TABLES.items():
            if tables.get(name) != sql:
                yield f"the table {name}, which the triggers use, is not ours"
        expected = self._expected()
        present = self._present(of_anybody=True)
        for name in sorted(expected.keys() | present.keys()):
            if name not in present:
                yield f"{name} is missing"
            elif name not in expected:
                yield f"{name} is not ours"
            elif present[name] != expected[name]:
                yield f"{name} is altered"

    def debts(self) -> Iterator[str]:
        if DEBTS not in self._tables():
            return
        sql = SQL(f"SELECT record, object_id FROM {DEBTS} ORDER BY id")
        for record, object_id in self.fetch(sql):
            yield (
                f"{record} {object_id} was changed, without history, by a connection "
                "with foreign keys switched off"
            )

    def _tables(self) -> dict[str, SQL]:
        """Return the tables of debts that there are."""
        sql = SQL("SELECT name, sql FROM sqlite_master WHERE name IN (%s, %s)")
        return dict(self.fetch(sql, list(_TABLES)))

    def _present(self, *, of_anybody: bool = False) -> dict[str, SQL]:
        """Return our triggers that there are, or all."""
        sql = SQL("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {
            name: text
            for name, text in self.fetch(sql)
            if of_anybody or name.startswith(base.PREFIX)
        }

    def _expected(self) -> dict[str, SQL]:
        """Return the triggers that there should be."""
        rules: dict[str, SQL] = {}
        for table in self.tables:
            rules |= self._guard(table) if table.live else {}
            rules |= self._history(table)
            rules |= self._append_only(table.history._meta.db_table, "history_id")
        for name in self.append_only:
            rules |= self._append_only(name, "id")
        if rules:
            rules |= self._ledger()
        return rules

    def _guard(self, table: Tracked) -> dict[str, SQL]:
        """Return the rules that every change of a row is owed a row of history, and
        that its key is permanent."""
        live, record = table.live._meta.db_table, table.record
        differs = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in table.columns)
        rules: dict[str, SQL] = {}
        for event, row, holds, when in (
            ("INSERT", "NEW", self._holds(table), ""),
            ("UPDATE", "NEW", self._holds(table), f" WHEN {differs}"),
            ("DELETE", "OLD", "'nothing'", ""),
        ):
            rules |= _trigger(
                f"{base.PREFIX}{record}_{event.lower()}_is_owed_history",
                f"AFTER {event} ON {live}{'' if self.is_coarse else when}",
                f"INSERT OR REPLACE INTO {DEBTS} (record, object_id, holds, history_id)"
                f" VALUES ('{record}', {row}.id, {holds}, 1)",
            )
        return rules | _refusal(
            f"{record}_key_is_permanent",
            f"BEFORE UPDATE ON {live} WHEN NEW.id IS NOT OLD.id",
            base.KEY_CHANGED,
        )

    def _holds(self, table: Tracked) -> SQL:
        """Return SQL for all that the new row holds, as one text."""
        if self.is_coarse:
            return SQL("NULL")
        return SQL(f"json_array({', '.join(f'NEW.{c}' for c in table.columns)})")

    def _history(self, table: Tracked) -> dict[str, SQL]:
        """Return the rules that a new row of history is in order, pays the debt, and
        enters the ledger."""
        history, record = table.history._meta.db_table, table.record
        columns, values = self.entry(table, Alias("NEW"), _NOW)
        steps = [f"INSERT INTO {self.ledger} ({columns}) VALUES ({values})"]
        if table.live:
            steps.append(
                f"DELETE FROM {DEBTS} WHERE record = '{record}'"
                " AND object_id = NEW.id AND holds IS"
                f" CASE NEW.history_type WHEN '-' THEN 'nothing'"
                f" ELSE {self._holds(table)} END"
            )
        name = f"{base.PREFIX}{record}_history_enters_ledger"
        return (
            _trigger(name, f"AFTER INSERT ON {history}", *steps)
            | _refusal(
                f"{record}_history_is_not_from_the_future",
                f"BEFORE INSERT ON {history} WHEN NEW.history_date > {_SOON}",
                base.FROM_THE_FUTURE,
            )
            | _refusal(
                f"{record}_history_is_well_formed",
                f"BEFORE INSERT ON {history} WHEN {base.is_no_change(Alias('NEW'))}"
                " OR julianday(NEW.history_date) IS NULL"
                " OR length(NEW.history_changeset) <> 32"
                " OR NEW.history_changeset GLOB '*[^0-9a-f]*'",
                base.NOT_A_CHANGE,
            )
            | _refusal(
                f"{record}_history_is_in_order",
                f"BEFORE INSERT ON {history} WHEN EXISTS (SELECT 1 FROM {history}"
                " WHERE id = NEW.id AND history_date > NEW.history_date)",
                base.OUT_OF_ORDER,
            )
        )

    def _append_only(self, table: str, key: str) -> dict[str, SQL]:
        # INSERT OR REPLACE fires no DELETE trigger.
        replaced = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
        return (
            _refusal(
                f"{table}_is_not_updated", f"BEFORE UPDATE ON {table}", base.APPEND_ONLY
            )
            | _refusal(
                f"{table}_is_not_deleted", f"BEFORE DELETE ON {table}", base.APPEND_ONLY
            )
            | _refusal(
                f"{table}_is_not_replaced",
                f"BEFORE INSERT ON {table} WHEN {replaced}",
                base.APPEND_ONLY,
            )
        )

    def _ledger(self) -> dict[str, SQL]:
        """Return the rules that an entry is made by the database and sealed once, and
        that a checkpoint is of this chain."""
        ledger = self.ledger
        kept = ["id", "record", "partnership_id", "partner_id", "recorded_at"]
        changed = [f"NEW.{c} IS NOT OLD.{c}" for c in [*kept, *base.COPIED]]
        unsealed = [f"NEW.{c} IS NULL" for c in base.SEAL]
        # UPDATE OR REPLACE would drop the entry that has the number.
        taken = (
            f"EXISTS (SELECT 1 FROM {ledger}"
            " WHERE number = NEW.number AND id <> NEW.id)"
        )
        out_of_chain = (
            f"NEW.number IS NOT {self.next_number}"
            " OR length(NEW.salt) <> 32 OR NEW.salt GLOB '*[^0-9a-f]*'"
        )
        refused = " OR ".join(
            ["OLD.number IS NOT NULL", taken, *changed, *unsealed, out_of_chain]
        )
        rules = self._append_only(ledger, "id")
        del rules[f"{base.PREFIX}{ledger}_is_not_updated"]
        return (
            rules
            | _refusal(
                "ledger_is_sealed_once",
                f"BEFORE UPDATE ON {ledger} WHEN {refused}",
                base.ALREADY_SEALED,
            )
            | _refusal(
                "ledger_is_not_entered_sealed",
                f"BEFORE INSERT ON {ledger} WHEN "
                + " OR ".join(f"NEW.{c} IS NOT NULL" for c in base.SEAL),
                base.ALREADY_SEALED,
            )
            | _refusal(
                "ledger_is_not_replaced",
                f"BEFORE INSERT ON {ledger} WHEN EXISTS (SELECT 1 FROM {ledger} WHERE"
                " record = NEW.record AND history_id = NEW.history_id)",
                base.ALREADY_SEALED,
            )
            | _refusal(
                "checkpoint_is_of_this_chain",
                f"BEFORE INSERT ON {self.checkpoint} WHEN {self.is_no_checkpoint}",
                base.NO_CHECKPOINT,
            )
        )


def _is_for_migrations(wrapper: Callable) -> bool:
    return isinstance(getattr(wrapper, "__self__", None), SQLite)


def _trigger(name: str, when: str, *steps: str) -> dict[str, SQL]:
    sql = f'CREATE TRIGGER "{name}" {when} BEGIN {"; ".join(steps)}; END'
    return {name: SQL(sql)}


def _refusal(rule: str, when: str, message: str) -> dict[str, SQL]:
    return _trigger(f"{base.PREFIX}{rule}", when, f"SELECT RAISE(ABORT, '{message}')")
