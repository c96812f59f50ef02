import { invariant } from '@corridor/schemas';
import type { Session } from './database.ts';
import type { Model } from './model.ts';

/** What the program's role may do with each table: the words of GRANT, columns included. Whatever is not written here the server refuses. */
type Rights = { readonly [table: string]: string };

const read = 'select';
const append = 'select, insert';
const keep = 'select, insert, update';
const replace = 'select, insert, delete';
const all = 'select, insert, update, delete';

/**
 * The rights of the runtime role, table by table, as the program's statements need them. The access log is appended to: at a party nothing of a row ever
 * changes; at the directory the sealer fills position and chain, once (a trigger of the table sees to that). History, what came in and what went out, is
 * never deleted: of the outbox the sequencer sets the position, of a raw message its outcome is noted.
 */
export const runtimeRights: { readonly [M in Model]: Rights } = {
  party: {
    _prisma_migrations: read,
    owner: read,
    raw_message: `${append}, update (outcome, findings)`,
    source_message: append,
    external_event: append,
    facility: keep,
    party_profile: keep,
    consignment_record: keep,
    participation: replace,
    equipment_record: all,
    equipment_consignment: all,
    equipment_event: keep,
    event_consignment: all,
    transport_call: keep,
    call_consignment: replace,
    call_reader: replace,
    transport_event: keep,
    transport_report: keep,
    transport_report_retraction: append,
    shipment_event: keep,
    shipment_event_consignment: all,
    shipment_event_retraction: append,
    transport_document: keep,
    transport_document_consignment: all,
    outbox: `${append}, update (position)`,
    outbox_head: `${read}, update (last)`,
    audit_log: append,
  },
  directory: {
    _prisma_migrations: read,
    owner: read,
    // The index is derived: whoever rebuilds it empties it first.
    entry: all,
    entry_key: all,
    entry_link: replace,
    audience_set: replace,
    audience_member: replace,
    inbox: replace,
    feed_position: all,
    feed_begun_anew: replace,
    audit_log: `${append}, update (position, chain)`,
    audit_head: keep,
    audit_line: append,
  },
};

/** Sequences the program asks for a number itself; the others belong to their columns. */
const runtimeSequences: { readonly [M in Model]: readonly string[] } = { party: [], directory: ['entry_index_position_seq'] };

/** Functions that run with their owner's rights, for this role alone. */
const runtimeFunctions: { readonly [M in Model]: readonly string[] } = { party: [], directory: ['analyse_index()'] };

/**
 * Gives the runtime role its rights on the tables, and takes from it and from everybody else (PUBLIC) whatever it had beyond: run by the owner of the
 * tables, after every migration.
 */
export async function grantRuntime(session: Session, model: Model, role: string): Promise<void> {
  invariant(/^[a-z][a-z0-9_]{0,62}$/.test(role), 'a role is a lower case SQL name');
  const to = `"${role}"`;
  const tables = Object.entries(runtimeRights[model]).map(([table, rights]) => `grant ${rights} on "${table}" to ${to};`);
  const sequences = runtimeSequences[model].map((sequence) => `grant usage on sequence "${sequence}" to ${to};`);
  const functions = runtimeFunctions[model].map((name) => `grant execute on function ${name} to ${to};`);
  // Two that change the rights of one table at the same time: the server refuses the second (tuple concurrently updated).
  await session.run('select pg_advisory_lock($1::bigint)', [lockId]);
  try {
    await session.script(`
    revoke all on all tables in schema public from public, ${to};
    revoke all on all sequences in schema public from public, ${to};
    revoke create on schema public from public, ${to};
    grant usage on schema public to ${to};
    ${[...tables, ...sequences, ...functions].join('\n    ')}`);
  } finally {
    await session.run('select pg_advisory_unlock($1::bigint)', [lockId]);
  }
}

// Any fixed number no other advisory lock of the product has.
const lockId = 72707368;

/** Whether the session's role can change tables or the log of who read: what a program never needs, and in production must not have. */
export async function isTooStrong(session: Session): Promise<boolean> {
  const { rows } = await session.run<{ strong: boolean }>(
    `select r.rolsuper or r.rolcreaterole or has_database_privilege(current_database(), 'CREATE')
            or coalesce(has_schema_privilege(current_schema()::text, 'CREATE'), false)
            or coalesce(has_table_privilege(to_regclass('audit_log'), 'UPDATE, DELETE, TRUNCATE'), false) as strong
       from pg_roles r where r.rolname = current_user`,
    [],
  );
  return rows[0]?.strong !== false;
}

/** Whether the session's role may create tables, and so is one that migrates. */
export async function mayMigrate(session: Session): Promise<boolean> {
  const { rows } = await session.run<{ may: boolean }>(
    "select coalesce(has_schema_privilege(current_schema()::text, 'CREATE'), false) as may",
    [],
  );
  return rows[0]?.may === true;
}
