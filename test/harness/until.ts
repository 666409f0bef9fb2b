import { setTimeout as pause } from 'node:timers/promises';

/** Waits until the condition gives something, and gives it. The suite's own timeout ends a wait in vain. */
export async function until<T>(condition: () => T | undefined | false | null): Promise<T> {
  for (;;) {
    const found = condition();
    if (found) return found;
    await pause(5);
  }
}
