/** How a reader checks what comes in a feed: the schemas of the types in `index-entry.ts`. Sizes are bounded, since the page is another party's. */
import { type ZodType, z } from 'zod';
import { nouns, parseId } from '../ids.ts';
import { type AudienceTuple, type FeedEvent, type IndexEntry, type SealedEvent, type SealedPart, sealedEventType } from './index-entry.ts';

const instant = z.iso.datetime();
// jsonb stores neither NUL nor lone surrogates.
const storable = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u);
const short = storable(100);
const recordId = z.string().refine((text) => parseId(text) !== undefined, 'no record id');
const referenceKinds = [
  'UCR',
  'TRANSPORT_DOCUMENT',
  'BOOKING',
  'RAIL_WAYBILL',
  'CUSTOMS_DECLARATION',
  'EQUIPMENT',
  'VESSEL',
  'VOYAGE',
  'TRAIN',
] as const;
const changedTypes = nouns.map((noun) => `cn.corridor.${noun}.changed.v1` as const);

const indexEntry = z.object({
  id: recordId,
  noun: z.enum(nouns),
  revision: z.int().positive(),
  createdDateTime: instant,
  changedDateTime: instant,
  sortDateTime: instant.nullable(),
  withdrawn: z.boolean(),
  attributes: z.object({
    facilityTypeCode: short.exactOptional(),
    UNLocationCodes: z.array(short).max(100).exactOptional(),
    eventClassifierCode: short.exactOptional(),
    corroborates: recordId.exactOptional(),
  }),
}) satisfies ZodType<IndexEntry>;

const envelope = {
  specversion: z.literal('1.0'),
  id: z.uuid().toLowerCase(),
  source: short,
  subject: short,
  time: instant,
  datacontenttype: z.literal('application/json'),
};

/** One change in a feed. Its subject is the record the entry is about, and type, entry and id name the same noun. */
export const feedEvent = z
  .object({ ...envelope, type: z.enum(changedTypes), data: indexEntry })
  .refine(({ subject, data }) => subject === data.id, 'the subject is another record')
  .refine(
    ({ type, data }) => type === `cn.corridor.${data.noun}.changed.v1` && parseId(data.id)?.noun === data.noun,
    'the nouns differ',
  ) satisfies ZodType<FeedEvent>;

/** The last element of a page that is not empty. */
export const sealedEvent = z.object({
  ...envelope,
  type: z.literal(sealedEventType),
  data: z.object({ jwe: z.string().min(1) }),
}) satisfies ZodType<SealedEvent>;

const audienceTuple = z.object({ party: short, org: short, role: short, purpose: short }) satisfies ZodType<AudienceTuple>;

/** What the JWE of a page holds: the sealed part of each event, by its id. */
export const sealedParts = z.record(
  z.uuid(),
  z.object({
    audience: z.array(audienceTuple).max(5_000),
    references: z.array(z.object({ kind: z.enum(referenceKinds), value: storable(300), joins: z.boolean() })).max(1_000),
    links: z.array(z.object({ recordId, keyKind: z.enum(referenceKinds) })).max(10_000),
  }) satisfies ZodType<SealedPart>,
);
