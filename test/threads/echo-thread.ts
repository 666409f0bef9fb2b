import { serveCalls } from '../../src/threads/serve-calls.ts';

/** Gives back what it is told, with how many calls came together; `die`, `fail` and a number of milliseconds to sleep are done. */
serveCalls<string | number, string>({
  take(calls) {
    for (const { call, answer, fail } of calls) {
      if (call === 'die') process.exit(1);
      if (call === 'fail') fail(new Error('as it was told'));
      else {
        if (typeof call === 'number') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, call);
        answer(`${call} of ${calls.length}`);
      }
    }
  },
  close: () => undefined,
});
