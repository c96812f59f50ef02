/**
 * Reads a party's definition from its folder: `reference/facilities.json`, `reference/organisations.json`, and one file per registered source in
 * `connectors/`. Everything is checked before the program starts, and all faults are told at once.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { CorridorError, controllerOf, locationOf, ownerOfRegistryCode, readRegistrationNumber, terminalOf } from '@corridor/schemas';
import { z } from 'zod';
import {
  edifactMessageTypes,
  type FacilityDefinition,
  type OrganisationDefinition,
  type PartyDefinition,
  type SourceDefinition,
  sourceFormats,
} from './definition.ts';

const name = z
  .strictObject({ zh: z.string().min(1).exactOptional(), en: z.string().min(1).exactOptional() })
  .refine(({ zh, en }) => zh !== undefined || en !== undefined, { error: 'at least one of zh and en' });
const code = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/);
const daily = z.strictObject({ opens: time, closes: time });
const place = z.strictObject({
  locationName: name.exactOptional(),
  UNLocationCode: z.string().exactOptional(),
  facilityCode: z.string().exactOptional(),
  facilityCodeListProvider: z.enum(['SMDG', 'BIC']).exactOptional(),
});

const facilities = z.array(
  z.strictObject({
    localCode: code,
    noun: z.enum(['port', 'terminal', 'border-crossing']),
    controllerCode: z.string(),
    name,
    facilityTypeCode: z.enum(['BORD', 'CLOC', 'COFS', 'DEPO', 'INTE', 'OFFD', 'POTE', 'RAMP', 'WAYP']),
    timeZone: z.string(),
    UNLocationCode: z.string().exactOptional(),
    UNLocationCodeAliases: z.array(z.string()).exactOptional(),
    facilityCode: z.string().exactOptional(),
    facilityCodeListProvider: z.enum(['SMDG', 'BIC']).exactOptional(),
    portCategory: z.enum(['SEA', 'RIVER', 'LAND_ROAD', 'LAND_RAIL']).exactOptional(),
    port: code.exactOptional(),
    berths: z
      .array(z.strictObject({ berthCode: z.string(), berthName: name.exactOptional(), maxDraughtMetres: z.number().exactOptional() }))
      .exactOptional(),
    counterpart: place.exactOptional(),
    openingRules: z.strictObject({
      weekly: z.array(daily.nullable()).length(7),
      exceptions: z.array(z.strictObject({ date: z.iso.date(), opening: daily.nullable(), remark: name.exactOptional() })).exactOptional(),
      remark: name.exactOptional(),
    }),
    yardDensityPercent: z.number().min(0).max(100).exactOptional(),
    queueLength: z.int().min(0).exactOptional(),
  }),
) satisfies z.ZodType<readonly FacilityDefinition[]>;

const organisations = z.array(
  z.strictObject({
    org: z.string().regex(/^[A-Z]{2}\/[a-z0-9-]+$/),
    name,
    identifications: z.array(z.strictObject({ scheme: z.enum(['USCC', 'UEN', 'NATIONAL']), identification: z.string().min(1) })),
    aliases: z.array(z.strictObject({ sender: z.string(), code: z.string() })).exactOptional(),
  }),
) satisfies z.ZodType<readonly OrganisationDefinition[]>;

const table = z.record(z.string(), z.string());
const source = z.strictObject({
  client: z.string().min(1),
  formats: z.array(z.enum(sourceFormats)).min(1),
  messageTypes: z.array(z.enum(edifactMessageTypes)).min(1).exactOptional(),
  controllerCode: z.string(),
  carrierCode: z.string().exactOptional(),
  profile: z
    .strictObject({
      sender: z.string(),
      timeZone: z.string(),
      charset: z.string().exactOptional(),
      carrier: z.string().exactOptional(),
      documentNames: table,
      statusCodes: table.exactOptional(),
      functions: z.record(z.string(), z.enum(['ORIGINAL', 'REPLACE', 'CHANGE', 'CANCEL'])).exactOptional(),
      places: table,
      sizeTypes: table,
      facilities: table,
    })
    .nullable(),
}) satisfies z.ZodType<SourceDefinition>;

/** What a party's own module says itself. */
export type DefinitionHead = Omit<PartyDefinition, 'facilities' | 'organisations' | 'sources'>;

/**
 * The definition whose data lie in `folder`, a URL that ends with a slash.
 * @throws CONFIG_INVALID naming every fault
 */
export function readDefinition(folder: URL, head: DefinitionHead): PartyDefinition {
  const definition: PartyDefinition = {
    ...head,
    facilities: read(new URL('reference/facilities.json', folder), facilities),
    organisations: read(new URL('reference/organisations.json', folder), organisations),
    sources: readdirSync(new URL('connectors/', folder))
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => read(new URL(`connectors/${file}`, folder), source)),
  };
  const faults = faultsOf(definition);
  if (faults.length > 0) throw new CorridorError('CONFIG_INVALID', { detail: faults.join('; ') });
  return definition;
}

function read<T>(file: URL, schema: z.ZodType<T>): T {
  const where = file.pathname.split('/').slice(-3).join('/');
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new CorridorError('CONFIG_INVALID', { detail: `${where}: ${z.prettifyError(parsed.error)}` });
  return parsed.data;
}

/** What no schema of one file can say. */
export function faultsOf(definition: PartyDefinition): string[] {
  const { code: party, facilities: places, organisations: firms, sources, controllers, profileController } = definition;
  const faults: string[] = [];
  const check = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  const known = (controllerCode: string): boolean => controllers.includes(controllerCode);

  for (const each of controllers) check(controllerOf(party, each) !== undefined, `controller ${each} is not in the list of controllers`);
  check(known(profileController), `controller ${profileController} of the profile is not the party's`);
  for (const each of repeated(places.map(({ localCode }) => localCode))) faults.push(`place ${each} is listed twice`);
  for (const each of repeated(firms.map(({ org }) => org))) faults.push(`organisation ${each} is listed twice`);
  for (const each of repeated(sources.map(({ client }) => client))) faults.push(`source ${each} is registered twice`);
  for (const each of places) {
    const at = `place ${each.localCode}`;
    check(known(each.controllerCode), `${at}: controller ${each.controllerCode} is not the party's`);
    check(isZone(each.timeZone), `${at}: no time zone ${each.timeZone}`);
    check(
      each.UNLocationCode === undefined || locationOf(each.UNLocationCode).location?.UNLocationCode === each.UNLocationCode,
      `${at}: ${each.UNLocationCode} is no place of the corridor`,
    );
    check((each.noun === 'terminal') === (each.portCategory === undefined), `${at}: ports and crossings have a category, terminals none`);
    check(
      each.port === undefined || places.some(({ localCode, noun }) => localCode === each.port && noun !== 'terminal'),
      `${at}: no port ${each.port}`,
    );
    check(
      (each.facilityCode === undefined) === (each.facilityCodeListProvider === undefined),
      `${at}: a facility code and its list go together`,
    );
    check(
      each.facilityCodeListProvider !== 'SMDG' || terminalOf(each.facilityCode ?? '')?.UNLocationCode === each.UNLocationCode,
      `${at}: SMDG ${each.facilityCode} is not listed for ${each.UNLocationCode}`,
    );
  }
  for (const { org } of firms) check(ownerOfRegistryCode(org.slice(0, 2)) !== undefined, `organisation ${org}: no such party`);
  for (const { org, identifications } of firms) {
    for (const { scheme, identification } of identifications)
      for (const { detail } of readRegistrationNumber(scheme, identification).findings)
        faults.push(`organisation ${org}: ${scheme} ${identification}: ${detail}`);
  }
  const aliases = firms.flatMap(({ aliases: each = [] }) => each.map(({ sender, code: alias }) => `alias ${sender} ${alias}`));
  for (const each of repeated(aliases)) faults.push(`${each} stands for two organisations`);
  const numbers = firms.flatMap(({ identifications }) =>
    identifications.map(({ scheme, identification }) => `${scheme} ${identification}`),
  );
  for (const each of repeated(numbers)) faults.push(`${each} stands for two organisations`);
  for (const { client, controllerCode, formats, messageTypes, profile } of sources) {
    const at = `source ${client}`;
    check(known(controllerCode), `${at}: controller ${controllerCode} is not the party's`);
    check(!formats.includes('EDIFACT') || profile !== null, `${at}: EDIFACT needs a profile`);
    check(formats.includes('EDIFACT') === (messageTypes !== undefined), `${at}: EDIFACT, and nothing else, needs message types`);
    check(profile === null || isZone(profile.timeZone), `${at}: no time zone ${profile?.timeZone}`);
    for (const local of Object.values(profile?.facilities ?? {}))
      check(
        places.some(({ localCode }) => localCode === local),
        `${at}: no place ${local}`,
      );
  }
  return faults;
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
