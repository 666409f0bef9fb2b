import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Message } from '../../src/core/rule/message.ts';
import { STORED } from '../harness/crm.ts';
import { customerAt } from '../harness/customer.ts';
import { deliveryRule, NO_LIMITS } from '../harness/delivery.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { type GatewayProcess, serve } from '../scenarios/gateway-process.ts';

/*
 * Two gateways with two workers each on one ledger: whoever has one right code, or one answer of the customer, sends it to all of them at once,
 * while one of them reads its configuration again, or a worker of it is killed.
 */

async function openSite() {
  const records = Object.fromEntries(['1', '2', '3', '4'].map((id) => [id, { ...STORED, id }]));
  const crm = await openCrm({ records });
  const folder = openFolder();
  const outbox = join(folder, 'outbox');
  const options: Parameters<typeof serve>[1] = {
    version: 1,
    workers: 2,
    listen: { port: 0 },
    admin: false,
    publicUrl: 'https://confirm.example.com',
    upstream: { url: crm.url },
    store: { kind: 'sqlite', path: join(folder, 'ledger.db'), busyTimeout: '10s' },
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
    channels: { email: { kind: 'outbox', folder: outbox } },
    limits: NO_LIMITS,
    rules: [
      deliveryRule({
        // Whatever is stored by then, it asks about each of them.
        when: { '==': [{ var: 'record.status' }, 'Delivered'] },
        confirm: 'page',
        send: { to: [{ channel: 'email', address: 'email' }], message: '{{code}} {{link}}' },
      }),
    ],
  };
  const [one, two] = await Promise.all([serve(openFolder(), options), serve(openFolder(), options)]);
  const newest = () => {
    const [name = ''] = readdirSync(outbox).sort().reverse();
    return JSON.parse(readFileSync(join(outbox, name), 'utf8')) as Message;
  };
  const deliver = (at: GatewayProcess, id: string, code?: string, fields = {}) => {
    const headers: Record<string, string> = code === undefined ? {} : { 'OTPRULES-OTP-7': code };
    return at.rep.call('PATCH', `/api/DeliveryNotes/${id}`, { status: 'Delivered', ...fields }, headers);
  };
  /** Sends the same save on many connections to both, in turn. */
  const race = (racers: number, id: string, code?: string) => {
    const carried = code === undefined ? [] : [`OTPRULES-OTP-7: ${code}`];
    const headers = ['Authorization: Bearer rep', 'Content-Type: application/json', 'Connection: close'];
    const save = rawRequest(
      `PATCH /api/DeliveryNotes/${id}`,
      [...headers, ...carried],
      '{"status":"Delivered"}',
    );
    return Array.from({ length: racers }, (_, index) =>
      sendRaw(Number(new URL((index % 2 === 0 ? two : one).url).port), save).then(({ status }) => status),
    );
  };
  return {
    one,
    two,
    newest,
    deliver,
    race,
    pids: (gateway: GatewayProcess) =>
      [...gateway.output().matchAll(/"pid":(\d+),"url"/g)].map(([, pid]) => Number(pid)),
    saved: (id: string) => crm.saves.filter(({ path }) => path.endsWith(`/${id}`)).length,
  };
}

test('what was asked for at one is spent once, wherever and however often it is sent', async () => {
  const { one, two, newest, deliver, race, pids, saved } = await openSite();
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
