import { expect, test } from 'vitest';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import type { Adapters } from '../../src/gateway/gateway.ts';
import type { Channel, Delivery } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { HIDDEN_MODULE, hiddenRule, seenOf } from '../harness/hidden.ts';
import { findingIn, PAYSLIPS, PEOPLE, RULE } from '../harness/payslips.ts';
import { until } from '../harness/until.ts';
import { openCrm, openGateway } from '../harness/world.ts';

/** A gateway in front of the payslips, whose messages are taken by `deliver`. */
async function open(deliver: () => Promise<Delivery>, adapters: Adapters = {}, limits = {}) {
  const crm = await openCrm({ collection: PAYSLIPS, records: PEOPLE, auth: true });
  crm.answerWith(findingIn(crm));
  const clock = createHandClock(1_795_000_000_000);
  const events: AuditEvent[] = [];
  const lines: string[] = [];
  const note = (details: object, message: string) => void lines.push(`${message} ${JSON.stringify(details)}`);
  const codes: string[] = [];
  const whatsapp: Channel = {
    addressKind: 'phone',
    deliver: ({ code }) => {
      codes.push(code);
      return deliver();
    },
    close: async () => undefined,
  };
  const options = gatewayOptions(crm.url, {
    modules: { Payslips: HIDDEN_MODULE },
    channels: { whatsapp: { kind: 'outbox', address: 'phone' } },
    rules: [hiddenRule()],
    ...limits,
  });
  const opened = await openGateway(options, {
    clock,
    store: createMemoryStore(clock),
    channels: { whatsapp },
    audit: { write: async (event) => void events.push(event), close: async () => undefined },
    log: { debug: () => undefined, info: note, warn: note, error: note },
    ...adapters,
  });
  const identify = (value: string) => opened.rep.call('POST', `${RULE}/identify`, { value });
  return { ...opened, crm, clock, codes, events, lines, identify };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** What is said to the caller of a value, in all that follows its code's way to the customer. */
async function converse({ identify, rep, clock }: Opened, value: string) {
  const first = await identify(value);
  const about = `${RULE}/records/${first.json.record}`;
  const seen = [
    first,
    await rep.call('GET', about),
    await rep.call('POST', `${about}/grant`, { code: '000000' }),
  ];
  clock.advance(30_000);
  return [...seen, await identify(value), await rep.call('GET', about)].map((answer) =>
    seenOf(answer, 1_795_000_000_000),
  );
}

const providers: readonly (readonly [what: string, deliver: () => Promise<Delivery>, limits: object])[] = [
  ['that refuses', async () => ({ kind: 'refused', reason: 'no such number' }), {}],
  ['that may have taken it', async () => ({ kind: 'unknown', reason: 'no answer' }), {}],
  [
    'that throws',
    async () => {
      throw new Error('a fault');
    },
    {},
  ],
  [
    'to an address that had its codes for today',
    async () => ({ kind: 'accepted' }),
    { limits: { address: { hour: 1, day: 1 } } },
  ],
];

test.each(providers)('a provider %s does not show to the caller', async (_, deliver, limits) => {
  const [known, other] = [await open(deliver, {}, limits), await open(deliver, {}, limits)];
  expect(await converse(known, '4721')).toEqual(await converse(other, '9999'));
  expect(known.codes.length).toBeGreaterThan(0);
  expect(other.codes).toEqual([]);
  await until(() => known.lines.some((line) => line.includes('its caller was not told')));
});

test('nobody waits for the provider, and a gateway that stops does', async () => {
  const { promise, resolve } = Promise.withResolvers<Delivery>();
  const { identify, gateway, codes } = await open(() => promise);
  expect((await identify('4721')).status).toBe(201);
  await until(() => codes.length === 1);
  const order: string[] = [];
  const closed = gateway.close().then(() => order.push('closed'));
  await new Promise((turn) => setImmediate(turn));
  order.push('delivered');
  resolve({ kind: 'accepted' });
  await closed;
  expect(order).toEqual(['delivered', 'closed']);
});

test('the audit and the log know what the caller does not, and neither value nor code', async () => {
  const { identify, events, lines } = await open(async () => ({ kind: 'accepted' }));
  for (const value of ['4721', '4722', '9999']) await identify(value);
  await until(() => events.length === 3);
  const told = (record: string | null) =>
    events.find((event) => 'record' in event && event.record === record);
  expect(told('p1')).toMatchObject({ event: 'code-sent', channel: 'whatsapp', sentTo: '***78', rule: '9' });
  expect(told('p2')).toMatchObject({ event: 'code-send-failed', reason: 'otp-recipient-missing' });
  expect(told(null)).toMatchObject({ event: 'code-send-failed', reason: 'record-not-found' });
  expect(lines.filter((line) => line.includes('its caller was not told'))).toHaveLength(2);
  expect(`${JSON.stringify(events)}${lines.join()}`).not.toMatch(/9999|4721/);
});
