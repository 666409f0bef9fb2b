import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSpool } from '../../src/http/body/spool.ts';

const CRUMBS = 1_000_000;
/** Each crumb that is kept as it came costs more than 200 bytes. */
const MOST_BYTES = 100 * 1024 * 1024;

it('a body that comes byte by byte takes the memory of its bytes, not that of its pieces', () => {
  const spool = createSpool(8 * 1024 * 1024);
  const before = memoryBytes();
  for (let crumb = 0; crumb < CRUMBS; crumb++) void spool.append(Buffer.from('a'));
  expect(memoryBytes() - before).toBeLessThan(MOST_BYTES);
  expect(Buffer.from(spool.read(0, CRUMBS) as Uint8Array).toString()).toBe('a'.repeat(CRUMBS));
});

it('however a body is cut, it is the same body, in memory and on the disk', async () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(pieces, fc.nat(4000), async (body, memory) => {
      const spool = createSpool(memory);
      for (const piece of body) await spool.append(piece);
      const whole = Buffer.concat(body);
      expect(Buffer.from(await spool.read(0, spool.length))).toEqual(whole);
      expect(Buffer.from(await spool.read(1, whole.length - 1))).toEqual(whole.subarray(1, -1));
      await spool.close();
    }),
    { numRuns: 60 },
  );
});

function memoryBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
