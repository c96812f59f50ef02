-- corroborates: the leading report of the physical event that this milestone reports too, as its owner says; a list shows one of them
alter table entry add column corroborates text;
create index entry_corroborates on entry (corroborates) where corroborates is not null;
