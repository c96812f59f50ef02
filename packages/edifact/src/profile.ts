import type { MessageFunction } from './codes.ts';

/** What one partner's messages mean where the standard leaves it open. Data of the owner's connectors, never taken from a message. */
export type PartnerProfile = {
  /** UNB S002 0004 of the sender; '' = bare messages without UNB. */
  readonly sender: string;
  /** IANA zone of its local times; '' = unknown, which is an error for every message with local times. */
  readonly timeZone: string;
  /** Character set its bytes are in, where UNB cannot say it: GB18030. */
  readonly charset?: string;
  /** Carrier whose numbers its bookings and bills of lading are, where the message names none. */
  readonly carrier?: string;
  /** BGM document name, code or text, upper case → event type (DCSA) or, of COPARN, order type. Goes before the default table of the message type. */
  readonly documentNames: { readonly [bgmCode: string]: string };
  /** IFTSTA status, code (9011) or text (9010), upper case → event type (DCSA), '' = tells of no event. Goes before `iftstaStatusCodes`. */
  readonly statusCodes?: { readonly [code: string]: string };
  /** BGM 1225, where the partner has codes of its own. */
  readonly functions?: { readonly [code: string]: MessageFunction };
  /** Its place codes → UN/LOCODE. */
  readonly places: { readonly [partnerCode: string]: string };
  /** Its size types → ISO 6346. Goes before the table of `codes.ts`. */
  readonly sizeTypes: { readonly [code: string]: string };
  /** Its terminal codes → the owner's own facility codes. */
  readonly facilities: { readonly [partnerTerminalCode: string]: string };
};

/** The entry of a table of the profile; codes of a message may be named like members of every object. */
export function entryOf<T>(table: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
