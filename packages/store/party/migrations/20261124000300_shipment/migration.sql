-- What happened to documents, and what is known of the documents themselves: metadata and digest, never the content.

-- source: the client that told it; external_event_id, its own id of the event, is one per source. link_references: booking and transport document numbers,
-- [{ referenceType, reference, carrierCode }], by which the event finds its consignments, also when they come later. retracts_external_event_id: the
-- event this one takes back and stands for; retracted_event_id: that event's id here, once it has come.
create table shipment_event (
  id                          text primary key,
  source_key                  text not null references source_message (source_key),
  line                        integer not null,
  document_key                text,
  source                      text not null,
  external_event_id           text,
  controller_code             text not null,
  shipment_event_type_code    text not null,
  event_classifier_code       text not null check (event_classifier_code in ('PLN', 'EST', 'ACT')),
  document_type_code          text not null,
  document_id                 text,
  carrier_code                text,
  event_at                    timestamptz(3) not null,
  told_at                     timestamptz(3) not null,
  link_references             jsonb not null default '[]',
  retracts_external_event_id  text,
  retracted_event_id          text,
  retracted                   boolean not null default false,
  created_at                  timestamptz(3) not null,
  changed_at                  timestamptz(3) not null,
  revision                    bigint not null default 1,
  unique (source_key, line),
  unique (source, external_event_id)
);
create index shipment_event_references on shipment_event using gin (link_references jsonb_path_ops);
create index shipment_event_retracts on shipment_event (source, retracts_external_event_id);

create table shipment_event_consignment (
  event_id     text not null references shipment_event (id),
  record_id    text not null references consignment_record (id),
  key_kind     text not null,
  asserted_by  text not null,
  primary key (event_id, record_id)
);
create index shipment_event_consignment_record on shipment_event_consignment (record_id);

-- an event that its source took back, whether it has come or is still to come
create table shipment_event_retraction (
  source             text not null,
  external_event_id  text not null,
  source_key         text not null references source_message (source_key),
  told_at            timestamptz(3) not null,
  primary key (source, external_event_id)
);

-- document_key: the record whose message tells of the document, its type, carrier and number. cancelled: the message tells of it no more, or was cancelled.
create table transport_document (
  id                            text primary key,
  document_key                  text not null unique,
  source_key                    text not null references source_message (source_key),
  controller_code               text not null,
  document_type_code            text not null,
  transport_document_type_code  text,
  transport_document_reference  text not null,
  carrier_code                  text,
  shipment_event_type_code      text,
  issue_date                    date,
  sha256                        text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  media_type                    text,
  size_bytes                    bigint,
  content_url                   text,
  cancelled                     boolean not null default false,
  created_at                    timestamptz(3) not null,
  changed_at                    timestamptz(3) not null,
  revision                      bigint not null default 1
);

create table transport_document_consignment (
  document_id  text not null references transport_document (id),
  record_id    text not null references consignment_record (id),
  key_kind     text not null,
  asserted_by  text not null,
  primary key (document_id, record_id)
);
create index transport_document_consignment_record on transport_document_consignment (record_id);
