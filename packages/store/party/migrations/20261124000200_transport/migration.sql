-- Calls of vessels, trains and trucks, and what was told of their arrival and departure.

-- sort_day: the beginning of the call's local day. record_key, message_revision, message_sha256: of the transport-call.v1 message that tells of the call,
-- null where only other messages mention it.
create table transport_call (
  id                              text primary key,
  noun                            text not null check (noun in ('vessel-call', 'train-call', 'truck-call')),
  record_key                      text unique,
  message_revision                integer,
  message_sha256                  text,
  cancelled                       boolean not null default false,
  controller_code                 text not null,
  mode_of_transport               text not null check (mode_of_transport in ('VESSEL', 'BARGE', 'RAIL', 'TRUCK')),
  facility_id                     text references facility (id),
  location                        jsonb not null,
  time_zone                       text not null,
  transport_call_reference        text,
  transport_call_sequence_number  integer,
  vessel_imo_number               text,
  vessel_name                     text,
  carrier_import_voyage_number    text,
  carrier_export_voyage_number    text,
  universal_voyage_reference      text,
  berth_code                      text,
  train_number                    text,
  rail_service_name               jsonb,
  vehicle_registration_number     text,
  rotation_parties                text[] not null default '{}',
  timestamps                      jsonb not null default '[]',
  sort_day                        timestamptz(3),
  created_at                      timestamptz(3) not null,
  changed_at                      timestamptz(3) not null,
  revision                        bigint not null default 1
);
create index transport_call_vessel on transport_call (vessel_imo_number);
create index transport_call_train on transport_call (train_number);

-- which consignments come or go by the call: an event of the call has its consignments, and with them its readers, from here
create table call_consignment (
  call_id      text not null references transport_call (id),
  record_id    text not null references consignment_record (id),
  key_kind     text not null,
  asserted_by  text not null,
  primary key (call_id, record_id)
);
create index call_consignment_record on call_consignment (record_id);

-- told_at: when its sender told it; of several reports of one kind of time the latest told counts
create table transport_event (
  id                         text primary key,
  source_key                 text not null references source_message (source_key),
  line                       integer not null,
  document_key               text not null,
  call_id                    text not null references transport_call (id),
  controller_code            text not null,
  transport_event_type_code  text not null check (transport_event_type_code in ('ARRI', 'DEPA')),
  event_classifier_code      text not null check (event_classifier_code in ('PLN', 'EST', 'REQ', 'ACT')),
  event_at                   timestamptz(3) not null,
  told_at                    timestamptz(3) not null,
  delay_reason_code          text,
  facility_id                text references facility (id),
  event_location             jsonb,
  retracted_event_id         text,
  retracted                  boolean not null default false,
  created_at                 timestamptz(3) not null,
  changed_at                 timestamptz(3) not null,
  revision                   bigint not null default 1,
  unique (source_key, line)
);
create index transport_event_call on transport_event (call_id, event_at);

-- a call looks for the consignments whose legs name its vessel or train
create index consignment_record_legs on consignment_record using gin (legs jsonb_path_ops);
