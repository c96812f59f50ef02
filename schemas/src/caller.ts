import type { RegistryCode } from './parties.ts';

/**
 * Who asks, once a token or a caller passport has been accepted. `null` everywhere means: nobody known, the public audience.
 * `org` always bears its party (`GS/lz-forwarder`), so that no foreign issuer can claim a firm's name.
 */
export type Caller = {
  readonly party: RegistryCode | null;
  readonly org: string | null;
  /** Realm roles (what one is: `customs`, `forwarder`, …), sorted, already cut to what the issuer may give. */
  readonly roles: readonly string[];
  /** Client roles (what one may call: `consignment.read`, `ingest.write`, …), sorted. */
  readonly permissions: readonly string[];
  readonly purpose: string | null;
  readonly subject: string | null;
  /** The client (`azp`) that asks. */
  readonly client: string | null;
  readonly issuer: string | null;
};

/** The caller without a token: sees what is public, no more. */
export const anonymous: Caller = {
  party: null,
  org: null,
  roles: [],
  permissions: [],
  purpose: null,
  subject: null,
  client: null,
  issuer: null,
};

/** Why data may be asked for; closed list, extended by the members together. */
export const purposes = ['corridor-operations', 'clearance', 'safety', 'statistics', 'finance', 'audit'] as const;
