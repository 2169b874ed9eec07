"""All that a database holds, to tell whether it was changed: rows to the byte, what its
indexes say, and its catalogue."""

import sqlite3

from django.db import connection

from tests.ledger.databases import is_sqlite
from tests.ledger.tampering import tables
from tests.ledger.tampering.forging import CHECKPOINT, LEDGER
from tests.ledger.tampering.hands import query


def everything() -> dict[str, object]:
    """Return what there is, by the name of each part; a part that cannot be read says
    so."""
    return _sqlite(None) if is_sqlite else _postgresql()


def trail() -> set[str]:
    """Return the tables of which the trail makes promises."""
    own = (LEDGER, CHECKPOINT, tables.REDACTION)
    return {*tables.live_tables(), *tables.histories(), *own}


def promised(wanted: set[str]) -> dict[str, object]:
    """Return what there is of these tables alone, on SQLite, and in columns that are
    read."""
    return _sqlite(wanted)


def _sqlite(wanted: set[str] | None) -> dict[str, object]:
    path = str(connection.settings_dict["NAME"])
    connection.close()
    found: dict[str, object] = {}
    session = sqlite3.connect(path)
    try:
        schema = session.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master"
        ).fetchall()
        found["schema"] = sorted(map(str, schema))
        for kind, name, table, text in schema:
            if wanted and table not in wanted:
                continue
            if kind == "table":
                unread = tables.UNREAD.get(name, set()) if wanted else set()
                names = [n for n in _names(session, name) if n not in unread]
                found[f"table {name}"] = _read(session, name, "", names)
            elif kind == "index":
                found[f"index {name}"] = _indexed(session, name, table, text)
    except sqlite3.DatabaseError as error:
        found["unreadable"] = str(error)
    finally:
        session.close()
    return found


def _names(session, table):
    return [row[1] for row in session.execute(f'PRAGMA table_info("{table}")')]


def _read(session, table, end, names):
    """Return the rows, in order, as types and bytes."""
    parts = ", ".join(f'typeof("{name}"), hex("{name}")' for name in names)
    try:
        return session.execute(f'SELECT {parts} FROM "{table}"{end}').fetchall()
    except sqlite3.DatabaseError as error:
        return str(error)


def _indexed(session, name, table, text):
    """Return what an index says, without a look at its table."""
    described = session.execute(f'PRAGMA index_xinfo("{name}")').fetchall()
    names = [row[2] for row in described if row[2]]
    if any(row[1] == -2 for row in described):  # an expression
        return "not read"
    _, where, condition = (text or "").rpartition(" WHERE ")
    end = f' INDEXED BY "{name}"{where}{condition if where else ""}'
    return _read(session, table, end, names)


#: What the catalogue of PostgreSQL says of the tables, in one text for each thing.
CATALOGUE = """
SELECT 'relation', c.relname::text, concat_ws(' ', c.relkind, c.relpersistence,
    c.relrowsecurity, c.relforcerowsecurity, c.relacl::text, c.reloptions::text,
    c.relowner, c.relreplident, pg_get_viewdef(c.oid))
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'column', a.attrelid::regclass || '.' || a.attname, concat_ws(' ',
    format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attcollation, a.attidentity,
    a.attgenerated, a.attacl::text, a.attisdropped, pg_get_expr(d.adbin, d.adrelid))
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND c.relkind <> 'i'
UNION ALL SELECT 'constraint', conname::text, concat_ws(' ', conrelid::regclass,
    convalidated, pg_get_constraintdef(oid))
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', i.indexrelid::regclass::text, concat_ws(' ', i.indisvalid,
    i.indisready, i.indislive, i.indisunique, pg_get_indexdef(i.indexrelid))
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', t.tgname::text, concat_ws(' ', t.tgenabled,
    pg_get_triggerdef(t.oid))
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'function', p.oid::regprocedure::text, concat_ws(' ', p.proacl::text,
    p.proowner, CASE WHEN p.prokind = 'f' THEN pg_get_functiondef(p.oid) END)
  FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
UNION ALL SELECT 'rule', ev_class::regclass || '.' || rulename, pg_get_ruledef(r.oid)
  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
  WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'policy', polname::text, polrelid::regclass::text FROM pg_policy
UNION ALL SELECT 'child', inhrelid::regclass::text, inhparent::regclass::text
  FROM pg_inherits
UNION ALL SELECT 'schema', nspname::text, nspacl::text FROM pg_namespace
  WHERE nspname !~ '^pg_(temp|toast)'
UNION ALL SELECT 'setting', setrole::text, setconfig::text FROM pg_db_role_setting s
  JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()
UNION ALL SELECT 'event trigger', evtname::text, evtenabled::text FROM pg_event_trigger
UNION ALL SELECT 'sequence', sequencename::text, last_value::text FROM pg_sequences
"""


def _postgresql() -> dict[str, object]:
    found: dict[str, object] = {"catalogue": sorted(map(str, query(CATALOGUE)))}
    there = query(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm')"
        " AND relnamespace = 'public'::regnamespace"
    )
    for (name,) in there:
        found[name] = query(f'SELECT t::text FROM public."{name}" t ORDER BY 1')
    return found
