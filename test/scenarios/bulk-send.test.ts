import { describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { Channel } from '../../src/ports.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { openCrm, openGateway, openWorld, type World } from '../harness/world.ts';

const CODES = '/_countersign/rules/7/code';

type Result = { readonly record: string; readonly result: string; readonly status: number };

function notesOf(ids: readonly number[]) {
  return Object.fromEntries(
    ids.map((id) => [String(id), { id: String(id), status: 'Created', email: `c${id}@example.com` }]),
  );
}

const open = (most: number): Promise<World> =>
  openWorld({}, { records: notesOf(Array.from({ length: most }, (_, index) => index + 1)) });

async function send({ rep }: World, records: readonly unknown[]) {
  const answer = await rep.call('POST', CODES, { records });
  return { answer, results: (answer.json.results ?? []) as readonly Result[] };
}

describe('codes for several records', () => {
  test('go to each of twenty, and are good there', async () => {
    const world = await open(20);
    const { answer, results } = await send(
      world,
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(answer.status).toBe(200);
    expect(results.map(({ record, status }) => `${record} ${status}`)).toEqual(
      Array.from({ length: 20 }, (_, index) => `${index + 1} 201`),
    );
    const code = world.gateway.lastCode('c13@example.com') ?? '';
    expect(answer.text).not.toContain(code);
    const headers = { 'OTPRULES-OTP-7': code };
    const saved = await world.rep.call('PATCH', '/api/DeliveryNotes/13', { status: 'Delivered' }, headers);
    expect([saved.status, saved.code]).toEqual([200, 'used']);
  });

  test('for 21 are refused with the limit named, and nobody gets one', async () => {
    const world = await open(21);
    const { answer } = await send(
      world,
      Array.from({ length: 21 }, (_, index) => index + 1),
    );
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toContain('20 records at most');
    expect(world.gateway.outbox.messages()).toEqual([]);
    expect(world.crm.received).toEqual([]);
  });

  test('are told one by one: sent, without an address, unknown, too soon', async () => {
    const world = await open(3);
    world.crm.records.set('2', { id: '2', status: 'Created', email: '' });
    await world.rep.call('POST', '/_countersign/rules/7/records/3/code');
    const { answer, results } = await send(world, ['1', '2', '99', '3']);
    expect(answer.status).toBe(200);
    expect(results.map(({ record, result, status }) => [record, result, status])).toEqual([
      ['1', 'sent', 201],
      ['2', 'otp-recipient-missing', 422],
      ['99', 'withheld', 404],
      ['3', 'otp-resend-limited', 429],
    ]);
    expect(world.gateway.outbox.messages()).toHaveLength(2);
  });

  test('that a channel takes for some only are told of each, and those that it took are good', async () => {
    const crm = await openCrm({ records: notesOf([1, 2, 3]) });
    const outbox = createOutbox({ addressKind: 'email' });
    const picky: Channel = {
      ...outbox,
      async deliver(message) {
        if (message.address === 'c2@example.com') return { kind: 'refused', reason: 'no such mailbox' };
        return outbox.deliver(message);
      },
    };
    const { rep } = await openGateway(gatewayOptions(crm.url), { channels: { email: picky } });
    const answer = await rep.call('POST', CODES, { records: ['1', '2', '3'] });
    const results = answer.json['results'] as readonly Result[];
    expect(results.map(({ record, result, status }) => [record, result, status])).toEqual([
      ['1', 'sent', 201],
      ['2', 'otp-delivery-failed', 503],
      ['3', 'sent', 201],
    ]);
    expect(answer.text).not.toContain('no such mailbox');
    const headers = { 'OTPRULES-OTP-7': outbox.lastCode('c3@example.com') ?? '' };
    const saved = await rep.call('PATCH', '/api/DeliveryNotes/3', { status: 'Delivered' }, headers);
    expect([saved.status, saved.code]).toEqual([200, 'used']);
  });

  test.each([
    [{ records: [] }],
    [{ records: '1' }],
    [{ records: ['1', ''] }],
    [{ records: ['1', { id: 2 }] }],
    [{ records: ['1', 1] }],
    [{ records: ['1'], values: {} }],
    [{}],
  ])('%j is no list of records, and nobody gets one', async (body) => {
    const { gateway, rep } = await open(2);
    expect((await rep.call('POST', CODES, body)).status).toBe(400);
    expect(gateway.outbox.messages()).toEqual([]);
  });

  test('need a rule', async () => {
    const { rep } = await open(1);
    expect((await rep.call('POST', '/_countersign/rules/8/code', { records: ['1'] })).status).toBe(404);
  });
});
