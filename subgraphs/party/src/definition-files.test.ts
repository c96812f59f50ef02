import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { invariant } from '@corridor/schemas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { faultsOf, readDefinition } from './definition-files.ts';
import { guangxiWithSources } from './testing/ingest-under-test.ts';

const { facilities, organisations, sources, ...head } = guangxiWithSources;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'party-'));
  mkdirSync(join(folder, 'reference'));
  mkdirSync(join(folder, 'connectors'));
  write('reference/facilities.json', facilities);
  write('reference/organisations.json', organisations);
  for (const source of sources) write(`connectors/${source.client}.json`, source);
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (file: string, value: unknown): void => writeFileSync(join(folder, file), JSON.stringify(value));
const read = () => readDefinition(pathToFileURL(`${folder}/`), head);

test('a definition is read from its files, sources by the name of their file', () => {
  const byClient = [...sources].sort((one, other) => (one.client < other.client ? -1 : 1));
  expect(read()).toEqual({ ...guangxiWithSources, sources: byClient });
});

test('a field that nobody knows is refused, and the file is named', () => {
  write('reference/facilities.json', [{ ...facilities[0], berth: 'QZ-7' }]);
  expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', detail: expect.stringContaining('reference/facilities.json') }));
});

test('all faults are told at once', () => {
  const [qinzhou, bict] = facilities;
  const [terminal] = sources;
  invariant(qinzhou && bict && terminal?.profile, 'the definition has them');
  const faults = faultsOf({
    ...guangxiWithSources,
    controllers: ['port-operator', 'toll-office'],
    profileController: 'logistics-office',
    facilities: [
      { ...qinzhou, timeZone: 'Asia/Qinzhou', UNLocationCode: 'CNQIN' },
      { ...bict, port: 'nowhere', controllerCode: 'customs' },
      bict,
    ],
    sources: [
      {
        client: 'depot',
        formats: ['EDIFACT'],
        controllerCode: 'port-operator',
        profile: { ...terminal.profile, facilities: { X: 'nowhere' } },
      },
    ],
  });
  expect(faults).toEqual([
    'controller toll-office is not in the list of controllers',
    "controller logistics-office of the profile is not the party's",
    'place qz-bict is listed twice',
    'place qinzhou: no time zone Asia/Qinzhou',
    'place qinzhou: CNQIN is no place of the corridor',
    "place qz-bict: controller customs is not the party's",
    'place qz-bict: no port nowhere',
    'source depot: EDIFACT, and nothing else, needs message types',
    'source depot: no place nowhere',
  ]);
});
