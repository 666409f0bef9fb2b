import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The modules by which the tests run. */
const HERE = fileURLToPath(new URL('../../node_modules', import.meta.url));

type Lock = {
  readonly packages: Readonly<Record<string, { readonly integrity?: string; readonly optional?: boolean }>>;
};

/**
 * The modules of the tests, where `npm ci --ignore-scripts` in this folder would give the same, byte for byte: that takes half a minute, and
 * the stage of what is shipped shows it anyway, by the same lock file. Undefined for every other command, and where they differ.
 */
export function sameModulesAs(command: string, folder: string): string | undefined {
  const lock = join(folder, 'package-lock.json');
  if (command !== 'npm ci --ignore-scripts' || !existsSync(lock)) return undefined;
  const read = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as Lock).packages;
  const [wanted, found] = [read(lock), read(join(HERE, '.package-lock.json'))];
  const isSame = Object.entries(wanted).every(
    ([path, { integrity, optional }]) =>
      path === '' || (optional && !found[path]) || found[path]?.integrity === integrity,
  );
  return isSame ? HERE : undefined;
}
