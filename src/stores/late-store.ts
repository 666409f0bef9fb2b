import type { LedgerStore } from '../ports.ts';

/** A store whose module, and the driver that it brings, is loaded by its first call: nobody loads the drivers of other stores. */
export function lateStore(load: () => Promise<LedgerStore>): LedgerStore {
  let loaded: Promise<LedgerStore> | undefined;
  const store = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    find: async (key) => (await store()).find(key),
    replace: async (next, expected) => (await store()).replace(next, expected),
    purge: async () => (await store()).purge(),
    start: async () => (await store()).start?.(),
    close: async () => (await store()).close(),
  };
}
