-- The log of look-ups, sealed: positions and chains are given to committed rows, one sealer at a time. `chain` is SHA-256 of 0x01, the chain before and
-- the row's leaf (RFC 6962), so that no row can be taken out or altered unseen.
alter table audit_log add column chain bytea;

-- where each chain stands: the whole log's under `directory`, each owner's under its id. A row, not a sequence: what rolls back gives its numbers back.
create table audit_head (
  log    text primary key,
  last   bigint not null,
  chain  bytea not null
);
insert into audit_head (log, last, chain) values ('directory', 0, decode(repeat('00', 32), 'hex'));

-- what one owner may read of a row: the part about its entries, numbered and chained for this owner alone
create table audit_line (
  party     text not null,
  position  bigint not null,
  entry_id  text not null,
  at        timestamptz(6) not null,
  body      jsonb not null,
  chain     bytea not null,
  primary key (party, position),
  unique (party, entry_id)
);
