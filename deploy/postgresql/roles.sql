-- The roles of a tracker on PostgreSQL, and what each may do:
--
--   owner   owns the tables: migrate, redact, restore, state_damage
--   site    runs the site, seal, verify_audit, backup; cannot even try to rewrite the trail
--   reader  reads the record and its trail for reports; no account, draft, lead or report
--
-- Run it as a superuser, or as the owner of the database if that may create roles, before
-- the first and again after every migrate; a second run changes nothing:
--
--   psql -d tracker -v owner=tracker -v site=tracker_app -v reader=tracker_reader \
--        -f deploy/postgresql/roles.sql
--
-- Roles that are not there are made, without a password: give them one with \password.

\set ON_ERROR_STOP on
\set QUIET on
\if :{?owner} \else
  \set owner tracker
\endif
\if :{?site} \else
  \set site tracker_app
\endif
\if :{?reader} \else
  \set reader tracker_reader
\endif

BEGIN;
SET LOCAL client_min_messages = warning;
SELECT set_config('tracker.owner', :'owner', TRUE),
       set_config('tracker.site', :'site', TRUE),
       set_config('tracker.reader', :'reader', TRUE) \g /dev/null

DO $roles$
DECLARE
  the_owner CONSTANT text := current_setting('tracker.owner');
  the_site CONSTANT text := current_setting('tracker.site');
  the_reader CONSTANT text := current_setting('tracker.reader');
  the_two CONSTANT text := format('%I, %I', the_site, the_reader);
  a_name text;
  a_record text;
  may text;
BEGIN
  -- The roles themselves
  FOREACH a_name IN ARRAY ARRAY[the_owner, the_site, the_reader] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = a_name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', a_name);
    END IF;
  END LOOP;
  FOREACH a_name IN ARRAY ARRAY[the_site, the_reader] LOOP
    IF pg_has_role(a_name, the_owner, 'MEMBER') THEN
      RAISE EXCEPTION '% may act as %, which owns the tables; choose a role that may not.',
        a_name, the_owner;
    ELSIF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = a_name AND (rolsuper
                  OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)) THEN
      RAISE EXCEPTION '% may do more than read and write tables; choose an ordinary role.',
        a_name;
    END IF;
  END LOOP;
  SELECT tableowner INTO a_name FROM pg_tables
    WHERE schemaname = 'public' AND tableowner <> the_owner LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Tables belong to %, not to %: say -v owner=%, or REASSIGN OWNED first.',
      a_name, the_owner, a_name;
  END IF;

  -- The database: nobody else connects, and so holds no lock; no temporary tables
  a_name := current_database();
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, %s', a_name, the_two);
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I, %s', a_name, the_owner, the_two);

  -- The schema: nobody but the owner makes anything in it
  EXECUTE format('REVOKE ALL ON SCHEMA public FROM PUBLIC, %s', the_two);
  EXECUTE format('GRANT USAGE, CREATE ON SCHEMA public TO %I', the_owner);
  EXECUTE format('GRANT USAGE ON SCHEMA public TO %s', the_two);
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I'
                 ' REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC', the_owner);

  -- What is in it
  EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, %s', the_two);
  EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, %s', the_two);
  EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, %s', the_two);
  FOR a_name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    may := CASE
      WHEN a_name IN ('partnerships_ledgerentry', 'partnerships_redaction',
                      'partnerships_damage', 'django_migrations', 'django_content_type', 'auth_permission',
                      'auth_group', 'auth_group_permissions')
        THEN 'SELECT'
      WHEN a_name IN ('partnerships_checkpoint', 'partnerships_verification',
                      'django_admin_log')
        OR starts_with(a_name, 'partnerships_historical')
        THEN 'SELECT, INSERT'
      WHEN a_name = 'partnerships_user'  -- accounts are deactivated, never deleted
        THEN 'SELECT, INSERT, UPDATE'
      ELSE 'SELECT, INSERT, UPDATE, DELETE'
    END;
    EXECUTE format('GRANT %s ON public.%I TO %I', may, a_name, the_site);
    IF a_name = 'partnerships_ledgerentry' THEN
      EXECUTE format('GRANT UPDATE (number, public, private, salt, digest, seal)'
                     ' ON public.%I TO %I', a_name, the_site);
    END IF;

    a_record := regexp_replace(a_name, '^partnerships_(historical)?', '');
    IF a_name IN ('partnerships_ledgerentry', 'partnerships_redaction',
                  'partnerships_damage', 'partnerships_checkpoint', 'partnerships_verification')
      OR a_record !~ 'user|account|role' AND EXISTS (
        SELECT 1 FROM pg_tables WHERE schemaname = 'public'
          AND tablename = 'partnerships_historical' || a_record)
    THEN
      EXECUTE format('GRANT SELECT ON public.%I TO %I', a_name, the_reader);
    END IF;
  END LOOP;
END
$roles$;
COMMIT;
