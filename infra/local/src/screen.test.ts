import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { screen } from './screen.ts';

const checkout = mkdtempSync(join(tmpdir(), 'corridor-screen-'));
afterAll(() => rmSync(checkout, { recursive: true }));

test('the screen says where everything is, and offers what exists', () => {
  mkdirSync(join(checkout, 'examples'));
  writeFileSync(join(checkout, 'examples', 'one-consignment.graphql'), '');
  const names = ['gateway', 'guangxi', 'chongqing', 'guizhou', 'gansu', 'asean', 'directory', 'issuer'];
  const programs = new Map(
    names.map((name, offset) => [
      name,
      { state: name === 'gansu' ? 'failed' : 'up', port: 4000 + offset, url: '', process: null } as const,
    ]),
  );
  expect(screen({ checkout, portBase: 4000, programs, consignments: 4, dataFolder: '.data' }).split('\n')).toEqual([
    '',
    'Corridor is up: 5 parties, 4 named consignments, 8 programs (fictional data)',
    '  GraphQL   http://localhost:4000/graphql',
    '  Explorer  http://localhost:4000/explorer',
    '  Parties   guangxi :4001 up | chongqing :4002 up | guizhou :4003 up | gansu :4004 failed | asean :4005 up',
    '  Others    gateway :4000 up | directory :4006 up | issuer :4007 up',
    'Try, in another terminal:',
    '  npm run -s ask -- cq-officer   examples/one-consignment.graphql',
    '  npm run -s ask -- lz-forwarder examples/one-consignment.graphql   same query, a firm named on the record',
    '  npm run -s ask -- sg-terminal  examples/one-consignment.graphql   same query, other rights',
    '  npm run -s directory:log -- gx-officer                            who looked up its entries at the directory; also directory:mine',
    '  npm run -s stop-party -- guizhou                                  then ask as lz-forwarder for examples/story-12-silent-party.graphql: its part is missing and named',
    'Ctrl-C stops everything. Data and logs stay in .data; npm start -- --fresh begins anew.',
  ]);
});
