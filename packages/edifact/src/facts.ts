import type { MessageFunction } from './codes.ts';
import type { Finding } from './findings.ts';

/** A value and the segment it was read from. */
export type Sourced<T> = { readonly value: T; readonly segment: number };

/** What a message said and a mapping had no place for: the path names segment, qualifier and element, never a value. */
export type Lost = { readonly path: string; readonly reason: LossReason; readonly count: number };

/** Nothing in the facts holds it, or only codes of another list. */
export type LossReason = 'NO_SLOT' | 'CODE_NOT_IN_TARGET';

/** A number of a document and the carrier in whose count it stands; null = not known. */
export type DocumentReference = { readonly carrier: string | null; readonly number: string };

/** A place: the owner's own facility code (provider null), or a code of SMDG or BIC; and the UN/LOCODE. */
export type FacilityReference = {
  readonly facilityCode: string | null;
  readonly facilityCodeListProvider: 'SMDG' | 'BIC' | null;
  readonly UNLocationCode: string | null;
};

/** A vessel and its voyage, as far as a message names them. */
export type VesselReference = {
  readonly vesselIMONumber?: Sourced<string>;
  readonly vesselCallSign?: Sourced<string>;
  readonly vesselName?: Sourced<string>;
  readonly voyage?: Sourced<string>;
  readonly carrier?: Sourced<string>;
};

/** `sealSource`: who sealed, UN/EDIFACT 9303. */
export type Seal = { readonly sealNumber: string; readonly sealSource: string | null };

/** A party a message names, NAD. It is told and kept, and gives nobody a right. */
export type PartyReference = {
  /** UN/EDIFACT 3035: CF container operator, CA carrier, CZ consignor, FW forwarder … */
  readonly partyFunction: string;
  /** 3039, upper case. */
  readonly partyCode: string | null;
  /** 3055, the agency whose list the code is of: 20 BIC, 87 assigned by the carrier, ZZZ agreed; null = not said. */
  readonly codeListProvider: string | null;
  readonly partyName: string | null;
};

/** What a report says of one container. Names are DCSA's; every value knows the segment it was read from. */
export type ContainerReport = {
  /** Counts EQD of the message from 1. */
  readonly line: number;
  /** ISO 8601 with Z. */
  readonly at: Sourced<string>;
  /** As sent, in upper case and without spaces; form and check digit are not judged here. */
  readonly equipmentReference: Sourced<string>;
  /** ISO 6346 size type, detail or group code. */
  readonly ISOEquipmentCode?: Sourced<string>;
  readonly emptyIndicatorCode?: Sourced<'EMPTY' | 'LADEN'>;
  readonly facility?: Sourced<FacilityReference>;
  readonly booking?: Sourced<DocumentReference>;
  readonly transportDocument?: Sourced<DocumentReference>;
  readonly vessel?: VesselReference;
  readonly seals: readonly Sourced<Seal>[];
  /** Verified gross mass, else gross weight, else estimated gross weight. */
  readonly grossWeightKg?: Sourced<number>;
  readonly tareWeightKg?: Sourced<number>;
  readonly parties: readonly Sourced<PartyReference>[];
};

/** One container passed a gate (CODECO). */
export type GateFact = ContainerReport & {
  readonly kind: 'gate';
  readonly type: Sourced<'GTIN' | 'GTOT'>;
  readonly vehicleRegistrationNumber?: Sourced<string>;
};

/** One container was loaded onto a vessel or discharged from it (COARRI). The stowage cell is no part of it. */
export type HandlingFact = ContainerReport & {
  readonly kind: 'handling';
  readonly type: Sourced<'LOAD' | 'DISC'>;
};

/** DCSA Track & Trace: event types of equipment, those of customs and border, which later editions than 2.2 have, then those of a means of transport. */
export const statusTypes = [
  'LOAD',
  'DISC',
  'GTIN',
  'GTOT',
  'STUF',
  'STRP',
  'PICK',
  'DROP',
  'INSP',
  'RSEA',
  'RMVD',
  'CUSS',
  'CUSI',
  'CUSR',
  'CROS',
  'ARRI',
  'DEPA',
] as const;

/** One of `statusTypes`. */
export type StatusType = (typeof statusTypes)[number];

/**
 * A container, a consignment whose containers are not named, or a means of transport reached a status (IFTSTA). It has at least one of four identifications;
 * of an arrival or departure (ARRI, DEPA) the vehicle alone is enough.
 */
export type StatusFact = {
  readonly kind: 'status';
  /** Counts containers under STS of the message from 1, an STS without container as one. Statuses that no table knows count too. */
  readonly line: number;
  readonly type: Sourced<StatusType>;
  /** ISO 8601 with Z. */
  readonly at: Sourced<string>;
  /** As sent, in upper case and without spaces; form and check digit are not judged here. */
  readonly equipmentReference?: Sourced<string>;
  /** ISO 6346 size type, detail or group code. */
  readonly ISOEquipmentCode?: Sourced<string>;
  readonly emptyIndicatorCode?: Sourced<'EMPTY' | 'LADEN'>;
  /** CNI 1004: the number the sender knows the consignment by, a rail waybill for instance. */
  readonly consignment?: Sourced<string>;
  readonly booking?: Sourced<DocumentReference>;
  readonly transportDocument?: Sourced<DocumentReference>;
  readonly facility?: Sourced<FacilityReference>;
  readonly modeOfTransport?: Sourced<ModeOfTransport>;
  readonly vessel?: VesselReference;
  /** Number of the train, truck run or barge journey, where it is no vessel. */
  readonly conveyance?: Sourced<string>;
  /** Of a truck. */
  readonly vehicleRegistrationNumber?: Sourced<string>;
  readonly parties: readonly Sourced<PartyReference>[];
};

/** DCSA mode of transport. */
export type ModeOfTransport = 'VESSEL' | 'RAIL' | 'TRUCK' | 'BARGE';

/** What an order asks a terminal or depot for: to take containers in, to hand them out, or to expect them. */
export type OrderType = 'ACCEPTANCE' | 'RELEASE' | 'PREADVICE';

/** A terminal or depot is asked to accept, release or expect one container, or a number of containers of a kind (COPARN). */
export type OrderFact = {
  readonly kind: 'order';
  /** Counts EQD of the message from 1. */
  readonly line: number;
  readonly type: Sourced<OrderType>;
  /** BGM 1004. */
  readonly documentNumber?: Sourced<string>;
  /** Of one named container, as sent, in upper case and without spaces; without it, any container of the size type will do. */
  readonly equipmentReference?: Sourced<string>;
  /** Containers ordered, at least 1. */
  readonly units: Sourced<number>;
  /** ISO 6346 size type, detail or group code. */
  readonly ISOEquipmentCode?: Sourced<string>;
  readonly emptyIndicatorCode?: Sourced<'EMPTY' | 'LADEN'>;
  readonly booking?: Sourced<DocumentReference>;
  readonly transportDocument?: Sourced<DocumentReference>;
  readonly facility?: Sourced<FacilityReference>;
  readonly vessel?: VesselReference;
  /** ISO 8601 with Z: from when it may be brought or picked up. */
  readonly validFrom?: Sourced<string>;
  /** ISO 8601 with Z; of a mere date, its last minute. */
  readonly validUntil?: Sourced<string>;
  /** Verified gross mass, else gross weight, else estimated gross weight. */
  readonly grossWeightKg?: Sourced<number>;
  readonly parties: readonly Sourced<PartyReference>[];
};

/** Any fact, told apart by `kind`. */
export type Fact = GateFact | HandlingFact | StatusFact | OrderFact;

/** What a mapper makes of one message. */
export type Mapped<F extends Fact = GateFact> = {
  readonly function: MessageFunction;
  /** BGM 1004. */
  readonly documentNumber: string | null;
  /** Empty where the message, or this mapping of it, has an error. */
  readonly facts: readonly F[];
  /** Of the mapping alone, by segment; the message's own are in `Message.findings`. */
  readonly findings: readonly Finding[];
  readonly lost: readonly Lost[];
};
