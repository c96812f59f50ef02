-- By which condition of sharing a party or a firm may know of a call, and through which consignment: found by the reader, whatever else the call carries.
-- Derived from call_consignment, consignment_record and participation, and kept by triggers on them. ROUTED, DESTINED: `reader` is a party, without a
-- function. PARTICIPANT: a firm with its function. A cancelled consignment opens nothing.
create table call_reader (
  call_id               text not null,
  condition             text not null check (condition in ('ROUTED', 'DESTINED', 'PARTICIPANT')),
  reader                text not null,
  participant_function  text not null,
  record_id             text not null,
  primary key (call_id, reader, condition, participant_function, record_id)
);
create index call_reader_record on call_reader (record_id);

create function derive_call_readers(records text[]) returns void language sql as $$
  delete from call_reader where record_id in (select unnest(records));
  insert into call_reader (call_id, condition, reader, participant_function, record_id)
  select l.call_id, r.condition, r.reader, r.participant_function, l.record_id
    from call_consignment l join consignment_record c on c.id = l.record_id and not c.cancelled cross join lateral (
      select 'ROUTED', p.party, '' from unnest(c.route_parties) p (party)
      union select 'DESTINED', c.destination_party, '' where c.destination_party is not null
      union select 'PARTICIPANT', p.org, p.participant_function from participation p where p.record_id = c.id and p.org is not null
    ) r (condition, reader, participant_function)
   where l.record_id in (select unnest(records));
$$;

create function readers_of_carried() returns trigger language plpgsql as $$
begin
  perform derive_call_readers(array(select distinct record_id from changed));
  return null;
end $$;

create function readers_of_participants() returns trigger language plpgsql as $$
begin
  perform derive_call_readers(array(select l.record_id from call_consignment l where l.record_id in (select record_id from changed)));
  return null;
end $$;

create function readers_of_consignments() returns trigger language plpgsql as $$
begin
  perform derive_call_readers(array(
    select l.record_id from call_consignment l where l.record_id in (
      select n.id from changed n join former o on o.id = n.id
       where (n.route_parties, n.destination_party, n.cancelled) is distinct from (o.route_parties, o.destination_party, o.cancelled))));
  return null;
end $$;

create trigger call_reader_of_new after insert on call_consignment
  referencing new table as changed for each statement execute function readers_of_carried();
create trigger call_reader_of_gone after delete on call_consignment
  referencing old table as changed for each statement execute function readers_of_carried();
create trigger call_reader_of_new after insert on participation
  referencing new table as changed for each statement execute function readers_of_participants();
create trigger call_reader_of_gone after delete on participation
  referencing old table as changed for each statement execute function readers_of_participants();
create trigger call_reader_of_changed after update on participation
  referencing new table as changed for each statement execute function readers_of_participants();
create trigger call_reader_of_changed after update on consignment_record
  referencing new table as changed old table as former for each statement execute function readers_of_consignments();

select derive_call_readers(array(select distinct record_id from call_consignment));
