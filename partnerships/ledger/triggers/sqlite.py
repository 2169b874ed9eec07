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

#: The name of a trigger, and the statement that makes it, which is what SQLite keeps.
Rule = tuple[str, SQL]


class SQLite(base.Triggers):
    """The triggers of an SQLite database."""

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
        name = f"{record}_history_enters_ledger"
        yield _trigger(name, f"AFTER INSERT ON {history}", *steps)
        new = f"BEFORE INSERT ON {history} WHEN"
        yield _refusal(
            f"{record}_history_is_not_from_the_future",
            f"{new} NEW.history_date > {_SOON}",
            base.FROM_THE_FUTURE,
        )
        yield _refusal(
            f"{record}_history_is_well_formed",
            f"{new} {base.is_no_change(Alias('NEW'))}"
            " OR julianday(NEW.history_date) IS NULL"
            " OR length(NEW.history_changeset) <> 32"
            " OR NEW.history_changeset GLOB '*[^0-9a-f]*'",
            base.NOT_A_CHANGE,
        )
        yield _refusal(
            f"{record}_history_is_in_order",
            f"{new} EXISTS (SELECT 1 FROM {history}"
            " WHERE id = NEW.id AND history_date > NEW.history_date)",
            base.OUT_OF_ORDER,
        )


def _append_only(table: Alias, key: str) -> Iterator[Rule]:
    yield _refusal(
        f"{table}_is_not_updated", f"BEFORE UPDATE ON {table}", base.APPEND_ONLY
    )
    yield from _kept(table, key)


def _kept(table: Alias, key: str) -> Iterator[Rule]:
    """Yield the rules against deleting and INSERT OR REPLACE, which fires no DELETE."""
    replaced = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
    for name, when in (
        ("deleted", f"BEFORE DELETE ON {table}"),
        ("replaced", f"BEFORE INSERT ON {table} WHEN {replaced}"),
    ):
        yield _refusal(f"{table}_is_not_{name}", when, base.APPEND_ONLY)


def _ledger() -> Iterator[Rule]:
    """Yield the rules that entries are sealed once, and checkpoints of this chain."""
    ledger = base.LEDGER
    changed = [f"NEW.{c} IS NOT OLD.{c}" for c in base.UNCHANGING]
    unsealed = [f"NEW.{c} IS NULL" for c in base.SEAL]
    sealed = [f"NEW.{c} IS NOT NULL" for c in base.SEAL]
    # UPDATE OR REPLACE would drop the entry that has the number.
    taken = (
        f"EXISTS (SELECT 1 FROM {ledger} WHERE number = NEW.number AND id <> NEW.id)"
    )
    out_of_chain = (
        f"NEW.number IS NOT {base.NEXT_NUMBER}"
        " OR length(NEW.salt) <> 32 OR NEW.salt GLOB '*[^0-9a-f]*'"
    )
    refused = ["OLD.number IS NOT NULL", taken, *changed, *unsealed, out_of_chain]
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
    when = f"BEFORE INSERT ON {base.CHECKPOINT} WHEN {base.IS_NO_CHECKPOINT}"
    yield _refusal("checkpoint_is_of_this_chain", when, base.NO_CHECKPOINT)


def _is_for_migrations(wrapper: Callable) -> bool:
    return isinstance(getattr(wrapper, "__self__", None), SQLite)


def _trigger(name: str, when: str, *steps: str) -> Rule:
    name = f"{base.PREFIX}{name}"
    return name, SQL(f'CREATE TRIGGER "{name}" {when} BEGIN {"; ".join(steps)}; END')


def _refusal(name: str, when: str, message: str) -> Rule:
    return _trigger(name, when, f"SELECT RAISE(ABORT, '{message}')")
