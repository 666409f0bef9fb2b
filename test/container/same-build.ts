import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Files without which the build is another one, or none. */
const SETTINGS = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];

/**
 * What `npm run build` left in this clone, where it would give the same in this folder, byte for byte: both have the same settings,
 * sources and modules, and the compiler takes nothing else from outside `src`. Undefined for every other command, and where they differ.
 */
export function sameBuildAs(command: string, folder: string, clone: string | undefined): string | undefined {
  if (command !== 'npm run build' || clone === undefined) return undefined;
  const [here, there] = [filesOf(folder), filesOf(clone)];
  const modulesOf = (place: string) => realpathSync(join(place, 'node_modules'));
  const isSame =
    modulesOf(folder) === modulesOf(clone) &&
    here.join() === there.join() &&
    here.every((file) => readFileSync(join(folder, file)).equals(readFileSync(join(clone, file))));
  return isSame ? join(clone, 'dist') : undefined;
}

function filesOf(folder: string): readonly string[] {
  const sources = existsSync(join(folder, 'src'))
    ? readdirSync(join(folder, 'src'), { recursive: true, withFileTypes: true })
    : [];
  const paths = sources
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  return [...SETTINGS.filter((name) => existsSync(join(folder, name))), ...paths].sort();
}
