/**
 * From a `consignment.v1` message to the row of `consignment_record`: what a record says, and who may know of it. Pure; `consignment-message.ts` writes.
 *
 * Route: the registry codes of the legs, and of the places they lead through. Destination: the party that governs the place of delivery, else the end of
 * the last leg. Participants: as the owner's registry knows them; one it does not know is kept without an `org` and gains nothing.
 */
import {
  type ConsignmentMessage,
  controllerOf,
  isParticipantFunction,
  ownerOfRegistryCode,
  type RegistryCode,
  readEquipmentReference,
  readISOEquipmentCode,
  readRegistrationNumber,
  readVesselIMONumber,
} from '@corridor/schemas';
import type { PartyDefinition, PlaceReference } from '../definition.ts';
import { type DocumentReference, documentReferencesOf, tidyReference } from './document-reference.ts';
import type { DeclaredEquipment } from './equipment-record.ts';
import { type IngestFinding, located } from './finding.ts';
import type { Organisations } from './organisations.ts';
import { type KnownFacility, readPlace } from './place.ts';
import { type DeclaredDocument, declaredDocuments } from './transport-document.ts';

/** A leg as it is stored. */
type StoredLeg = Omit<ConsignmentMessage['legs'][number], 'from' | 'to'> & {
  readonly from: PlaceReference;
  readonly to: PlaceReference;
};

/** A participant as the owner's registry knows it. */
type Participation = {
  readonly participantFunction: string;
  readonly org: string | null;
  readonly identificationScheme: string;
  readonly identification: string;
  readonly nameZh: string | null;
  readonly nameEn: string | null;
};

/** A trading party as it is stored in `consignor` and `consignee`: the graph's `TradeParty`, and what a pseudonym is made from. */
type TradeParty = {
  readonly partyName: { readonly zh?: string; readonly en?: string };
  readonly identificationScheme: string;
  readonly identification: string;
  readonly org: string | null;
};

/** What a message says of a consignment, checked. Times in ms since the epoch, weights as sent. */
export type ConsignmentContent = {
  readonly cancelled: boolean;
  readonly controllerCode: string;
  readonly references: readonly DocumentReference[];
  readonly legs: readonly StoredLeg[];
  readonly goods: ConsignmentMessage['goods'];
  readonly equipment: readonly DeclaredEquipment[];
  readonly participations: readonly Participation[];
  readonly consignor: TradeParty | null;
  readonly consignee: TradeParty | null;
  readonly declaredValue: { readonly amount: string; readonly currencyCode: string } | null;
  readonly placeOfReceipt: PlaceReference | null;
  readonly placeOfDelivery: PlaceReference | null;
  readonly documents: readonly DeclaredDocument[];
  readonly routeParties: readonly RegistryCode[];
  readonly destinationParty: RegistryCode | null;
  /** UN/LOCODE of the place where the consignment ends. */
  readonly destination: string | null;
  readonly windowFrom: number | null;
  readonly windowTo: number | null;
};

/** What a message is read with. */
export type ReadingContext = {
  readonly definition: PartyDefinition;
  readonly organisations: Organisations;
  readonly facilities: readonly KnownFacility[];
};

/** Checks a message that has passed its schema. Errors (CONTROLLER_UNKNOWN, PARTY_UNKNOWN) refuse it; the other findings flag what is kept. */
export function readConsignment(
  message: ConsignmentMessage,
  context: ReadingContext,
): { content: ConsignmentContent; findings: IngestFinding[] } {
  const findings: IngestFinding[] = [...controllerFindings(message, context.definition)];
  const legs = [...message.legs].sort((one, other) => one.sequence - other.sequence);
  const ends = legs.map((leg, index) => {
    // The path names the leg as it was sent, not as it is sorted.
    const path = `legs.${message.legs.indexOf(leg)}`;
    const [from, to] = [readPlace(leg.from, `${path}.from`, context.facilities), readPlace(leg.to, `${path}.to`, context.facilities)];
    findings.push(...from.findings, ...to.findings, ...legFindings(leg, path));
    return { leg, index, from, to };
  });
  const receipt = message.placeOfReceipt === undefined ? null : readPlace(message.placeOfReceipt, 'placeOfReceipt', context.facilities);
  const delivery = message.placeOfDelivery === undefined ? null : readPlace(message.placeOfDelivery, 'placeOfDelivery', context.facilities);
  findings.push(...(receipt?.findings ?? []), ...(delivery?.findings ?? []));

  const participations = message.participants.map((participant, index) => {
    const org = context.organisations.orgOf(participant.identificationScheme, participant.identification);
    const { findings: faults } = readRegistrationNumber(participant.identificationScheme, participant.identification);
    findings.push(...located(faults, { path: `participants.${index}.identification` }));
    findings.push(...participantFindings(participant, `participants.${index}`, org));
    return participationOf(participant, org);
  });
  const equipment = message.equipment.map((box, index) => readBox(box, `equipment.${index}`, findings));
  findings.push(...valueFindings(message));

  const last = ends.at(-1);
  const times = legs
    .flatMap(({ plannedDeparture, plannedArrival }) => [plannedDeparture, plannedArrival])
    .flatMap((text) => (text === undefined ? [] : [Date.parse(text)]));
  const route = ends.flatMap(({ leg, from, to }) => [leg.partyCode, from.registryCode, to.registryCode]);
  return {
    findings,
    content: {
      cancelled: message.cancelled,
      controllerCode: message.controllerCode,
      references: documentReferencesOf(message),
      legs: ends.map(({ leg, from, to }) => ({ ...leg, ...vehicleOf(leg), from: from.place, to: to.place })),
      goods: message.goods,
      equipment: distinctBoxes(equipment),
      participations,
      consignor: tradePartyOf(message, participations, 'CZ'),
      consignee: tradePartyOf(message, participations, 'CN'),
      declaredValue: message.declaredValue ?? null,
      placeOfReceipt: receipt?.place ?? null,
      placeOfDelivery: delivery?.place ?? null,
      documents: declaredDocuments(message),
      routeParties: [...new Set(route.flatMap((code) => (code === null ? [] : [code])))].sort(),
      destinationParty: delivery === null ? (last?.to.registryCode ?? last?.leg.partyCode ?? null) : delivery.registryCode,
      destination: delivery === null ? (last?.to.UNLocationCode ?? null) : delivery.UNLocationCode,
      windowFrom: times.length === 0 ? null : Math.min(...times),
      windowTo: times.length === 0 ? null : Math.max(...times),
    },
  };
}

function controllerFindings({ controllerCode, legs }: ConsignmentMessage, definition: PartyDefinition): IngestFinding[] {
  const known = definition.controllers.includes(controllerCode) && controllerOf(definition.code, controllerCode) !== undefined;
  const controller: IngestFinding[] = known
    ? []
    : [{ code: 'CONTROLLER_UNKNOWN', severity: 'error', path: 'controllerCode', value: controllerCode }];
  const parties = legs.flatMap(({ partyCode }, index): IngestFinding[] =>
    ownerOfRegistryCode(partyCode) === undefined
      ? [{ code: 'PARTY_UNKNOWN', severity: 'error', path: `legs.${index}.partyCode`, value: partyCode }]
      : [],
  );
  return [...controller, ...parties];
}

function legFindings({ vesselIMONumber }: ConsignmentMessage['legs'][number], path: string): IngestFinding[] {
  return vesselIMONumber === undefined ? [] : located(readVesselIMONumber(vesselIMONumber).findings, { path: `${path}.vesselIMONumber` });
}

/** Vessel, voyage and train as calls are compared with them. */
function vehicleOf({ vesselIMONumber, voyageNumber, trainNumber }: ConsignmentMessage['legs'][number]): Partial<StoredLeg> {
  return {
    ...(vesselIMONumber === undefined ? {} : { vesselIMONumber: readVesselIMONumber(vesselIMONumber).vesselIMONumber }),
    ...(voyageNumber === undefined ? {} : { voyageNumber: tidyReference(voyageNumber) }),
    ...(trainNumber === undefined ? {} : { trainNumber: tidyReference(trainNumber) }),
  };
}

function participantFindings(
  { participantFunction, identification }: ConsignmentMessage['participants'][number],
  path: string,
  org: string | null,
): IngestFinding[] {
  const strange: IngestFinding[] = isParticipantFunction(participantFunction)
    ? []
    : [{ code: 'CODE_UNKNOWN', severity: 'warning', path: `${path}.participantFunction`, value: participantFunction }];
  const unknown: IngestFinding[] =
    org === null ? [{ code: 'ORGANISATION_UNKNOWN', severity: 'warning', path: `${path}.identification`, value: identification }] : [];
  return [...strange, ...unknown];
}

function participationOf(participant: ConsignmentMessage['participants'][number], org: string | null): Participation {
  const { participantFunction, identificationScheme, identification, partyName } = participant;
  return { participantFunction, org, identificationScheme, identification, nameZh: partyName.zh ?? null, nameEn: partyName.en ?? null };
}

function tradePartyOf(message: ConsignmentMessage, participations: readonly Participation[], as: string): TradeParty | null {
  const index = message.participants.findIndex(({ participantFunction }) => participantFunction === as);
  const [participant, participation] = [message.participants[index], participations[index]];
  if (participant === undefined || participation === undefined) return null;
  const { partyName, identificationScheme, identification } = participant;
  return { partyName, identificationScheme, identification, org: participation.org };
}

function readBox(box: ConsignmentMessage['equipment'][number], path: string, findings: IngestFinding[]): DeclaredEquipment {
  const reference = readEquipmentReference(box.equipmentReference);
  const sizeType = box.ISOEquipmentCode === undefined ? undefined : readISOEquipmentCode(box.ISOEquipmentCode);
  findings.push(
    ...located(reference.findings, { path: `${path}.equipmentReference` }),
    ...located(sizeType?.findings ?? [], { path: `${path}.ISOEquipmentCode` }),
  );
  return {
    equipmentReference: reference.equipmentReference,
    ISOEquipmentCode: sizeType?.ISOEquipmentCode ?? null,
    emptyIndicatorCode: box.emptyIndicatorCode ?? null,
    seals: (box.seals ?? []).map(({ sealNumber, sealSource }) => ({ sealNumber, sealSource: sealSource ?? null })),
    cargoGrossWeightKg: box.cargoGrossWeight === undefined ? null : kilograms(box.cargoGrossWeight),
  };
}

// A box listed twice is one box; what the later line leaves open the earlier one fills.
function distinctBoxes(boxes: readonly DeclaredEquipment[]): DeclaredEquipment[] {
  const known = new Map<string, DeclaredEquipment>();
  for (const box of boxes) {
    const before = known.get(box.equipmentReference);
    known.set(
      box.equipmentReference,
      before === undefined
        ? box
        : {
            equipmentReference: box.equipmentReference,
            ISOEquipmentCode: box.ISOEquipmentCode ?? before.ISOEquipmentCode,
            emptyIndicatorCode: box.emptyIndicatorCode ?? before.emptyIndicatorCode,
            seals: box.seals.length === 0 ? before.seals : box.seals,
            cargoGrossWeightKg: box.cargoGrossWeightKg ?? before.cargoGrossWeightKg,
          },
    );
  }
  return [...known.values()];
}

/** A weight in kilograms (UN/ECE Recommendation 20: KGM, TNE), to the gram. */
export function kilograms({ value, unitCode }: { readonly value: number; readonly unitCode: 'KGM' | 'TNE' }): number {
  return Math.round((unitCode === 'TNE' ? value * 1_000 : value) * 1_000) / 1_000;
}

const currencies = new Set(Intl.supportedValuesOf('currency'));

function valueFindings({ declaredValue }: ConsignmentMessage): IngestFinding[] {
  if (declaredValue === undefined || currencies.has(declaredValue.currencyCode)) return [];
  return [
    {
      code: 'CODE_UNKNOWN',
      severity: 'warning',
      path: 'declaredValue.currencyCode',
      value: declaredValue.currencyCode,
      detail: 'ISO 4217',
    },
  ];
}
