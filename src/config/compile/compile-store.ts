import { resolve } from 'node:path';
import type { Decoded } from '../schema/schema.ts';
import { type Resolved, resolveText, type Surroundings } from './resolve-secret.ts';
import { type RedisConfig, type StoreConfig, withHidden } from './snapshot.ts';

type Keep = (resolved: Resolved) => readonly string[];

/** The store as it is opened. `keep` takes what is wrong with a password that cannot be found. */
export function compileStore(store: Decoded['store'], surroundings: Surroundings, keep: Keep): StoreConfig {
  switch (store.kind) {
    case 'memory':
      return store;
    case 'sqlite':
      return {
        kind: 'sqlite',
        path: pathOf(store.path, surroundings.folder),
        busyTimeoutMs: store.busyTimeout,
      };
    case 'redis':
      return compileRedis(store, surroundings, keep);
  }
}

function compileRedis(
  store: Extract<Decoded['store'], { kind: 'redis' }>,
  surroundings: Surroundings,
  keep: Keep,
): RedisConfig {
  const { url, sentinels, name = '', nodes = [], username, password, commandTimeout, wait, ...rest } = store;
  const visible: RedisConfig = {
    ...rest,
    place: url !== undefined ? { url } : sentinels !== undefined ? { sentinels, name } : { nodes },
    commandTimeoutMs: commandTimeout,
    waitMs: wait,
    ...(username !== undefined && { username }),
  };
  if (password === undefined) return visible;
  const [value] = keep(resolveText(password, ['store', 'password'], surroundings));
  return value === undefined ? visible : withHidden(visible, { password: value });
}

/** Relative to the configuration, wherever the process was started. `:memory:` is SQLite's own word. */
export function pathOf(path: string, folder: string): string {
  return path === ':memory:' ? path : resolve(folder, path);
}
