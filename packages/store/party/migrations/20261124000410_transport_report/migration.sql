-- What single messages say of the arrival or departure of a vehicle. Many tell of one: a status report per box of a train. All reports of one sender about
-- the same call, kind of time and instant are one transport_event, which holds as long as one of them does.

-- boxes: what the message says travels by it, [{ equipmentReference, carrierBookingReference, transportDocumentReference, carrierCode }]: the call finds
-- its consignments by them, also when those come later. sender: the first part of source_key; external ids are its own. stands_for: the event that the
-- report took the place of.
create table transport_report (
  source_key                  text not null references source_message (source_key),
  line                        integer not null,
  document_key                text,
  sender                      text not null,
  external_event_id           text,
  retracts_external_event_id  text,
  event_id                    text not null references transport_event (id),
  boxes                       jsonb not null default '[]',
  told_at                     timestamptz(3) not null,
  retracted                   boolean not null default false,
  stands_for                  text,
  primary key (source_key, line),
  unique (sender, external_event_id)
);
create index transport_report_event on transport_report (event_id);
create index transport_report_document_key on transport_report (document_key);
create index transport_report_retracts on transport_report (sender, retracts_external_event_id);
create index transport_report_stands_for on transport_report (stands_for);
create index transport_report_boxes on transport_report using gin (boxes jsonb_path_ops);

-- a report that its sender took back, whether it has come or is still to come
create table transport_report_retraction (
  sender             text not null,
  external_event_id  text not null,
  source_key         text not null references source_message (source_key),
  told_at            timestamptz(3) not null,
  primary key (sender, external_event_id)
);

-- a vehicle without a number is known by its moment, a truck by its plate
create index transport_event_at on transport_event (event_at);
create index transport_call_truck on transport_call (vehicle_registration_number);
