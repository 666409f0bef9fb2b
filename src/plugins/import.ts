import { readFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorCodeOf } from '../core/fault.ts';
import { inTime } from './in-time.ts';
import { shareOwn } from './share-own.ts';

/** A plug-in that was loaded, or why it could not be. */
export type Imported =
  | { readonly ok: true; readonly plugin: unknown }
  | { readonly ok: false; readonly reason: string };

/** How often a module was loaded in vain: the next time it is another one, since Node remembers what failed. */
const FAILURES = new Map<string, number>();
const LOADING_MS = 30_000;

/** Loads a plug-in, a file that counts from the folder or a package that is installed beside it: its default export. Code that was loaded stays until the process ends. */
export async function importPlugin(name: string, folder: string): Promise<Imported> {
  shareOwn();
  try {
    const url = urlOf(name, folder);
    const failures = FAILURES.get(url);
    try {
      const loading = import(failures === undefined ? url : `${url}?${failures}`) as Promise<{
        default?: unknown;
      }>;
      const { default: plugin } = await inTime(LOADING_MS, loading);
      return { ok: true, plugin };
    } catch (error) {
      FAILURES.set(url, (failures ?? 0) + 1);
      throw error;
    }
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** What begins with a dot or a slash is a file. */
function urlOf(name: string, folder: string): string {
  if (/^(?:\.{0,2}\/|[A-Za-z]:[\\/])/.test(name)) return pathToFileURL(resolve(folder, name)).href;
  // As a file in that folder would: its own `node_modules` first.
  const beside = pathToFileURL(resolve(folder, 'countersign.js'));
  try {
    return pathToFileURL(nodeModule.createRequire(beside).resolve(name)).href;
  } catch (error) {
    if (errorCodeOf(error) !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    return importedFrom(name, beside);
  }
}

/** The file of a package that can be imported only, and not required. */
function importedFrom(name: string, beside: URL): string {
  const found = nodeModule.findPackageJSON(name, beside);
  const target =
    found && targetOf((JSON.parse(readFileSync(found, 'utf8')) as { exports?: unknown }).exports);
  if (!target) throw new Error(`the package ${name} exports nothing that can be imported`);
  return pathToFileURL(resolve(dirname(found), target)).href;
}

const CONDITIONS = new Set(['.', 'node', 'import', 'module-sync', 'default']);

/** Source: https://nodejs.org/api/packages.html#conditional-exports */
function targetOf(exported: unknown): string | undefined {
  if (typeof exported === 'string') return exported;
  if (typeof exported !== 'object' || exported === null) return undefined;
  const [target] = Object.entries(exported).flatMap(([condition, value]) =>
    CONDITIONS.has(condition) ? (targetOf(value) ?? []) : [],
  );
  return target;
}
