import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parties } from '@corridor/schemas';
import type { ProgramState } from './state.ts';

/** A line to try: shown only when its file exists. */
type Try = { readonly persona: string; readonly file: string; readonly more?: string; readonly note?: string };

const tries: readonly Try[] = [
  { persona: 'cq-officer', file: 'examples/one-consignment.graphql' },
  { persona: 'lz-forwarder', file: 'examples/one-consignment.graphql', note: 'same query, a firm named on the record' },
  { persona: 'sg-terminal', file: 'examples/one-consignment.graphql', note: 'same query, other rights' },
  { persona: 'lz-forwarder', file: 'examples/my-consignments.graphql', note: 'what a firm takes part in' },
  { persona: 'cq-officer', file: 'examples/story-1-block-train.graphql', note: 'one box, three owners' },
  { persona: 'gz-officer', file: 'examples/transport-calls.graphql', note: 'trains, vessels and trucks: planned, estimated, actual' },
  { persona: 'anonymous', file: 'examples/facilities.graphql', note: 'public data, no token' },
  { persona: 'gx-officer', file: 'examples/who-read-us.graphql', more: '--at guangxi', note: 'those reads, at the owner' },
];

/** The last thing a start prints: where everything is, and what to try. */
export function screen(o: {
  readonly checkout: string;
  readonly portBase: number;
  readonly programs: ReadonlyMap<string, ProgramState>;
  readonly consignments: number;
  readonly dataFolder: string;
}): string {
  const gateway = `http://localhost:${o.portBase}`;
  const state = (name: string): string => {
    const program = o.programs.get(name);
    return program === undefined ? `${name} ?` : `${name} :${program.port} ${program.state}`;
  };
  const lines = tries
    .filter(({ file }) => existsSync(join(o.checkout, file)))
    .map(({ persona, file, more, note }) => ({
      command: ['npm run -s ask --', persona.padEnd(12), file, more ?? ''].join(' ').trimEnd(),
      note,
    }));
  lines.push({
    command: 'npm run -s directory:log -- gx-officer',
    note: 'who looked up its entries at the directory; also directory:mine',
  });
  lines.push({
    command: 'npm run -s stop-party -- guizhou',
    note: 'then ask as lz-forwarder for examples/story-12-silent-party.graphql: its part is missing and named',
  });
  const width = Math.max(...lines.map(({ command }) => command.length));
  return [
    '',
    `Corridor is up: ${parties.length} parties, ${o.consignments} named consignments, ${o.programs.size} programs (fictional data)`,
    `  GraphQL   ${gateway}/graphql`,
    `  Explorer  ${gateway}/explorer`,
    `  Parties   ${parties.map(({ code }) => state(code)).join(' | ')}`,
    `  Others    ${['gateway', 'directory', 'issuer'].map(state).join(' | ')}`,
    'Try, in another terminal:',
    ...lines.map(({ command, note }) => `  ${note === undefined ? command : `${command.padEnd(width)}   ${note}`}`),
    `Ctrl-C stops everything. Data and logs stay in ${o.dataFolder}; npm start -- --fresh begins anew.`,
  ].join('\n');
}
