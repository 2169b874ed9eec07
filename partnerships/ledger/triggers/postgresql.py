"""PostgreSQL compares, at commit, each changed row with its newest row of history. The
functions name no column of the record, so that migrations need none to be made anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from partnerships.ledger.registry import Tracked
from partnerships.ledger.sql import SQL, Alias
from partnerships.ledger.triggers import base

_HISTORY_COLUMNS = (
    "history_id, history_date, history_change_reason, history_type, history_user_id,"
    " history_actor, history_kind, history_changeset"
)
_REFUSED = "USING ERRCODE = 'integrity_constraint_violation'"

# Bits of pg_trigger.tgtype
_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32


@dataclass(frozen=True)
class Trigger:
    """One trigger with the function of the same name that it runs."""

    name: str
    table: Alias
    bits: int
    body: SQL
    path: str
    is_deferred: bool = False
    new_rows: bool = False

    def statements(self) -> Iterator[SQL]:
        """Yield what makes the function and the trigger."""
        yield SQL(
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger"
            f" LANGUAGE plpgsql SECURITY DEFINER SET search_path = {self.path}"
            f" AS $body${self.body}$body$"
        )
        yield SQL(f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}")
        events = {
            _INSERT: "INSERT",
            _DELETE: "DELETE",
            _UPDATE: "UPDATE",
            _TRUNCATE: "TRUNCATE",
        }
        on = " OR ".join(event for bit, event in events.items() if self.bits & bit)
        yield SQL(
            f"CREATE {'CONSTRAINT ' if self.is_deferred else ''}TRIGGER {self.name}"
            f" {'BEFORE' if self.bits & _BEFORE else 'AFTER'} {on} ON {self.table}"
            f"{' DEFERRABLE INITIALLY DEFERRED' if self.is_deferred else ''}"
            f"{' REFERENCING NEW TABLE AS new_rows' if self.new_rows else ''}"
            f" FOR EACH {'ROW' if self.bits & _ROW else 'STATEMENT'}"
            f" EXECUTE FUNCTION {self.name}()"
        )

    @property
    def as_stored(self) -> tuple:
        """The trigger in pg_trigger and pg_proc; "O" is "switched on"."""
        return (
            self.bits,
            "O",
            self.is_deferred,
            self.is_deferred,
            "new_rows" if self.new_rows else None,
            None,
            "",
            self.name,
            self.body,
            True,
            [f"search_path={self.path}"],
        )


class PostgreSQL(base.Triggers):
    """The triggers of a PostgreSQL database."""

    def install(self) -> None:
        expected = {(t.name, t.table): t for t in self._expected()}
        present = self._present()
        for name, table in present.keys() - expected.keys():
            if name.startswith(base.PREFIX):
                self.execute(SQL(f"DROP TRIGGER {name} ON {table}"))
        for place, trigger in expected.items():
            if present.get(place) != trigger.as_stored:
                for statement in trigger.statements():
                    self.execute(statement)

    def coarsen(self) -> None:
        """Nothing to do: no function names a column of the record."""

    def uninstall(self) -> None:
        for name, table in self._present():
            if name.startswith(base.PREFIX):
                self.execute(SQL(f"DROP TRIGGER {name} ON {table}"))

    def problems(self) -> Iterator[str]:
        expected = {(t.name, t.table): t.as_stored for t in self._expected()}
        present = self._present()
        for place in sorted(expected.keys() | present.keys()):
            trigger, _ = place
            if place not in present:
                yield f"{trigger} is missing"
            elif place not in expected:
                yield f"{trigger} is not ours"
            elif present[place][1] != "O":
                yield f"{trigger} is switched off"
            elif present[place] != expected[place]:
                yield f"{trigger} is altered"
        yield from self._hidden()

    def _hidden(self) -> Iterator[str]:
        """Yield what makes a table do or show something else without any trigger."""
        sql = SQL(
            "SELECT c.relname, c.relkind::text, c.relrowsecurity, r.rulename"
            " FROM pg_class c LEFT JOIN pg_rewrite r ON r.ev_class = c.oid"
            " WHERE c.relnamespace = current_schema()::regnamespace"
            " AND c.relkind IN ('r', 'v', 'm', 'f', 'p')"
            " AND starts_with(c.relname, 'partnerships_')"
            " AND (c.relkind <> 'r' OR c.relrowsecurity OR r.rulename IS NOT NULL)"
            " ORDER BY 1, 4"
        )
        for table, kind, policies, rule in self.fetch(sql):
            if kind != "r":
                yield f"{table} is no table"
            elif rule:
                yield f"the rule {rule} on {table} is not ours"
            elif policies:
                yield f"row-level security on {table} is not ours"

    def debts(self) -> Iterator[str]:
        return iter(())

    def _present(self) -> dict[tuple[str, str], tuple]:
        """Return the triggers that there are, by name and table, each in the form of
        :attr:`Trigger.as_stored`."""
        sql = SQL(
            "SELECT t.tgname, c.relname, t.tgtype, t.tgenabled::text, t.tgdeferrable,"
            " t.tginitdeferred, t.tgnewtable, pg_get_expr(t.tgqual, t.tgrelid),"
            " t.tgattr::text, p.proname, p.prosrc, p.prosecdef, p.proconfig"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal"
            " AND c.relnamespace = current_schema()::regnamespace"
        )
        return {(name, table): tuple(rest) for name, table, *rest in self.fetch(sql)}

    def _trigger(
        self, name: str, table: Alias, bits: int, body: SQL | str, **options: bool
    ) -> Trigger:
        """Return a trigger whose function looks up names in our schema alone: a
        temporary table of equal name, which anybody may make, comes last."""
        return Trigger(
            f"{base.PREFIX}{name}", table, bits, SQL(body), path=self._path, **options
        )

    @cached_property
    def _path(self) -> str:
        [(schema,)] = self.fetch(SQL("SELECT quote_ident(current_schema())"))
        return f"{schema}, pg_temp"

    def _expected(self) -> Iterator[Trigger]:
        """Yield the triggers that there should be."""
        tables = self.tables
        for table in tables:
            history = Alias(table.history._meta.db_table)
            if table.live:
                yield self._guard(table)
                yield self._no_truncate(Alias(table.live._meta.db_table))
            yield self._history(table)
            yield from self._append_only(history)
        for name in self.append_only:
            yield from self._append_only(name)
        if tables:
            yield from self._ledger()
            yield self._checkpoint()

    def _guard(self, table: Tracked) -> Trigger:
        """Return the rule that at commit a changed row equals its newest row of
        history, and one that is gone has a last row that says so."""
        live = Alias(table.live._meta.db_table)
        history = table.history._meta.db_table
        extra = ", ".join(f"'{name}'" for name in _HISTORY_COLUMNS.split(", "))
        body = f"""
DECLARE the_key bigint; the_stored jsonb; the_newest record;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN
    RAISE EXCEPTION '{base.KEY_CHANGED}' {_REFUSED};
  END IF;
  the_key := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;
  SELECT to_jsonb(l) INTO the_stored FROM {live} l WHERE l.id = the_key;
  SELECT h.history_type AS type, to_jsonb(h) - ARRAY[{extra}] AS row INTO the_newest
    FROM {history} h WHERE h.id = the_key
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1;
  IF the_stored IS NULL AND the_newest.type = '-'
    OR the_newest.type <> '-' AND the_newest.row = the_stored
  THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '{live} % was changed without its row of history', the_key {_REFUSED};
END"""
        return self._trigger(
            f"{table.record}_is_owed_history",
            live,
            _ROW | _INSERT | _UPDATE | _DELETE,
            body,
            is_deferred=True,
        )

    def _history(self, table: Tracked) -> Trigger:
        """Return the rule that new rows of history are in order and enter the
        ledger."""
        history = Alias(table.history._meta.db_table)
        columns, values = self.entry(table, Alias("n"), SQL("clock_timestamp()"))
        body = f"""
BEGIN
  IF EXISTS (SELECT 1 FROM new_rows n WHERE {base.is_no_change(Alias("n"))}) THEN
    RAISE EXCEPTION '{base.NOT_A_CHANGE}' {_REFUSED};
  END IF;
  IF EXISTS (SELECT 1 FROM new_rows n
             WHERE n.history_date > clock_timestamp() + interval '1 minute') THEN
    RAISE EXCEPTION '{base.FROM_THE_FUTURE}' {_REFUSED};
  END IF;
  IF EXISTS (SELECT 1 FROM new_rows n JOIN {history} h ON h.id = n.id
             WHERE h.history_date > n.history_date) THEN
    RAISE EXCEPTION '{base.OUT_OF_ORDER}' {_REFUSED};
  END IF;
  INSERT INTO {self.ledger} ({columns})
    SELECT {values} FROM new_rows n ORDER BY n.history_id;
  RETURN NULL;
END"""
        return self._trigger(
            f"{table.record}_history_enters_ledger",
            history,
            _INSERT,
            body,
            new_rows=True,
        )

    def _append_only(self, table: Alias) -> list[Trigger]:
        name = f"{table.removeprefix('partnerships_')}_is_append_only"
        body = f"\nBEGIN RAISE EXCEPTION '{base.APPEND_ONLY}' {_REFUSED}; END"
        return [
            self._trigger(name, table, _BEFORE | _ROW | _UPDATE | _DELETE, body),
            self._no_truncate(table),
        ]

    def _no_truncate(self, table: Alias) -> Trigger:
        name = f"{table.removeprefix('partnerships_')}_is_not_truncated"
        body = f"\nBEGIN RAISE EXCEPTION '{base.APPEND_ONLY}' {_REFUSED}; END"
        return self._trigger(name, table, _BEFORE | _TRUNCATE, body)

    def _ledger(self) -> list[Trigger]:
        kept = ["id", "record", "partnership_id", "partner_id", "recorded_at"]
        changed = [f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in [*kept, *base.COPIED]]
        unsealed = " OR ".join(f"NEW.{c} IS NULL" for c in base.SEAL)
        sealed = " OR ".join(f"NEW.{c} IS NOT NULL" for c in base.SEAL)
        body = f"""
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- Only the triggers of the histories make entries.
    IF pg_trigger_depth() > 1 AND NOT ({sealed}) THEN RETURN NEW; END IF;
  ELSIF TG_OP = 'UPDATE' THEN
    IF OLD.number IS NULL AND NOT ({unsealed} OR {" OR ".join(changed)})
      AND NEW.number = {self.next_number} AND NEW.salt ~ '^[0-9a-f]{{32}}$'
    THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '{base.ALREADY_SEALED}' {_REFUSED};
END"""
        bits = _BEFORE | _ROW | _INSERT | _UPDATE | _DELETE
        name = "ledger_is_sealed_once"
        return [
            self._trigger(name, self.ledger, bits, body),
            self._no_truncate(self.ledger),
        ]

    def _checkpoint(self) -> Trigger:
        body = f"""
BEGIN
  IF {self.is_no_checkpoint} THEN
    RAISE EXCEPTION '{base.NO_CHECKPOINT}' {_REFUSED};
  END IF;
  RETURN NEW;
END"""
        name = "checkpoint_is_of_this_chain"
        return self._trigger(name, self.checkpoint, _BEFORE | _ROW | _INSERT, body)
