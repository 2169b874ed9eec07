"""Queries for what a schema of PostgreSQL holds and what bends it.

A template each: ``schema`` is the name of our schema, ``ours`` its number, ``ledger``
the number of the ledger, ``owner`` that of its owner, to whom all should belong.
"""

_OWNER = (
    "CASE WHEN {0} <> {{owner}} THEN 'owned by ' || pg_get_userbyid({0}) END".format
)

_RELATIONS = f"""
SELECT CASE c.relkind WHEN 'r' THEN 'table' WHEN 'S' THEN 'sequence'
    WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
    WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table'
    ELSE 'type' END || ' ' || c.relname,
  concat_ws(', ', m.amname, CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
    CASE WHEN c.relrowsecurity THEN 'with row-level security' END,
    CASE WHEN c.relforcerowsecurity THEN 'with row-level security for its owner' END,
    s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
    CASE WHEN s.seqcycle THEN 'which begins anew' END, {_OWNER("c.relowner")})
FROM pg_class c LEFT JOIN pg_am m ON m.oid = c.relam
  LEFT JOIN pg_sequence s ON s.seqrelid = c.oid
WHERE c.relnamespace = {{ours}} AND c.relkind NOT IN ('i', 'I')"""

_COLUMNS = """
SELECT 'column ' || a.attname || ' of ' || c.relname,
  concat_ws(' ', format_type(a.atttypid, a.atttypmod),
    CASE WHEN o.collname <> 'default'
      THEN 'collate ' || o.collnamespace::regnamespace || '.' || o.collname END,
    CASE WHEN a.attnotnull THEN 'not null' END,
    CASE a.attidentity WHEN '' THEN '' ELSE 'identity ' || a.attidentity::text END,
    CASE a.attgenerated WHEN '' THEN 'default'
      ELSE 'generated ' || a.attgenerated::text END,
    pg_get_expr(d.adbin, d.adrelid))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  LEFT JOIN pg_collation o ON o.oid = a.attcollation
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = {ours} AND c.relkind IN ('r', 'p')
  AND a.attnum > 0 AND NOT a.attisdropped"""

# Triggers enforce foreign keys and deferred constraints. NOT NULL is with the columns.
_CONSTRAINTS = """
SELECT 'constraint ' || k.conname || ' of ' || c.relname,
  concat_ws(' ', pg_get_constraintdef(k.oid),
    CASE WHEN NOT k.convalidated THEN 'NOT VALIDATED' END,
    'with ' || (SELECT count(*) FROM pg_trigger t WHERE t.tgconstraint = k.oid
      AND t.tgisinternal AND t.tgenabled = 'O') || ' triggers')
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = {ours} AND k.contype NOT IN ('t', 'n')"""

_INDEXES = """
SELECT 'index ' || x.relname || ' of ' || c.relname,
  concat_ws(' ', CASE WHEN i.indisunique THEN 'unique' END,
    substring(pg_get_indexdef(i.indexrelid) FROM ' USING (.*)$'),
    CASE WHEN NOT (i.indisvalid AND i.indisready AND i.indislive)
      THEN 'not valid' END)
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = {ours}"""

_BENT = """
SELECT 'policy ' || p.polname || ' of ' || c.relname, ''
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = {ours}
UNION ALL
SELECT 'rule ' || r.rulename || ' of ' || c.relname, ''
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
WHERE c.relnamespace = {ours} AND c.relkind NOT IN ('v', 'm')
UNION ALL
SELECT 'inheritance of ' || i.inhrelid::regclass || ' from ' || p.relname, ''
FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
WHERE p.relnamespace = {ours} AND p.relkind NOT IN ('i', 'I')"""

_FUNCTIONS = f"""
SELECT 'function ' || p.proname
    || '(' || pg_get_function_identity_arguments(p.oid) || ')',
  concat_ws(', ', p.prokind, p.provolatile, pg_get_function_result(p.oid), l.lanname,
    CASE WHEN p.proisstrict THEN 'strict' END, {_OWNER("p.proowner")})
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = {{ours}}"""

_TYPES = """
SELECT 'type ' || t.typname, t.typtype::text FROM pg_type t
WHERE t.typnamespace = {ours} AND t.typrelid = 0
  AND NOT EXISTS (SELECT 1 FROM pg_type e WHERE e.typarray = t.oid)"""

_OTHERS = " UNION ALL ".join(
    f"SELECT '{what} ' || {prefix}name, '' FROM {catalog}"
    f" WHERE {prefix}namespace = {{ours}}"
    for what, catalog, prefix in (
        ("operator", "pg_operator", "opr"),
        ("operator class", "pg_opclass", "opc"),
        ("operator family", "pg_opfamily", "opf"),
        ("collation", "pg_collation", "coll"),
        ("conversion", "pg_conversion", "con"),
        ("statistics", "pg_statistic_ext", "stx"),
        ("text search configuration", "pg_ts_config", "cfg"),
        ("text search dictionary", "pg_ts_dict", "dict"),
    )
)

#: What there is, and its definition.
DEFINITIONS = " UNION ALL ".join(
    (_RELATIONS, _COLUMNS, _CONSTRAINTS, _INDEXES, _BENT, _FUNCTIONS, _TYPES, _OTHERS)
)

#: Statements that make constraints and partial indexes from their definitions, as a
#: restored dump has them: a cast of a list becomes casts of what it lists.
RESTORING = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s',
  k.conrelid::regclass, k.conname, k.conname, pg_get_constraintdef(k.oid))
FROM pg_constraint k WHERE k.connamespace = {ours} AND k.contype = 'c'
UNION ALL
SELECT format('DROP INDEX %s; %s',
  i.indexrelid::regclass, pg_get_indexdef(i.indexrelid))
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = {ours} AND i.indpred IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)"""

# Settings that change what SQL does, or whose code runs; all others are the operator's.
_SETTINGS = """
'search_path', 'session_replication_role', 'row_security', 'role',
'session_preload_libraries', 'local_preload_libraries', 'allow_system_table_mods',
'ignore_system_indexes', 'ignore_checksum_failure', 'zero_damaged_pages',
'transform_null_equals', 'standard_conforming_strings', 'quote_all_identifiers',
'plpgsql.variable_conflict'"""
_ROLE = "CASE {0} WHEN 0 THEN 'everybody' ELSE pg_get_userbyid({0}) END".format
_SCHEMA = "(SELECT quote_ident(nspname) FROM pg_namespace WHERE oid = {ours})"
_DATABASE = "(SELECT oid FROM pg_database WHERE datname = current_database())"
#: The first number of what was not there when the server was set up.
_FIRST = 16384
_EXTENDED = (
    "EXISTS (SELECT 1 FROM pg_depend d"
    " WHERE d.classid = '{0}'::regclass AND d.objid = o.oid AND d.deptype = 'e')"
).format

#: A sentence for whatever bends the tables without being among them.
INTRUDERS = f"""
SELECT 'the setting ' || v || ' of '
  || CASE s.setrole WHEN 0 THEN 'this database' ELSE pg_get_userbyid(s.setrole) END
  || ' is not ours'
FROM pg_db_role_setting s, unnest(s.setconfig) v
WHERE s.setdatabase IN (0, {_DATABASE}) AND split_part(v, '=', 1) IN ({_SETTINGS})
  AND v NOT IN ('search_path=' || {_SCHEMA}, 'search_path=' || {_SCHEMA} || ', pg_temp')
  AND (s.setrole = 0 OR has_table_privilege(s.setrole, {{ledger}}, 'SELECT'))
UNION ALL
SELECT 'the setting ' || name || ' is ' || setting || ', not ' || boot_val
FROM pg_settings WHERE name IN ({_SETTINGS}) AND name NOT IN ('search_path', 'role')
  AND setting <> boot_val AND source NOT IN ('database', 'user', 'database user')
UNION ALL
SELECT 'the schema ' || n.nspname || ' comes before ours for the role of this name'
FROM pg_namespace n JOIN pg_roles r ON r.rolname = n.nspname
WHERE n.oid <> {{ours}} AND has_table_privilege(r.oid, {{ledger}}, 'SELECT')
UNION ALL
SELECT 'the temporary table ' || relname || ' is not ours'
FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind NOT IN ('i', 'S')
UNION ALL
SELECT 'the event trigger ' || evtname || ' is not ours' FROM pg_event_trigger
UNION ALL
SELECT 'the subscription ' || subname || ' is not ours'
FROM pg_subscription WHERE subdbid = {_DATABASE}
UNION ALL
SELECT 'the extension ' || extname || ' is in our schema; move it to another'
FROM pg_extension WHERE extnamespace = {{ours}}
UNION ALL
SELECT 'the function ' || o.oid::regprocedure || ' is not PostgreSQL’s own'
FROM pg_proc o WHERE o.pronamespace = 'pg_catalog'::regnamespace
  AND o.oid >= {_FIRST} AND NOT {_EXTENDED("pg_proc")}
UNION ALL
SELECT 'the operator ' || o.oid::regoperator || ' is not PostgreSQL’s own'
FROM pg_operator o WHERE o.oprnamespace = 'pg_catalog'::regnamespace
  AND o.oid >= {_FIRST} AND NOT {_EXTENDED("pg_operator")}
UNION ALL
SELECT 'the cast of ' || o.castsource::regtype || ' as ' || o.casttarget::regtype
  || ' is not PostgreSQL’s own'
FROM pg_cast o WHERE o.oid >= {_FIRST} AND NOT {_EXTENDED("pg_cast")}
UNION ALL
SELECT 'the numbers of ' || sequencename || ' are used up: the last was ' || last_value
FROM pg_sequences
WHERE quote_ident(schemaname) = {_SCHEMA} AND last_value > max_value / 2
UNION ALL
SELECT {_ROLE("a.grantee")} || ' may CREATE in the schema ' || n.nspname
FROM pg_namespace n, aclexplode(COALESCE(n.nspacl, acldefault('n', n.nspowner))) a
WHERE n.oid = {{ours}} AND a.privilege_type = 'CREATE'
  AND a.grantee NOT IN (n.nspowner, {{owner}})
UNION ALL
SELECT {_ROLE("a.grantee")} || ' may CREATE schemas in the database'
FROM pg_database b, aclexplode(COALESCE(b.datacl, acldefault('d', b.datdba))) a
WHERE b.oid = {_DATABASE} AND a.privilege_type = 'CREATE'
  AND a.grantee NOT IN (b.datdba, {{owner}})
UNION ALL
SELECT {_ROLE("a.grantee")} || ' may ' || a.privilege_type || ' by default what '
  || pg_get_userbyid(d.defaclrole) || ' will make'
FROM pg_default_acl d, aclexplode(d.defaclacl) a
WHERE d.defaclnamespace IN (0, {{ours}}) AND d.defaclobjtype IN ('r', 'S', 'f')
  AND a.grantee <> d.defaclrole AND a.privilege_type NOT IN ('SELECT', 'USAGE')
"""

#: Who but the owner may do what: table, kind, column, role, privilege, and whether it
#: may be given to others.
GRANTS = f"""
SELECT c.relname, c.relkind::text, '', {_ROLE("a.grantee")}, a.privilege_type,
  a.is_grantable
FROM pg_class c, aclexplode(c.relacl) a
WHERE c.relnamespace = {{ours}} AND a.grantee NOT IN (c.relowner, {{owner}})
UNION ALL
SELECT c.relname, c.relkind::text, f.attname, {_ROLE("a.grantee")}, a.privilege_type,
  a.is_grantable
FROM pg_class c JOIN pg_attribute f ON f.attrelid = c.oid, aclexplode(f.attacl) a
WHERE c.relnamespace = {{ours}} AND a.grantee NOT IN (c.relowner, {{owner}})
UNION ALL
SELECT p.proname || '()', 'f', '', {_ROLE("a.grantee")}, a.privilege_type,
  a.is_grantable
FROM pg_proc p, aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a
WHERE p.pronamespace = {{ours}} AND p.prosecdef
  AND a.grantee NOT IN (p.proowner, {{owner}})
"""

#: Statements that return the name of a sequence of the trail, and the last number of
#: its table, if it was set back before that: the next change would be refused.
SEQUENCES = """
SELECT format(
  'SELECT %L, max(n) FROM (SELECT %I FROM {schema}.%I) t(n)
  HAVING max(n) > COALESCE(pg_sequence_last_value(%s), 0)',
  q.seqrelid::regclass, f.attname, c.relname, q.seqrelid)
FROM pg_sequence q
  JOIN pg_depend d ON d.objid = q.seqrelid AND d.deptype IN ('a', 'i')
  JOIN pg_class c ON c.oid = d.refobjid
  JOIN pg_attribute f ON f.attrelid = c.oid AND f.attnum = d.refobjsubid
WHERE c.relnamespace = {ours}
  AND (c.oid = {ledger} OR c.relname LIKE 'partnerships_historical%')
  AND has_sequence_privilege(q.seqrelid, 'SELECT')"""

#: Our migrations that are applied.
MIGRATIONS = """
SELECT 'migration ' || name, '' FROM {schema}.django_migrations
WHERE app = 'partnerships'"""

#: Names, and statements that check each index against its table, and each table, by the
#: extension amcheck.
CHECKS = """
SELECT c.relname, CASE c.relkind
  WHEN 'i' THEN
    format('SELECT NULL WHERE %I.bt_index_check(%s, true) IS NULL', s, c.oid)
  ELSE format('SELECT msg FROM %I.verify_heapam(%s)', s, c.oid) END
FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
  JOIN pg_am m ON m.oid = c.relam,
  (SELECT n.nspname AS s
   FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
   WHERE e.extname = 'amcheck' AND (
     SELECT bool_and(has_function_privilege(p.oid, 'EXECUTE')) FROM pg_proc p
     WHERE p.pronamespace = n.oid AND p.proname IN ('bt_index_check', 'verify_heapam'))
  ) AS amcheck
WHERE c.relnamespace = {ours}
  AND (c.relkind = 'r' OR c.relkind = 'i' AND m.amname = 'btree' AND i.indisvalid)"""
