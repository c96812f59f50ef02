-- The directory's database: who holds what, and who may know it. No content of a record, no business reference in clear.

create table owner (
  singleton   boolean primary key default true check (singleton),
  code        text not null,
  created_at  timestamptz(3) not null default now()
);

-- a set of audience tokens, stored once and referenced by entries
create table audience_set (
  id      bigint generated always as identity primary key,
  digest  bytea not null unique
);
create table audience_member (
  token   bytea not null,
  set_id  bigint not null references audience_set (id),
  primary key (token, set_id)
);

create table entry (
  id                     text primary key,
  party                  text not null,
  noun                   text not null,
  revision               bigint not null,
  withdrawn              boolean not null,
  audience_set_id        bigint not null references audience_set (id),
  created_at             timestamptz(3) not null,
  changed_at             timestamptz(3) not null,
  sort_at                timestamptz(3),
  facility_type_code     text,
  un_location_codes      text[] not null default '{}',
  event_classifier_code  text,
  consignment_id         text,
  derived_id             text unique
);
-- consignment_id: the component a consignment record belongs to. derived_id: the id the component would bear if this record were its oldest;
-- every id ever handed out is the derived id of one member, so it goes on resolving.
create index entry_audience on entry (audience_set_id, noun, changed_at);
create index entry_consignment on entry (consignment_id);

-- blinded references: HMAC under a key that is not in this database
create table entry_key (
  entry_id  text not null references entry (id),
  kind      text not null,
  index     bytea not null,
  joins     boolean not null,
  primary key (entry_id, kind, index)
);
create index entry_key_index on entry_key (index, kind);

-- an event or a box → the consignment records its owner linked it to. The record's own entry may come later.
create table entry_link (
  entry_id   text not null references entry (id),
  record_id  text not null,
  key_kind   text not null,
  primary key (entry_id, record_id)
);
create index entry_link_record on entry_link (record_id);

create table inbox (
  source    text not null,
  event_id  uuid not null,
  at        timestamptz(3) not null default now(),
  primary key (source, event_id)
);
create table feed_position (
  source  text primary key,
  cursor  text not null,
  at      timestamptz(3) not null
);

-- every lookup, hit or miss
create table audit_log (
  id        bigint generated always as identity primary key,
  entry_id  text not null unique,
  position  bigint unique,
  at        timestamptz(6) not null default clock_timestamp(),
  body      jsonb not null
);
