import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ name: 'gateway', level: 'trace', stream: { write: (line) => void lines.push(line) } }));
  return lines.join('');
}

const base64url = (minLength: number, maxLength = minLength): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength, maxLength }).map((bytes) => Buffer.from(bytes).toString('base64url'));
const json = fc
  .record({ alg: fc.constantFrom('RS256', 'ES256', 'EdDSA', 'none'), kid: fc.string() })
  .map((header) => Buffer.from(JSON.stringify(header)).toString('base64url'));

// What has the shape of a credential: found wherever it stands.
const shaped = fc.oneof(
  fc.tuple(json, base64url(20, 80), base64url(32, 64)).map((parts) => parts.join('.')), // compact JWS
  fc.tuple(json, base64url(12), base64url(20, 60), base64url(16)).map(([head, ...rest]) => [head, '', ...rest].join('.')), // compact JWE, direct key
  base64url(32, 44), // a hop secret, a sealing key, a cursor key
);
const bearer = fc.tuple(fc.constantFrom('Bearer ', 'bearer ', 'DPoP ', 'Basic '), base64url(6, 24)).map((parts) => parts.join(''));
const signature = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => `hop=:${Buffer.from(bytes).toString('base64')}:`);
// What only its name gives away.
const opaque = fc.stringMatching(/^[a-z0-9]{9,30}$/).map((text) => `s3-${text}`);
const deniedName = fc.constantFrom('authorization', 'Authorization', 'cookie', 'set-cookie', 'signature', 'Signature-Input', 'corridor-caller', 'corridor-evidence',
  'client_secret', 'clientSecret', 'access_token', 'accessToken', 'refresh_token', 'password', 'token', 'secret', 'variables', 'query', 'rawBody'); // biome-ignore format: a list of words
const anyName = fc.stringMatching(/^[a-z][a-zA-Z]{2,12}$/);

// A value, as deep as somebody might log it.
const nested = (name: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<{ secret: string; logged: unknown }> =>
  fc.tuple(name, value, fc.array(anyName, { maxLength: 4 }), fc.boolean()).map(([last, secret, path, list]) => ({
    secret,
    logged: path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), { [last]: list ? [secret] : secret, kept: 1 }),
  }));

test('no value under the name of a credential survives, at any depth', () => {
  fc.assert(
    fc.property(nested(deniedName, fc.oneof(opaque, shaped, bearer, signature)), ({ secret, logged: value }) => {
      const line = logged((log) => log.info({ context: value }, 'refused'));
      expect(line).not.toContain(secret);
      expect(JSON.parse(line).msg).toBe('refused');
    }),
  );
});

test('no value with the shape of a credential survives: under any name, in a text, in an error or in its cause', () => {
  const value = fc.oneof(shaped, bearer, signature);
  fc.assert(
    fc.property(nested(anyName, value), fc.constantFrom('field', 'text', 'error', 'cause', 'child'), ({ secret, logged: deep }, place) => {
      const line = logged((log) => {
        if (place === 'field') log.warn(deep, 'odd');
        if (place === 'text') log.warn(`odd: ${secret}`);
        if (place === 'error') log.error({ err: new Error(`got ${secret}`) });
        if (place === 'cause') log.error(new Error('refused', { cause: new Error(`${secret} has expired`) }));
        if (place === 'child') log.child({ who: secret }).info('asked');
      });
      const essence = secret.replace(/^(?:bearer|dpop|basic) /i, '');
      expect(line).not.toContain(essence);
      expect(() => JSON.parse(line)).not.toThrow();
    }),
    { numRuns: 300 },
  );
});

const digits = fc.stringMatching(/^[0-9]{7}$/);
const letters = fc.stringMatching(/^[A-Z]{3}[UJZ]$/);
// As people and systems write a box number (ISO 6346).
const box = fc.tuple(letters, digits, fc.constantFrom('plain', 'spaced', 'parted', 'dashed', 'lower')).map(([owner, number, form]) => {
  if (form === 'spaced') return `${owner} ${number}`;
  if (form === 'parted') return `${owner} ${number.slice(0, 6)} ${number.slice(6)}`;
  if (form === 'dashed') return `${owner}-${number.slice(0, 6)}-${number.slice(6)}`;
  return form === 'lower' ? `${owner}${number}`.toLowerCase() : `${owner}${number}`;
});
const person = fc.constantFrom('李小明', 'Nguyễn Văn An', '兰州示例国际货运代理有限公司', 'Sample Freight Forwarding');
const personField = fc.constantFrom(
  'partyName',
  'party_name',
  'contactName',
  'consignee',
  'Shipper',
  'email',
  'preferred_username',
  'sub',
  'participants',
);
const prefixedName = fc
  .tuple(
    fc.constantFrom('db', 'hop', 'x', 'feed', 'old'),
    fc.constantFrom('', '-', '_', '.', ' '),
    fc.constantFrom('password', 'Secret', 'token', 'api-key', 'PrivateKey'),
  )
  .map((parts) => parts.join(''));

/** Something secret, and the name of the field it is under, where only that gives it away. */
const hidden = fc.oneof(
  fc.tuple(anyName, box),
  fc.tuple(personField, person),
  fc.tuple(prefixedName, opaque),
  fc.tuple(deniedName, opaque),
  fc.tuple(anyName, fc.oneof(shaped, signature)),
);

test('whatever is logged, and wherever in it: no token, no box number, no name of a person or firm comes out, and the line stays JSON', () => {
  const place = fc.constantFrom('value', 'list', 'key of an error', 'rows of an error', 'cause of a cause', 'child');
  const depth = fc.array(anyName, { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(fc.tuple(hidden, place, depth), { minLength: 1, maxLength: 4 }), (entries) => {
      for (const [[name, secret], where, path] of entries) {
        const deep = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), {
          [name]: where === 'list' ? [secret, [secret]] : secret,
        });
        const fault = Object.assign(
          new Error('refused', { cause: new Error('below', { cause: Object.assign(new Error('at the bottom'), { [name]: secret }) }) }),
          {
            [name]: secret,
            rows: [{ any: secret }],
            // What drivers hang on their errors, under names of their own and without a shape.
            hint: 'a value of a record',
          },
        );
        const line = logged((log) => {
          if (where === 'value' || where === 'list') log.warn({ context: deep, kept: 'kept' }, 'odd');
          else if (where === 'key of an error') log.warn({ failure: fault, kept: 'kept' }, 'odd');
          else if (where === 'rows of an error') log.warn({ context: [{ failure: fault }], kept: 'kept' }, 'odd');
          else if (where === 'cause of a cause') log.error({ err: fault, kept: 'kept' }, 'odd');
          else log.child({ context: deep }).warn({ kept: 'kept' }, 'odd');
        });
        expect(line).not.toContain(secret);
        expect(line).not.toContain('a value of a record');
        expect(JSON.parse(line)).toMatchObject({ msg: 'odd', kept: 'kept', name: 'gateway' });
      }
    }),
    { numRuns: 200 },
  );
});

test('a box number comes out of no text: a message, an error’s words, a name with it', () => {
  fc.assert(
    fc.property(box, fc.constantFrom('', 'box_', '(', 'no consignment holds ', '编号'), (number, before) => {
      const text = `${before}${number}`;
      const line = logged((log) => {
        log.info(text);
        log.info({ [text]: 1 }, 'as a name');
        log.error({ err: new Error(text, { cause: new Error(text) }) });
      });
      expect(line).not.toContain(number);
    }),
  );
});

test.each([
  ['a database URL', 'connect postgres://guangxi:swordfish-7@db.example:5432/guangxi', 'swordfish-7'],
  ['a form', 'grant_type=client_credentials&client_secret=swordfish-7&scope=a', 'swordfish-7'],
  ['JSON in a text', JSON.stringify({ access_token: 'swordfish-7', expires_in: 300 }), 'swordfish-7'],
  ['a container number', 'no consignment holds LSCU1000016', 'LSCU1000016'],
  ['what PostgreSQL says of a violated key', 'Key (source_key)=(COSU|2611240930|1) already exists.', 'COSU'],
])('%s in a text loses what is secret', (_case, text, secret) => {
  expect(logged((log) => log.error(text))).not.toContain(secret);
});

test('what an operator needs stays: codes, digests, trace ids, record ids and stacks', () => {
  const kept = {
    code: 'TOKEN_EXPIRED',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    record: 'guangxi:consignment-record:5fq2k8mz0c7xw1jt',
    path: '/srv/corridor/packages/runtime/dist/server.js',
  };
  expect(JSON.parse(logged((log) => log.info(kept, 'kept')))).toMatchObject({ ...kept, msg: 'kept', name: 'gateway', level: 30 });
  expect(JSON.parse(logged((log) => log.error(new Error('gone')))).err.stack).toMatch(/logger\.test\.ts/);
});

test('an error is logged without the parameters a database driver hangs on it', () => {
  const fault = Object.assign(new Error('insert failed'), {
    code: '23505',
    detail: 'consignee Lanzhou',
    rows: ['VALUE-1'],
    cause: new Error('duplicate'),
  });
  expect(JSON.parse(logged((log) => log.error({ err: fault }))).err).toEqual({
    type: 'Error',
    code: '23505',
    message: 'insert failed',
    stack: expect.any(String),
    cause: { type: 'Error', message: 'duplicate', stack: expect.any(String) },
  });
});
