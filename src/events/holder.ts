import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCodeOf } from '../core/fault.ts';

/** The names under which this process claims journals. */
const OURS = new Set<string>();

/**
 * Where the number of a process means something: a machine since its start, and, of containers that share the name of one, which of them. Each
 * has a process 1.
 * Source: https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
 */
const PLACE = [
  hostname(),
  found(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  found(() => readlinkSync('/proc/self/ns/pid')),
].join(' ');

/** Other systems than Linux have none. */
function found(look: () => string): string {
  try {
    return look();
  } catch {
    return '';
  }
}

/** A name for a claim, by which other processes can tell whether this one lives. */
export function newHolder(): { readonly name: string; forget(): void } {
  const name = `${process.pid} ${randomUUID()} ${PLACE}`;
  OURS.add(name);
  return { name, forget: () => void OURS.delete(name) };
}

/**
 * Whether the process that has the name is surely no more: it ran here, and there is none with its number, or that is this one. Of other
 * machines and containers nobody knows.
 */
export function isGone(name: string): boolean {
  const [pid = '', , ...place] = name.split(' ');
  if (place.join(' ') !== PLACE || OURS.has(name)) return false;
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return errorCodeOf(error) === 'ESRCH';
  }
}
