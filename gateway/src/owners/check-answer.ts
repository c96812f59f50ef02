/**
 * Holds an owner's answer against the question. What was not asked for is taken out; what does not fit (a value of another type, a null where there
 * must be none, a record of another type, id or owner than asked for, more elements than the page has) becomes null, with whatever must not be null
 * around it, and is told as a fault. The engine would drop such a value without a word, or fail with the whole answer.
 */
import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { type Asked, idKey, type Selection, typeKey } from './asked.ts';
import { field } from './field.ts';
import { valueCheck } from './leaf.ts';

/** A place of the answer that does not fit: response keys below the root or the record, `@` for list levels; `entity`: which record. */
export type Fault = { readonly at: readonly string[]; readonly entity: number | undefined };

/** What a record was asked for by. */
export type Representation = { readonly type: string; readonly id: string };

/** Faults told of one answer at most; what lies beyond is null all the same. */
const maxFaults = 1_000;

/** Checks `data` and changes it in place. `null`: nothing of it holds. */
export function checkAnswer(
  asked: Asked,
  data: Record<string, unknown>,
  about: { readonly representations: readonly Representation[]; readonly variables: unknown },
): { readonly data: Record<string, unknown> | null; readonly faults: readonly Fault[] } {
  const { owner, contract } = asked;
  const faults: Fault[] = [];
  const at: string[] = [];
  let entity: number | undefined;
  const fault = (): null => {
    if (faults.length < maxFaults) faults.push({ at: [...at], entity });
    return null;
  };

  /** The value where it fits, else null. A null of a type that must have a value has been told. */
  function complete(value: unknown, type: GraphQLOutputType, selection: Selection | undefined, most: number | undefined): unknown {
    if (isNonNullType(type)) return value === null || value === undefined ? fault() : complete(value, type.ofType, selection, most);
    if (value === null || value === undefined) return null;
    if (isListType(type)) return Array.isArray(value) ? list(value, type.ofType, selection, most) : fault();
    if (isLeafType(type)) return valueCheck(type)(value) ? value : fault();
    if (typeof value !== 'object' || Array.isArray(value) || selection === undefined) return fault();
    const record = value as Record<string, unknown>;
    const concrete = concreteOf(record, type);
    return concrete === undefined ? fault() : object(record, concrete, selection);
  }

  function list(items: unknown[], type: GraphQLOutputType, selection: Selection | undefined, most: number | undefined): unknown {
    if (most !== undefined && items.length > most) return fault();
    let whole = true;
    at.push('@');
    for (const [index, item] of items.entries()) {
      const kept = complete(item, type, selection, undefined);
      if (kept !== item) items[index] = kept;
      if (kept === null && isNonNullType(type)) whole = false;
    }
    at.pop();
    return whole ? items : null;
  }

  function object(record: Record<string, unknown>, type: GraphQLObjectType, selection: Selection): Record<string, unknown> | null {
    const { fields, keys } = selection.shapeOf(type);
    let whole = true;
    let present = 0;
    for (const { key, type: fieldType, required, optional, leaf, paged, selection: below } of fields) {
      const value = Object.hasOwn(record, key) ? record[key] : undefined;
      if (value === undefined && optional) continue;
      present += 1;
      // most values are leaves that fit
      if (leaf !== undefined && value !== undefined && value !== null && leaf(value)) continue;
      at.push(key);
      const misfit = value === undefined || (leaf !== undefined && value !== null);
      const most = paged ? numberOf(selection.first, about.variables) : undefined;
      const kept = misfit ? fault() : complete(value, fieldType, below, most);
      at.pop();
      if (kept !== value) set(record, key, kept);
      if (kept === null && required) whole = false;
    }
    const held = Object.keys(record);
    if (held.length > present) for (const key of held) if (!keys.has(key)) delete record[key];
    return whole ? record : null;
  }

  /** The concrete type of an object: the declared one, or the one it names if the owner may. */
  function concreteOf(record: Record<string, unknown>, declared: GraphQLOutputType): GraphQLObjectType | undefined {
    if (isObjectType(declared)) return declared;
    const name = field(record, '__typename');
    const type = typeof name === 'string' && contract.defines(owner, name) ? contract.schema.getType(name) : undefined;
    return isObjectType(type) && isAbstractType(declared) && contract.schema.isSubType(declared, type) ? type : undefined;
  }

  function record(value: unknown, representation: Representation): unknown {
    // unknown and forbidden look alike
    if (value === null) return null;
    const type = contract.schema.getType(representation.type);
    if (typeof value !== 'object' || Array.isArray(value) || !isObjectType(type)) return fault();
    const given = value as Record<string, unknown>;
    if (field(given, typeKey) !== representation.type) return fault();
    if (asked.selection.shapeOf(type).keys.has(idKey) && field(given, idKey) !== representation.id) return fault();
    const kept = object(given, type, asked.selection);
    if (kept === null) return null;
    delete kept[typeKey];
    delete kept[idKey];
    return kept;
  }

  if (!asked.entities) return { data: object(data, asked.root, asked.selection), faults };
  const entities = field(data, '_entities');
  const records = about.representations.map((representation, index) => {
    entity = index;
    return record(Array.isArray(entities) ? entities[index] : undefined, representation);
  });
  return { data: { _entities: records }, faults };
}

/**
 * A response path of the owner's, as far as it follows the question: list levels read `@`, words of the owner's own end it.
 * `whole`: all of it did. `entity`: which record it speaks of.
 */
export function pathAsked(
  asked: Asked,
  path: unknown,
): { readonly at: readonly string[]; readonly entity: number | undefined; readonly whole: boolean } {
  const segments: readonly unknown[] = Array.isArray(path) ? path.slice(0, 50) : [];
  const entity = asked.entities && segments[0] === '_entities' && Number.isInteger(segments[1]) ? Number(segments[1]) : undefined;
  const rest = entity === undefined ? segments : segments.slice(2);
  const at: string[] = [];
  let selection: Selection | null = asked.selection;
  for (const segment of rest) {
    if (typeof segment === 'number') {
      at.push('@');
      continue;
    }
    const below: Selection | null | undefined = typeof segment === 'string' ? selection?.below(segment) : undefined;
    if (below === undefined) return { at, entity, whole: false };
    at.push(String(segment));
    selection = below;
  }
  return { at, entity, whole: true };
}

function numberOf(first: Selection['first'], variables: unknown): number | undefined {
  if (first === undefined || typeof first === 'number') return first;
  if (first.kind === 'IntValue') return Number(first.value);
  const value = first.kind === 'Variable' ? field(variables, first.name.value) : undefined;
  return typeof value === 'number' ? value : undefined;
}

// a plain assignment to `__proto__` would not add a key
function set(record: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}
