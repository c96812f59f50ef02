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

/** One container passed a gate. Names are DCSA's; every value knows the segment it was read from. */
export type GateFact = {
  readonly kind: 'gate';
  /** Counts EQD of the message from 1. */
  readonly line: number;
  readonly type: Sourced<'GTIN' | 'GTOT'>;
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
  readonly vessel?: {
    readonly vesselIMONumber?: Sourced<string>;
    readonly vesselCallSign?: Sourced<string>;
    readonly vesselName?: Sourced<string>;
    readonly voyage?: Sourced<string>;
    readonly carrier?: Sourced<string>;
  };
  /** `sealSource`: who sealed, UN/EDIFACT 9303. */
  readonly seals: readonly Sourced<{ readonly sealNumber: string; readonly sealSource: string | null }>[];
  /** Verified gross mass, else gross weight, else estimated gross weight. */
  readonly grossWeightKg?: Sourced<number>;
  readonly tareWeightKg?: Sourced<number>;
  readonly vehicleRegistrationNumber?: Sourced<string>;
};

/** What a mapper makes of one message. */
export type Mapped = {
  readonly function: MessageFunction;
  /** BGM 1004. */
  readonly documentNumber: string | null;
  /** Empty where the message, or this mapping of it, has an error. */
  readonly facts: readonly GateFact[];
  /** Of the mapping alone, by segment; the message's own are in `Message.findings`. */
  readonly findings: readonly Finding[];
  readonly lost: readonly Lost[];
};
