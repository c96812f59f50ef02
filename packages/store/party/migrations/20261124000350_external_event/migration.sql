-- Events that their senders know by ids of their own (DCSA eventID), one row per message: what makes a repeat a repeat, and what finds an event that is
-- taken back, whichever of the two comes first.

-- noun, event_id: what was made of it here. statement_sha256: of what it says, without its ids and the time it was told: one that takes back another with
-- the same statement says nothing new and is taken back with it.
create table external_event (
  source_key                  text primary key references source_message (source_key),
  source                      text not null,
  external_event_id           text,
  noun                        text not null check (noun in ('equipment-event', 'transport-event', 'shipment-event')),
  event_id                    text not null,
  statement_sha256            text not null,
  retracts_external_event_id  text,
  told_at                     timestamptz(3) not null,
  unique (source, external_event_id)
);
create index external_event_retracts on external_event (source, retracts_external_event_id);
