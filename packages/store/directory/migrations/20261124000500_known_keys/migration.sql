-- A key bears the audience set of its entry: what hangs on one box is read set by set, so that its hidden entries are never passed over.
alter table entry_key add column audience_set_id bigint references audience_set (id);
update entry_key k set audience_set_id = e.audience_set_id from entry e where e.id = k.entry_id;
alter table entry_key alter column audience_set_id set not null;
create index entry_key_audience on entry_key (index, kind, audience_set_id);
drop index entry_key_index;
