import type { Snapshot } from '../config/compile/snapshot.ts';
import { formatProblems } from '../config/explain/problem.ts';
import { compileOptions } from '../config/load.ts';
import type { PluginInput } from '../config/schema/schema.ts';
import { CountersignError } from '../core/fault.ts';
import type { Plugin } from '../plugins/plugin.ts';

/** The options, checked and compiled. `CountersignError('config-invalid')` lists every problem. */
export function snapshotOf(options: PluginInput, plugins?: readonly Plugin[]): Snapshot {
  const loaded = compileOptions(options, process.env, plugins);
  if (!loaded.ok) throw new CountersignError('config-invalid', formatProblems(loaded.problems));
  return loaded.snapshot;
}
