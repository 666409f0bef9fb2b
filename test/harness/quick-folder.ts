import { readFileSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';

/** What a run of the tests writes at most, with room: the image, the installed package, the browser, ledgers. */
const NEEDED_BYTES = 4 * 2 ** 30;

/**
 * A folder in memory, where this machine has one that is large enough and from which programs may be started. The tests write some ten
 * thousand files and wait for as many to be on the disk, which on a disk is a tenth of all that they cost.
 */
export function quickFolder(folder = '/dev/shm'): string | undefined {
  try {
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .find(([, place]) => place === folder);
    const options = mount?.[3]?.split(',') ?? ['ro'];
    const { bavail, bsize } = statfsSync(folder);
    const isLarge = bavail * bsize >= NEEDED_BYTES && freemem() >= 2 * NEEDED_BYTES;
    return isLarge && !options.includes('noexec') && !options.includes('ro') ? folder : undefined;
  } catch {
    return undefined;
  }
}
