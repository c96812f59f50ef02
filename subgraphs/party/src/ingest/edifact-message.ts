/**
 * EDIFACT: an interchange is read, and each message in it (CODECO, COARRI, IFTSTA, COPARN) takes effect or not by itself: its events, what it corrects of
 * earlier ones, and what follows for boxes, calls and consignments. An error stops its message, never the interchange.
 *
 * Neighbours about different documents share a transaction, up to `mostTogether`: what is read and written once for all is what makes an interchange of
 * hundreds of small messages quick. Between two such transactions others get their turn. If one fails, its messages are taken one by one.
 */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import {
  type Finding as EdifactFinding,
  type Fact,
  type Message,
  mapMessage,
  type PartnerProfile,
  readInterchange,
} from '@corridor/edifact';
import { invariant, isErrorCode, isParticipantFunction } from '@corridor/schemas';
import type { SourceDefinition } from '../definition.ts';
import type { TakingContext } from './consignment-message.ts';
import type { MessageFunction } from './correction.ts';
import { applyTellings, placeOf, type Telling } from './edifact-effect.ts';
import { type IngestFinding, stops } from './finding.ts';
import type { Organisations } from './organisations.ts';
import type { TakenMessage } from './outcome.ts';
import { partFacts } from './part-facts.ts';
import { documentKeyOf, type MessageOrigin, messageKeyOf, preparedInstant } from './source-key.ts';
import { takeTogether } from './together.ts';

/** What became of an interchange: its messages, and what belongs to none of them. */
export type TakenInterchange = { readonly messages: readonly TakenMessage[]; readonly findings: readonly IngestFinding[] };

/** Most messages, and most events, that take effect in one transaction: others wait for it as long as it takes, some tenths of a second. */
const mostTogether = { messages: 100, events: 1_000 } as const;

/** Who sends: the controller of its events, how its messages are read, and which types it may send. */
export type EdifactSource = Pick<SourceDefinition, 'controllerCode' | 'messageTypes'> & { readonly profile: PartnerProfile };

/** Reads an interchange, or bare messages, and lets each message take effect, in their order. */
export async function takeInterchange(bytes: Uint8Array, source: EdifactSource, context: TakingContext): Promise<TakenInterchange> {
  const { profile } = source;
  const interchange = readInterchange(bytes, profile.charset === undefined ? {} : { charset: profile.charset });
  const findings = interchange.findings.map(findingOf);
  const messages: TakenMessage[] = [];
  // An input may hold interchanges of several senders: each is looked at by itself, and told once.
  const strangers = new Map<string, IngestFinding>();
  let together = nothingYet();
  for (const message of interchange.messages) {
    const stranger = senderFinding(message, profile);
    if (stranger !== undefined) {
      strangers.set(message.envelope.sender, strangers.get(message.envelope.sender) ?? stranger);
      messages.push(refused(message, null, message.findings.map(findingOf)));
      continue;
    }
    const read = readMessage(message, { bytes, source }, context);
    if ('refused' in read) {
      messages.push(read.refused);
      continue;
    }
    if (!fits(together, read.telling)) {
      await takeWaiting();
      // The embedded database answers without leaving this turn of the event loop: who waits is let in here.
      await setImmediate();
    }
    join(together, messages.length, read.telling);
    // Its place in the answer, until its transaction tells what became of it.
    messages.push(refused(message, null, []));
  }
  await takeWaiting();
  return { messages, findings: [...findings, ...strangers.values()] };

  async function takeWaiting(): Promise<void> {
    const { taken } = together;
    together = nothingYet();
    const tellings = taken.map(({ telling }) => telling);
    const effects = await takeTogether(context.store, tellings, (tx, each) => applyTellings(tx, each, context));
    for (const [index, { at, telling }] of taken.entries()) {
      const effect = effects[index];
      invariant(effect !== undefined, 'each message has its effect');
      const { message, messageFunction, findings: own } = telling;
      messages[at] = {
        message: { reference: message.reference, type: message.type, function: messageFunction, outcome: effect.outcome },
        findings: [...own, ...effect.findings],
      };
    }
  }
}

/** Messages that are to take effect in one transaction, with their places in the answer. */
type Together = { readonly taken: { readonly at: number; readonly telling: Telling }[]; readonly keys: Set<string>; events: number };

function nothingYet(): Together {
  return { taken: [], keys: new Set(), events: 0 };
}

function join(together: Together, at: number, telling: Telling): void {
  together.taken.push({ at, telling });
  together.events += sizeOf(telling);
  for (const key of exclusiveKeys(telling)) together.keys.add(key);
}

function fits({ taken, keys, events }: Together, added: Telling): boolean {
  if (taken.length === 0) return true;
  if (taken.length === mostTogether.messages || events + sizeOf(added) > mostTogether.events) return false;
  return !exclusiveKeys(added).some((key) => keys.has(key));
}

// What two messages say of one document, or under one reference, depends on which of them came first.
function exclusiveKeys({ origin, documentKey }: Telling): string[] {
  return [messageKeyOf(origin), ...(documentKey === null ? [] : [documentKey])];
}

function sizeOf({ facts, vehicles }: Telling): number {
  return facts.length + vehicles.length;
}

type Input = { readonly bytes: Uint8Array; readonly source: EdifactSource };

/** What a message says, or why it is refused. */
function readMessage(
  message: Message,
  input: Input,
  { source: client, organisations }: TakingContext,
): { readonly telling: Telling } | { readonly refused: TakenMessage } {
  const { controllerCode, messageTypes = [], profile } = input.source;
  const own = message.findings.map(findingOf);
  const mapped = mapMessage(message, profile);
  const isSupported = !mapped.findings.some(({ code }) => code === 'MESSAGE_TYPE_UNSUPPORTED');
  if (isSupported && !messageTypes.some((type) => type === message.type)) {
    const finding = { code: 'MESSAGE_TYPE_NOT_ALLOWED', severity: 'error', ...placeOf(message, 'UNH', 2), value: message.type } as const;
    return { refused: refused(message, null, [...own, finding]) };
  }
  const { equipment, vehicles, findings: parted } = partFacts(mapped.facts);
  const origin = originOf(message, input.bytes, client);
  const findings = [
    ...own,
    ...mapped.findings.map(findingOf),
    ...parted,
    ...organisationFindings(mapped.facts, origin.sender, organisations),
  ];
  if (mapped.function === 'CANCEL' && mapped.documentNumber === null) {
    // To the mapper this is a warning; but nothing says what is taken back, so nothing can be.
    findings.push({
      code: 'ELEMENT_MISSING',
      severity: 'error',
      ...placeOf(message, 'BGM', 2),
      detail: 'number of the document to cancel',
    });
  }
  if (!stops(findings) && mapped.function === 'ORIGINAL' && message.type !== 'COPARN' && equipment.length + vehicles.length === 0) {
    // TAKEN would tell the sender that something came of it. An order that plans no event is none the less one that a later message may correct.
    findings.push({ code: 'ELEMENT_MISSING', severity: 'error', ...placeOf(message, 'UNH'), detail: 'event of a container or vehicle' });
  }
  if (stops(findings)) return { refused: refused(message, isSupported ? mapped.function : null, findings) };

  const documentKey = mapped.documentNumber === null ? null : documentKeyOf(origin, mapped.documentNumber);
  // A cancellation repeats the lines it takes back: they are no events.
  const told = mapped.function === 'CANCEL' ? { facts: [], vehicles: [] } : { facts: equipment, vehicles };
  const preparedAt = preparedInstant(origin.preparedAt, profile.timeZone);
  return { telling: { message, origin, preparedAt, documentKey, messageFunction: mapped.function, ...told, controllerCode, findings } };
}

/**
 * Firms by codes of the sender's own that the owner's registry does not know, each once: who keeps the registry learns what is missing from it. Codes of a
 * public list name no firm of the registry, and carriers and terminals go by codes of their trade.
 */
function organisationFindings(facts: readonly Fact[], sender: string, organisations: Organisations): IngestFinding[] {
  const unknown = new Map<string, IngestFinding>();
  for (const { value, segment } of new Set(facts.flatMap(({ parties }) => parties))) {
    const { partyFunction, partyCode, codeListProvider } = value;
    if (partyCode === null || (codeListProvider !== null && codeListProvider !== 'ZZZ')) continue;
    if (!isParticipantFunction(partyFunction) || partyFunction === 'CA' || partyFunction === 'TR') continue;
    if (unknown.has(partyCode) || organisations.orgOfAlias(sender, partyCode) !== null) continue;
    unknown.set(partyCode, { code: 'ORGANISATION_UNKNOWN', severity: 'info', segment, tag: 'NAD', element: 2, value: partyCode });
  }
  return [...unknown.values()];
}

function originOf(message: Message, bytes: Uint8Array, source: string): MessageOrigin {
  const { sender, preparedAt, reference } = message.envelope;
  return {
    sender: sender === '' ? `client:${source}` : sender,
    preparedAt,
    interchangeReference: reference,
    messageReference: message.reference,
    messageType: message.type,
    bodySha256: createHash('sha256').update(bytes.subarray(message.bytes.from, message.bytes.to)).digest('hex'),
  };
}

// A bare message comes under the name of the client that sent it: that much is proven.
function senderFinding({ envelope: { sender } }: Message, profile: PartnerProfile): IngestFinding | undefined {
  if (sender === '' || sender === profile.sender) return undefined;
  return { code: 'SENDER_UNKNOWN', severity: 'error', segment: 1, tag: 'UNB', element: 2, value: sender };
}

function refused(message: Message, messageFunction: MessageFunction | null, findings: readonly IngestFinding[]): TakenMessage {
  const { reference, type } = message;
  return { message: { reference, type, function: messageFunction, outcome: 'REFUSED' }, findings };
}

function findingOf({ code, severity, segment, tag, element, value, detail }: EdifactFinding): IngestFinding {
  invariant(isErrorCode(code), `${code} is a code of the error table`);
  return {
    code,
    severity,
    segment,
    ...(tag === undefined ? {} : { tag }),
    ...(element === undefined ? {} : { element }),
    ...(value === undefined ? {} : { value }),
    ...(detail === undefined ? {} : { detail }),
  };
}
