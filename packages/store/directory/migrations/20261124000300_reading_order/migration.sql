-- Lists of consignments are read audience set by audience set, each in the order of the list: what a viewer may not know of is never passed over.
create index entry_consignment_position on entry (audience_set_id, index_position) where noun = 'consignment-record' and not withdrawn;
create index entry_consignment_changed on entry (audience_set_id, changed_at, consignment_id, index_position)
  where noun = 'consignment-record' and not withdrawn;
-- an owner compares what the directory holds of it, in the order of ids
create index entry_party on entry (party, id);
