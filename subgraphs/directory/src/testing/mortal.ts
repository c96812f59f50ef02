import type { Store } from '@corridor/store';

/** A store that dies before its n-th statement inside transactions, or after the commit that follows the last: from then on nothing of it works. */
export function mortal(store: Store<'directory'>, statements: number): { readonly store: Store<'directory'>; dead: boolean } {
  let left = statements;
  const state = { store, dead: false };
  const beat = (): void => {
    left -= 1;
    if (left < 0) state.dead = true;
    if (state.dead) throw new Error('the directory died');
  };
  state.store = {
    ...store,
    query: async (statement) => {
      if (state.dead) throw new Error('the directory is dead');
      return store.query(statement);
    },
    transaction: async (work, o) => {
      const result = await store.transaction(async (tx) => {
        const alive: typeof tx = {
          query: async (...args) => {
            beat();
            return tx.query(...args);
          },
          execute: async (...args) => {
            beat();
            return tx.execute(...args);
          },
          sql: async (...args) => {
            beat();
            return tx.sql(...args);
          },
        };
        return work(alive);
      }, o);
      // what was committed stays, though nobody lived to hear of it
      beat();
      return result;
    },
  };
  return state;
}
