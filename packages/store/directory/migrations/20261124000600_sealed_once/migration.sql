-- A row of the log is written once and sealed once: position and chain are filled where they are empty, nothing else ever changes, whoever asks.
create function sealed_once() returns trigger language plpgsql as $$
begin
  if old.position is not null or old.chain is not null
     or (new.id, new.entry_id, new.at, new.body) is distinct from (old.id, old.entry_id, old.at, old.body) then
    raise exception 'a row of the log is sealed once and never changes' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger sealed_once before update on audit_log for each row execute function sealed_once();

-- Statistics are their owner's matter: with its rights, so that the program's own role may ask for them, and for nothing else.
create function analyse_index() returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  analyze public.entry, public.entry_key, public.entry_link, public.audience_set, public.audience_member;
end $$;
revoke all on function analyse_index() from public;
