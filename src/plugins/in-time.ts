import { within } from '../waiting/within.ts';

/** What a plug-in's promise gives, or a rejection where it gives nothing in that time. A gateway that ends does not wait for it. */
export function inTime<T>(timeMs: number, promise: Promise<T>): Promise<T> {
  const late = (): never => {
    throw new Error(`it did not end in ${timeMs / 1000} s`);
  };
  return within(timeMs, promise, late, { ref: false });
}
