// CODECO, container gate-in/gate-out report (UN/EDIFACT D.95B and D.00B): one group per container becomes one gate fact.
import type { Message } from '../envelope.ts';
import type { GateFact, Mapped } from '../facts.ts';
import type { PartnerProfile } from '../profile.ts';
import { mapContainerReport, type ReportForm } from './container-report.ts';
import { vehicleRegistrationNumber } from './transport.ts';

/** Directories whose CODECO is read: both place every element read here alike. */
export const codecoDirectories: readonly string[] = ['D.95B', 'D.00B'];

/** BGM document names of CODECO that need no profile: 34 gate-in, 36 gate-out report. */
export const codecoDocumentNames: { readonly [code: string]: 'GTIN' | 'GTOT' } = { 34: 'GTIN', 36: 'GTOT' };

const placeOfReport: readonly string[] = ['165'];

const form: ReportForm<'GTIN' | 'GTOT', GateFact> = {
  messageType: 'CODECO',
  directories: codecoDirectories,
  documentNames: codecoDocumentNames,
  types: ['GTIN', 'GTOT'],
  meant: 'neither gate-in nor gate-out',
  // Effective; execution; and what some terminals write instead of a code.
  eventTimes: ['7', '203', 'ACT'],
  places: () => placeOfReport,
  fact(type, report, reading, scopes) {
    const truck = vehicleRegistrationNumber(reading, scopes);
    return { kind: 'gate', type, ...report, ...(truck && { vehicleRegistrationNumber: truck }) };
  },
};

/** Maps one CODECO to gate facts, as `mapContainerReport` says. */
export function mapCodeco(message: Message, profile: PartnerProfile): Mapped {
  return mapContainerReport(message, profile, form);
}
