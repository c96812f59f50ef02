-- corroborates: the leading report of the physical event that this one reports too, by another sender or in another type of message; null for an event
-- reported once, and for the leading report itself
alter table equipment_event add column corroborates text;
create index equipment_event_corroborates on equipment_event (corroborates) where corroborates is not null;

-- most gate reports name neither: an index of nulls cost each of them two insertions
drop index equipment_event_booking;
drop index equipment_event_document;
create index equipment_event_booking on equipment_event (carrier_booking_reference) where carrier_booking_reference is not null;
create index equipment_event_document on equipment_event (transport_document_reference) where transport_document_reference is not null;
