import type { LocalizedText } from '../localized.ts';
import { isPartyCode, ownerOfRegistryCode, type PartyCode, partyOf, type RegistryCode } from '../parties.ts';

/**
 * Who answers for a record inside its party. A closed list: agreements name controllers, and a clause is approved by the controller's own role.
 * `role`: the realm role of the people who act for it.
 */
export const controllerKinds = {
  customs: { zh: '海关', en: 'Customs', role: 'customs' },
  'border-inspection': { zh: '边检', en: 'Border inspection', role: 'border-inspection' },
  maritime: { zh: '海事', en: 'Maritime authority', role: 'maritime-authority' },
  'port-operator': { zh: '港口经营人', en: 'Port operator', role: 'port-operator' },
  railway: { zh: '铁路', en: 'Railway', role: 'carrier' },
  road: { zh: '公路运输', en: 'Road transport', role: 'carrier' },
  waterway: { zh: '内河航运', en: 'Inland waterway', role: 'carrier' },
  'free-zone': { zh: '综合保税区', en: 'Bonded zone', role: 'port-operator' },
  'logistics-office': { zh: '物流主管部门', en: 'Logistics office', role: 'corridor-member' },
} as const satisfies Record<string, { zh: string; en: string; role: string }>;

/** A kind of controller, as the list names it. */
export type ControllerKind = keyof typeof controllerKinds;

/** A controller: its code as records bear it, its kind, and for `asean` the member it belongs to. */
export type Controller = {
  readonly controllerCode: string;
  readonly kind: ControllerKind;
  readonly member: RegistryCode | null;
  readonly name: LocalizedText;
  readonly role: string;
};

/**
 * The controller a code names within a party, or `undefined`. A party of one member writes the kind alone (`customs`); a party of several writes
 * the member before it (`SG.customs`).
 */
export function controllerOf(party: PartyCode, controllerCode: string): Controller | undefined {
  const [, member, kind = ''] = /^(?:([A-Z]{2})\.)?([a-z-]+)$/.exec(controllerCode) ?? [];
  if (!isKind(kind)) return undefined;
  if (member !== undefined && ownerOfRegistryCode(member)?.code !== party) return undefined;
  if ((member === undefined) === isOfSeveralMembers(party)) return undefined;
  const { zh, en, role } = controllerKinds[kind];
  return { controllerCode, kind, member: member ?? null, name: { zh, en }, role };
}

function isKind(text: string): text is ControllerKind {
  return Object.hasOwn(controllerKinds, text);
}

function isOfSeveralMembers(code: PartyCode): boolean {
  return isPartyCode(code) && partyOf(code).registryCodes.length > 1;
}
