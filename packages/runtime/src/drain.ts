/**
 * Whether this process is on its way out. A process drains as a whole, with all its listeners: hence one state per process, begun by
 * `onShutdown` and read by `/readyz`, and no way back.
 */
let draining = false;

/** From now on `/readyz` answers 503, so that a balancer sends nothing more. */
export function beginDrain(): void {
  draining = true;
}

/** Whether `beginDrain` was called. */
export function isDraining(): boolean {
  return draining;
}
