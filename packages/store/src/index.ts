export { type AuditEntry, type AuditLog, createAuditLog } from './audit-log.ts';
export { DatabaseError, isDatabaseError, isLostConnection } from './database-error.ts';
export { type ColumnType, insertRecords } from './insert.ts';
export type { DirectoryClient, Model, PartyClient } from './model.ts';
export { type OpenOptions, openStore } from './open.ts';
export { empty, join, raw, Sql, sql } from './sql.ts';
export type { Store } from './store.ts';
export type { Tx } from './transaction.ts';
