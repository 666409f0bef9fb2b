import type { Snapshot } from '../config/compile/snapshot.ts';
import { formatProblems } from '../config/explain/problem.ts';
import type { Loaded } from '../config/load.ts';
import type { Log } from '../ports.ts';
import type { Generation } from './generation.ts';

/** What became of a new configuration: it is in force as a whole, or nothing of it is. */
export type Reload =
  | { readonly ok: true; readonly revision: string }
  | { readonly ok: false; readonly reason: string };

/** The last reload, as probes may tell it. */
export type LastReload = { readonly ok: boolean; readonly at: string };

/** What is opened once, so that a change of it needs a restart. */
const FIXED = ['workers', 'listen', 'admin', 'secrets', 'store', 'audit', 'log', 'hashing'] as const;

type Succession =
  | { readonly ok: true; readonly generation: Generation }
  | { readonly ok: false; readonly reason: string };

/** What may take the place of the current configuration, opened, or why nothing does. */
export function successorOf(
  current: Snapshot,
  load: () => Loaded,
  open: (snapshot: Snapshot) => Generation,
  log: Log,
): Succession {
  let loaded: Loaded;
  try {
    loaded = load();
  } catch (err) {
    log.error({ err }, 'a configuration could not be compiled');
    return { ok: false, reason: 'countersign failed to compile it: that is no fault of the configuration' };
  }
  if (!loaded.ok) return { ok: false, reason: formatProblems(loaded.problems) };
  const { snapshot } = loaded;
  const changed = FIXED.filter((key) => textOf(snapshot[key]) !== textOf(current[key]));
  if (changed.length > 0) {
    const names = changed.map((key) => (key === 'secrets' ? 'secret' : key)).join(', ');
    return {
      ok: false,
      reason: `a change of ${names} needs a restart; nothing of the new configuration is used`,
    };
  }
  try {
    return { ok: true, generation: open(snapshot) };
  } catch (fault) {
    return { ok: false, reason: `it could not be opened: ${fault instanceof Error ? fault.message : fault}` };
  }
}

/** Hidden members too. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = Object.getOwnPropertyNames(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${textOf(Reflect.get(value, name))}`).join()}}`;
}
