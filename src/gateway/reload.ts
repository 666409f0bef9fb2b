import type { Snapshot } from '../config/compile/snapshot.ts';
import { formatProblems } from '../config/explain/problem.ts';
import type { Loaded } from '../config/load.ts';
import type { Log } from '../ports.ts';
import { fixedChanges } from './fixed.ts';
import type { Generation } from './generation.ts';

/** What became of a new configuration: it is in force as a whole, or nothing of it is. */
export type Reload =
  | { readonly ok: true; readonly revision: string }
  | { readonly ok: false; readonly reason: string };

/** The last reload, as probes may tell it. */
export type LastReload = { readonly ok: boolean; readonly at: string };

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
  const changed = fixedChanges(current, snapshot);
  if (changed.length > 0) {
    return {
      ok: false,
      reason: `a change of ${changed.join(', ')} needs a restart; nothing of the new configuration is used`,
    };
  }
  try {
    return { ok: true, generation: open(snapshot) };
  } catch (fault) {
    return { ok: false, reason: `it could not be opened: ${fault instanceof Error ? fault.message : fault}` };
  }
}
