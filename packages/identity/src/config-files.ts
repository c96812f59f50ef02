/** What stands in the files that tell a program whom it trusts. */
import { type ZodType, z } from 'zod';
import type { HopKey } from './hop-signature.ts';
import type { IssuerRow } from './issuer-table.ts';
import type { GatewayKey } from './passport-reader.ts';

/** ISSUERS_FILE: who may speak for which party, with which roles. What the rows say is checked where they are used. */
export const issuersFile: ZodType<readonly IssuerRow[]> = z.array(
  z.object({
    issuer: z.url(),
    jwksUri: z.url(),
    algorithms: z.array(z.string()).min(1),
    parties: z.array(z.string()).min(1),
    roles: z.array(z.string()),
  }),
);

/** HOP_KEYS_FILE of an owner, and the file a gateway has for each owner: one key or more, the newest first; secrets of 32 bytes or more, base64url. */
export const hopKeysFile: ZodType<readonly HopKey[]> = z.array(z.object({ id: z.string().min(1), secret: z.string().min(43) })).min(1);

/** GATEWAYS_FILE: who may issue passports, one gateway or more, each with its public Ed25519 key (RFC 8037). */
export const gatewaysFile: ZodType<readonly GatewayKey[]> = z
  .array(z.object({ id: z.string().min(1), key: z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }) }))
  .min(1);
