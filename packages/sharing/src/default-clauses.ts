/**
 * The sharing model on one page, and the table every member starts with.
 *
 * WORDS. An owner keeps **records** of a **class** (CONSIGNMENT, EVENT …). A record's fields form **groups** that are shared or withheld together
 * (GOODS: description and HS code). A **clause** gives a **grantee** some groups of one class on the rows where a **condition** holds. A **view** is all an
 * owner's clauses, compiled for one caller. A **mask** is what the view gives of one row.
 *
 * HOW A ROW IS DECIDED
 * 1. Which clauses are for this caller? Party, organisation, role and purpose must all fit. What a token says counts; where a party lies is the registry's.
 * 2. What may leave the mainland? From a clause for readers abroad, REGULATORY and PERSONAL groups are struck, COMMERCIAL ones unless approved.
 * 3. On this row, which of their conditions hold? ANY · ROUTED, DESTINED: the caller's party is on the route, is the destination · PARTICIPANT: the
 *    caller's firm is named on the record, in one of some functions · READER: the row is a read of the caller's own. The owner's own records say so:
 *    nobody gains a right by naming itself in a message.
 * 4. Is the record open? One clause that holds must give the class's own group, full or coarse (`CONSIGNMENT` for consignments). If none does, the row
 *    does not exist for this caller: not in lists, not in counts, not by id. Groups alone open nothing.
 * 5. The mask is the union of all groups of the clauses that hold. Nothing subtracts: to narrow a default, its row ends and a smaller one begins.
 *
 * THREE READERS, one consignment at Guangxi: Lanzhou – Chongqing – Qinzhou – Singapore; the forwarder is named on it as FW.
 * - `cq-officer` (party CQ, no firm) is an "other province". The route has CQ, so ROUTED holds: legs, events, boxes, weight, danger class and seals in
 *   full, the HS code by its first 2 digits, shipper and consignee as pseudonyms. No references, no value, no customs inspection. Of a consignment
 *   Lanzhou – Qinzhou past Chongqing it learns nothing at all.
 * - `lz-forwarder` (party GS, firm GS/lz-forwarder) is a "named firm". It has none of the province's rights, though GS is on the route: rivals of one
 *   province must not see each other's cargo. PARTICIPANT holds: also references and goods in full; as forwarder (FW) the parties too, but no value,
 *   which is for consignor, consignee and declarant.
 * - `sg-terminal` (party SG) is a "partner". DESTINED holds: what the next terminal needs, legs, events, boxes, weight, danger class; parties as
 *   pseudonyms, approved for egress. No goods, references, value, seals. Inspections are struck at step 2, whatever anybody agrees.
 *
 * The table below is the visibility matrix's default cells for readers who are not the owner. What no row gives is by agreement, or never.
 */
import type { Grant, RecordClass } from '@corridor/schemas';
import type { Clause, Condition, Grantee } from './clause.ts';

type Row = {
  readonly of: readonly RecordClass[];
  readonly to: Grantee;
  readonly on: readonly Condition[];
  readonly as?: readonly string[];
  readonly gives: readonly Grant[];
  /** Whether the members approved that COMMERCIAL groups of the row leave the mainland. */
  readonly egress?: 'approved';
};

const everybody: Grantee = { party: 'PUBLIC', org: '*', role: '*' };
const province: Grantee = { party: 'MAINLAND', org: '-', role: '*' };
const mainland: Grantee = { party: 'MAINLAND', org: '*', role: '*' };
const firm = mainland; // PARTICIPANT holds for a caller with a firm alone
const partner: Grantee = { party: 'FOREIGN', org: '*', role: '*' };

const cargo: readonly RecordClass[] = ['CONSIGNMENT', 'EQUIPMENT', 'EVENT'];
const transport: readonly Grant[] = ['CONSIGNMENT', 'EVENT', 'QUANTITY', 'EQUIPMENT', 'DANGEROUS_GOODS'];
const routed: readonly Condition[] = ['ROUTED', 'DESTINED'];
const named: readonly Condition[] = ['PARTICIPANT'];
const ownRead: readonly Condition[] = ['READER'];

// biome-ignore format: a table is read by its columns
const table: readonly Row[] = [
  { of: ['FACILITY'],   to: everybody, on: ['ANY'], gives: ['FACILITY'] },
  { of: ['PARTY'],      to: everybody, on: ['ANY'], gives: ['PARTY'] },

  { of: ['SCHEDULE'],   to: everybody, on: ['ANY'], gives: ['SCHEDULE~'] }, // the name of the means of transport, place and day
  { of: ['SCHEDULE'],   to: mainland,  on: ['ANY'], gives: ['SCHEDULE'] },
  { of: ['SCHEDULE'],   to: partner,   on: routed,  gives: ['SCHEDULE'] }, // an own port is in the rotation, or cargo on it has the partner on its route

  { of: cargo,          to: province,  on: routed,  gives: [...transport, 'SEAL', 'GOODS~', 'PARTIES~'] },
  { of: cargo,          to: firm,      on: named,   gives: [...transport, 'SEAL', 'GOODS', 'REFERENCES', 'PARTIES~'] },
  { of: cargo,          to: firm,      on: named,   as: ['CZ', 'CN', 'DT', 'FW'], gives: ['PARTIES'] },
  { of: cargo,          to: firm,      on: named,   as: ['CZ', 'CN', 'DT'],       gives: ['VALUE'] },
  { of: cargo,          to: partner,   on: routed,  gives: [...transport, 'PARTIES~'], egress: 'approved' }, // one pseudonym per partner

  { of: ['INSPECTION'], to: firm,      on: named,   gives: ['INSPECTION', 'EQUIPMENT', 'REFERENCES'] },

  { of: ['CLEARANCE'],  to: province,  on: routed,  gives: ['CLEARANCE~'] },
  { of: ['CLEARANCE'],  to: firm,      on: named,   gives: ['CLEARANCE', 'EQUIPMENT', 'REFERENCES'] },
  { of: ['CLEARANCE'],  to: partner,   on: routed,  gives: ['CLEARANCE~'] },

  { of: ['DOCUMENT'],   to: firm,      on: named,   gives: ['DOCUMENT', 'REFERENCES'] }, // to provinces and partners by agreement alone
  { of: ['PRICE_DOCUMENT'], to: firm,  on: named,   as: ['CZ', 'CN', 'DT'],       gives: ['PRICE_DOCUMENT', 'REFERENCES'] }, // as the value

  { of: ['ACCESS_LOG'], to: mainland,  on: ownRead, gives: ['ACCESS_LOG'] },
  { of: ['ACCESS_LOG'], to: firm,      on: named,   gives: ['ACCESS_LOG'] },
  { of: ['ACCESS_LOG'], to: partner,   on: ownRead, gives: ['ACCESS_LOG'], egress: 'approved' }, // about itself
];

/** The clauses every member starts with, id `DEFAULT`: the default cells of the visibility matrix for all who are not the owner. */
export const defaultClauses: readonly Clause[] = table.flatMap(({ of, to, on, as, gives, egress }) =>
  of.flatMap((recordClass) =>
    on.map((condition) => ({
      id: 'DEFAULT',
      version: 1,
      grantee: to,
      recordClass,
      grants: gives,
      condition,
      functions: as ?? [],
      purposes: [],
      validFrom: 0,
      validTo: null,
      historyDays: null,
      egressApproved: egress === 'approved',
    })),
  ),
);
