import { join } from 'node:path';
import { expect, test } from 'vitest';
import { customerAt } from '../harness/customer.ts';
import { until } from '../harness/until.ts';
import { openFolder } from '../harness/world.ts';
import { openSite } from './two-gateways.ts';

/*
 * Two gateways with two workers each on one ledger: whoever has one right code, or one answer of the customer, sends it to all of them at once,
 * while one of them reads its configuration again, or a worker of it is killed.
 */

test('what was asked for at one is spent once, wherever and however often it is sent', async () => {
  const { one, two, newest, deliver, race, pids, saved } = await openSite({
    kind: 'sqlite',
    path: join(openFolder(), 'ledger.db'),
    busyTimeout: '10s',
  });
  await until(() => pids(one).length === 2 && pids(two).length === 2);

  // Fifty racers with the right code, while one gateway reloads.
  expect((await deliver(one, '1')).status).toBe(428);
  const { code } = newest();
  const racing = race(50, '1', code);
  two.hangUp();
  expect((await Promise.all(racing)).filter((status) => status === 200)).toHaveLength(1);
  expect(saved('1')).toBe(1);
  expect((await deliver(two, '1', code)).result).toBe('otp-used');

  // Fifty racers without one, after the customer has agreed.
  expect((await deliver(two, '2')).status).toBe(428);
  expect((await customerAt(one.url, newest().link ?? '').press('yes')).status).toBe(200);
  expect((await Promise.all(race(50, '2'))).filter((status) => status === 200)).toHaveLength(1);
  expect(saved('2')).toBe(1);

  // Wrong codes count together.
  await deliver(one, '3');
  const { code: third } = newest();
  const wrong = String((Number(third) + 1) % 10 ** third.length).padStart(third.length, '0');
  await Promise.all(race(20, '3', wrong));
  expect((await deliver(two, '3', third)).result).toBe('otp-attempts-exhausted');
  expect(saved('3')).toBe(0);

  // A worker dies among them. Whoever was with it may wait for it in vain.
  expect((await deliver(one, '4')).status).toBe(428);
  const { code: fourth } = newest();
  const dying = race(50, '4', fourth);
  const lost = dying.map((one) => one.catch(() => undefined));
  process.kill(pids(two)[0] ?? 0, 'SIGKILL');
  await Promise.all(lost.filter((_, index) => index % 2 === 1));
  await until(() => pids(two).length === 3);
  await Promise.all(race(20, '4', fourth));
  // The worker that died said of nobody whether it was stored: the identical save may be sent once more, and no other.
  expect(saved('4')).toBeLessThanOrEqual(2);
  expect((await deliver(one, '4', fourth, { subject: 'Three boxes' })).status).not.toBe(200);
});
