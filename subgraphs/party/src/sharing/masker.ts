/**
 * The mask over a party's schema: every field of every record passes through here, so that no resolver can forget it.
 *
 * A field with an `@access` label of its own belongs to that group; any other stands or falls with its record. `none` → null and a note, the value not
 * even resolved; `coarse` → the noun's coarse form and a note; `full` → the value. Notes and `maskedFields` are made from the rule alone: they
 * are the same whether or not a value exists.
 */
import { accessLabels, type FieldGroup, invariant } from '@corridor/schemas';
import type { ConditionRow } from '@corridor/sharing';
import { defaultFieldResolver, type GraphQLObjectType, type GraphQLResolveInfo, type GraphQLSchema, isObjectType } from 'graphql';
import type { Reading } from '../api/reading.ts';
import type { OwnedRow, RecordNoun } from '../api/record.ts';

/** Puts the mask over the concrete types of these nouns; `typeName` gives the concrete type of an interface. */
export function maskSchema(schema: GraphQLSchema, nouns: readonly RecordNoun[], typeName: (interfaceName: string) => string): void {
  for (const noun of nouns) {
    const type = schema.getType(typeName(noun.name));
    invariant(isObjectType(type), `${typeName(noun.name)} is a type of the SDL`);
    maskType(type, noun);
  }
}

/** What a viewer gets of one field of one record, by the rules alone. */
type Verdict = { readonly is: 'full' } | { readonly is: 'coarse' | 'none'; readonly rule: string };

function maskType(type: GraphQLObjectType<OwnedRow, Reading>, noun: RecordNoun): void {
  const labels = accessLabels[noun.name];
  // A type without a label counts as REGULATORY: nothing of it is served.
  invariant(labels !== undefined, `${noun.name} has no @access label`);
  const names = Object.keys(type.getFields());
  const groupOf = (name: string, row: OwnedRow): FieldGroup => labels.fields[name]?.group ?? row.recordClass;

  const verdictOf = (name: string, row: OwnedRow, reading: Reading): Verdict => {
    const classes = noun.lists[name];
    if (classes?.every((recordClass) => !reading.view.mask(recordClass, linkedTo(row)).visible)) {
      return { is: 'none', rule: row.mask.rule(classes[0] ?? row.recordClass) };
    }
    const group = groupOf(name, row);
    const granted = row.mask.grants(group);
    if (granted === 'full') return { is: 'full' };
    // A record that is known of in its coarse form only keeps the fields that have no coarser one: its id, its code, its times.
    if (granted === 'coarse' && labels.fields[name] === undefined && noun.coarse[name] === undefined) return { is: 'full' };
    return { is: granted, rule: row.mask.rule(group) };
  };

  for (const [name, field] of Object.entries(type.getFields())) {
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = function masked(row, args, reading, info) {
      const verdict = verdictOf(name, row, reading);
      if (verdict.is !== 'full') note(reading, row, verdict, info);
      if (verdict.is === 'none') return null;
      const group = groupOf(name, row);
      reading.ledger.give(row.recordClass, group, row.mask.grants(group) === 'full' ? 'full' : 'coarse');
      if (verdict.is === 'coarse') return noun.coarse[name]?.(row, reading) ?? null;
      if (name === 'maskedFields') return names.filter((each) => verdictOf(each, row, reading).is !== 'full');
      return resolve(row, args, reading, info);
    };
  }
}

/** The conditions of a record that hangs on this one, whenever it was made. */
function linkedTo({ conditions }: OwnedRow): ConditionRow {
  return { ...conditions, at: Number.POSITIVE_INFINITY };
}

function note(reading: Reading, row: OwnedRow, verdict: Exclude<Verdict, { is: 'full' }>, info: GraphQLResolveInfo): void {
  const path: (string | number)[] = [];
  for (let step: GraphQLResolveInfo['path'] | undefined = info.path; step !== undefined; step = step.prev) path.unshift(step.key);
  // ["_entities", i, field]: the caller knows the record by its representation. Deeper, the record names itself.
  const isAskedFor = path.length === 3 && path[0] === '_entities';
  reading.masked.push({
    path,
    rule: verdict.rule,
    ...(isAskedFor ? {} : { id: row.id }),
    ...(verdict.is === 'coarse' ? { coarse: true } : {}),
  });
}
