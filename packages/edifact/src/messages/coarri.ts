// COARRI, container discharge/loading report (UN/EDIFACT D.95B and D.00B): one group per container becomes one handling fact. The stowage cell, LOC+147, has
// no place in a fact and is lost: where a container stood aboard is no custody.
import type { Message } from '../envelope.ts';
import type { HandlingFact, Mapped } from '../facts.ts';
import type { PartnerProfile } from '../profile.ts';
import { mapContainerReport, type ReportForm } from './container-report.ts';

/** Directories whose COARRI is read: both place every element read here alike. */
export const coarriDirectories: readonly string[] = ['D.95B', 'D.00B'];

/**
 * BGM document names of COARRI that need no profile: 44 discharge, 46 loading report. Others (98, 119, 270) mean one here and the other there, so the
 * partner's profile says which.
 */
export const coarriDocumentNames: { readonly [code: string]: 'LOAD' | 'DISC' } = { 44: 'DISC', 46: 'LOAD' };

/** LOC 3227: place of the report; else the port the work was done in, of loading or of discharge. */
const places: { readonly [type in 'LOAD' | 'DISC' | 'unknown']: readonly string[] } = {
  LOAD: ['165', '9'],
  DISC: ['165', '11'],
  unknown: ['165'],
};

const form: ReportForm<'LOAD' | 'DISC', HandlingFact> = {
  messageType: 'COARRI',
  directories: coarriDirectories,
  documentNames: coarriDocumentNames,
  types: ['LOAD', 'DISC'],
  meant: 'neither loading nor discharge',
  // Execution; effective.
  eventTimes: ['203', '7'],
  places: (type) => places[type ?? 'unknown'],
  fact: (type, report) => ({ kind: 'handling', type, ...report }),
};

/** Maps one COARRI to handling facts, as `mapContainerReport` says. */
export function mapCoarri(message: Message, profile: PartnerProfile): Mapped<HandlingFact> {
  return mapContainerReport(message, profile, form);
}
