import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Adapters } from '../../src/gateway/gateway.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { hang, onSaves } from '../harness/answers.ts';
import { customerAt } from '../harness/customer.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { freePort } from '../harness/free-port.ts';
import { HOOK_KEY as KEY, openReceiver } from '../harness/hook-receiver.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder, openGateway } from '../harness/world.ts';
import { serve } from './gateway-process.ts';

const OLD_KEY = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

const receiverOf = (url: string, changes = {}) => ({ url, secret: KEY, ...changes });

async function openOffice(
  events: ConfigInput['events'],
  changes: Partial<ConfigInput> = {},
  adapters: Adapters = {},
) {
  const crm = await openCrm();
  const options = gatewayOptions(crm.url, {
    admin: { port: 0 },
    publicUrl: 'https://confirm.example.com',
    limits: NO_LIMITS,
    rules: [deliveryRule({ confirm: 'page' })],
    store: { kind: 'sqlite', path: join(openFolder(), 'ledger.db') },
    events,
    ...changes,
  });
  const { createOutbox } = await import('../../src/channels/outbox/outbox.ts');
  const outbox = createOutbox({ addressKind: 'email' });
  const opened = await openGateway(options, { channels: { email: outbox }, ...adapters });
  const metrics = async () => (await fetch(`${opened.adminUrl}/metrics`)).text();
  return { crm, outbox, options, metrics, ...opened };
}

describe('what happens is told', () => {
  test('signed, in order for its record, with who, what and when', async () => {
    const receiver = await openReceiver();
    const { rep, outbox, url, metrics } = await openOffice([
      receiverOf(receiver.url, { secret: [KEY, OLD_KEY] }),
    ]);
    await rep.deliver();
    await customerAt(url, outbox.messages().at(-1)?.link ?? '').press('yes');
    await rep.deliver();
    await until(() => receiver.told.length === 4);
    expect(receiver.kinds()).toEqual(['code-sent', 'code-approved', 'save-countersigned', 'save-settled']);
    const [sent, , countersigned] = receiver.told;
    expect(sent?.data).toEqual({
      rule: '7',
      module: 'DeliveryNotes',
      record: '45',
      user: '',
      request: expect.any(String),
      channel: 'email',
      sentTo: 'a***@***.com',
    });
    expect(countersigned?.data).toMatchObject({ rule: '7', rules: ['7'], by: [{ rule: '7', how: 'page' }] });
    expect(sent?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(new Set(receiver.told.map(({ id }) => id)).size).toBe(4);
    await until(() => receiver.told.length === 4);
    let text = await metrics();
    while (!text.includes('countersign_events_waiting{receiver="0"} 0')) text = await metrics();
    expect(text).toContain('countersign_events_total{receiver="0",result="delivered"} 4');
  });

  test("a customer's no at once", async () => {
    const receiver = await openReceiver();
    const { rep, outbox, url } = await openOffice([receiverOf(receiver.url, { on: ['code-declined'] })]);
    await rep.deliver();
    await customerAt(url, outbox.messages().at(-1)?.link ?? '').press('no');
    await until(() => receiver.told.length === 1);
    expect(receiver.told[0]).toMatchObject({
      type: 'code-declined',
      data: { rule: '7', module: 'DeliveryNotes', record: '45', user: '' },
    });
  });

  test('to each receiver what it wants, and of a last wrong code', async () => {
    const [one, other] = [await openReceiver(), await openReceiver()];
    const { rep, outbox } = await openOffice([
      receiverOf(one.url, { on: ['attempts-exhausted', 'code-withdrawn'] }),
      receiverOf(other.url, { on: ['code-sent'] }),
    ]);
    await rep.deliver();
    const wrong = outbox.lastCode() === '000000' ? '111111' : '000000';
    await rep.deliver(wrong);
    await rep.deliver(wrong);
    await rep.deliver(wrong);
    await until(() => one.told.length === 1 && other.told.length === 1);
    expect(one.told[0]).toMatchObject({
      type: 'attempts-exhausted',
      data: { rule: '7', module: 'DeliveryNotes', record: '45', user: '' },
    });
    expect(other.kinds()).toEqual(['code-sent']);
  });

  test.each([
    500, 410, 302,
  ])('again where the receiver answers %i, with the same id, until it takes it', async (status) => {
    const receiver = await openReceiver();
    receiver.answerWith(status);
    const { rep, metrics } = await openOffice([receiverOf(receiver.url)]);
    await rep.deliver();
    await until(() => receiver.tried.length >= 2);
    const text = await metrics();
    expect(text).toMatch(/countersign_events_total\{receiver="0",result="failed"\} [1-9]/);
    expect(text).toMatch(/countersign_events_waiting\{receiver="0"\} 1/);
    receiver.answerWith(200);
    await until(() => receiver.told.length === 1);
    expect(new Set(receiver.tried).size).toBe(1);
  });

  test('and no save waits for a receiver that hangs, nor one record for another', async () => {
    const receiver = await openReceiver();
    const deaf = createServer(() => undefined);
    deaf.listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    onTestFinished(() => {
      deaf.closeAllConnections();
      deaf.close();
    });
    const port = (deaf.address() as AddressInfo).port;
    const { rep, outbox, crm } = await openOffice([
      receiverOf(`http://127.0.0.1:${port}/`),
      receiverOf(receiver.url),
    ]);
    await rep.deliver();
    expect((await rep.deliver(outbox.lastCode())).code).toBe('used');
    expect(crm.saves).toHaveLength(1);
    await until(() => receiver.told.length === 3);
    expect(receiver.kinds()).toEqual(['code-sent', 'save-countersigned', 'save-settled']);
  });

  test('by a reload to another receiver, and no more to the first', async () => {
    const [one, other] = [await openReceiver(), await openReceiver()];
    const { rep, gateway, options } = await openOffice([receiverOf(one.url)]);
    await rep.deliver();
    await until(() => one.told.length === 1);
    expect(gateway.reload({ ...options, events: [receiverOf(other.url)] }).ok).toBe(true);
    await rep.call('DELETE', '/_countersign/rules/7/records/45/code');
    await until(() => other.told.length === 1);
    expect(other.kinds()).toEqual(['code-withdrawn']);
    expect(one.told).toHaveLength(1);
  });

  test('and a refusal leaves when what happened on its way is kept, also on a slow store', async () => {
    const memory = createMemoryStore(systemClock);
    const kept: string[] = [];
    const store: LedgerStore = {
      ...memory,
      async replace(row, expected) {
        if (!('events' in row)) return memory.replace(row, expected);
        await pause(200);
        kept.push(row.key);
        return memory.replace(row, expected);
      },
    };
    const receiver = await openReceiver();
    const { rep } = await openOffice([receiverOf(receiver.url, { on: ['code-sent'] })], {}, { store });
    expect((await rep.deliver()).result).toBe('otp-required');
    expect(kept).toHaveLength(1);
  });

  test('by one of two gateways on one store, each event of both', async () => {
    const receiver = await openReceiver();
    const { rep, options } = await openOffice([receiverOf(receiver.url)]);
    const second = await openGateway(options, {});
    const take = (who: typeof rep) => who.call('DELETE', '/_countersign/rules/7/records/45/code');
    await rep.deliver();
    await take(second.rep);
    await until(() => receiver.told.length === 2);
    expect(receiver.kinds()).toEqual(['code-sent', 'code-withdrawn']);
  });
});

describe('a gateway that is killed', () => {
  function optionsOf(folder: string, upstreamUrl: string, hook: string): Omit<ConfigInput, 'secret'> {
    return {
      version: 1,
      listen: { port: 0 },
      admin: false,
      upstream: { url: upstreamUrl },
      store: { kind: 'sqlite', path: './ledger.db' },
      modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
      channels: { email: { kind: 'outbox', folder: join(folder, 'outbox') } },
      rules: [deliveryRule()],
      limits: NO_LIMITS,
      events: [{ url: hook, secret: { env: 'HOOK_SECRET' } }],
    };
  }

  test('while the receiver is down loses no event, and tells them at once after a start, in order', async () => {
    const crm = await openCrm({
      records: Object.fromEntries(
        ['45', '46', '47'].map((id) => [id, { id, status: 'Out', email: 'ann@example.com' }]),
      ),
    });
    const folder = openFolder();
    const port = await freePort();
    const hook = `http://127.0.0.1:${port}/hook`;
    const options = optionsOf(folder, crm.url, hook);
    const env = { env: { HOOK_SECRET: KEY } };
    const first = await serve(folder, options, env);
    const ids = ['45', '46', '47'];
    for (const id of ids) {
      await first.rep.call('PATCH', `/api/DeliveryNotes/${id}`, { status: 'Delivered' });
      await first.rep.call('DELETE', `/_countersign/rules/7/records/${id}/code`);
    }
    await first.kill();

    const receiver = await openReceiver(port);
    await serve(folder, options, env);
    await until(() => receiver.told.length >= 6);
    for (const id of ids) {
      const own = receiver.told.filter(({ data }) => data['record'] === id).map(({ type }) => type);
      expect([...new Set(own)]).toEqual(['code-sent', 'code-withdrawn']);
    }
  });

  test('in the middle of a save has told what it began', async () => {
    const crm = await openCrm();
    const folder = openFolder();
    const receiver = await openReceiver();
    const options = optionsOf(folder, crm.url, receiver.url);
    const env = { env: { HOOK_SECRET: KEY } };
    const first = await serve(folder, options, env);
    await first.rep.deliver();
    await until(() => receiver.told.length === 1);
    receiver.answerWith(503);
    crm.answerWith(onSaves(hang));
    const { readdirSync, readFileSync } = await import('node:fs');
    const [name = ''] = readdirSync(join(folder, 'outbox'));
    const { code } = JSON.parse(readFileSync(join(folder, 'outbox', name), 'utf8')) as { code: string };
    first.rep.deliver(code).catch(() => undefined);
    await until(() => crm.saves.length === 1);
    await first.kill();
    receiver.answerWith(200);
    await serve(folder, options, env);
    await until(() => receiver.kinds().includes('save-countersigned'));
  });
});
