#!/usr/bin/env node
/**
 * Prints the SCRAM-SHA-256 verifier (RFC 5802, RFC 5803) of the password that a file holds, for `create-database.sql`: the server never sees the password.
 *
 *   node scram-verifier.mjs <password file> [<verifier file>]
 *
 * With a second name the verifier is written there, readable to whoever may read the folder. The password is what stands in the file without the line break
 * at its end; printable ASCII alone, since other characters would have to be prepared (RFC 4013).
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const iterations = 4096;
const [source, target] = process.argv.slice(2);
if (source === undefined) {
  process.stderr.write('Usage: node scram-verifier.mjs <password file> [<verifier file>]\n');
  process.exit(2);
}
const password = readFileSync(source, 'utf8').trim();
if (!/^[\x21-\x7e]{16,}$/.test(password)) {
  process.stderr.write(`${source}: 16 or more printable ASCII characters without spaces are expected\n`);
  process.exit(1);
}
const salt = randomBytes(16);
const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
const keyOf = (word) => createHmac('sha256', salted).update(word).digest();
const storedKey = createHash('sha256').update(keyOf('Client Key')).digest('base64');
const verifier = `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${keyOf('Server Key').toString('base64')}`;
if (target === undefined) process.stdout.write(`${verifier}\n`);
else writeFileSync(target, `${verifier}\n`, { mode: 0o644 });
