/**
 * The parties of the corridor: who runs a subgraph, and which registry codes it answers for.
 *
 * Two kinds of codes, never mixed: the **owner id** (`guangxi`) is the id prefix, the subgraph name and `partyCode` in the graph; a **registry
 * code** (`GX`, `SG`) is what tokens, grantees and readers bear. The registry, not a token, says where a party lies.
 */
import { invariant } from './errors.ts';
import type { LocalizedText } from './localized.ts';

/** Where a party's data is governed: it decides which classes of data may leave (see `docs/decisions`). */
export type Region = 'mainland' | 'foreign';

/** One owner: a party that runs a subgraph over its own database. */
export type Party = {
  /** Owner id: lower case letters, the prefix of every record id and the subgraph's name. */
  readonly code: PartyCode;
  /** Prefix of the party's concrete GraphQL types: `GuangxiPort`. */
  readonly typePrefix: string;
  readonly name: LocalizedText;
  readonly region: Region;
  /** Registry codes this owner answers for; `asean` answers for several members. */
  readonly registryCodes: readonly RegistryCode[];
  /** IANA time zone in which the party's local days are counted. */
  readonly timeZone: string;
};

/** Owner id, for instance `guangxi`. */
export type PartyCode = string;
/** Code a token, a grantee or a reader bears: `GX CQ GZ GS` and ISO 3166-1 alpha-2 codes of ASEAN members. */
export type RegistryCode = string;

/** The five parties of the corridor, in corridor order from the sea's far end of the mainland outward. */
export const parties: readonly Party[] = [
  {
    code: 'guangxi',
    typePrefix: 'Guangxi',
    name: { zh: '广西壮族自治区', en: 'Guangxi' },
    region: 'mainland',
    registryCodes: ['GX'],
    timeZone: 'Asia/Shanghai',
  },
  {
    code: 'chongqing',
    typePrefix: 'Chongqing',
    name: { zh: '重庆市', en: 'Chongqing' },
    region: 'mainland',
    registryCodes: ['CQ'],
    timeZone: 'Asia/Shanghai',
  },
  {
    code: 'guizhou',
    typePrefix: 'Guizhou',
    name: { zh: '贵州省', en: 'Guizhou' },
    region: 'mainland',
    registryCodes: ['GZ'],
    timeZone: 'Asia/Shanghai',
  },
  {
    code: 'gansu',
    typePrefix: 'Gansu',
    name: { zh: '甘肃省', en: 'Gansu' },
    region: 'mainland',
    registryCodes: ['GS'],
    timeZone: 'Asia/Shanghai',
  },
  {
    code: 'asean',
    typePrefix: 'Asean',
    name: { zh: '东盟（含新加坡）', en: 'ASEAN with Singapore' },
    region: 'foreign',
    registryCodes: ['SG', 'BN', 'ID', 'KH', 'LA', 'MM', 'MY', 'PH', 'TH', 'VN'],
    timeZone: 'Asia/Singapore',
  },
];

const byCode = new Map(parties.map((party) => [party.code, party]));
const byRegistryCode = new Map(parties.flatMap((party) => party.registryCodes.map((code) => [code, party] as const)));

/** The party with this owner id. An unknown id is our own mistake, since ids are parsed at the border. */
export function partyOf(code: PartyCode): Party {
  const party = byCode.get(code);
  invariant(party !== undefined, `no party is registered as ${code}`);
  return party;
}

/** Whether `text` is an owner id. */
export function isPartyCode(text: string): text is PartyCode {
  return byCode.has(text);
}

/** The owner that answers for a registry code (`SG` → `asean`), or `undefined` for a code nobody registered. */
export function ownerOfRegistryCode(code: RegistryCode): Party | undefined {
  return byRegistryCode.get(code);
}

/** Region of a registry code; a code nobody registered counts as foreign, the stricter of the two. */
export function regionOf(code: RegistryCode): Region {
  return byRegistryCode.get(code)?.region ?? 'foreign';
}
