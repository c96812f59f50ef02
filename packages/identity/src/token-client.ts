import { type Clock, CorridorError } from '@corridor/schemas';
import { type Fetch, fetchBounded, openFetch } from './fetch-bounded.ts';

/** Gets tokens for a machine of ours: a feed reader, a source system. */
export type TokenClient = {
  /** A token with at least 30 s left where the issuer gives such; one request in flight, however many ask. @throws ISSUER_UNAVAILABLE */
  token(): Promise<string>;
};

/** Where and as whom. */
export type TokenClientOptions = {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: Clock;
  readonly fetch?: Fetch;
};

const earlyMs = 30_000;
const timeoutMs = 5_000;
const maxBytes = 64 * 1024;

/** A client of the token endpoint: client credentials (RFC 6749 §4.4), the secret in an HTTP Basic header (§2.3.1). */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const { tokenUrl, clock, fetch = openFetch().fetch } = options;
  const basic = `Basic ${Buffer.from(`${formEncoded(options.clientId)}:${formEncoded(options.clientSecret)}`).toString('base64')}`;
  let held: { readonly token: string; readonly until: number } | undefined;
  let asking: Promise<string> | undefined;

  async function ask(): Promise<string> {
    const askedAt = clock();
    const { status, text } = await fetchBounded(
      fetch,
      tokenUrl,
      {
        method: 'POST',
        redirect: 'manual',
        headers: { authorization: basic, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: 'grant_type=client_credentials',
        signal: AbortSignal.timeout(timeoutMs),
      },
      maxBytes,
    );
    const answer = readJson(text);
    const token = field(answer, 'access_token');
    const seconds = field(answer, 'expires_in');
    if (status !== 200) throw new Error(`token endpoint answered ${status} ${errorCode(field(answer, 'error'))}`);
    if (typeof token !== 'string' || token === '' || typeof seconds !== 'number')
      throw new Error('token endpoint answered 200 without a token');
    held = { token, until: askedAt + seconds * 1_000 - earlyMs };
    return token;
  }

  return {
    async token() {
      if (held !== undefined && held.until > clock()) return held.token;
      asking ??= ask()
        .catch((cause: unknown) => {
          throw new CorridorError('ISSUER_UNAVAILABLE', { cause });
        })
        .finally(() => {
          asking = undefined;
        });
      return asking;
    },
  };
}

// RFC 6749 appendix B; URLSearchParams is that encoding.
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

// Without the parser's message: it quotes the text, which may hold a token.
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null && Object.hasOwn(answer, name) ? Reflect.get(answer, name) : undefined;
}

function errorCode(value: unknown): string {
  return typeof value === 'string' && /^[a-z_]{1,40}$/.test(value) ? value : '(no code)';
}
