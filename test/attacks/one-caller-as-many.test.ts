import { expect, test } from 'vitest';
import { openWorld } from '../harness/world.ts';

const records = Object.fromEntries(
  Array.from({ length: 9 }, (_, index) => [
    String(index),
    { id: String(index), status: 'Created', email: `ann${index}@example.com` },
  ]),
);

test.each([
  ['a token', ['Bearer a.b.c', 'bearer a.b.c', 'BEARER  a.b.c', 'Bearer a.b.d']],
  ['a password', ['Basic cmVwOng=', 'basic cmVwOng', 'Basic cmVwOng==', 'Basic UkVQOng=']],
])('the spellings of %s are one caller, whose codes are counted together', async (_, spellings) => {
  const { rep, gateway } = await openWorld({ limits: { caller: { hour: 1 } } }, { records });
  const results: (string | null)[] = [];
  for (const [index, authorization] of spellings.entries()) {
    const path = `/api/DeliveryNotes/${index}`;
    results.push((await rep.call('PATCH', path, { status: 'Delivered' }, { authorization })).result);
  }
  expect(results).toEqual(['otp-required', ...Array(3).fill('otp-rate-limited')]);
  expect(gateway.outbox.messages()).toHaveLength(1);
});
