"""PostgreSQL compares, at commit, each changed row with its newest row of history. The
functions name no column of the record, so that migrations need none to be made anew.
"""

from collections.abc import Iterator
from functools import cached_property

from partnerships.ledger.registry import Tracked
from partnerships.ledger.sql import SQL, Alias
from partnerships.ledger.triggers import base

#: Columns of a history that are none of the record.
_ADDED = (
    "'history_id', 'history_date', 'history_change_reason', 'history_type',"
    " 'history_user_id', 'history_actor', 'history_kind', 'history_changeset'"
)
_REFUSED = "USING ERRCODE = 'integrity_constraint_violation'"

# Bits of pg_trigger.tgtype
_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32
_EVENTS = {
    _INSERT: "INSERT",
    _DELETE: "DELETE",
    _UPDATE: "UPDATE",
    _TRUNCATE: "TRUNCATE",
}
_NO_CHANGE = f"\nBEGIN RAISE EXCEPTION '{base.APPEND_ONLY}' {_REFUSED}; END"

Rule = tuple[base.Place, base.Trigger]


class PostgreSQL(base.Triggers):
    """The triggers of a PostgreSQL database."""

    def coarsen(self) -> None:
        """Nothing to do: no function names a column of the record."""

    def fault(self, stored: tuple) -> str:
        return super().fault(stored) if stored[1] == "O" else "switched off"

    def present(self) -> dict[base.Place, tuple]:
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
        self,
        name: str,
        table: Alias,
        bits: int,
        body: str,
        *,
        is_deferred: bool = False,
        new_rows: bool = False,
    ) -> Rule:
        """Return a trigger and its function, which looks up names in our schema alone:
        a temporary table of equal name, which anybody may make, comes last."""
        name = f"{base.PREFIX}{name}"
        on = " OR ".join(event for bit, event in _EVENTS.items() if bits & bit)
        statements = [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger"
            f" LANGUAGE plpgsql SECURITY DEFINER SET search_path = {self._path}"
            f" AS $body${body}$body$",
            f"REVOKE EXECUTE ON FUNCTION {name}() FROM PUBLIC",
            f"DROP TRIGGER IF EXISTS {name} ON {table}",
            f"CREATE {'CONSTRAINT ' if is_deferred else ''}TRIGGER {name}"
            f" {'BEFORE' if bits & _BEFORE else 'AFTER'} {on} ON {table}"
            f"{' DEFERRABLE INITIALLY DEFERRED' if is_deferred else ''}"
            f"{' REFERENCING NEW TABLE AS new_rows' if new_rows else ''}"
            f" FOR EACH {'ROW' if bits & _ROW else 'STATEMENT'}"
            f" EXECUTE FUNCTION {name}()",
        ]
        # In the order of present(); "O" is "switched on".
        new_table = "new_rows" if new_rows else None
        trigger = (bits, "O", is_deferred, is_deferred, new_table, None, "")
        stored = (*trigger, name, body, True, [f"search_path={self._path}"])
        return (name, table), base.Trigger(stored, [SQL(s) for s in statements])

    @cached_property
    def _path(self) -> str:
        [(schema,)] = self.fetch(SQL("SELECT quote_ident(current_schema())"))
        return f"{schema}, pg_temp"

    def expected(self) -> dict[base.Place, base.Trigger]:
        return dict(self._rules(self.tables))

    def _rules(self, tables: list[Tracked]) -> Iterator[Rule]:
        for table in tables:
            if table.live:
                yield self._guard(table)
                yield self._no_truncate(table.live._meta.db_table)
            yield self._history(table)
            yield from self._append_only(table.history._meta.db_table)
        if tables:
            yield from self._append_only(base.CHECKPOINT)
            yield from self._append_only(base.VERIFICATION)
            yield from self._ledger()
            yield self._checkpoint()

    def _guard(self, table: Tracked) -> Rule:
        """Return the rule that at commit a changed row equals its newest row of
        history, and one that is gone has a last row that says so."""
        live = table.live._meta.db_table
        history = table.history._meta.db_table
        body = f"""
DECLARE the_key bigint; the_stored jsonb; the_newest record;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN
    RAISE EXCEPTION '{base.KEY_CHANGED}' {_REFUSED};
  END IF;
  the_key := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;
  SELECT to_jsonb(l) INTO the_stored FROM {live} l WHERE l.id = the_key;
  SELECT h.history_type AS type, to_jsonb(h) - ARRAY[{_ADDED}] AS row INTO the_newest
    FROM {history} h WHERE h.id = the_key
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1;
  IF the_stored IS NULL AND the_newest.type = '-'
    OR the_newest.type <> '-' AND the_newest.row = the_stored
  THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '{live} % was changed without its row of history', the_key {_REFUSED};
END"""
        bits = _ROW | _INSERT | _UPDATE | _DELETE
        name = f"{table.record}_is_owed_history"
        return self._trigger(name, live, bits, body, is_deferred=True)

    def _history(self, table: Tracked) -> Rule:
        """Return the rule that new rows of history are in order and are entered."""
        history = table.history._meta.db_table
        columns, values = base.entry(table, Alias("n"), SQL("clock_timestamp()"))
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
  INSERT INTO {base.LEDGER} ({columns})
    SELECT {values} FROM new_rows n ORDER BY n.history_id;
  RETURN NULL;
END"""
        name = f"{table.record}_history_enters_ledger"
        return self._trigger(name, history, _INSERT, body, new_rows=True)

    def _append_only(self, table: Alias) -> Iterator[Rule]:
        name = f"{table.removeprefix('partnerships_')}_is_append_only"
        bits = _BEFORE | _ROW | _UPDATE | _DELETE
        yield self._trigger(name, table, bits, _NO_CHANGE)
        yield self._no_truncate(table)

    def _no_truncate(self, table: Alias) -> Rule:
        name = f"{table.removeprefix('partnerships_')}_is_not_truncated"
        return self._trigger(name, table, _BEFORE | _TRUNCATE, _NO_CHANGE)

    def _ledger(self) -> Iterator[Rule]:
        changed = [f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in base.UNCHANGING]
        unsealed = " OR ".join(f"NEW.{c} IS NULL" for c in base.SEAL)
        sealed = " OR ".join(f"NEW.{c} IS NOT NULL" for c in base.SEAL)
        body = f"""
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- Only the triggers of the histories make entries.
    IF pg_trigger_depth() > 1 AND NOT ({sealed}) THEN RETURN NEW; END IF;
  ELSIF TG_OP = 'UPDATE' THEN
    IF OLD.number IS NULL AND NOT ({unsealed} OR {" OR ".join(changed)})
      AND NEW.number = {base.NEXT_NUMBER} AND NEW.salt ~ '^[0-9a-f]{{32}}$'
    THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '{base.ALREADY_SEALED}' {_REFUSED};
END"""
        bits = _BEFORE | _ROW | _INSERT | _UPDATE | _DELETE
        yield self._trigger("ledger_is_sealed_once", base.LEDGER, bits, body)
        yield self._no_truncate(base.LEDGER)

    def _checkpoint(self) -> Rule:
        body = f"""
BEGIN
  IF {base.IS_NO_CHECKPOINT} THEN
    RAISE EXCEPTION '{base.NO_CHECKPOINT}' {_REFUSED};
  END IF;
  RETURN NEW;
END"""
        name = "checkpoint_is_of_this_chain"
        return self._trigger(name, base.CHECKPOINT, _BEFORE | _ROW | _INSERT, body)
