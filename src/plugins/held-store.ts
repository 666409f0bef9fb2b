import { CountersignError } from '../core/fault.ts';
import type { LedgerStore } from '../ports.ts';
import { type Blamed, blame, openBy } from './blame.ts';
import { inTime } from './in-time.ts';

const CALL_MS = 10_000;
const OPENING_MS = 30_000;

/** A store of a plug-in. Whatever it throws, and whatever does not end, is that the store is not there: guarded saves are refused. */
export function heldStore(open: () => LedgerStore | Promise<LedgerStore>, blamed: Blamed): LedgerStore {
  const opening = openBy(open, blamed);
  const opened = inTime(OPENING_MS, Promise.resolve(opening)).then((store) => checked(store));
  // Whoever calls gets its fault.
  opened.catch(() => undefined);
  const held = async <T>(doing: string, call: (store: LedgerStore) => Promise<T>): Promise<T> => {
    try {
      return await inTime(CALL_MS, call(await opened));
    } catch (error) {
      const { code, message } = blame(blamed, doing, error);
      if (code === 'store-unavailable') throw error;
      throw new CountersignError('store-unavailable', message, { cause: error });
    }
  };
  return {
    find: (key) =>
      held('find', async (store) => {
        const found = await store.find(key);
        if (typeof found?.now !== 'number') throw new TypeError('find gives { row, now }');
        return found;
      }),
    replace: (next, expected) =>
      held('replace', async (store) => {
        const isReplaced = await store.replace(next, expected);
        if (typeof isReplaced !== 'boolean') throw new TypeError('replace gives true or false');
        return isReplaced;
      }),
    purge: () => held('purge', (store) => store.purge()),
    async start() {
      const store = await opened.catch((error: unknown) => Promise.reject(blame(blamed, 'open', error)));
      await store.start?.();
    },
    async close() {
      const store = await opened.catch(() => undefined);
      await store?.close();
    },
  };
}

function checked(store: LedgerStore): LedgerStore {
  const lacking = (['find', 'replace', 'purge', 'close'] as const).filter(
    (name) => typeof store?.[name] !== 'function',
  );
  if (lacking.length === 0) return store;
  throw new TypeError(`a store has find, replace, purge and close; ${lacking.join(', ')} is missing`);
}
