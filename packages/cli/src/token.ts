import { request } from 'undici';
import { Ended } from './ended.ts';
import { clientSecret, type RunningCorridor } from './running-corridor.ts';

/** Which client of which realm; `hint` follows in the complaint when the issuer gives it no token. */
export type TokenRequest = { readonly client: string; readonly realm: string | null; readonly hint: string };

/** A token of a client of the demo, from the issuer of the corridor that runs here or the one of CORRIDOR_TOKEN_URL. @throws Ended what is missing, or the refusal */
export async function tokenOfClient(
  { client, realm, hint }: TokenRequest,
  corridor: RunningCorridor | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const secret = clientSecret(corridor, env['CORRIDOR_CLIENT_SECRET']);
  if (secret === undefined)
    throw new Ended(1, 'The secret of the demo’s clients is not here: npm start makes it; or set CORRIDOR_CLIENT_SECRET');
  const url = env['CORRIDOR_TOKEN_URL'] ?? corridor?.token[realm ?? ''];
  if (url === undefined) throw new Ended(1, 'No issuer was started here: npm start (or set CORRIDOR_TOKEN_URL)');
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: client, client_secret: secret });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const { statusCode, text } = await exchange(url, { method: 'POST', headers, body: form.toString() });
  const token = /"access_token"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  if (statusCode === 200 && token !== undefined) return token;
  throw new Ended(1, `The issuer gives ${client} no token (HTTP ${statusCode})${hint}`);
}

/** One request and its answer, whatever its status. @throws Ended nobody answers */
export async function exchange(
  url: string,
  question: { readonly method: 'GET' | 'POST'; readonly headers: Record<string, string>; readonly body?: string },
): Promise<{ readonly statusCode: number; readonly text: string }> {
  try {
    const answer = await request(url, { ...question, headersTimeout: 30_000, bodyTimeout: 30_000 });
    return { statusCode: answer.statusCode, text: await answer.body.text() };
  } catch {
    throw new Ended(1, `Nobody answers at ${url}. Is the corridor up? npm start`);
  }
}
