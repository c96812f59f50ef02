-- One party's database. Rows of records carry `revision`: +1 with every change, told to the directory through the outbox.

create table owner (
  singleton   boolean primary key default true check (singleton),
  code        text not null,
  created_at  timestamptz(3) not null default now()
);

-- ingest: what came in, byte for byte, before anything is parsed
create table raw_message (
  id            text primary key,
  sha256        text not null,
  received_at   timestamptz(3) not null,
  client        text not null,
  format        text not null,
  content_type  text not null,
  bytes         bytea not null,
  outcome       text not null check (outcome in ('RECEIVED', 'TAKEN', 'DUPLICATE', 'REFUSED')),
  findings      jsonb not null default '[]',
  trace_id      text not null
);
create index raw_message_sha256 on raw_message (sha256);

-- one row per message that took effect: the key that makes a repeat harmless
create table source_message (
  source_key      text primary key,
  message_key     text not null,
  document_key    text,
  message_type    text not null,
  message_function text not null check (message_function in ('ORIGINAL', 'REPLACE', 'CHANGE', 'CANCEL')),
  raw_message_id  text not null references raw_message (id),
  applied_at      timestamptz(3) not null
);
create index source_message_message_key on source_message (message_key);
create index source_message_document_key on source_message (document_key);

create table facility (
  id                        text primary key,
  local_code                text not null unique,
  noun                      text not null check (noun in ('port', 'terminal', 'border-crossing')),
  controller_code           text not null,
  name_zh                   text,
  name_en                   text,
  facility_type_code        text not null,
  time_zone                 text not null,
  un_location_code          text,
  un_location_code_aliases  text[] not null default '{}',
  facility_code             text,
  facility_code_list_provider text,
  port_category             text,
  port_id                   text,
  berths                    jsonb not null default '[]',
  counterpart               jsonb,
  opening_rules             jsonb not null default '{}',
  yard_density_percent      double precision,
  queue_length              integer,
  created_at                timestamptz(3) not null,
  changed_at                timestamptz(3) not null,
  revision                  bigint not null default 1,
  check (name_zh is not null or name_en is not null)
);

create table consignment_record (
  id                            text primary key,
  record_key                    text not null unique,
  message_revision              integer not null,
  message_sha256                text not null,
  cancelled                     boolean not null default false,
  controller_code               text not null,
  consignment_status            text not null,
  unique_consignment_reference  text,
  transport_document_reference  text,
  transport_document_carrier    text,
  transport_document_level      text check (transport_document_level in ('HOUSE', 'MASTER')),
  carrier_booking_reference     text,
  rail_waybill_reference        text,
  rail_waybill_level            text check (rail_waybill_level in ('HOUSE', 'MASTER')),
  customs_declaration_number    text,
  number_of_packages            integer,
  cargo_gross_weight            numeric,
  cargo_gross_weight_unit       text,
  description_of_goods          text,
  hs_code                       text,
  dangerous_goods_class         text,
  consignor                     jsonb,
  consignee                     jsonb,
  declared_value_amount         numeric,
  declared_value_currency       text,
  place_of_receipt              jsonb,
  place_of_delivery             jsonb,
  legs                          jsonb not null,
  goods                         jsonb not null default '[]',
  route_parties                 text[] not null,
  destination_party             text,
  window_from                   timestamptz(3),
  window_to                     timestamptz(3),
  created_at                    timestamptz(3) not null,
  changed_at                    timestamptz(3) not null,
  revision                      bigint not null default 1
);
create index consignment_record_route on consignment_record using gin (route_parties);
create index consignment_record_booking on consignment_record (carrier_booking_reference);
create index consignment_record_document on consignment_record (transport_document_reference);

-- who takes part, as the owner's registry knows them: the only source of PARTICIPANT
create table participation (
  record_id              text not null references consignment_record (id),
  ordinal                integer not null,
  participant_function   text not null,
  org                    text,
  identification_scheme  text,
  identification         text,
  name_zh                text,
  name_en                text,
  primary key (record_id, ordinal)
);
create index participation_org on participation (org, record_id);

-- one box on one trip
create table equipment_record (
  id                    text primary key,
  trip_key              text not null unique,
  equipment_reference   text not null,
  controller_code       text not null,
  iso_equipment_code    text,
  empty_indicator_code  text,
  seals                 jsonb,
  cargo_gross_weight_kg numeric,
  created_at            timestamptz(3) not null,
  changed_at            timestamptz(3) not null,
  revision              bigint not null default 1
);
create index equipment_record_reference on equipment_record (equipment_reference);

create table equipment_consignment (
  equipment_id  text not null references equipment_record (id),
  record_id     text not null references consignment_record (id),
  key_kind      text not null,
  asserted_by   text not null,
  primary key (equipment_id, record_id)
);
create index equipment_consignment_record on equipment_consignment (record_id);

create table equipment_event (
  id                         text primary key,
  source_key                 text not null references source_message (source_key),
  line                       integer not null,
  document_key               text,
  controller_code            text not null,
  equipment_event_type_code  text not null,
  event_classifier_code      text not null,
  event_at                   timestamptz(3) not null,
  equipment_reference        text not null,
  equipment_id               text references equipment_record (id),
  empty_indicator_code       text,
  facility_id                text references facility (id),
  event_location             jsonb,
  transport                  jsonb not null default '{}',
  retracted_event_id         text,
  retracted                  boolean not null default false,
  created_at                 timestamptz(3) not null,
  changed_at                 timestamptz(3) not null,
  revision                   bigint not null default 1,
  unique (source_key, line)
);
create index equipment_event_reference on equipment_event (equipment_reference, event_at);
create index equipment_event_equipment on equipment_event (equipment_id, event_at);
create index equipment_event_document_key on equipment_event (document_key);

create table event_consignment (
  event_id     text not null references equipment_event (id),
  record_id    text not null references consignment_record (id),
  key_kind     text not null,
  asserted_by  text not null,
  primary key (event_id, record_id)
);
create index event_consignment_record on event_consignment (record_id);

-- outbox: rows without a position until the sequencer has seen them committed
create table outbox (
  id        bigint generated always as identity primary key,
  position  bigint unique,
  event_id  uuid not null unique default gen_random_uuid(),
  type      text not null,
  subject   text not null,
  noun      text not null,
  revision  bigint not null,
  at        timestamptz(3) not null default clock_timestamp()
);
create index outbox_waiting on outbox (id) where position is null;

create table outbox_head (
  singleton  boolean primary key default true check (singleton),
  last       bigint not null default 0,
  epoch      text not null default gen_random_uuid()::text
);
insert into outbox_head default values;

-- access log: append only; positions are given by the sealer, after commit
create table audit_log (
  id        bigint generated always as identity primary key,
  entry_id  text not null unique,
  position  bigint unique,
  at        timestamptz(6) not null default clock_timestamp(),
  body      jsonb not null
);
create index audit_log_reader on audit_log ((body ->> 'party'), id);
create index audit_log_records on audit_log using gin ((body -> 'recordIds') jsonb_path_ops);
