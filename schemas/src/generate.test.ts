import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedFiles } from './generate.ts';

test('what is generated from the contracts is committed as it is generated today', () => {
  const stale = Object.entries(generatedFiles()).filter(
    ([path, text]) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8') !== text,
  );
  expect(stale.map(([path]) => path)).toEqual([]);
});
