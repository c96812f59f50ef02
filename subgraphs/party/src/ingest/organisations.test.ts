import { expect, test } from 'vitest';
import { organisationsOf } from './organisations.ts';

const registry = organisationsOf([
  {
    org: 'GS/lz-forwarder',
    name: { zh: '兰州示例国际货运代理有限公司' },
    identifications: [{ scheme: 'USCC', identification: '91620100MA0000015W' }],
    aliases: [{ sender: 'GXTERM', code: 'LZFWD' }],
  },
]);

test('a registration number leads to the org of a token, however it is spaced and cased', () => {
  expect(registry.orgOf('USCC', ' 91620100 ma0000015w ')).toBe('GS/lz-forwarder');
});

test.each([
  ['the number of nobody', 'USCC', '91620100MA0000023P'],
  ['the same number of another register', 'UEN', '91620100MA0000015W'],
  ['the org itself', 'NATIONAL', 'GS/lz-forwarder'],
])('%s leads to no org', (_, scheme, identification) => {
  expect(registry.orgOf(scheme, identification)).toBeNull();
});

test('a code of a sender means a firm to that sender alone', () => {
  expect([registry.orgOfAlias('GXTERM', 'LZFWD'), registry.orgOfAlias('CQTERM', 'LZFWD')]).toEqual(['GS/lz-forwarder', null]);
});
