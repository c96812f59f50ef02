/**
 * The door for messages, `POST /ingest`, without the framework around it.
 *
 * 1. Who sends: a token for this owner, with the permission `ingest.write`, of a client the owner registered for the format.
 * 2. The bytes are kept with their SHA-256 before anything is parsed, in a transaction of their own.
 * 3. They are parsed, checked, mapped; a body may hold many messages, each of which takes effect or does not by itself (`json-batch.ts`).
 * 4. The answer names every message and every finding: 200 where a message took effect or had before, else 422.
 */
import { createHash } from 'node:crypto';
import { hasPermission, type Sender, type Verifier } from '@corridor/identity';
import {
  type Caller,
  type Clock,
  CorridorError,
  invariant,
  languageOf,
  localOf,
  ownerOfRegistryCode,
  type Random,
} from '@corridor/schemas';
import type { PartyDefinition, SourceDefinition, SourceFormat } from '../definition.ts';
import { type TakingContext, takeConsignment } from './consignment-message.ts';
import { takeDcsaEvents } from './dcsa-message.ts';
import { takeInterchange } from './edifact-message.ts';
import { type AnsweredFinding, answerOf, type IngestFinding } from './finding.ts';
import { organisationsOf } from './organisations.ts';
import { type MessageOutcome, outcomeOf } from './outcome.ts';
import { closeRaw, keepRaw } from './raw-message.ts';
import type { IngestStore } from './source-message.ts';
import { takeTransportCall } from './transport-call.ts';

/** Largest body, bytes. */
export const ingestBodyLimit = 8 * 1024 * 1024;

/** A request as the server hands it in. */
type IngestRequest = {
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly query: { readonly format?: string | undefined };
  readonly acceptLanguage: string | undefined;
  readonly body: Uint8Array;
  /** W3C trace id. */
  readonly traceId: string;
  /** What shows that a token bound to its sender is the sender's; absent: none is taken. */
  readonly sender?: Sender;
};

/** What the sender is told. */
export type IngestAnswer = {
  /** Of the body, hexadecimal: what the owner keeps it by. */
  readonly sha256: string;
  readonly messages: readonly MessageOutcome[];
  readonly findings: readonly AnsweredFinding[];
};

/** What the door needs. `log` gets one line per request, without values. */
export type IngestOptions = {
  readonly store: IngestStore;
  readonly definition: PartyDefinition;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: { info(fields: object, message: string): void };
};

/** The door. */
export type Ingest = {
  /**
   * Takes one body in.
   * @throws UNAUTHENTICATED and its kin, ROLE_MISSING, UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, SOURCE_NOT_REGISTERED: nothing is kept then
   */
  post(request: IngestRequest): Promise<{ readonly status: number; readonly body: IngestAnswer }>;
};

/** The door of a party. */
export function createIngest({ store, definition, verifier, clock, random, log }: IngestOptions): Ingest {
  const organisations = organisationsOf(definition.organisations);
  return {
    async post({ authorization, contentType, query, acceptLanguage, body, traceId, sender }) {
      const { caller } = await verifier.verify(authorization, undefined, sender);
      // Without a token nobody is anybody: that is a matter of the token, not of a role.
      if (caller.client === null) throw new CorridorError('UNAUTHENTICATED');
      if (!hasPermission(caller, 'ingest.write')) throw new CorridorError('ROLE_MISSING', { detail: 'ingest.write' });
      const format = formatOf(contentType, query.format);
      if (body.length > ingestBodyLimit) throw new CorridorError('BODY_TOO_LARGE');
      const source = sourceOf(caller, format, definition);

      const raw = {
        id: localOf(random(10)),
        sha256: createHash('sha256').update(body).digest('hex'),
        client: source.client,
        format,
        contentType: (contentType ?? '').slice(0, 200),
        bytes: body,
        traceId,
      };
      await keepRaw(store, raw, new Date(clock()));
      const context = { store, definition, organisations, clock, random, source: source.client, rawMessageId: raw.id };
      const { messages, findings } = await take(body, format, source, context);
      const outcome = outcomeOf(messages);
      await closeRaw(store, raw.id, outcome, findings);
      log.info(
        { client: source.client, sha256: raw.sha256, format, outcome, messages: messages.length, findings: findings.length },
        'message taken in',
      );

      const language = languageOf(acceptLanguage);
      const answer = { sha256: raw.sha256, messages, findings: findings.map((finding) => answerOf(finding, language)) };
      return { status: outcome === 'REFUSED' ? 422 : 200, body: answer };
    },
  };
}

const takers = { 'consignment.v1': takeConsignment, 'transport-call.v1': takeTransportCall } as const;

async function take(
  body: Uint8Array,
  format: SourceFormat,
  source: SourceDefinition,
  context: TakingContext,
): Promise<{ messages: MessageOutcome[]; findings: IngestFinding[] }> {
  if (format !== 'EDIFACT') {
    const { controllerCode, carrierCode = null } = source;
    const taken =
      format === 'dcsa-tnt-2.2'
        ? await takeDcsaEvents(body, { controllerCode, carrierCode }, context)
        : await takers[format](body, context);
    return { messages: taken.map(({ message }) => message), findings: taken.flatMap(({ findings }) => findings) };
  }
  invariant(source.profile !== null, 'a source of EDIFACT has a profile');
  const taken = await takeInterchange(body, { ...source, profile: source.profile }, context);
  const findings = [...taken.findings, ...taken.messages.flatMap((each) => each.findings)];
  return {
    messages: taken.messages.map(({ message }) => message),
    findings: findings.sort((one, other) => (one.segment ?? 0) - (other.segment ?? 0)),
  };
}

const jsonFormats = '?format=consignment.v1, transport-call.v1 or dcsa-tnt-2.2';

function formatOf(contentType: string | undefined, format: string | undefined): SourceFormat {
  const [mediaType = ''] = (contentType ?? '').split(';');
  switch (mediaType.trim().toLowerCase()) {
    case 'application/edifact':
      return 'EDIFACT';
    case 'application/json':
      if (format === 'consignment.v1' || format === 'transport-call.v1' || format === 'dcsa-tnt-2.2') return format;
      throw new CorridorError('UNSUPPORTED_MEDIA_TYPE', { detail: `application/json needs ${jsonFormats}` });
    default:
      throw new CorridorError('UNSUPPORTED_MEDIA_TYPE', { detail: `application/EDIFACT, or application/json with ${jsonFormats}` });
  }
}

/** The registered source behind a caller. Its token is of the owner's own party: another issuer could have a client of the same name. */
function sourceOf(caller: Caller, format: SourceFormat, definition: PartyDefinition): SourceDefinition {
  const isOwn = caller.party !== null && ownerOfRegistryCode(caller.party)?.code === definition.code;
  const source = isOwn ? definition.sources.find(({ client }) => client === caller.client) : undefined;
  if (source === undefined || !source.formats.includes(format) || (format === 'EDIFACT' && source.profile === null))
    throw new CorridorError('SOURCE_NOT_REGISTERED', { detail: format });
  return source;
}
