#!/usr/bin/env node
/**
 * Makes one key file of the corridor, readable to its owner alone (0600). What is there is never overwritten.
 *
 *   node make-key.mjs secret <file>             32 random bytes, base64url: a database password, index key, cursor key, pseudonym key
 *   node make-key.mjs hop <id> <file>           a hop key, [{ id, secret }]; <id> is <gateway>><owner>/<n>, such as 'gw1>guangxi/1'
 *   node make-key.mjs passport <file>           Ed25519, private JWK; the public half in <file>.public
 *   node make-key.mjs sealing <file>            EC P-256, private JWK; the public half in <file>.public
 *   node make-key.mjs next-hop <id> <file>      puts a new key in front of a hop file: the first signs, all are taken
 *   node make-key.mjs next-cursor <file>        puts a new key in front of a cursor key file: the first writes, both read
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const [kind, ...rest] = process.argv.slice(2);
const file = rest.at(-1);
const secret = () => randomBytes(32).toString('base64url');
const pair = (type, options) => {
  const { privateKey, publicKey } = generateKeyPairSync(type, options);
  // By its kid a key is told from the one it follows.
  const kid = randomBytes(6).toString('base64url');
  create(file, JSON.stringify({ kid, ...privateKey.export({ format: 'jwk' }) }));
  create(`${file}.public`, JSON.stringify({ kid, ...publicKey.export({ format: 'jwk' }) }), 0o644);
};
const kinds = {
  secret: () => create(file, secret()),
  hop: () => create(file, JSON.stringify([hopKey(rest[0])])),
  passport: () => pair('ed25519'),
  sealing: () => pair('ec', { namedCurve: 'P-256' }),
  'next-hop': () => replace(file, JSON.stringify([hopKey(rest[0]), ...JSON.parse(readFileSync(file, 'utf8')).slice(0, 1)])),
  'next-cursor': () => replace(file, [secret(), readFileSync(file, 'utf8').trim().split('\n')[0]].join('\n')),
};

if (kinds[kind] === undefined || file === undefined || ((kind === 'hop' || kind === 'next-hop') && rest.length !== 2)) {
  process.stderr.write('Usage: node make-key.mjs secret|passport|sealing|next-cursor <file>, hop|next-hop <id> <file>\n');
  process.exit(2);
}
kinds[kind]();

function hopKey(id) {
  if (!/^[a-z0-9-]{1,32}>[a-z]+\/\d+$/.test(id)) {
    process.stderr.write("A hop key is named <gateway>><owner>/<number>, such as 'gw1>guangxi/1'\n");
    process.exit(2);
  }
  return { id, secret: secret() };
}

function create(path, text, mode = 0o600) {
  if (existsSync(path)) {
    process.stderr.write(`${path} is there and stays\n`);
    process.exit(1);
  }
  writeFileSync(path, `${text}\n`, { mode, flag: 'wx' });
}

function replace(path, text) {
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
