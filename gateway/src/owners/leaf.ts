/** Which values a field may have that holds no object (GraphQL section 3.5), and of a record's own fields, which say whose record it is. */
import { type GraphQLOutputType, getNamedType, getNullableType, isEnumType, isLeafType } from 'graphql';

/** Whether a value that is not null fits. */
export type LeafCheck = (value: unknown) => boolean;

/** 32 bits (GraphQL section 3.5.1). */
const maxInt = 2_147_483_647;

/**
 * The check of a field, by its type, the type it stands on and that type's home; undefined for a field that holds objects or lists. Who answers for a
 * type answers for records of its own alone; the directory's entries bear the ids of the records they point to.
 */
export function leafCheck(name: string, type: GraphQLOutputType, on: string, home: string | undefined): LeafCheck | undefined {
  if (name === '__typename') return (value) => value === on;
  const leaf = getNullableType(type);
  if (!isLeafType(leaf)) return undefined;
  if (home !== undefined && home !== 'directory') {
    if (name === 'id') return (value) => typeof value === 'string' && value.startsWith(`${home}:`);
    if (name === 'partyCode') return (value) => value === home;
  }
  return valueCheck(leaf);
}

/** The check of a value of this type, wherever it stands. */
export function valueCheck(type: GraphQLOutputType): LeafCheck {
  const named = getNamedType(type);
  if (isEnumType(named)) return (value) => typeof value === 'string' && named.getValue(value) !== undefined;
  switch (named.name) {
    case 'Boolean':
      return (value) => typeof value === 'boolean';
    case 'Int':
      return (value) => Number.isInteger(value) && Math.abs(Number(value)) <= maxInt;
    case 'Float':
      return (value) => typeof value === 'number';
    default:
      // String, ID and all scalars of the corridor are text
      return (value) => typeof value === 'string';
  }
}
