-- Creates what one owner needs on a PostgreSQL server: two roles and a database. May be repeated: what is there stays, passwords are set anew.
--
--   sudo -u postgres psql -v owner=guangxi -v verifiers=/etc/corridor/guangxi -f create-database.sql
--
-- owner      guangxi, chongqing, guizhou, gansu, asean, or directory
-- verifiers  folder with the files owner-role.verifier and runtime-role.verifier, made by scram-verifier.mjs; not given: passwords stay as they are
--
-- corridor_<owner>_owner   the tables are its; only migrations, backup and restore run as this role
-- corridor_<owner>         the program runs as this role; what it may do with each table is given by the migrating step (`main.js migrate`)
-- corridor_<owner>         the database, which no other role can connect to

\set ON_ERROR_STOP on
\if :{?owner}
\else
  \echo 'psql -v owner=<owner> is missing'
  \quit
\endif
select :'owner' ~ '^[a-z][a-z0-9_]{0,30}$' as named_well \gset
\if :named_well
\else
  \echo 'an owner has lower case letters, digits and _'
  \quit
\endif

select 'corridor_' || :'owner' as runtime_role, 'corridor_' || :'owner' || '_owner' as owner_role \gset

select format('create role %I', role) from unnest(array[:'owner_role', :'runtime_role']) as r(role)
 where not exists (select from pg_roles where rolname = role) \gexec
select format('alter role %I login inherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls', role)
  from unnest(array[:'owner_role', :'runtime_role']) as r(role) \gexec

-- The server is told a SCRAM verifier (RFC 5803), from which nobody gets the password back; it stands in no log and no list of processes.
\if :{?verifiers}
  \set owner_file :verifiers '/owner-role.verifier'
  \set runtime_file :verifiers '/runtime-role.verifier'
  \set owner_verifier `cat :'owner_file'`
  \set runtime_verifier `cat :'runtime_file'`
  select (:'owner_verifier' like 'SCRAM-SHA-256$%' and :'runtime_verifier' like 'SCRAM-SHA-256$%') as verified \gset
  \if :verified
  \else
    \echo 'the folder of verifiers lacks owner-role.verifier or runtime-role.verifier'
    \quit
  \endif
  alter role :"owner_role" password :'owner_verifier';
  alter role :"runtime_role" password :'runtime_verifier';
\endif

-- The program's connections end by themselves what the program did not end.
alter role :"runtime_role" set statement_timeout = '30s';
alter role :"runtime_role" set lock_timeout = '10s';
alter role :"runtime_role" set idle_in_transaction_session_timeout = '15s';
alter role :"runtime_role" connection limit 100;

select format('create database %I owner %I encoding ''UTF8'' lc_collate ''C'' lc_ctype ''C'' template template0', :'runtime_role', :'owner_role')
 where not exists (select from pg_database where datname = :'runtime_role') \gexec
alter database :"runtime_role" owner to :"owner_role";
revoke all on database :"runtime_role" from public;
grant connect on database :"runtime_role" to :"runtime_role";

\connect :"runtime_role"
revoke all on schema public from public;
grant usage on schema public to :"runtime_role";
\echo created: database :runtime_role, roles :owner_role and :runtime_role
