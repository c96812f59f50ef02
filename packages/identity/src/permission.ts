import type { Caller } from '@corridor/schemas';

/** Whether the caller may call what needs `permission`, a client role such as `ingest.write`. */
export function hasPermission(caller: Caller, permission: string): boolean {
  return caller.permissions.includes(permission);
}

/** Whether the caller is a `role`, a realm role such as `customs`. */
export function hasRole(caller: Caller, role: string): boolean {
  return caller.roles.includes(role);
}
