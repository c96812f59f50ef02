-- Which copy of the database this is. A cursor of the feed bears it: a dump restored anywhere, a base backup brought forward to a point in time, a standby
-- that took over is another run of the feed, in which positions may have been given out twice. Cluster, database, table, file, timeline; what a server
-- does not tell, as in some managed ones, counts as the same.
create function feed_run() returns text language plpgsql stable as $$
declare
  run text := concat_ws('.', (select oid from pg_database where datname = current_database()), 'outbox'::regclass::oid, pg_relation_filenode('outbox'));
begin
  begin
    run := concat_ws('.', (select system_identifier from pg_control_system()), run, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8));
  exception when others then null;
  end;
  return run;
end $$;
