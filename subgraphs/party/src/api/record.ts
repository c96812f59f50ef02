/** What all nouns have in common: the row a resolver gets, and what a noun's file says of it. */
import type { PartyCode, RecordClass } from '@corridor/schemas';
import type { ConditionRow, Mask } from '@corridor/sharing';
import type { GraphQLResolveInfo } from 'graphql';
import type { Reading } from './reading.ts';

/** A record that the viewer may know of, with what he may see of it. Properties bear the names of the graph's fields. */
export type OwnedRow = {
  /** The concrete type: `GuangxiPort`. */
  readonly __typename: string;
  readonly id: string;
  readonly partyCode: PartyCode;
  readonly controllerCode: string;
  readonly recordClass: RecordClass;
  readonly mask: Mask;
  /** What the conditions of sharing looked at: what is linked to the record has them too. */
  readonly conditions: ConditionRow;
};

/** Resolves one field of a record whose name is not simply a property of the row. */
export type FieldResolver<Row> = { of(row: Row, args: object, reading: Reading, info: GraphQLResolveInfo): unknown }['of'];

/** The coarse form of a field: what is shown where the viewer has the coarse right only. */
type CoarseForm<Row> = { of(row: Row, reading: Reading): unknown }['of'];

/** One noun: how its records are found and its fields resolved. */
export type RecordNoun<Row extends OwnedRow = OwnedRow> = {
  /** The interface, and the concrete type's name behind the party's prefix: `ConsignmentRecord`. */
  readonly name: string;
  /** The record of an id of this noun, or null: unknown and forbidden alike. */
  find(reading: Reading, id: string): Promise<Row | null>;
  readonly fields: { readonly [field: string]: FieldResolver<Row> };
  /** Fields that have a coarse form; a coarsened field without one is null. */
  readonly coarse: { readonly [field: string]: CoarseForm<Row> };
  /** List fields, with the classes of the records they hold: closed to a viewer who could know of none of them by way of this record. */
  readonly lists: { readonly [field: string]: readonly RecordClass[] };
};
