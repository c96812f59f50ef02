/**
 * What makes the one program a certain party: its controllers, places, firms, sources and contacts. Pure data; `definition-files.ts` reads it from a
 * party's `reference/` and `connectors/`.
 */
import { createHash } from 'node:crypto';
import type { PartnerProfile } from '@corridor/edifact';
import { idOf, type LocalizedText, localOf, type PartyCode, type RecordId } from '@corridor/schemas';

/** One party, as its definition package (`subgraphs/<party>`) hands it to `startParty`. */
export type PartyDefinition = {
  /** Owner id: `guangxi`. Name, region, registry codes and time zone stand in the registry (`partyOf`). */
  readonly code: PartyCode;
  /** What a token must be meant for at this owner's own doors (ingest, feed, own endpoint): `subgraph-gx`. */
  readonly audience: string;
  /** Codes of `controllers.ts` of @corridor/schemas that this party has; a record that names another is refused (CONTROLLER_UNKNOWN). */
  readonly controllers: readonly string[];
  /** Controller of the party's own profile. */
  readonly profileController: string;
  readonly contacts: readonly ServiceContact[];
  readonly facilities: readonly FacilityDefinition[];
  readonly organisations: readonly OrganisationDefinition[];
  readonly sources: readonly SourceDefinition[];
};

/** A contact of the public: the Single Window hotline 95198. */
export type ServiceContact = {
  readonly contactName: LocalizedText;
  readonly telephone?: string;
  readonly email?: string;
};

/** A place of the party: one row of `facility`, found again by its `localCode` at every start. */
export type FacilityDefinition = {
  /** The owner's own code of the place, stable for ever: ids hang on it. */
  readonly localCode: string;
  readonly noun: 'port' | 'terminal' | 'border-crossing';
  readonly controllerCode: string;
  readonly name: LocalizedText;
  /** DCSA facility type: BORD CLOC COFS OFFD DEPO INTE POTE RAMP WAYP. */
  readonly facilityTypeCode: string;
  /** IANA zone in which the place counts its days. */
  readonly timeZone: string;
  readonly UNLocationCode?: string;
  readonly UNLocationCodeAliases?: readonly string[];
  readonly facilityCode?: string;
  readonly facilityCodeListProvider?: 'SMDG' | 'BIC';
  /** Ports and border crossings: SEA RIVER LAND_ROAD LAND_RAIL. */
  readonly portCategory?: 'SEA' | 'RIVER' | 'LAND_ROAD' | 'LAND_RAIL';
  /** Terminals: `localCode` of the port or crossing they belong to. */
  readonly port?: string;
  readonly berths?: readonly BerthDefinition[];
  /** Border crossings: the place on the other side. */
  readonly counterpart?: PlaceReference;
  readonly openingRules: OpeningRules;
  readonly yardDensityPercent?: number;
  readonly queueLength?: number;
};

/** A berth as the notice numbers it. */
export type BerthDefinition = {
  readonly berthCode: string;
  readonly berthName?: LocalizedText;
  readonly maxDraughtMetres?: number;
};

/** How a party names a place: the graph's `Location`, stored as JSON in `place_of_receipt`, `place_of_delivery`, `counterpart`, `event_location`. */
export type PlaceReference = {
  readonly locationName?: LocalizedText;
  readonly facilityId?: string;
  readonly UNLocationCode?: string;
  readonly facilityCode?: string;
  readonly facilityCodeListProvider?: 'SMDG' | 'BIC';
};

/** When a place is open, in its own time zone: the week, Monday first, and days that differ. */
export type OpeningRules = {
  /** Seven entries, Monday first; `null` = closed that day. */
  readonly weekly: readonly (DailyOpening | null)[];
  readonly exceptions?: readonly OpeningException[];
  /** Shown with every day that has no remark of its own. */
  readonly remark?: LocalizedText;
};

/** Local times `HH:MM`; `24:00` as `closes` means the end of the day. */
export type DailyOpening = { readonly opens: string; readonly closes: string };

/** One local date (`YYYY-MM-DD`) that differs from the week: a holiday. */
export type OpeningException = { readonly date: string; readonly opening: DailyOpening | null; readonly remark?: LocalizedText };

/** A firm as the owner knows it: the `org` of its tokens, its registration numbers, the codes partners use for it in NAD segments. */
export type OrganisationDefinition = {
  /** With its party, as a `Caller` bears it: `GS/lz-forwarder`. */
  readonly org: string;
  readonly name: LocalizedText;
  readonly identifications: readonly OrganisationIdentification[];
  readonly aliases?: readonly OrganisationAlias[];
};

/** USCC (GB 32100, 18 characters), UEN (Singapore), NATIONAL (any other register; the value bears its country: `VN:0100109106`). */
export type OrganisationIdentification = { readonly scheme: 'USCC' | 'UEN' | 'NATIONAL'; readonly identification: string };

/** Code of a firm in the NAD segments (UN/EDIFACT 3039) of one sender. */
export type OrganisationAlias = { readonly sender: string; readonly code: string };

/** Formats of the door: what a source may be registered for. */
export const sourceFormats = ['EDIFACT', 'consignment.v1', 'transport-call.v1', 'dcsa-tnt-2.2'] as const;

/** A format of the door. */
export type SourceFormat = (typeof sourceFormats)[number];

/** EDIFACT messages that take effect. */
export const edifactMessageTypes = ['CODECO', 'COARRI', 'IFTSTA', 'COPARN'] as const;

/** An EDIFACT message that takes effect. */
export type EdifactMessageType = (typeof edifactMessageTypes)[number];

/** A registered source: which client may send what, and how its messages are read. */
export type SourceDefinition = {
  /** The client (`azp`) of its tokens. */
  readonly client: string;
  readonly formats: readonly SourceFormat[];
  /** How its EDIFACT is read; `null` where it sends none. */
  readonly profile: PartnerProfile | null;
  /** The types of EDIFACT messages it may send: a depot CODECO alone. None where absent. */
  readonly messageTypes?: readonly EdifactMessageType[];
  /** Controller of the events it reports. */
  readonly controllerCode: string;
  /** Of a source of DCSA events: the carrier (SMDG or SCAC code) in whose count its bookings and transport documents stand, where the source is one. */
  readonly carrierCode?: string;
};

/** Id of the party's own profile: fixed, so that no lookup is needed to know it. */
export function partyProfileId(party: PartyCode): RecordId {
  return idOf(party, 'party-profile', localOf(createHash('sha256').update(`${party}:party-profile`).digest()));
}
