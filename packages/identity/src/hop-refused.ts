/** Why an owner turned a hop away; the rule, never a value. */
export type HopRefusal =
  | 'signature-missing'
  | 'signature-form'
  | 'created-outside-window'
  | 'key-unknown'
  | 'content-digest'
  | 'signature-wrong'
  | 'nonce-seen'
  | 'nonces-full'
  | 'deadline-form'
  | 'traceparent-form'
  | 'passport-unreadable'
  | 'passport-signature'
  | 'passport-type'
  | 'passport-gateway'
  | 'passport-audience'
  | 'passport-times'
  | 'passport-claims'
  | 'passport-issuer'
  | 'denied';

/** A hop that is answered 401 with an empty body; `reason` is for the owner's log, the client only sees OWNER_UNREACHABLE. */
export class HopRefused extends Error {
  override readonly name = 'HopRefused';
  readonly reason: HopRefusal;

  constructor(reason: HopRefusal) {
    super(reason);
    this.reason = reason;
  }
}
