/** The documents that a release must be able to answer: those this corridor's own clients send, one per file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, type TypeNode } from 'graphql';

/** A document with values for the variables it cannot do without; they name nothing that exists. */
export type TrustedDocument = { readonly name: string; readonly text: string; readonly variables: Readonly<Record<string, unknown>> };

/** Reads every `.graphql` file of a folder. One that needs a value that cannot be made up (an input object) is left out. */
export function readTrustedDocuments(folder: string): TrustedDocument[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.graphql'));
  return names.sort().flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const variables = probeVariables(text);
    return variables === undefined ? [] : [{ name, text, variables }];
  });
}

const values: Readonly<Record<string, unknown>> = {
  ID: 'probe',
  String: 'probe',
  Int: 1,
  Float: 1,
  Boolean: false,
  Date: '2026-01-01',
  DateTime: '2026-01-01T00:00:00Z',
};

function probeVariables(text: string): Record<string, unknown> | undefined {
  const variables: Record<string, unknown> = {};
  for (const definition of parse(text).definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const { variable, type, defaultValue } of definition.variableDefinitions ?? []) {
      if (type.kind !== Kind.NON_NULL_TYPE || defaultValue !== undefined) continue;
      const value = madeUp(type.type);
      if (value === undefined) return undefined;
      variables[variable.name.value] = value;
    }
  }
  return variables;
}

function madeUp(type: TypeNode): unknown {
  return type.kind === Kind.NAMED_TYPE ? values[type.name.value] : [];
}
