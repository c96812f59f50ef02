-- Owners whose feed is read from its beginning again, since it is another run of it: until its end is reached, entries with revision 0 are from before.
create table feed_begun_anew (
  source  text primary key,
  at      timestamptz(3) not null
);
-- what an owner told before and not again is found by its revision
create index entry_untold on entry (party) where revision = 0;
