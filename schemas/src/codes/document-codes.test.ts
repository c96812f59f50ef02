import { type EnumTypeDefinitionNode, Kind } from 'graphql';
import { expect, test } from 'vitest';
import { template } from '../sdl/render.ts';
import { documentTypeCodes, shipmentEventTypeCodes } from './document-codes.ts';

const codesOf = (name: string): string[] =>
  template.shared.definitions
    .filter((node): node is EnumTypeDefinitionNode => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === name)
    .flatMap(({ values }) => (values ?? []).map((value) => value.name.value));

test('messages and the graph speak of documents in the same codes, in the same order', () => {
  expect([codesOf('ShipmentEventTypeCode'), codesOf('DocumentTypeCode')]).toEqual([[...shipmentEventTypeCodes], [...documentTypeCodes]]);
});
