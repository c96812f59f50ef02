import { type DocumentNode, Kind, type ObjectTypeDefinitionNode, print } from 'graphql';
import { expect, test } from 'vitest';
import { dataClassOf } from '../access.ts';
import { labels } from '../access-labels.gen.ts';
import { accessLabels } from '../access-labels.ts';
import { parties } from '../parties.ts';
import { readLabels } from './labels.ts';
import { possibleTypes } from './possible-types.ts';
import { directoryDocument, partyDocument, template } from './render.ts';

const guangxi = { code: 'guangxi', typePrefix: 'Guangxi' };
const party = partyDocument(guangxi);
const directory = directoryDocument(parties);
const objects = (document: DocumentNode): readonly ObjectTypeDefinitionNode[] =>
  document.definitions.flatMap((node) => (node.kind === Kind.OBJECT_TYPE_DEFINITION ? [node] : []));
const has = (node: { readonly directives?: readonly { readonly name: { readonly value: string } }[] | undefined }, name: string): boolean =>
  node.directives?.some((directive) => directive.name.value === name) ?? false;
const names = (nodes: readonly { readonly name: { readonly value: string } }[]): readonly string[] => nodes.map(({ name }) => name.value);

test('a concrete type repeats its interface: fields, arguments and labels', () => {
  const bare = (document: DocumentNode, name: string): string | undefined => {
    const node = document.definitions.find((candidate) => 'name' in candidate && candidate.name?.value === name);
    if (node?.kind !== Kind.OBJECT_TYPE_DEFINITION && node?.kind !== Kind.INTERFACE_TYPE_DEFINITION) return undefined;
    const label = node.directives?.filter(({ name: directive }) => directive.value === 'access').map(print);
    const fields = (node.fields ?? []).map(({ description: _, ...field }) =>
      print({ ...field, arguments: (field.arguments ?? []).map(({ description: __, ...argument }) => argument) }),
    );
    return JSON.stringify({ label, fields });
  };
  const own = names(objects(template.own));
  expect(own.map((name) => bare(template.own, name))).toEqual(own.map((name) => bare(template.shared, name.slice(3))));
});

test('what two subgraphs share are value types without a key; concrete types share nothing', () => {
  for (const document of [party, directory]) {
    for (const node of objects(document))
      expect([node.name.value, has(node, 'shareable') && has(node, 'key')]).toEqual([node.name.value, false]);
  }
  expect(names(objects(party).filter((node) => node.name.value.startsWith('Guangxi') && has(node, 'shareable')))).toEqual([]);
});

test('a stub of the directory is an id and nothing more, and there is one for every kind and party', () => {
  const stubs = objects(directory).filter((node) => parties.some(({ typePrefix }) => node.name.value.startsWith(typePrefix)));
  expect(stubs).toHaveLength(13 * parties.length);
  expect(new Set(stubs.map((node) => names(node.fields ?? []).join()))).toEqual(new Set(['id']));
});

test('an entry of the directory prints its id, its party and one place for the record, nothing that belongs to the record', () => {
  const entries = objects(directory).filter((node) => node.name.value.endsWith('Entry'));
  expect(Object.fromEntries(entries.map((node) => [node.name.value, names(node.fields ?? [])]))).toEqual({
    FacilityEntry: ['id', 'party', 'facility'],
    TransportCallEntry: ['id', 'party', 'transportCall'],
    ConsignmentRecordEntry: ['id', 'party', 'record'],
    EquipmentRecordEntry: ['id', 'party', 'record'],
    MilestoneEntry: ['id', 'party', 'milestone'],
  });
});

test('every key is the one field id, no subgraph requires another one’s fields, and there is no union', () => {
  const text = print(party) + print(directory);
  expect(new Set(text.match(/@key\(fields: "[^"]*"/g))).toEqual(new Set(['@key(fields: "id"']));
  expect(text).not.toMatch(/@requires|@provides|@authenticated|@requiresScopes|@policy|\bunion\b|@override/);
});

test('an enum is never an argument: arguments take codes as text', () => {
  const enums = names(party.definitions.flatMap((node) => (node.kind === Kind.ENUM_TYPE_DEFINITION ? [node] : [])));
  const inputs = [party, directory].flatMap((document) =>
    document.definitions.flatMap((node) =>
      node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? (node.fields ?? []).map((field) => print(field.type)) : [],
    ),
  );
  const argumentTypes = [...objects(party), ...objects(directory)].flatMap((node) =>
    (node.fields ?? []).flatMap((field) => (field.arguments ?? []).map((argument) => print(argument.type))),
  );
  expect([...inputs, ...argumentTypes].filter((type) => enums.includes(type.replace(/[[\]!]/g, '')))).toEqual([]);
});

test('a party defines only its own concrete types and has no Query', () => {
  const concrete = objects(party).filter((node) => has(node, 'key'));
  expect(names(concrete).filter((name) => !name.startsWith('Guangxi'))).toEqual(['ConsignmentRef']);
  expect(names(objects(party))).not.toContain('Query');
});

test('a list that can grow is a page: every connection field takes first and after', () => {
  const lists = [...objects(party), ...objects(directory)].flatMap((node) =>
    (node.fields ?? [])
      .filter((field) => /Connection!?$/.test(print(field.type)))
      .map(
        (field) =>
          `${field.name.value}(${names(field.arguments ?? [])
            .slice(0, 2)
            .join()})`,
      ),
  );
  expect(lists.filter((field) => !field.endsWith('(first,after)'))).toEqual([]);
});

test('the labels other packages read are those of the SDL', () => {
  expect(labels).toEqual(readLabels(template.shared));
});

test('every label names a known group, in the data class of that group', () => {
  const said = Object.values(accessLabels).flatMap(({ record, fields }) => [record, ...Object.values(fields)]);
  expect(said.filter((label) => dataClassOf[label.group] !== label.class)).toEqual([]);
});

test('client patterns match all implementations of an interface and nothing else', () => {
  const patterns = possibleTypes(template.shared, template.own);
  const concrete = names(objects(party)).filter((name) => name.startsWith('Guangxi'));
  const wrong = Object.entries(patterns).flatMap(([name, expressions]) =>
    concrete.flatMap((type) => {
      const node = objects(party).find((candidate) => candidate.name.value === type);
      const implementsIt = names(node?.interfaces ?? []).includes(name);
      return expressions.some((expression) => new RegExp(`^${expression}$`).test(type)) === implementsIt ? [] : [`${name}: ${type}`];
    }),
  );
  expect(wrong).toEqual([]);
});
