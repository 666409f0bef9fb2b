import { serveCalls } from '../../src/threads/serve-calls.ts';

/** Two shared numbers: the first is 1 once the thread has stopped at it, and it goes on when the second one is. */
export type Barrier = Int32Array<SharedArrayBuffer>;

/** Gives back what it is told, with how many calls came together; `die` and `fail` are done, `variables` are named, and a barrier is waited at. */
serveCalls<string | Barrier, string>({
  take(calls) {
    for (const { call, answer, fail } of calls) {
      if (call === 'die') process.exit(1);
      if (call === 'fail') fail(new Error('as it was told'));
      else if (call === 'variables') answer(Object.keys(process.env).join());
      else {
        if (typeof call !== 'string') {
          Atomics.store(call, 0, 1);
          Atomics.wait(call, 1, 0);
        }
        answer(`${typeof call === 'string' ? call : 'barrier'} of ${calls.length}`);
      }
    }
  },
  close: () => undefined,
});
