import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Of 19 steps: a tenth of the processor's time where the event loop wants all of it, and all of it where nobody else does. */
const NICE = 10;

/**
 * Lets the threads of libuv's pool, which hash codes, give way to the event loop: on a machine with few cores, whoever tries codes
 * would else slow down everybody's traffic. Linux only, where threads have priorities of their own and whoever runs a thread may
 * lower it; elsewhere, and where it fails, nothing changes. Source: setpriority(2), "C library/kernel differences".
 */
export function lowerPoolPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    for (const thread of readdirSync('/proc/self/task')) {
      const name = readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim();
      if (name === 'libuv-worker') setPriority(Number(thread), NICE);
    }
  } catch {
    // A thread that has ended, or a system that does not let us: it hashes as it did.
  }
}
