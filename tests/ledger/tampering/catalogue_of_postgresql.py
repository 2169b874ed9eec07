"""PostgreSQL's catalogue: triggers, functions, indexes, constraints, columns, rights,
settings, and what stands in front of a table."""

from functools import partial
from random import Random

from tests.ledger.databases import sql
from tests.ledger.tampering import Tampering, tables
from tests.ledger.tampering.forging import CHECKPOINT, LEDGER
from tests.ledger.tampering.hands import query
from tests.ledger.tampering.tables import REDACTION

OURS = "c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'partnerships_%%'"


def _all(*statements: str) -> Tampering:
    def act():
        for statement in statements:
            sql(statement)

    return Tampering("; ".join(statements), act)


def _tables() -> list[str]:
    return [
        *(*tables.live_tables(), *tables.histories(), LEDGER, REDACTION, CHECKPOINT)
    ]


def trigger(random: Random) -> Tampering:
    """Gone, renamed, switched off, or fired for some rows alone."""
    name, table, text = random.choice(
        query(
            "SELECT t.tgname, c.relname, pg_get_triggerdef(t.oid) FROM pg_trigger t"
            f" JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND {OURS}"
            " ORDER BY 1, 2"
        )
    )
    some = text.replace(" EXECUTE ", " WHEN (false) EXECUTE ")
    return random.choice(
        [
            _all(f"DROP TRIGGER {name} ON {table}"),
            _all(f"ALTER TRIGGER {name} ON {table} RENAME TO {name}s"),
            _all(f"ALTER TABLE {table} DISABLE TRIGGER {name}"),
            _all(f"ALTER TABLE {table} ENABLE REPLICA TRIGGER {name}"),
            _all(f"DROP TRIGGER {name} ON {table}", some),
        ]
    )


def foreign_key_off(random: Random) -> Tampering:
    """The triggers by which PostgreSQL itself looks at references."""
    table = random.choice(tables.live_tables())
    own = f"tgrelid = '{table}'::regclass AND tgisinternal"
    statement = f"UPDATE pg_trigger SET tgenabled = 'D' WHERE {own}"
    return Tampering(f"references of {table} off", partial(sql, statement))


def trigger_of_ones_own(random: Random) -> Tampering:
    """One more, with a function of its own."""
    table = random.choice(_tables())
    name = random.choice(["zz", '"TRAIL_ZZ"', "trail_zz"])
    return _all(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN NEW.id := NEW.id; RETURN NEW; END'",
        f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {name}()",
    )


def function(random: Random) -> Tampering:
    """Another body, options or rights; or one that is taken for PostgreSQL's own."""
    [(name, text)] = [
        random.choice(
            query(
                "SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
                " WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
            )
        )
    ]
    return random.choice(
        [
            _all(text.replace("RAISE EXCEPTION", "RAISE NOTICE", 1)),
            _all(text.replace("\nBEGIN", "\nBEGIN\n  IF false THEN NULL; END IF;", 1)),
            _all(f"ALTER FUNCTION {name}() SECURITY INVOKER"),
            _all(f"ALTER FUNCTION {name}() SET search_path = pg_temp, public"),
            _all(f"ALTER FUNCTION {name}() RESET ALL"),
            _all(f"GRANT EXECUTE ON FUNCTION {name}() TO pg_monitor"),
            _all(
                "CREATE FUNCTION public.to_jsonb(public.partnerships_question) RETURNS"
                " jsonb LANGUAGE sql AS 'SELECT NULL::jsonb'"
            ),
        ]
    )


def index(random: Random) -> Tampering:
    """Gone, invalid, or of the same name and another content."""
    name, table = random.choice(
        query(
            "SELECT i.indexrelid::regclass::text, c.relname FROM pg_index i"
            f" JOIN pg_class c ON c.oid = i.indrelid WHERE {OURS} AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid) ORDER BY 1"
        )
    )
    off = f"WHERE indexrelid = '{name}'::regclass"
    key = tables.key_of(table)
    return random.choice(
        [
            _all(f"DROP INDEX {name}"),
            _all(f"DROP INDEX {name}", f"CREATE INDEX {name} ON {table} ({key})"),
            _all(
                f"DROP INDEX {name}",
                f"CREATE INDEX {name} ON {table} ({key}) WHERE false",
            ),
            _all(f"UPDATE pg_index SET indisvalid = false {off}"),
            _all(f"UPDATE pg_index SET indisunique = NOT indisunique {off}"),
        ]
    )


def constraint(random: Random) -> Tampering:
    """Gone, not valid, or another of the same name."""
    name, table, text, kind = random.choice(
        query(
            "SELECT k.conname, c.relname, pg_get_constraintdef(k.oid), k.contype::text"
            f" FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE {OURS}"
            " AND k.contype IN ('c', 'f', 'u') AND c.relname NOT LIKE '%%draft%%'"
            " ORDER BY 1, 2"
        )
    )
    drop = f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE'
    add = f'ALTER TABLE {table} ADD CONSTRAINT "{name}"'
    draws = [_all(drop), _all(drop, f"{add} CHECK (true)")]
    if kind != "u":
        draws.append(_all(drop, f"{add} {text} NOT VALID"))
    return random.choice(draws)


def column(random: Random) -> Tampering:
    """Of another type, collation, default; with nothing allowed; or one more."""
    table = random.choice(_tables())
    name = random.choice(
        query(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
            " AND attnum > 0 AND atttypid IN ('text'::regtype, 'varchar'::regtype)"
            " ORDER BY 1",
            table,
        )
        or [("id",)]
    )[0]
    alter = f"ALTER TABLE {table} ALTER COLUMN {name}"
    return random.choice(
        [
            _all(f"ALTER TABLE {table} ADD COLUMN zz integer"),
            _all(f"{alter} DROP NOT NULL"),
            _all(f"{alter} SET DEFAULT NULL", f"{alter} SET DEFAULT '7'"),
            _all(
                f"{alter} TYPE varchar(9999)" if name != "id" else f"{alter} TYPE int"
            ),
            _all(
                "CREATE COLLATION zz (provider = icu, deterministic = false,"
                " locale = 'und-u-ka-shifted-ks-level1')",
                f"{alter} TYPE text COLLATE zz",
            )
            if name != "id"
            else _all(f"ALTER TABLE {table} SET UNLOGGED"),
        ]
    )


def in_front(random: Random) -> Tampering:
    """What makes a table show or do something else without a trigger."""
    table = random.choice(tables.histories() + tables.live_tables())
    return random.choice(
        [
            _all(f"CREATE RULE zz AS ON INSERT TO {table} DO INSTEAD NOTHING"),
            _all(f"CREATE RULE zz AS ON UPDATE TO {table} DO ALSO NOTHING"),
            _all(
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
                f"CREATE POLICY zz ON {table} USING (true)",
            ),
            _all(f"CREATE POLICY zz ON {table} USING (true)"),
            _all(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
            _all(
                f"ALTER TABLE {table} RENAME TO zz",
                f"CREATE VIEW {table} AS SELECT * FROM zz",
            ),
            _all(f"CREATE TABLE zz () INHERITS ({table})"),
            _all(f"ALTER TABLE {table} SET UNLOGGED"),
        ]
    )


def stranger(random: Random) -> Tampering:
    """A table, view or function that is not ours."""
    name = random.choice(["partnerships_zz", "zz"])
    select = "AS SELECT * FROM partnerships_milestone"
    return random.choice(
        [
            _all(f"CREATE TABLE {name} {select}"),
            _all(f"CREATE VIEW {name} {select}"),
            _all(f"CREATE MATERIALIZED VIEW {name} {select}"),
            _all(
                "CREATE FUNCTION zz() RETURNS event_trigger LANGUAGE plpgsql AS"
                " 'BEGIN NULL; END'",
                "CREATE EVENT TRIGGER zz ON sql_drop EXECUTE FUNCTION zz()",
            ),
        ]
    )


def right(random: Random) -> Tampering:
    """What somebody who is neither owner nor site may do."""
    table = random.choice(_tables())
    return random.choice(
        [
            _all(f"GRANT UPDATE, DELETE ON {table} TO PUBLIC"),
            _all(f"GRANT TRIGGER ON {table} TO PUBLIC"),
            _all(f"GRANT INSERT ON {table} TO pg_monitor"),
            _all(f"GRANT UPDATE (id) ON {table} TO PUBLIC"),
            _all("GRANT CREATE ON SCHEMA public TO PUBLIC"),
            _all(f"ALTER TABLE {table} OWNER TO pg_monitor"),
        ]
    )


def setting(random: Random) -> Tampering:
    """What every session of this database begins with."""
    [(database,)] = query("SELECT quote_ident(current_database())")
    value = random.choice(
        ["session_replication_role = replica", "search_path = zz, public"]
    )
    return _all(f"ALTER DATABASE {database} SET {value}")


def counter(random: Random) -> Tampering:
    """The last key that was given: near the highest, or one that there is."""
    table = tables.a_table(random, tables.histories())
    of = f"pg_get_serial_sequence('{table}', 'history_id')"
    to = random.choice([tables.LAST, tables.LAST - 1, 1])
    statement = f"SELECT setval({of}, {to})"
    return Tampering(f"the counter of {table} at {to}", partial(sql, statement))


KINDS = [
    trigger,
    foreign_key_off,
    trigger_of_ones_own,
    function,
    index,
    constraint,
    column,
    in_front,
    stranger,
    right,
    setting,
    counter,
]
