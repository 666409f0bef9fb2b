import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { CountersignError } from '../../src/core/fault.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS, SECRET } from '../harness/delivery.ts';
import { type Rep, repOf } from '../harness/rep.ts';
import { openCrm, openGateway, openWorld, type WorldOptions } from '../harness/world.ts';

/*
 * Whoever sees a record may take its code back, and that gives nobody an attempt or a send. So somebody could take back each code of everybody at
 * once, and nobody would save anything any more. What others asked for costs as much as a wrong code.
 */

const CODE = (record: string) => `/_countersign/rules/7/records/${record}/code`;
const records = Object.fromEntries(
  ['1', '2', '3', '4', '5'].map((id) => [
    id,
    { id, subject: 'Box', status: 'Created', email: 'ann@example.com' },
  ]),
);
const limits = { ...NO_LIMITS, caller: { ...NO_LIMITS.caller, wrong: 3 } };

async function open(options: WorldOptions = {}) {
  const world = await openWorld({ limits, ...options }, { records });
  const spy = repOf(world.url, 'Bearer spy');
  const deliver = (record: string, code?: string) =>
    world.rep.call(
      'PATCH',
      `/api/DeliveryNotes/${record}`,
      { status: 'Delivered' },
      code === undefined ? {} : { 'OTPRULES-OTP-7': code },
    );
  return { ...world, spy, deliver };
}

test('who takes back what others asked for does so as often as they may send wrong codes, and no oftener', async () => {
  const { crm, gateway, spy, deliver, code } = await open();
  for (const record of ['1', '2', '3']) {
    await deliver(record);
    expect((await spy.call('DELETE', CODE(record))).status).toBe(204);
    expect((await deliver(record, code())).status).toBe(428);
  }
  await deliver('4');
  const refused = await spy.call('DELETE', CODE('4'));
  expect([refused.status, refused.result, Number(refused.headers.get('retry-after')) > 0]).toEqual([
    429,
    'otp-rate-limited',
    true,
  ]);
  expect(crm.saves).toHaveLength(0);
  expect((await deliver('4', code())).status).toBe(200);
  // An hour later they may again.
  gateway.clock.advance(3_600_000);
  await deliver('5');
  expect((await spy.call('DELETE', CODE('5'))).status).toBe(204);
});

test('it is the budget of wrong codes: who has used it up guesses no more either', async () => {
  const { gateway, spy, deliver } = await open({
    limits: { ...limits, caller: { ...NO_LIMITS.caller, wrong: 1 } },
  });
  await deliver('1');
  expect((await spy.call('DELETE', CODE('1'))).status).toBe(204);
  const wrong = await spy.call('PATCH', '/api/DeliveryNotes/2', { status: 'Delivered' });
  expect(wrong.status).toBe(428);
  const guess = await spy.call(
    'PATCH',
    '/api/DeliveryNotes/2',
    { status: 'Delivered' },
    { 'OTPRULES-OTP-7': String((Number(gateway.lastCode()) + 1) % 1e6).padStart(6, '0') },
  );
  expect([guess.status, guess.result]).toEqual([429, 'otp-rate-limited']);
});

test('honest: who asked for a code takes it back as often as they like', async () => {
  const { gateway, rep, deliver, code } = await open();
  for (let nth = 0; nth < 4; nth++) {
    expect((await deliver('1')).result).toBe('otp-required');
    expect((await rep.call('DELETE', CODE('1'))).status).toBe(204);
    gateway.clock.advance(30_000);
  }
  for (const record of ['2', '3', '4', '5']) {
    await deliver(record);
    expect((await rep.call('DELETE', CODE(record))).status).toBe(204);
  }
  gateway.clock.advance(30_000);
  await deliver('5');
  expect((await deliver('5', code())).status).toBe(200);
});

test('honest: where nothing is out, it costs nothing to say so', async () => {
  const { spy, deliver, code } = await open();
  await deliver('1');
  await deliver('1', code());
  for (let nth = 0; nth < 5; nth++) expect((await spy.call('DELETE', CODE('1'))).status).toBe(204);
  for (let nth = 0; nth < 5; nth++) expect((await spy.call('DELETE', CODE('2'))).status).toBe(204);
  for (const [record, status] of [
    ['2', 204],
    ['3', 204],
    ['4', 204],
    ['5', 429],
    ['1', 204],
  ] as const) {
    if (record !== '1') await deliver(record);
    expect([record, (await spy.call('DELETE', CODE(record))).status]).toEqual([record, status]);
  }
});

test('callers without a name at one address have one budget for it', async () => {
  const { crm } = await open();
  const options = gatewayOptions(crm.url, { limits: { ...NO_LIMITS, ip: { ...NO_LIMITS.ip, wrong: 2 } } });
  const { url, rep } = await openGateway(options);
  const take = async (record: string) => {
    await rep.call('PATCH', `/api/DeliveryNotes/${record}`, { status: 'Delivered' });
    return (await repOf(url, `Bearer made up for ${record}`).call('DELETE', CODE(record))).status;
  };
  expect([await take('1'), await take('2'), await take('3')]).toEqual([204, 204, 429]);
});

/** Gateways over one store, which can be told to do something before it keeps a row of a kind, or to fail there. */
async function openOver(limit: number) {
  const store = createMemoryStore(systemClock);
  const before = new Map<string, () => Promise<void>>();
  const crm = await openCrm({ records });
  const outbox = createOutbox({ addressKind: 'email' });
  const gatewayWith = (secret: ConfigInput['secret'] = SECRET) => {
    const adapters = {
      store: {
        ...store,
        async replace(...[row, expected]: Parameters<typeof store.replace>) {
          const { kind } = row as { readonly kind?: string };
          const run = before.get(kind ?? '');
          before.delete(kind ?? '');
          await run?.();
          return store.replace(row, expected);
        },
        close: async () => undefined,
      },
      channels: { email: outbox },
    };
    const caller = { ...NO_LIMITS.caller, wrong: limit };
    const rules = [deliveryRule({ code: { cooldown: '0s' } })];
    return openGateway(
      gatewayOptions(crm.url, { secret, rules, limits: { ...NO_LIMITS, caller } }),
      adapters,
    );
  };
  return { crm, before, gatewayWith, code: () => outbox.messages().at(-1)?.code };
}

const deliverBy = (rep: Rep, record: string, code?: string) =>
  rep.call(
    'PATCH',
    `/api/DeliveryNotes/${record}`,
    { status: 'Delivered' },
    code === undefined ? {} : { 'OTPRULES-OTP-7': code },
  );

test('a code that is sent while another one is taken back stays good, and nothing was paid', async () => {
  const { crm, before, gatewayWith, code } = await openOver(1);
  const { rep, url } = await gatewayWith();
  const spy = repOf(url, 'Bearer spy');
  await deliverBy(rep, '1');
  const first = code();
  before.set('tally', async () => {
    expect((await rep.call('POST', CODE('1'))).status).toBe(201);
  });
  expect((await spy.call('DELETE', CODE('1'))).status).toBe(204);
  expect(code()).not.toBe(first);
  expect((await deliverBy(rep, '1', code())).result).toBe('verified');
  expect(crm.saves).toHaveLength(1);
  await deliverBy(rep, '2');
  expect((await spy.call('DELETE', CODE('2'))).status).toBe(204);
  await deliverBy(rep, '3');
  expect((await spy.call('DELETE', CODE('3'))).status).toBe(429);
});

test('nothing is paid where the ledger could not take the code back', async () => {
  const { before, gatewayWith } = await openOver(1);
  const { rep, url } = await gatewayWith();
  const spy = repOf(url, 'Bearer spy');
  await deliverBy(rep, '1');
  before.set('code', () => Promise.reject(new CountersignError('store-unavailable', 'no ledger')));
  expect((await spy.call('DELETE', CODE('1'))).status).toBe(503);
  expect((await spy.call('DELETE', CODE('1'))).status).toBe(204);
});

test('honest: who asked for a code before the secret was rotated takes it back for nothing', async () => {
  const { gatewayWith } = await openOver(1);
  const [OLD, NEW] = [`${SECRET} that goes away`, `${SECRET} that comes after it`];
  const [before, after] = [await gatewayWith([OLD]), await gatewayWith([NEW, OLD])];
  for (const record of ['1', '2', '3']) {
    await deliverBy(before.rep, record);
    expect((await after.rep.call('DELETE', CODE(record))).status).toBe(204);
  }
});
