/** The mapping of one source, as data: where its rows come from, which column becomes which field, and which owner is told. */
import { z } from 'zod';

const column = z.string().min(1).max(200);

/** One field from one column. */
export type FieldRule = {
  readonly column: string;
  /** How the cell is read. `decimal` gives a number, `decimalText` keeps the digits as text; `dateTime` and `date` give an instant with Z. */
  readonly as: 'text' | 'upperCase' | 'integer' | 'decimal' | 'decimalText' | 'dateTime';
  /** Name of a table of `codes`; a cell that the table does not hold is a finding. */
  readonly codes?: string | undefined;
  /** Of a `dateTime`: `ISO`, or letters yyyy M MM d dd H HH m mm s ss between other characters. */
  readonly format?: string | undefined;
  /** An empty cell is a finding. */
  readonly required: boolean;
};

/** What stands for one field of the message: a constant, a column, or objects and lists of such. */
export type Template =
  | string
  | number
  | boolean
  | { readonly rule: FieldRule }
  | { readonly list: readonly Template[] }
  | { readonly members: Readonly<Record<string, Template>> };

const fieldRule = z.strictObject({
  column,
  as: z.enum(['text', 'upperCase', 'integer', 'decimal', 'decimalText', 'dateTime']).default('text'),
  codes: z.string().exactOptional(),
  format: z.string().min(1).max(40).exactOptional(),
  required: z.boolean().default(false),
});

const csvSource = z.strictObject({
  type: z.literal('csv'),
  file: z.string().min(1).describe('Path of the file, from the folder of the mapping'),
  charset: z.enum(['utf-8', 'gb18030']).default('utf-8'),
  delimiter: z.string().length(1).default(','),
});

const viewSource = z.strictObject({
  type: z.literal('postgresql'),
  view: z
    .string()
    .regex(/^[^\s".]+(\.[^\s".]+)?$/)
    .describe('Name of the view, with its schema where it needs one'),
  pageRows: z.int().min(1).max(5_000).default(500),
  overlapSeconds: z
    .int()
    .min(0)
    .max(604_800)
    .default(600)
    .describe('How far behind the watermark each run starts: longer than the longest transaction'),
  settleSeconds: z
    .int()
    .min(0)
    .max(3_600)
    .default(2)
    .describe('Rows changed less long ago wait for the next run: their second is not over'),
});

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);
const address = z
  .url({ protocol: /^https?$/ })
  .refine((text) => URL.canParse(text) && (new URL(text).protocol === 'https:' || loopback.has(new URL(text).hostname)), {
    error: 'https, or http on this machine',
  });

/** The mapping file, as it is checked. */
export const mappingFile = z
  .strictObject({
    $schema: z.string().exactOptional(),
    format: z.enum(['consignment.v1', 'transport-call.v1']),
    source: z.discriminatedUnion('type', [csvSource, viewSource]),
    owner: z.strictObject({
      party: z.string().min(1).describe('Owner id: guangxi'),
      client: z.string().min(1).describe('Client that the owner registered for this source'),
      url: address.exactOptional().describe("The owner's POST /ingest; absent: the corridor that runs on this machine"),
      tokenUrl: address
        .exactOptional()
        .describe("Token endpoint of the owner's issuer; absent: that of the corridor that runs on this machine"),
    }),
    timeZone: z.string().min(1).describe('IANA zone of times without an offset: Asia/Shanghai'),
    decimalSeparator: z.enum(['.', ',']).default('.'),
    empty: z.array(z.string().max(20)).max(20).default([]).describe('Cells that mean: nothing. The empty cell always does'),
    codes: z.record(z.string(), z.record(z.string(), z.string())).default({}).describe('Own code → code of the message, table by table'),
    key: z.array(column).min(1).max(5).describe('Columns that name a record for ever'),
    revision: z
      .discriminatedUnion('by', [
        z.strictObject({ by: z.literal('number'), column }),
        z.strictObject({ by: z.literal('changed'), column, format: z.string().min(1).max(40).default('ISO') }),
        z.strictObject({ by: z.literal('file') }),
      ])
      .describe('Which of two states of a record is newer: a number, the time of its last change, or the time of the file'),
    watermark: column.exactOptional().describe('View: column of the last change, never null, by which it is read'),
    cancelled: z.strictObject({ column, values: z.array(z.string()).min(1) }).exactOptional(),
    record: z.record(z.string(), z.unknown()).describe('The message: constants, {"column": …}, objects and lists of such'),
  })
  .superRefine((mapping, context) => {
    const fault = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
    if (!knownZone(mapping.timeZone)) fault(['timeZone'], `${mapping.timeZone} is no IANA time zone`);
    if (mapping.source.type === 'postgresql' && mapping.watermark === undefined) fault(['watermark'], 'a view needs it');
    if (mapping.source.type === 'postgresql' && mapping.revision.by === 'file')
      fault(['revision', 'by'], 'a view has no file: number or changed');
    for (const name of ['recordReference', 'revision', 'cancelled']) {
      if (name in mapping.record) fault(['record', name], 'follows from key, revision and cancelled');
    }
  });

/** A mapping that was read. */
export type Mapping = Omit<z.infer<typeof mappingFile>, 'record'> & { readonly record: Template };

/** A mapping, or all that is wrong with it, a line each. */
export type ReadMapping =
  | { readonly is: 'mapping'; readonly mapping: Mapping }
  | { readonly is: 'wrong'; readonly because: readonly string[] };

/** Reads the text of a mapping file; a fault names its place: `record.legs.0.from: …`. */
export function readMapping(text: string): ReadMapping {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    return { is: 'wrong', because: [`not JSON: ${error instanceof Error ? error.message : 'unreadable'}`] };
  }
  const parsed = mappingFile.safeParse(value);
  if (!parsed.success)
    return { is: 'wrong', because: parsed.error.issues.map(({ path, message }) => `${path.join('.') || '(file)'}: ${message}`) };
  const faults: string[] = [];
  const record = templateOf(parsed.data.record, 'record', new Set(Object.keys(parsed.data.codes)), faults);
  return faults.length > 0 ? { is: 'wrong', because: faults } : { is: 'mapping', mapping: { ...parsed.data, record } };
}

function templateOf(value: unknown, path: string, tables: ReadonlySet<string>, faults: string[]): Template {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return { list: value.map((each, index) => templateOf(each, `${path}.${index}`, tables, faults)) };
  if (typeof value !== 'object' || value === null) {
    faults.push(`${path}: a constant, {"column": …}, an object or a list`);
    return '';
  }
  if (!('column' in value)) {
    return {
      members: Object.fromEntries(Object.entries(value).map(([name, each]) => [name, templateOf(each, `${path}.${name}`, tables, faults)])),
    };
  }
  const rule = fieldRule.safeParse(value);
  if (!rule.success) {
    faults.push(...rule.error.issues.map((issue) => `${[path, ...issue.path].join('.')}: ${issue.message}`));
    return '';
  }
  const { as, format, codes } = rule.data;
  if ((as === 'dateTime') !== (format !== undefined)) faults.push(`${path}.format: goes with "as": "dateTime" and with nothing else`);
  if (codes !== undefined && !tables.has(codes)) faults.push(`${path}.codes: there is no table ${codes} in codes`);
  return { rule: rule.data };
}

/** Every column a mapping names, in no order: a source must have them all. */
export function columnsOf(mapping: Mapping): string[] {
  const { key, revision, watermark, cancelled, record } = mapping;
  const named = [...key, ...(revision.by === 'file' ? [] : [revision.column]), watermark, cancelled?.column, ...templateColumns(record)];
  return [...new Set(named.filter((each) => each !== undefined))];
}

/** JSON Schema (2020-12) of the file, for editors that complete and check while one types. */
export function mappingJsonSchema(): object {
  return z.toJSONSchema(mappingFile, { target: 'draft-2020-12', io: 'input' });
}

function templateColumns(template: Template): string[] {
  if (typeof template !== 'object') return [];
  if ('rule' in template) return [template.rule.column];
  return ('list' in template ? template.list : Object.values(template.members)).flatMap(templateColumns);
}

function knownZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
