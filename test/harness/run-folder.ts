import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { quickFolder } from './quick-folder.ts';

/** Where the processes of one run of the tests find what they share. */
const NAME = 'TESTS_RUN_FOLDER';

/** Gives this run, with all processes that it starts, a folder that goes when it ends; a run within a run uses that of the outer one. */
export function openRunFolder(): void {
  if (process.env[NAME] !== undefined) return;
  // Whoever says where temporary files go is obeyed.
  const quick = process.env['TMPDIR'] === undefined ? quickFolder() : undefined;
  const folder = mkdtempSync(join(quick ?? tmpdir(), 'countersign-run-'));
  // As such folders are: servers and images run as users of their own.
  chmodSync(folder, 0o1777);
  if (quick !== undefined) process.env['TMPDIR'] = folder;
  process.env[NAME] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}

/** The folder of this run. */
export function runFolder(): string {
  const root = process.env[NAME];
  if (root === undefined) throw new Error(`${NAME} is not set: vitest.config.ts opens the folder`);
  return root;
}

/**
 * What is dear to make, and only read afterwards, is made once in a run: by the process that asks first, in a new folder, while others wait
 * for it. Gives the folder. What fails for one fails for all.
 */
export async function onceARun(
  name: string,
  make: (folder: string) => void | Promise<void>,
): Promise<string> {
  const root = runFolder();
  const [place, done, failed] = [join(root, name), join(root, `${name}.done`), join(root, `${name}.failed`)];
  if (isFirst(place)) {
    try {
      await make(place);
      writeWhole(done, '');
    } catch (error) {
      writeWhole(failed, String(error));
      throw error;
    }
  }
  for (;;) {
    if (isThere(done)) return place;
    if (isThere(failed)) throw new Error(`${name} could not be made by another file's tests`);
    await pause(50);
  }
}

function isFirst(place: string): boolean {
  try {
    mkdirSync(place);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
