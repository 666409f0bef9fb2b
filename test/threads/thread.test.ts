import { execFileSync } from 'node:child_process';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { createThread, moduleBeside, type Thread } from '../../src/threads/thread.ts';
import { until } from '../harness/until.ts';
import type { Barrier } from './echo-thread.ts';

const opened: Thread<string | Barrier, string>[] = [];
function open(waitMs = 10_000, mostWaiting = 100) {
  const module = moduleBeside(import.meta.url, 'echo-thread');
  const thread = createThread<string | Barrier, string>({ module, settings: {}, waitMs, mostWaiting });
  opened.push(thread);
  return thread;
}
afterEach(async () => {
  for (const thread of opened.splice(0)) await thread.close();
});

/** Where a thread stops until it is let go. */
function createBarrier() {
  const numbers: Barrier = new Int32Array(new SharedArrayBuffer(8));
  const isReached = () => Atomics.load(numbers, 0) === 1;
  const open = () => {
    Atomics.store(numbers, 1, 1);
    Atomics.notify(numbers, 1);
  };
  return { numbers, isReached, reached: () => until(isReached), open };
}

describe('a thread', () => {
  test('gets the calls of one turn together', async () => {
    const thread = open();
    expect(await Promise.all(['a', 'b', 'c'].map(thread.call))).toEqual(['a of 3', 'b of 3', 'c of 3']);
  });

  test('gets the calls that came while it was busy together', async () => {
    const thread = open();
    await thread.call('warm');
    const barrier = createBarrier();
    const first = thread.call(barrier.numbers);
    await barrier.reached();
    const second = thread.call('b');
    // Each is sent in a turn of its own.
    await turn();
    await turn();
    const third = thread.call('c');
    await turn();
    await turn();
    barrier.open();
    expect(await Promise.all([first, second, third])).toEqual(['barrier of 1', 'b of 2', 'c of 2']);
  });

  test('has no variable of the process but where compiled modules are kept', async () => {
    expect(process.env['PATH']).toBeDefined();
    expect(await open().call('variables')).toBe('NODE_COMPILE_CACHE');
  });

  test('tells why a call failed, and goes on', async () => {
    const thread = open();
    await expect(thread.call('fail')).rejects.toThrow('as it was told');
    expect(await thread.call('a')).toBe('a of 1');
  });

  test('that dies fails those who wait, and is started anew for the next call', async () => {
    const thread = open();
    const calls = await Promise.allSettled(['die', 'a'].map(thread.call));
    expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await thread.call('b')).toBe('b of 1');
  });

  test('that does not answer is not waited for longer than a call may wait, and what was not begun is not done', async () => {
    const thread = open(2000);
    await thread.call('warm');
    const [barrier, after] = [createBarrier(), createBarrier()];
    const stuck = thread.call(barrier.numbers);
    await barrier.reached();
    for (const call of await Promise.allSettled([stuck, thread.call(after.numbers)]))
      expect(call).toMatchObject({ status: 'rejected', reason: new Error('it took too long') });
    barrier.open();
    await thread.close();
    expect(after.isReached()).toBe(false);
  });

  test('takes no more calls than may wait', async () => {
    const thread = open(10_000, 2);
    const calls = await Promise.allSettled(['a', 'b', 'c'].map(thread.call));
    expect(calls.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(await thread.call('d')).toBe('d of 1');
  });

  test('does what it was given before it is closed, and takes no more', async () => {
    const thread = open();
    const given = ['a', 'b'].map(thread.call);
    await thread.close();
    expect(await Promise.all(given)).toEqual(['a of 2', 'b of 2']);
    await expect(thread.call('c')).rejects.toThrow('it was closed');
  });

  test('that is idle keeps no process alive', () => {
    const script = `
      import { createThread } from '${new URL('../../src/threads/thread.ts', import.meta.url)}';
      const module = new URL('file://${fileURLToPath(new URL('echo-thread.ts', import.meta.url))}');
      const thread = createThread({ module, settings: {}, waitMs: 60000, mostWaiting: 9 });
      console.log(await thread.call('a'));`;
    const args = ['--input-type=module', '-e', script];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })).toBe('a of 1\n');
  });
});
