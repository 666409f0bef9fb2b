import { expect, onTestFinished, test } from 'vitest';
import { openRaw } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { openWorld } from '../harness/world.ts';

/*
 * Bodies that are read share what there is for them, and nobody is asked who they are before theirs was read. Whoever sends many, slowly, would
 * keep everybody else's saves out.
 */

const KILOBYTE = `400\r\n${' '.repeat(1024)}\r\n`;

/** A save from there that never ends. */
async function hold(url: string, from: string) {
  const stranger = await openRaw(Number(new URL(url).port));
  onTestFinished(stranger.close);
  const head = ['PATCH /api/DeliveryNotes/45 HTTP/1.1', 'Host: x', `X-Forwarded-For: ${from}`];
  const body = ['Content-Type: application/json', 'Transfer-Encoding: chunked', '', KILOBYTE];
  stranger.send([...head, ...body].join('\r\n'));
  return stranger;
}

test('a stranger who holds all that one address may leaves others room', () =>
  leavesOthersRoom(() => '192.0.2.7'));

test('a stranger who holds it from many addresses of one network leaves others room', () =>
  leavesOthersRoom((index) => `2001:db8::${index + 1}`));

/** Sends more bodies than may be held, each from the address that is given for it; somebody elsewhere saves all the same. */
async function leavesOthersRoom(addressOf: (index: number) => string): Promise<void> {
  const { url, rep, code, crm } = await openWorld(
    {
      trustedProxies: ['127.0.0.1'],
      body: { budget: '8KiB', limit: '2KiB', record: '2KiB', memory: '2KiB' },
    },
    { auth: true },
  );
  const told: number[] = [];
  for (let index = 0; index < 9; index++) {
    const stranger = await hold(url, addressOf(index));
    void stranger.answer().then(({ status }) => told.push(status));
  }
  // Four kilobytes are held; what came after them is turned away.
  await until(() => told.length >= 5);
  const from = (ip: string) => ({ 'x-forwarded-for': ip });
  const deliver = (headers: Record<string, string>) =>
    rep.call('PATCH', '/api/DeliveryNotes/45', { status: 'Delivered' }, headers);
  expect((await deliver(from('192.0.2.8'))).status).toBe(428);
  expect((await deliver({ ...from('192.0.2.8'), 'OTPRULES-OTP-7': code() })).status).toBe(200);
  expect(crm.saves).toHaveLength(1);
  expect(told).toEqual(Array(5).fill(503));
}

test('honest: who sent many bodies, one after the other, may send the next', async () => {
  const { rep, crm } = await openWorld({
    body: { budget: '8KiB', limit: '2KiB', record: '2KiB', memory: '2KiB' },
  });
  for (let index = 0; index < 10; index++) {
    const saved = await rep.call('PATCH', '/api/DeliveryNotes/45', { notes: 'x'.repeat(1024) });
    expect(saved.status).toBe(200);
    await until(() => crm.saves.length === index + 1);
  }
});
