/** A gateway for tests: its keys, the directory's tables that trust it, and requests it signs. */
import { createHash, randomBytes } from 'node:crypto';
import { createPassportIssuer, type GatewayKey, type HopKey, type IssuerRow, signHop } from '@corridor/identity';
import { anonymous, type Caller, type Clock, parties } from '@corridor/schemas';
import { exportJWK, generateKeyPair } from 'jose';

/** A gateway the directory trusts. */
export type TestGateway = {
  readonly authority: string;
  readonly hopKeys: readonly HopKey[];
  readonly gateways: readonly GatewayKey[];
  readonly issuers: readonly IssuerRow[];
  /** Headers of a signed hop that asks this. */
  sign(body: string, as?: Caller, deadlineMs?: number): Promise<Record<string, string>>;
};

const authority = 'directory.example:4006';
const contentType = 'application/json';
const hopKey: HopKey = { id: 'gw1>directory/1', secret: Buffer.alloc(32, 5).toString('base64url') };
const issuers: readonly IssuerRow[] = [
  {
    issuer: 'https://issuer.example/realms/corridor',
    jwksUri: 'https://issuer.example/jwks',
    algorithms: ['ES256'],
    parties: ['DIRECTORY', ...parties.flatMap(({ registryCodes }) => registryCodes)],
    roles: ['corridor-auditor', 'customs', 'forwarder', 'port-operator'],
  },
];

/** A gateway with a key of its own. */
export async function aGateway(clock: Clock): Promise<TestGateway> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const random = (bytes: number): Uint8Array => randomBytes(bytes);
  const passports = createPassportIssuer({ gatewayId: 'gw1', key: await exportJWK(pair.privateKey), clock, random });
  return {
    authority,
    hopKeys: [hopKey],
    gateways: [{ id: 'gw1', key: await exportJWK(pair.publicKey) }],
    issuers,
    async sign(text, as = anonymous, deadlineMs = 20_000) {
      const tokenDigest = as.party === null ? null : createHash('sha256').update(JSON.stringify(as)).digest('base64url').slice(0, 22);
      const accepted = {
        caller: as,
        tokenDigest,
        expiresAt: null,
        binding: tokenDigest === null ? ('none' as const) : ('bearer' as const),
      };
      const caller = await passports.passportFor(accepted, 'directory');
      const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
      const hop = {
        method: 'POST',
        authority,
        path: '/graphql',
        query: '',
        contentType,
        body: Buffer.from(text),
        caller,
        deadlineMs,
        traceparent,
      };
      return signHop(hop, hopKey, { clock, random });
    },
  };
}
