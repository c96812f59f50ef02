import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { macOf, signHop } from './hop-signature.ts';
import { noon } from './testing/tokens.ts';

const key = { id: 'gw1>guangxi/1', secret: Buffer.alloc(32, 7).toString('base64url') };

test('all headers of a hop, in the form of RFC 9421 and RFC 9530', () => {
  const headers = signHop(
    {
      method: 'POST',
      authority: 'guangxi.corridor.example:4001',
      path: '/graphql',
      query: '',
      contentType: 'application/json',
      body: Buffer.from('{"hello": "world"}'),
      caller: 'passport',
      deadlineMs: 799.6,
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    },
    key,
    { clock: () => noon, random: (bytes) => new Uint8Array(bytes).fill(1) },
  );
  const params =
    '("@method" "@authority" "@path" "@query" "content-type" "content-digest" "corridor-caller" "corridor-deadline" "traceparent")' +
    ';created=1772424000;keyid="gw1>guangxi/1";alg="hmac-sha256";nonce="AQEBAQEBAQEBAQEBAQEBAQ";tag="corridor-hop"';
  // Digest of this body: RFC 9530, appendix D.
  const digest = 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:';
  const base = [
    '"@method": POST',
    '"@authority": guangxi.corridor.example:4001',
    '"@path": /graphql',
    '"@query": ?',
    '"content-type": application/json',
    `"content-digest": ${digest}`,
    '"corridor-caller": passport',
    '"corridor-deadline": 800',
    '"traceparent": 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    `"@signature-params": ${params}`,
  ].join('\n');
  expect(headers).toEqual({
    'content-type': 'application/json',
    'content-digest': digest,
    'corridor-caller': 'passport',
    'corridor-deadline': '800',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'signature-input': `hop=${params}`,
    signature: `hop=:${createHmac('sha256', Buffer.alloc(32, 7)).update(base).digest('base64')}:`,
  });
});

test('a query begins with its question mark in the signature base', () => {
  const components = {
    method: 'GET',
    authority: 'a',
    path: '/',
    contentType: '',
    contentDigest: '',
    caller: '',
    deadline: '1',
    traceparent: '',
  };
  const secret = Buffer.alloc(32, 7);
  const base =
    '"@method": GET\n"@authority": a\n"@path": /\n"@query": ?a=1\n"content-type": \n"content-digest": \n"corridor-caller": \n"corridor-deadline": 1\n"traceparent": \n"@signature-params": ()';
  expect(macOf({ ...components, query: '?a=1' }, '()', secret)).toEqual(createHmac('sha256', secret).update(base).digest());
});
