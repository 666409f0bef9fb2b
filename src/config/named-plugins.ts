import { type Imported, importPlugin } from '../plugins/import.ts';
import type { Diagnostic } from './explain/problem.ts';
import { type Extended, extendedBy } from './schema/known-kinds.ts';

/** The kinds that a configuration knows, and which of the plug-ins that it names are not there. */
export type Plugins = Extended & { readonly unloaded: readonly Diagnostic[] };

/** Imports what `plugins` of a configuration names, in its order. */
export function importNamed(raw: unknown, folder: string): Promise<readonly Imported[]> {
  return Promise.all(namesIn(raw).map((name) => importPlugin(name, folder)));
}

/** What they bring. One that was not imported is a fault of the configuration: nothing that it says of it can be checked. */
export function pluginsOf(raw: unknown, imported: readonly Imported[]): Plugins {
  const unloaded = namesIn(raw).flatMap((name, index): readonly Diagnostic[] => {
    const one = imported[index];
    if (one?.ok) return [];
    const why = one
      ? `: ${one.reason}`
      : ' here: import it, and give it to createGateway as { plugins: [it] }';
    return [{ path: ['plugins', index], message: `the plug-in ${name} cannot be loaded${why}` }];
  });
  const brought = imported.flatMap((one, index) => (one.ok ? [{ plugin: one.plugin, index }] : []));
  return { ...extendedBy(brought), unloaded };
}

/** What is wrong with plug-ins: those that are not there, and those that cannot be used. */
export function lackingOf({ unloaded, faults }: Plugins): readonly Diagnostic[] {
  const unusable = faults.map(({ index, message }): Diagnostic => {
    return { path: index === undefined ? ['plugins'] : ['plugins', index], message };
  });
  return [...unloaded, ...unusable];
}

/** Where it is no list of names, the schema says so. */
function namesIn(raw: unknown): readonly string[] {
  const plugins: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, 'plugins') : undefined;
  const isList = Array.isArray(plugins) && plugins.every((name) => typeof name === 'string' && name !== '');
  return isList ? (plugins as readonly string[]) : [];
}
