import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readInterchange } from '@corridor/edifact';
import { isErrorCode } from '@corridor/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { edifactMessageTypes, type PartyDefinition } from '../definition.ts';
import { aSource, guangxiWithSources, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

// Files of others, found by CORPUS_DIR and never part of the project: each goes through the real door, as sent by a source registered for its sender.
const corpus = process.env['CORPUS_DIR'];
const files = corpus === undefined ? [] : filesBelow(corpus, ['edifact', 'edifact-syntax']);

if (corpus === undefined) {
  const notice = 'CORPUS_DIR is not set: what the door makes of EDIFACT files of others was NOT checked';
  console.warn(`party: ${notice}`);
  test.skip(notice, () => {});
}

describe.skipIf(corpus === undefined)('EDIFACT files of others at the door', () => {
  let owner: IngestUnderTest;
  beforeAll(async () => {
    owner = await openIngestUnderTest(registering(files));
  });
  afterAll(async () => {
    await owner.close();
  });

  test('there are some', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  test.each(files)(
    '%s is taken in, or refused as of a type that is not; its bytes are kept, and a second time changes nothing',
    async (file) => {
      await owner.empty();
      const body = bytesOf(file);
      const authorization = owner.keys.bearer(aSource(clientOf(file)), guangxiWithSources.audience);
      const first = await owner.post({ authorization, body });
      const stored = await owner.facts();
      const refused = first.body.messages.filter(({ outcome }) => outcome === 'REFUSED');
      const errors = first.body.findings.filter(({ severity }) => severity === 'error');
      expect(first.body.messages.length).toBeGreaterThan(0);
      expect(refused.filter(({ type }) => edifactMessageTypes.some((taken) => taken === type))).toEqual([]);
      expect(errors.map(({ code }) => code)).toEqual(refused.map(() => 'MESSAGE_TYPE_UNSUPPORTED'));
      expect(first.body.findings.filter(({ code }) => !isErrorCode(code))).toEqual([]);
      expect(first.status).toBe(refused.length === first.body.messages.length ? 422 : 200);
      const [raw] = await owner.rows<{ bytes: Uint8Array }>('select bytes from raw_message');
      expect(Buffer.from(raw?.bytes ?? []).equals(body)).toBe(true);

      const second = await owner.post({ authorization, body });
      expect(second.body.messages.map(({ outcome }) => outcome)).toEqual(
        first.body.messages.map(({ outcome }) => (outcome === 'TAKEN' ? 'DUPLICATE' : outcome)),
      );
      expect(await owner.facts()).toEqual(stored);
    },
  );
});

function bytesOf(file: string): Buffer {
  return readFileSync(join(corpus ?? '', file));
}

function clientOf(file: string): string {
  return `corpus-${files.indexOf(file)}`;
}

function registering(names: readonly string[]): PartyDefinition {
  const sources = names.map((file) => ({
    client: clientOf(file),
    formats: ['EDIFACT' as const],
    messageTypes: edifactMessageTypes,
    controllerCode: 'port-operator',
    profile: {
      sender: readInterchange(bytesOf(file)).messages[0]?.envelope.sender ?? '',
      timeZone: 'Europe/Madrid',
      documentNames: {},
      places: {},
      sizeTypes: {},
      facilities: {},
    },
  }));
  return { ...guangxiWithSources, sources };
}

function filesBelow(root: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.edi'))
      .map((name) => join(folder, name))
      .sort(),
  );
}
