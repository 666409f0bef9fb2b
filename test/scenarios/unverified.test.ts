import { describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Channel } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { type Rep, repOf } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const MINUTE = 60_000;
const START = 1_795_003_200_000;
const BRAZIL = '+5511987654321';
const AMERICA = '+12015550123';
const ALARM = /many codes are sent and few of them are verified/;

type Unverified = NonNullable<NonNullable<ConfigInput['limits']>['unverified']>;

const RULE = deliveryRule({
  send: {
    to: [
      { channel: 'sms', address: 'phone' },
      { channel: 'email', address: 'email' },
    ],
  },
});

/** Gateways on one ledger; records have the numbers 1, 2, 3 …, and those beyond 900 a phone in America. */
async function open(
  unverified: Unverified = {},
  { gateways = 1, rules = [RULE], sms = {} as Partial<Channel> } = {},
) {
  const records = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => {
      const phone = index < 900 ? BRAZIL : AMERICA;
      return [`${index}`, { id: `${index}`, subject: 'Box', status: 'Created', phone }];
    }),
  );
  const crm = await openCrm({ records });
  const clock = createHandClock(START);
  const store = { ...createMemoryStore(clock), close: async () => undefined };
  const lines: string[] = [];
  const outbox = createOutbox({ addressKind: 'phone' });
  const email = createOutbox({ addressKind: 'email' });
  const note = (details: object, message: string) => void lines.push(`${message} ${JSON.stringify(details)}`);
  const log = { debug: () => undefined, info: () => undefined, warn: note, error: note };
  const options = gatewayOptions(crm.url, {
    channels: { sms: { kind: 'outbox', address: 'phone' }, email: { kind: 'outbox' } },
    rules,
    admin: { port: 0 },
    hashing: { queue: 1000 },
    limits: { ...NO_LIMITS, unverified: { atLeast: 4, ratio: 0.75, ...unverified } },
  });
  const opened = [];
  for (let nth = 0; nth < gateways; nth++)
    opened.push(
      await openGateway(options, { clock, store, log, channels: { sms: { ...outbox, ...sms }, email } }),
    );
  const [first] = opened;
  if (!first) throw new Error('there is no gateway');
  let next = 0;
  const save = (rep: Rep, id: number, code?: string) =>
    rep.call(
      'PATCH',
      `/api/DeliveryNotes/${id}`,
      { status: 'Delivered' },
      code ? { 'OTPRULES-OTP-7': code } : {},
    );
  return {
    crm,
    clock,
    outbox,
    email,
    lines,
    reps: opened.map(({ rep }) => rep),
    rep: first.rep,
    as: (token: string) => repOf(first.url, `Bearer ${token}`),
    save,
    /** Asks for codes for so many records, one after the other, and gives the answers' slugs. */
    async ask(times: number, rep = first.rep) {
      const results = [];
      for (let nth = 0; nth < times; nth++) results.push((await save(rep, ++next)).result);
      return results;
    },
    /** Confirms the latest records that codes were asked for, so many of them. */
    async confirm(times: number, rep = first.rep) {
      const messages = outbox.messages().slice(-times);
      for (const { code, record } of messages)
        expect((await save(rep, Number(record), code)).status).toBe(200);
    },
    alarms: () => lines.filter((line) => ALARM.test(line)).map((line) => JSON.parse(line.replace(ALARM, ''))),
    first,
  };
}

const required = (times: number) => Array.from({ length: times }, () => 'otp-required');

describe('codes that nobody uses', () => {
  test('raise one alarm for their caller and one for their country, and nothing is refused', async () => {
    const { ask, alarms, clock, lines } = await open();
    expect(await ask(4)).toEqual(required(4));
    expect(alarms()).toEqual([]);
    clock.advance(10 * MINUTE);
    expect(await ask(3)).toEqual(required(3));
    expect(alarms()).toEqual([
      {
        scope: 'caller',
        caller: expect.any(String),
        request: expect.any(String),
        sent: 4,
        verified: 0,
        mode: 'alarm',
      },
      { scope: 'country', country: 'BR', sent: 4, verified: 0, mode: 'alarm' },
    ]);
    expect(lines.join()).not.toMatch(/Bearer|bearer|98765/);
  });

  test('raise it again when the time is over and they are still many', async () => {
    const { ask, alarms, clock } = await open();
    for (let nth = 0; nth < 18; nth++) {
      await ask(2);
      clock.advance(10 * MINUTE);
    }
    expect(alarms().map(({ scope }) => scope)).toEqual([
      'caller',
      'country',
      'caller',
      'country',
      'caller',
      'country',
    ]);
  });

  test('raise none while they may still be used, nor where enough of them were', async () => {
    const { ask, confirm, alarms, clock } = await open();
    expect(await ask(40)).toEqual(required(40));
    expect(alarms()).toEqual([]);
    await confirm(11);
    clock.advance(10 * MINUTE);
    expect(await ask(1)).toEqual(required(1));
    expect(alarms()).toEqual([]);
  });

  test('are no use of whoever asked for them where somebody else has them confirmed', async () => {
    const { ask, confirm, alarms, as, clock } = await open();
    await ask(8, as('dispatcher'));
    await confirm(4, as('driver'));
    clock.advance(10 * MINUTE);
    await ask(1, as('dispatcher'));
    expect(alarms()).toEqual([]);
  });

  test('are counted once each, though the CRM refuses the save and gives the code back', async () => {
    const { crm, ask, outbox, save, rep, alarms, clock } = await open();
    await ask(4);
    const [message] = outbox.messages();
    crm.answerWith((received, response, proceed) =>
      received.method === 'GET' ? proceed() : void response.writeHead(422).end(),
    );
    for (let nth = 0; nth < 3; nth++) expect((await save(rep, 1, message?.code)).status).toBe(422);
    clock.advance(10 * MINUTE);
    await ask(1);
    expect(alarms()).toMatchObject([
      { sent: 4, verified: 1 },
      { sent: 4, verified: 1 },
    ]);
  });

  test('that no provider took are not counted', async () => {
    const sms = { deliver: async () => ({ kind: 'refused', reason: 'a test' }) as const };
    const { ask, alarms, clock } = await open({}, { sms });
    await ask(8);
    clock.advance(10 * MINUTE);
    await ask(1);
    expect(alarms()).toEqual([]);
  });

  test('are counted in the metrics, by country and by no caller', async () => {
    const { ask, clock, first } = await open();
    await ask(4);
    clock.advance(10 * MINUTE);
    await ask(1);
    const text = await (await fetch(`${first.adminUrl}/metrics`)).text();
    const alarms = text.split('\n').filter((line) => line.startsWith('countersign_unverified_alarms_total'));
    expect(alarms.sort()).toEqual([
      'countersign_unverified_alarms_total{scope="caller",country=""} 1',
      'countersign_unverified_alarms_total{scope="country",country="BR"} 1',
    ]);
  });
});

describe('a caller whose codes nobody uses', () => {
  test('gets no more of them, and is told when; others do, and codes that are out are good', async () => {
    const { ask, confirm, alarms, as, save, clock, rep } = await open({ caller: 'refuse' });
    await ask(4);
    clock.advance(6 * MINUTE);
    await ask(2);
    clock.advance(4 * MINUTE);
    expect(await ask(1)).toEqual(['otp-rate-limited']);
    expect(await ask(2, as('another'))).toEqual(required(2));
    await confirm(2, as('another'));
    expect((await save(rep, 5)).result).toBe('otp-required');
    const refused = await save(rep, 800);
    const seconds = Number(refused.headers.get('retry-after'));
    expect([refused.status, seconds > 0 && seconds <= 3600]).toEqual([429, true]);
    clock.advance(seconds * 1000 - 1);
    expect((await save(rep, 801)).status).toBe(429);
    clock.advance(1);
    expect((await save(rep, 802)).result).toBe('otp-required');
    expect(alarms().filter(({ scope }) => scope === 'caller')).toHaveLength(1);
  });

  test('can still have living codes confirmed', async () => {
    const { ask, outbox, save, clock, rep } = await open({ caller: 'refuse' });
    await ask(4);
    clock.advance(9 * MINUTE);
    await ask(1);
    clock.advance(MINUTE);
    expect(await ask(1)).toEqual(['otp-rate-limited']);
    expect((await save(rep, 5, outbox.lastCode())).code).toBe('used');
  });
});

describe('a country whose codes nobody uses', () => {
  test('gets no more of them where that is configured; other countries do, and another address is taken', async () => {
    const { crm, ask, as, email, save, clock, rep } = await open({ country: 'refuse' });
    await ask(4, as('another'));
    clock.advance(10 * MINUTE);
    expect(await ask(1)).toEqual(['otp-rate-limited']);
    expect((await save(rep, 950)).result).toBe('otp-required');
    crm.records.set('700', { ...crm.records.get('700'), email: 'ann@example.com' });
    expect((await save(rep, 700)).result).toBe('otp-required');
    expect(email.messages().map(({ address }) => address)).toEqual(['ann@example.com']);
    clock.advance(60 * MINUTE);
    expect(await ask(1)).toEqual(required(1));
  });
});

test('several gateways on one ledger count together, and one of them raises the alarm', async () => {
  const { ask, reps, alarms, clock } = await open({ caller: 'refuse' }, { gateways: 3 });
  for (const rep of [...reps, ...reps]) expect(await ask(1, rep)).toEqual(required(1));
  clock.advance(10 * MINUTE);
  const results = await Promise.all(reps.map((rep) => ask(1, rep)));
  expect(results.flat()).toEqual(Array.from({ length: 3 }, () => 'otp-rate-limited'));
  expect(alarms().filter(({ scope }) => scope === 'caller')).toHaveLength(1);
});
