import { setTimeout as pause } from 'node:timers/promises';

/** What the promise gives, or a rejection where it gives nothing in that time. */
export async function within<T>(timeMs: number, promise: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = pause(timeMs, undefined, { signal: over.signal, ref: false }).then(() => {
    throw new Error(`it did not end in ${timeMs / 1000} s`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
}
