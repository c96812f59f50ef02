/**
 * An engine whose release can be replaced while it answers. Apollo Server validates an operation by a schema and then hands it over with that schema:
 * the release it belongs to plans and runs it to its end, also after another has taken its place. No operation ever meets two releases.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GatewayExecutor, GatewayInterface, GatewaySchemaLoadOrUpdateCallback } from '@apollo/server-gateway-interface';
import { invariant } from '@corridor/schemas';
import type { GraphQLSchema } from 'graphql';
import type { Engine } from './engine.ts';

/** One release, loaded: what it offers and what runs it. */
export type LoadedRelease = {
  readonly apiSchema: GraphQLSchema;
  readonly coreSupergraphSdl: string;
  readonly executor: GatewayExecutor;
};

/** An engine that serves one loaded release, and from `replace` on another. */
export type ReplaceableEngine = Engine & {
  readonly serving: () => LoadedRelease;
  /** Operations that are under way finish on the release they began on; those that come after it begin on `next`. */
  replace(next: LoadedRelease): void;
  /**
   * Does work that holds the process up for a while, loading a release above all, at a moment when no operation is under way: an owner's answer that
   * arrives meanwhile would be read too late, and its part of an answer lost. Operations that come wait until the work says `over`, or has ended.
   */
  quietly<T>(work: (over: () => void) => Promise<T>): Promise<T>;
};

/** How long quiet is waited for; an operation that lasts longer has an owner that is slow, and loses at most that one's part. */
const patienceMs = 1_000;

/**
 * Loads an engine's schema and planner, without a server around it. `onBuilt` is told when they stand: what the engine does then, planning what is known,
 * it does in small steps. @throws what the engine throws for a schema that it cannot serve
 */
export async function loadRelease(engine: Engine, onBuilt?: () => void): Promise<LoadedRelease> {
  let loaded: Parameters<GatewaySchemaLoadOrUpdateCallback>[0] | undefined;
  engine.gateway.onSchemaLoadOrUpdate((schema) => {
    loaded = schema;
    onBuilt?.();
  });
  const { executor } = await engine.gateway.load({ apollo: {} });
  invariant(loaded !== undefined && executor !== null, 'an engine that loads tells its schema and runs operations');
  return { ...loaded, executor };
}

/** Makes the engine of a server that outlives its releases. */
export function createReplaceableEngine(first: LoadedRelease): ReplaceableEngine {
  let serving = first;
  // An operation holds its schema, and the schema its release: what nobody asks any more is let go.
  const executors = new WeakMap<GraphQLSchema, GatewayExecutor>([[first.apiSchema, first.executor]]);
  const listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  let underWay = 0;
  let onIdle: (() => void) | undefined;
  let quiet: Promise<void> | undefined;
  const gateway: GatewayInterface = {
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async load() {
      for (const listener of listeners) listener(serving);
      return {
        executor: async (operation) => {
          const executor = executors.get(operation.schema);
          invariant(executor !== undefined, 'an operation was validated by a release that was served');
          while (quiet !== undefined) await quiet;
          underWay += 1;
          try {
            return await executor(operation);
          } finally {
            underWay -= 1;
            if (underWay === 0) onIdle?.();
          }
        },
      };
    },
    async stop() {
      listeners.clear();
    },
  };
  return {
    gateway,
    serving: () => serving,
    replace(next) {
      executors.set(next.apiSchema, next.executor);
      serving = next;
      for (const listener of listeners) listener(next);
    },
    async quietly(work) {
      let end: () => void = () => undefined;
      quiet = new Promise((resolve) => {
        end = () => {
          quiet = undefined;
          resolve();
        };
      });
      try {
        if (underWay > 0) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, patienceMs);
            onIdle = () => {
              clearTimeout(timer);
              resolve();
            };
          });
        }
        // What has just been computed goes out before the process is held up.
        await nextTurn();
        return await work(end);
      } finally {
        onIdle = undefined;
        end();
      }
    },
  };
}
