/**
 * SQL as a value: fragments with their arguments, joined without ever putting a value into the text. Prisma's tagged templates, re-exported, so
 * that no other package imports Prisma.
 */
export { empty, join, raw, Sql, sqltag as sql } from '@prisma/client/runtime/client';
