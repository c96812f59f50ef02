/** Tokens that are bound to their sender: whoever shows one also shows the key, or the certificate, that it was issued to. */
import { hash } from 'node:crypto';
import type { Clock } from '@corridor/schemas';
import type { Confirmation } from './confirmation.ts';
import { createDpopProofs } from './dpop.ts';
import { refusal } from './refusal.ts';

/** What a request shows beside its token. */
export type Sender = {
  readonly method: string;
  /** Address of the request as clients know it: from configuration, never from `Host`. */
  readonly url: string;
  /** The `DPoP` header. */
  readonly dpop: string | undefined;
  /** The client's certificate, DER, of the TLS connection that ends in this program; a proxy's header is no certificate. */
  readonly certificate: () => Uint8Array | undefined;
};

/** How a token that was accepted is bound. */
export type Binding = 'bearer' | 'dpop' | 'mtls';

/** Asks for the proof that a token needs. */
export type SenderCheck = {
  /** @throws UNAUTHENTICATED */
  check(shown: {
    readonly confirmation: Confirmation | null;
    readonly scheme: 'bearer' | 'dpop';
    /** SHA-256 of the token, base64url. */
    readonly tokenDigest: string;
    readonly sender: Sender | undefined;
  }): Promise<Binding>;
};

/** The check of one program, with its memory of proofs. */
export function createSenderCheck({ clock }: { readonly clock: Clock }): SenderCheck {
  const proofs = createDpopProofs({ clock });
  return {
    async check({ confirmation, scheme, tokenDigest, sender }) {
      const keyThumbprint = confirmation?.keyThumbprint ?? null;
      const certificateThumbprint = confirmation?.certificateThumbprint ?? null;
      if (certificateThumbprint !== null) {
        const certificate = sender?.certificate();
        if (certificate === undefined) throw refusal('UNAUTHENTICATED', 'no proof for a token bound to its sender');
        if (hash('sha256', certificate, 'base64url') !== certificateThumbprint)
          throw refusal('UNAUTHENTICATED', 'another client certificate');
      }
      if (keyThumbprint === null) {
        if (scheme === 'dpop') throw refusal('UNAUTHENTICATED', 'shown with DPoP, but bound to no key');
        return certificateThumbprint === null ? 'bearer' : 'mtls';
      }
      if (sender?.dpop === undefined) throw refusal('UNAUTHENTICATED', 'no proof for a token bound to its sender');
      // RFC 9449 §7.2: a bound token shown as a bearer token is a downgrade.
      if (scheme !== 'dpop') throw refusal('UNAUTHENTICATED', 'bound to a key, but shown as a bearer token');
      await proofs.check({ proof: sender.dpop, method: sender.method, url: sender.url, tokenDigest, keyThumbprint });
      return certificateThumbprint === null ? 'dpop' : 'mtls';
    },
  };
}
