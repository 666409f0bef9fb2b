import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { errorCodeOf } from '../core/fault.ts';

/** The names under which this process claims journals. */
const OURS = new Set<string>();

/** A name for a claim, by which other processes can tell whether this one lives. */
export function newHolder(): { readonly name: string; forget(): void } {
  const name = `${process.pid} ${randomUUID()} ${hostname()}`;
  OURS.add(name);
  return { name, forget: () => void OURS.delete(name) };
}

/**
 * Whether the process that has the name is surely no more: it ran on this machine, and there is none with its number, or that is this
 * one. Of other machines nobody knows.
 */
export function isGone(name: string): boolean {
  const [pid = '', , ...host] = name.split(' ');
  if (host.join(' ') !== hostname() || OURS.has(name)) return false;
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return errorCodeOf(error) === 'ESRCH';
  }
}
