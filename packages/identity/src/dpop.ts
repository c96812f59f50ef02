/**
 * Proofs of possession of a key, RFC 9449 (DPoP): a JWT that the client signs for one request, with the token it goes with. Checked in the order of
 * §4.3; a nonce of the server (§8) is not asked for, a proof is taken for a minute and once.
 */
import type { Clock } from '@corridor/schemas';
import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWTVerifyResult, jwtVerify } from 'jose';
import { createNonces } from './nonces.ts';
import { refusal } from './refusal.ts';
import { skewSeconds } from './token-claims.ts';

/** What a proof must be of. */
export type Proven = {
  /** The value of the `DPoP` header; several are joined by commas, as Node gives them, and are refused. */
  readonly proof: string;
  readonly method: string;
  /** Address of the request as the client knows it; query and fragment do not count. */
  readonly url: string;
  /** SHA-256 of the token, base64url. */
  readonly tokenDigest: string;
  /** Thumbprint of the key that the token is bound to. */
  readonly keyThumbprint: string;
};

/** Checks proofs and remembers them. */
export type DpopProofs = {
  /** @throws UNAUTHENTICATED: the proof is of something else, of another time, or was seen */
  check(proven: Proven): Promise<void>;
};

/** Algorithms a proof may be signed with; asymmetric ones, as §11.6 asks. */
const dpopAlgorithms = ['ES256', 'ES384', 'PS256', 'EdDSA'] as const;

const longestProof = 4_096;
const longestId = 128;
const proofForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;
// A proof can be made for 60 s ahead and is taken until 60 s after; one second more, since both ends count.
const rememberedMs = (2 * skewSeconds + 1) * 1_000;

/** The proofs of one program; `capacity` of them are remembered, two minutes each. A full memory refuses, it never forgets early. */
export function createDpopProofs({ clock, capacity = 200_000 }: { readonly clock: Clock; readonly capacity?: number }): DpopProofs {
  const seen = createNonces({ capacity, keepMs: rememberedMs, clock });
  return {
    async check({ proof, method, url, tokenDigest, keyThumbprint }) {
      if (proof.length > longestProof || !proofForm.test(proof)) throw refusal('UNAUTHENTICATED', 'not exactly one DPoP proof');
      const { payload, protectedHeader } = await signed(proof, clock());
      const { jti, iat, htm, htu, ath } = payload;
      if (typeof jti !== 'string' || jti === '' || jti.length > longestId) throw refusal('UNAUTHENTICATED', 'DPoP proof: jti');
      if (htm !== method) throw refusal('UNAUTHENTICATED', 'DPoP proof: htm');
      if (typeof htu !== 'string' || !isSameAddress(htu, url)) throw refusal('UNAUTHENTICATED', 'DPoP proof: htu');
      if (typeof iat !== 'number' || !(Math.abs(clock() / 1_000 - iat) <= skewSeconds)) throw refusal('UNAUTHENTICATED', 'DPoP proof: iat');
      if (ath !== tokenDigest) throw refusal('UNAUTHENTICATED', 'DPoP proof: ath');
      const { jwk } = protectedHeader;
      if (jwk === undefined || (await calculateJwkThumbprint(jwk)) !== keyThumbprint) throw refusal('UNAUTHENTICATED', 'DPoP proof: key');
      // Last, so that only who holds a token and its key takes room.
      const known = seen.take(`${keyThumbprint} ${jti}`);
      if (known !== 'new')
        throw refusal('UNAUTHENTICATED', known === 'seen' ? 'DPoP proof: seen before' : 'DPoP proof: no more can be remembered');
    },
  };
}

async function signed(proof: string, now: number): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: [...dpopAlgorithms],
      currentDate: new Date(now),
      clockTolerance: skewSeconds,
    });
  } catch (error) {
    // A key that cannot be read is a TypeError or DOMException of the platform: the sender's fault all the same.
    throw refusal('UNAUTHENTICATED', `DPoP proof: ${error instanceof errors.JOSEError ? error.code : 'key unreadable'}`);
  }
}

// Scheme, host, port and path, each in one spelling (RFC 3986 §6.2.2, §6.2.3). What is no address is not the same as another that is none.
function isSameAddress(one: string, other: string): boolean {
  if (!URL.canParse(one) || !URL.canParse(other)) return false;
  const [a, b] = [new URL(one), new URL(other)];
  return a.origin === b.origin && a.pathname === b.pathname;
}
