-- What derived rows are computed from again after every correction: links, trips of boxes, status.
alter table consignment_record
  add column document_references  jsonb not null default '[]',
  add column declared_equipment   jsonb not null default '[]';
create index consignment_record_references on consignment_record using gin (document_references jsonb_path_ops);

-- `facts`: what the message told beside the columns; the two references are what links an event that arrives before its consignment
alter table equipment_event
  add column facts                         jsonb not null default '{}',
  add column carrier_booking_reference     text,
  add column transport_document_reference  text;
create index equipment_event_booking on equipment_event (carrier_booking_reference);
create index equipment_event_document on equipment_event (transport_document_reference);

-- the party's own profile: its words stand in the definition, its revision here
create table party_profile (
  id               text primary key,
  controller_code  text not null,
  content_sha256   text not null,
  created_at       timestamptz(3) not null,
  changed_at       timestamptz(3) not null,
  revision         bigint not null default 1
);
