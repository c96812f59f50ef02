import { expect, test } from 'vitest';
import type { ZodType } from 'zod';
import { gatewaysFile, hopKeysFile, issuersFile } from './config-files.ts';

const issuer = { issuer: 'https://id.example', jwksUri: 'https://id.example/certs', algorithms: ['RS256'], parties: ['GX'], roles: [] };
const hopKey = { id: 'gw1>guangxi/1', secret: Buffer.alloc(32, 1).toString('base64url') };
const gateway = { id: 'gw1', key: { kty: 'OKP', crv: 'Ed25519', x: 'x', kid: 'gw1-1' } };

test.each<[string, ZodType, unknown]>([
  ['issuers', issuersFile, [issuer]],
  ['hop keys', hopKeysFile, [hopKey]],
  ['gateways, with whatever else a key says', gatewaysFile, [gateway]],
])('a file of %s is read as it stands', (_what, schema, content) => {
  expect(schema.parse(content)).toEqual(content);
});

test.each<[string, ZodType, unknown]>([
  ['an issuer whose keys are nowhere', issuersFile, [{ ...issuer, jwksUri: 'certs' }]],
  ['an issuer that may speak for nobody', issuersFile, [{ ...issuer, parties: [] }]],
  ['an issuer without an algorithm', issuersFile, [{ ...issuer, algorithms: [] }]],
  ['no hop key', hopKeysFile, []],
  ['a hop key that could be guessed', hopKeysFile, [{ ...hopKey, secret: hopKey.secret.slice(1) }]],
  ['no gateway', gatewaysFile, []],
  ['a gateway with a key of another curve', gatewaysFile, [{ ...gateway, key: { ...gateway.key, crv: 'X25519' } }]],
])('%s is not taken', (_what, schema, content) => {
  expect(schema.safeParse(content).success).toBe(false);
});
