import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { expect, it } from 'vitest';
import { createCodeHasher } from '../../src/system/hasher.ts';

/** Names and priorities of the threads of this process, where the system tells them. */
function threads(): readonly { readonly name: string; readonly nice: number }[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/task').map((thread) => ({
    name: readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim(),
    nice: getPriority(Number(thread)),
  }));
}

it('whoever hashes gives way to the event loop, where threads have priorities of their own', async () => {
  const own = getPriority();
  await createCodeHasher({ secrets: ['a secret of more than thirty-two bytes, for tests'] }).hash(
    '123456',
    'context',
  );
  const found = threads();
  const pool = found.filter(({ name }) => name === 'libuv-worker').map(({ nice }) => nice);
  expect(new Set(pool)).toEqual(new Set(process.platform === 'linux' ? [10] : []));
  expect(getPriority()).toBe(own);
});
