/** Alarms and dashboard name metrics: each must be served by a program that runs, under that very name and with those labels. */
import { readFileSync } from 'node:fs';
import { findPortBlock } from '@corridor/local';
import { metricPrefix, metricTable } from '@corridor/runtime';
import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corridor, startCorridor } from '../setup/corridor.ts';

const folder = new URL('../../infra/observability/', import.meta.url);
const rules = readFileSync(new URL('corridor.rules.yml', folder), 'utf8');
const dashboard = readFileSync(new URL('dashboard.json', folder), 'utf8');
const expressions = [
  ...[...rules.matchAll(/expr: (?:>-\n)?((?:.*\n)(?: {10,}.*\n)*)/g)].map(([, text = '']) => text),
  ...(JSON.parse(dashboard) as { panels: { targets: { expr: string }[] }[] }).panels.flatMap(({ targets }) =>
    targets.map(({ expr }) => expr),
  ),
];

let corridor: Corridor;
let served: string;
beforeAll(async () => {
  const base = await findPortBlock({ base: 24_000 + (process.pid % 700) * 10, explicit: false });
  const programs = ['gateway', 'guangxi', 'directory'];
  const env = Object.fromEntries(programs.map((name, index) => [name, { ADMIN_PORT: String(base + index) }]));
  corridor = await startCorridor({ only: ['guangxi'], env });
  // One question that reaches an owner, so that what is timed is there to be looked at.
  await corridor.ask('gx-officer', '{ facilities(first: 1) { nodes { facility { id } } } }');
  const texts = await Promise.all(
    programs.map(async (_, index) => (await request(`http://127.0.0.1:${base + index}/metrics`)).body.text()),
  );
  served = texts.join('\n');
}, 240_000);
afterAll(() => corridor?.close());

test('every metric that an alarm or a panel names is served', () => {
  const named = new Set(expressions.flatMap((expression) => expression.match(/corridor_[a-z0-9_]+/g) ?? []));
  expect(named.size).toBeGreaterThan(15);
  const types = new Set([...served.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  expect([...named].filter((name) => !types.has(name.replace(/_(bucket|sum|count)$/, '')) && !types.has(name))).toEqual([]);
});

test('every metric of the table is served by a program, and is looked at by an alarm or a panel', () => {
  const names = Object.keys(metricTable).map((name) => `${metricPrefix}${name}`);
  const types = new Set([...served.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  expect(names.filter((name) => !types.has(name))).toEqual([]);
  const text = expressions.join('\n');
  expect(names.filter((name) => !text.includes(name))).toEqual([]);
});

test('labels that an expression groups by belong to its metric', () => {
  const own = new Set(['le', 'instance']);
  const wrong = expressions.flatMap((expression) => {
    const [metric = ''] = expression.match(/corridor_[a-z0-9_]+/) ?? [];
    const row = Object.entries(metricTable).find(([name]) => metric.replace(/_(bucket|sum|count)$/, '') === `${metricPrefix}${name}`);
    const labels = new Set<string>([...own, ...(row?.[1].labels ?? [])]);
    return [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/).filter((label) => !labels.has(label)));
  });
  expect(wrong).toEqual([]);
});
