import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig, readJsonFile, readSecretFile } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'corridor-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535),
  ISSUERS_FILE: z.string(),
  LOG_LEVEL: z.enum(['info', 'debug']).default('info'),
  CLIENT_SECRET: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .optional(),
});

test('settings are read with their defaults, and an empty one counts as none', () => {
  expect(readConfig(schema, { PORT: '4001', ISSUERS_FILE: 'issuers.json', HOST: '', HOME: '/home' })).toEqual({
    HOST: '127.0.0.1',
    PORT: 4001,
    ISSUERS_FILE: 'issuers.json',
    LOG_LEVEL: 'info',
  });
});

test('all faults are told at once, each with its name', () => {
  expect(() => readConfig(schema, { PORT: 'four', LOG_LEVEL: 'loud' })).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      detail:
        'PORT: Invalid input: expected number, received NaN; ISSUERS_FILE: Invalid input: expected string, received undefined; ' +
        'LOG_LEVEL: Invalid option: expected one of "info"|"debug"',
    }),
  );
});

test('no value is repeated, even by a refinement that quotes it', () => {
  const quoting = schema.extend({
    CLIENT_SECRET: z.string().refine(() => false, { error: (issue) => `${String(issue.input)} is too weak` }),
  });
  fc.assert(
    fc.property(fc.stringMatching(/^[!-~]{12,60}$/), (secret) => {
      for (const read of [schema, quoting]) {
        expect(() => readConfig(read, { CLIENT_SECRET: secret, PORT: secret })).toThrow(
          expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining(secret) }),
        );
      }
    }),
  );
});

test('a secret is read from its file without the line break, and an empty or missing one is refused', () => {
  expect(readSecretFile(file('hop', 'c2VjcmV0\n'))).toBe('c2VjcmV0');
  expect(() => readSecretFile(file('empty', '\n'))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(() => readSecretFile(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('a JSON file is read by its schema; a faulty one is named, its content is not', () => {
  const keys = z.array(z.object({ id: z.string(), secret: z.string().length(43) }));
  const quoting = z.array(z.object({ secret: z.string().refine(() => false, { error: (issue) => `bad: ${String(issue.input)}` }) }));
  const faulty = file('keys.json', '[{"id":"gw1>guangxi/1","secret":"swordfish-swordfish"}]');
  const broken = file('broken.json', '[{"secret":swordfish-swordfish}]');
  const good = file('good.json', `[{"id":"gw1>guangxi/1","secret":"${'a'.repeat(43)}"}]`);
  expect(readJsonFile(good, keys)).toEqual([{ id: 'gw1>guangxi/1', secret: 'a'.repeat(43) }]);
  for (const [path, read] of [
    [faulty, keys],
    [faulty, quoting],
    [broken, keys],
  ] as const) {
    expect(() => readJsonFile<unknown>(path, read)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('swordfish') }),
    );
  }
  expect(() => readJsonFile(faulty, keys)).toThrow(expect.objectContaining({ detail: expect.stringContaining('keys.json: 0.secret: ') }));
});
