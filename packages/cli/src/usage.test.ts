import { expect, test } from 'vitest';
import { clientAtOwner, personas } from './personas.ts';
import { help, readCommand } from './usage.ts';

test('a line with everything is read as it is meant', () => {
  const line =
    'ask gx-officer who.graphql vars.json --purpose audit --at guangxi --url http://127.0.0.1:4001/owner/graphql --raw --lang zh';
  expect(readCommand(line.split(' '))).toEqual({
    is: 'ask',
    persona: expect.objectContaining({ name: 'gx-officer', realm: 'corridor', party: 'GX' }),
    document: 'who.graphql',
    variables: 'vars.json',
    purpose: 'audit',
    at: 'guangxi',
    url: 'http://127.0.0.1:4001/owner/graphql',
    raw: true,
    language: 'zh',
  });
});

test.each([
  [['ask'], 'ask needs a persona and a file'],
  [['ask', 'cq-officer'], 'ask needs a persona and a file'],
  [['token'], 'token needs a persona'],
  [['token', 'anonymous'], 'anonymous has no token'],
  [['token', 'cq-officer', 'a.graphql'], 'too many arguments: a.graphql'],
  [['tell', 'cq-officer', 'a.graphql'], 'there is no command tell'],
  [['ask', 'emperor', 'a.graphql'], `there is no persona emperor: ${personas.map(({ name }) => name).join(' ')}`],
  [['ask', 'cq-officer', 'a.graphql', 'b.json', 'c'], 'too many arguments: c'],
  [['ask', 'cq-officer', 'a.graphql', '--at', 'yunnan'], 'there is no party yunnan: guangxi chongqing guizhou gansu asean'],
  [['ask', 'gx-officer', 'a.graphql', '--at', 'directory'], 'the directory answers owners by corridor directory log, mine, links'],
  [['token', 'anonymous', '--at', 'directory'], 'an owner’s own endpoint answers nobody without a token'],
  [['ask', 'anonymous', 'a.graphql', '--at', 'guangxi'], 'an owner’s own endpoint answers nobody without a token'],
  [['ask', 'cq-officer', 'a.graphql', '--url', 'nowhere'], 'nowhere is no URL'],
  [['ask', 'cq-officer', 'a.graphql', '--lang', 'fr'], '--lang is zh or en, not fr'],
  [['ask', 'cq-officer', 'a.graphql', '--verbose'], expect.stringContaining("'--verbose'")],
])('%j is wrong, and the reason is told', (args, because) => {
  expect(readCommand(args)).toEqual({ is: 'wrong', because });
});

test('help comes for the asking and for an empty line, and names every persona and flag', () => {
  expect([readCommand([]), readCommand(['--help']), readCommand(['ask', '-h'])].map(({ is }) => is)).toEqual(['help', 'help', 'help']);
  for (const word of [...personas.map(({ name }) => name), '--purpose', '--at', '--url', '--lang', '--raw', 'Exit code'])
    expect(help).toContain(word);
  expect(help.split('\n').filter((line) => line.length > 110)).toEqual([]);
});

test('at an owner, a persona is another client, named by the owner', () => {
  const [officer] = personas.filter(({ name }) => name === 'gx-officer');
  expect(officer && clientAtOwner(officer, 'GX')).toBe('gx-officer-at-gx');
});
