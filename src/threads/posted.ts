/** A call on its way into a thread. `untilMs` is how long somebody waits for it, by the clock that all threads share. */
export type Posted<Call> = { readonly id: number; readonly untilMs: number; readonly call: Call };

/** What goes into a thread. */
export type ToThread<Call> = readonly Posted<Call>[] | 'close';

/** What became of a call: its answer, or why there is none. */
export type PostedAnswer<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly reason: string };

/** Milliseconds by a clock that never jumps and is the same in every thread of the process. */
export function threadClockMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
