import { expect, test } from 'vitest';
import { databaseSettings, migrateSettings } from './database-settings.ts';

const refused = expect.objectContaining({ code: 'CONFIG_INVALID' });

test('in production a program is at a server, as a role that only runs it, and its password is in a file', () => {
  const production = { NODE_ENV: 'production', DATABASE_PASSWORD_FILE: '/etc/corridor/password', DATABASE_POOL_SIZE: 4 };
  expect(databaseSettings(production, 'postgres://corridor_guangxi@db/corridor_guangxi')).toEqual({
    databasePasswordFile: '/etc/corridor/password',
    poolSize: 4,
    runtimeRoleOnly: true,
  });
  expect(() => databaseSettings(production, undefined)).toThrow(refused);
  const open = (): unknown => databaseSettings(production, 'postgres://corridor_guangxi:geheim@db/corridor_guangxi');
  expect(open).toThrow(refused);
  expect(open).not.toThrow(/geheim/);
  expect(databaseSettings({}, undefined)).toEqual({ databasePasswordFile: undefined, poolSize: undefined, runtimeRoleOnly: false });
});

test("the migrating step takes its owner's database before the one for all, and names the role that is given its rights", () => {
  const env = { DATABASE_URL: 'postgres://o@db/all', DATABASE_URL_GANSU: 'postgres://o@db/gansu', RUNTIME_ROLE: 'corridor_gansu' };
  expect(migrateSettings('gansu', env)).toEqual({
    databaseUrl: 'postgres://o@db/gansu',
    databasePasswordFile: undefined,
    runtimeRole: 'corridor_gansu',
  });
  expect(migrateSettings('guangxi', env)).toMatchObject({ databaseUrl: 'postgres://o@db/all' });
  expect(() => migrateSettings('gansu', { ...env, RUNTIME_ROLE: undefined })).toThrow(refused);
  expect(() => migrateSettings('gansu', { ...env, RUNTIME_ROLE: 'x"; drop role y' })).toThrow(refused);
  expect(() => migrateSettings('gansu', { RUNTIME_ROLE: 'corridor_gansu' })).toThrow(refused);
  expect(() => migrateSettings('gansu', { ...env, NODE_ENV: 'production', DATABASE_URL_GANSU: 'postgres://o:geheim@db/gansu' })).toThrow(
    refused,
  );
});
