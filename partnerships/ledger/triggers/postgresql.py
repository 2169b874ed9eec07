"""PostgreSQL compares, at commit, each changed row with its newest row of history.

The functions run as the owner of the tables, whoever changes a row. So they look names
up among PostgreSQL's own alone and say of each table in which schema it is; they serve
no other table, and nobody may call them: a trigger of one's own would write the ledger.

While migrations run, the rules of history are *coarse*: no function then compares
columns of the record, which may go.
"""

from collections.abc import Iterator
from functools import cached_property

from partnerships.ledger.canonical import GENESIS
from partnerships.ledger.models import Redaction
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
#: Nothing of anybody else's is found there; temporary tables, which come first unless
#: they are named, come last.
_PATH = "pg_catalog, pg_temp"
_NO_CHANGE = f"RAISE EXCEPTION '{base.APPEND_ONLY}' {_REFUSED};"
_NOT_ITS_TABLE = "A function of the audit trail serves its own table alone."
_DIFFERS = "IS DISTINCT FROM"
#: The digest and the seal of an entry, as in ``canonical``.
_DIGEST = (
    "encode(sha256(sha256(convert_to(NEW.public, 'UTF8'))"
    " || sha256(convert_to(NEW.salt || NEW.private, 'UTF8'))), 'hex')"
)
_SEALED = [
    f"coalesce(the_last.seal, '{GENESIS}')",
    *("NEW.number::text", "NEW.record", "NEW.history_id::text", "NEW.digest"),
]
_SEAL = "encode(sha256(convert_to({}, 'UTF8')), 'hex')".format(
    " || ".join(f"length({part}) || ':' || {part}" for part in _SEALED)
)
#: A new row of history, and the newest before it.
_NEW, _EARLIER = Alias("n"), Alias("e")

Rule = tuple[base.Place, base.Trigger]


class PostgreSQL(base.Triggers):
    """The triggers of a PostgreSQL database."""

    def fault(self, stored: tuple) -> str:
        return super().fault(stored) if stored[1] == "O" else "switched off"

    def present(self) -> dict[base.Place, tuple]:
        sql = SQL(
            "SELECT t.tgname, c.relname, t.tgtype, t.tgenabled::text, t.tgdeferrable,"
            " t.tginitdeferred, t.tgnewtable, pg_get_expr(t.tgqual, t.tgrelid),"
            " t.tgattr::text, p.proname, p.prosrc, p.prosecdef, p.proconfig,"
            " p.pronamespace = c.relnamespace AND p.proowner = c.relowner AND NOT"
            " EXISTS (SELECT 1 FROM aclexplode(coalesce(p.proacl,"
            " acldefault('f', p.proowner))) a WHERE a.grantee <> p.proowner)"
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
        declared: str = "",
        is_deferred: bool = False,
        new_rows: bool = False,
    ) -> Rule:
        """Return a trigger and its function, which the owner of the table alone may
        call."""
        name, at = f"{base.PREFIX}{name}", self._at(table)
        function = f"{self._schema}.{name}()"
        source = f"""
DECLARE {declared}
BEGIN
  IF TG_RELID <> '{at}'::regclass THEN
    RAISE EXCEPTION '{_NOT_ITS_TABLE}' {_REFUSED};
  END IF;
  {body}
END"""
        on = " OR ".join(event for bit, event in _EVENTS.items() if bits & bit)
        statements = [
            f"DROP TRIGGER IF EXISTS {name} ON {at}",
            # With what else was made to call it, and with whoever was let.
            f"DROP FUNCTION IF EXISTS {function} CASCADE",
            f"CREATE FUNCTION {function} RETURNS trigger"
            f" LANGUAGE plpgsql SECURITY DEFINER SET search_path = {_PATH}"
            f" AS $body${source}$body$",
            f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC",
            f"CREATE {'CONSTRAINT ' if is_deferred else ''}TRIGGER {name}"
            f" {'BEFORE' if bits & _BEFORE else 'AFTER'} {on} ON {at}"
            f"{' DEFERRABLE INITIALLY DEFERRED' if is_deferred else ''}"
            f"{' REFERENCING NEW TABLE AS new_rows' if new_rows else ''}"
            f" FOR EACH {'ROW' if bits & _ROW else 'STATEMENT'}"
            f" EXECUTE FUNCTION {function}",
        ]
        # In the order of present(); "O" is "switched on".
        new_table = "new_rows" if new_rows else None
        trigger = (bits, "O", is_deferred, is_deferred, new_table, None, "")
        stored = (*trigger, name, source, True, [f"search_path={_PATH}"], True)
        return (name, table), base.Trigger(stored, [SQL(s) for s in statements])

    @cached_property
    def _schema(self) -> str:
        [(schema,)] = self.fetch(SQL("SELECT quote_ident(current_schema())"))
        return schema

    def _at(self, table: Alias) -> Alias:
        """Return the name of a table with that of its schema."""
        return Alias(f"{self._schema}.{table}")

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
            yield from self._proofs()

    def _guard(self, table: Tracked) -> Rule:
        """Return the rule that at commit a changed row equals its newest row of
        history, and one that is gone has a last row that says so."""
        live = table.live._meta.db_table
        history = self._at(table.history._meta.db_table)
        body = f"""IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN
    RAISE EXCEPTION '{base.KEY_CHANGED}' {_REFUSED};
  END IF;
  the_key := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;
  SELECT to_jsonb(l) INTO the_stored FROM {self._at(live)} l WHERE l.id = the_key;
  SELECT h.history_type AS type, to_jsonb(h) - ARRAY[{_ADDED}] AS row INTO the_newest
    FROM {history} h WHERE h.id = the_key
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1;
  IF the_stored IS NULL AND the_newest.type = '-'
    OR the_newest.type <> '-' AND the_newest.row = the_stored
  THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '{live} % was changed without its row of history', the_key
    {_REFUSED};"""
        bits = _ROW | _INSERT | _UPDATE | _DELETE
        name = f"{table.record}_is_owed_history"
        declared = "the_key bigint; the_stored jsonb; the_newest record;"
        return self._trigger(
            name, live, bits, body, declared=declared, is_deferred=True
        )

    def _history(self, table: Tracked) -> Rule:
        """Return the rule that new rows of history are in order and are entered, one of
        each object at a time."""
        name = table.history._meta.db_table
        history, ledger = self._at(name), self._at(base.LEDGER)
        refused = "\n      ".join(
            f"WHEN {condition} THEN '{message}'"
            for condition, message in self._refusals(table)
        )
        columns, values = base.entry(table, _NEW, SQL("clock_timestamp()"))
        body = f"""SELECT refused.why INTO the_refusal FROM new_rows {_NEW}
    LEFT JOIN LATERAL (
      SELECT * FROM {history} h
      WHERE h.id = {_NEW}.id AND h.history_id <> {_NEW}.history_id
      ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1
    ) {_EARLIER} ON TRUE
    CROSS JOIN LATERAL (SELECT CASE
      {refused}
    END AS why) refused
    WHERE refused.why IS NOT NULL LIMIT 1;
  IF the_refusal IS NOT NULL THEN
    RAISE EXCEPTION '%', the_refusal {_REFUSED};
  END IF;
  INSERT INTO {ledger} ({columns})
    SELECT {values} FROM new_rows {_NEW} ORDER BY {_NEW}.history_id;
  RETURN NULL;"""
        return self._trigger(
            *(f"{table.record}_history_enters_ledger", name, _INSERT, body),
            declared="the_refusal text;",
            new_rows=True,
        )

    def _refusals(self, table: Tracked) -> Iterator[tuple[SQL, str]]:
        """Yield what a new row of history is refused for, each with its message."""
        yield base.is_no_change(_NEW), base.NOT_A_CHANGE
        yield _is_not_now(f"{_NEW}.history_date"), base.NOT_NOW
        is_earlier = (
            f"{_EARLIER}.history_date > {_NEW}.history_date"
            f" OR {_EARLIER}.history_id > {_NEW}.history_id"
        )
        yield SQL(is_earlier), base.OUT_OF_ORDER
        name = table.history._meta.db_table
        yield self._is_made_up(name, _NEW, "history_id"), base.OUT_OF_SEQUENCE
        if table.history is Redaction:
            ledger = self._at(base.LEDGER)
            is_none = base.is_no_redaction(ledger, _NEW, _DIFFERS)
            yield is_none, base.NO_REDACTION
        if not self.is_coarse:
            yield from base.column_refusals(table, _NEW, _EARLIER, _DIFFERS)

    def _is_made_up(self, table: Alias, row: Alias, key: str) -> SQL:
        """Return SQL that is true of a row with a number that the sequence of its table
        has not reached."""
        # Looked up now, as each save would do it again.
        sql = SQL("SELECT pg_get_serial_sequence(%s, %s)")
        [(sequence,)] = self.fetch(sql, [self._at(table), key])
        last = f"pg_sequence_last_value('{sequence}'::regclass)"
        return SQL(f"{row}.{key} > coalesce((SELECT {last}), 0)")

    def _append_only(self, table: Alias) -> Iterator[Rule]:
        name = f"{table.removeprefix('partnerships_')}_is_append_only"
        bits = _BEFORE | _ROW | _UPDATE | _DELETE
        yield self._trigger(name, table, bits, _NO_CHANGE)
        yield self._no_truncate(table)

    def _no_truncate(self, table: Alias) -> Rule:
        name = f"{table.removeprefix('partnerships_')}_is_not_truncated"
        return self._trigger(name, table, _BEFORE | _TRUNCATE, _NO_CHANGE)

    def _ledger(self) -> Iterator[Rule]:
        changed = [f"NEW.{c} {_DIFFERS} OLD.{c}" for c in base.UNCHANGING]
        unsealed = " OR ".join(f"NEW.{c} IS NULL" for c in base.SEAL)
        sealed = " OR ".join(f"NEW.{c} IS NOT NULL" for c in base.SEAL)
        body = f"""IF TG_OP = 'INSERT' THEN
    -- Only the triggers of the histories make entries.
    IF pg_trigger_depth() > 1 AND NOT ({sealed}) THEN RETURN NEW; END IF;
  ELSIF TG_OP = 'UPDATE' THEN
    SELECT l.number, l.seal INTO the_last FROM {self._at(base.LEDGER)} l
      WHERE l.number IS NOT NULL ORDER BY l.number DESC LIMIT 1;
    IF OLD.number IS NULL AND NOT ({unsealed} OR {" OR ".join(changed)})
      AND NEW.number = coalesce(the_last.number, 0) + 1
      AND NEW.salt ~ '^[0-9a-f]{{32}}$'
      AND NEW.digest = {_DIGEST}
      AND NEW.seal = {_SEAL}
    THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '{base.ALREADY_SEALED}' {_REFUSED};"""
        bits = _BEFORE | _ROW | _INSERT | _UPDATE | _DELETE
        name, declared = "ledger_is_sealed_once", "the_last record;"
        yield self._trigger(name, base.LEDGER, bits, body, declared=declared)
        yield self._no_truncate(base.LEDGER)

    def _proofs(self) -> Iterator[Rule]:
        """Yield the rules that checkpoints and verifications are of this chain and of
        now, and no later one comes before them."""
        ledger = self._at(base.LEDGER)
        for table, at, is_none, message in (
            (base.CHECKPOINT, "taken_at", base.is_no_checkpoint, base.NO_CHECKPOINT),
            (
                *(base.VERIFICATION, "verified_at"),
                *(base.is_no_verification, base.NO_VERIFICATION),
            ),
        ):
            body = f"""IF {_is_not_now(f"NEW.{at}")} OR {is_none(ledger)} THEN
    RAISE EXCEPTION '{message}' {_REFUSED};
  END IF;
  IF {self._is_made_up(table, Alias("NEW"), "id")} THEN
    RAISE EXCEPTION '{base.OUT_OF_SEQUENCE}' {_REFUSED};
  END IF;
  RETURN NEW;"""
            name = f"{table.removeprefix('partnerships_')}_is_of_this_chain"
            yield self._trigger(name, table, _BEFORE | _ROW | _INSERT, body)


def _is_not_now(time: str) -> SQL:
    """Return SQL that is true of a time before or after now."""
    return SQL(
        f"{time} NOT BETWEEN clock_timestamp() - interval '{base.BEHIND}'"
        f" AND clock_timestamp() + interval '{base.AHEAD}'"
    )
