/** Who stands behind a token or passport, as a deny list names it. */
export type Identified = {
  readonly issuer: string;
  readonly subject: string;
  /** `azp`. */
  readonly client: string;
  /** `jti` of the token; null where only a passport is at hand or the token has none. */
  readonly tokenId: string | null;
  /** First 128 bits of the token's SHA-256, base64url: the same at the gateway and, from the passport, at every owner. */
  readonly tokenDigest: string;
};

/** Asked on every use, cached tokens too, so that an entry binds the next request. Must be fast and must not throw. */
export type DenyList = (who: Identified) => boolean;

/** The deny list of a program that has none. */
export const nobodyDenied: DenyList = () => false;
