import { describe, expect, it } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { Delivery } from '../../src/ports.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { type Answered, type Rep, repOf, wrongCode } from '../harness/rep.ts';
import { openCrm, openGateway, openWorld } from '../harness/world.ts';

const HOUR_MS = 3_600_000;
const MANY = 1_000_000;
const LIMITS = {
  address: { hour: MANY, day: MANY },
  caller: { hour: MANY, wrong: MANY },
  total: { minute: MANY },
};

/** Records 100, 101 … with an address each, or all with the same one. */
function notes(count: number, address: (index: number) => string) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const id = `${100 + index}`;
      return [id, { id, subject: 'Box', status: 'Created', email: address(index) }];
    }),
  );
}

/** Sets a record to Delivered, with a code where one is given. */
function deliver(rep: Rep, id: string, code?: string): Promise<Answered> {
  const headers = code === undefined ? {} : { 'OTPRULES-OTP-7': code };
  return rep.call('PATCH', `/api/DeliveryNotes/${id}`, { status: 'Delivered' }, headers);
}

describe('limits over all rules and records', () => {
  it('one address gets so many codes an hour, whatever the records are, and the next one later', async () => {
    const records = notes(5, () => 'ann@example.com');
    const world = await openWorld({ limits: { ...LIMITS, address: { hour: 3, day: MANY } } }, { records });
    const statuses = [];
    for (const id of Object.keys(records)) statuses.push((await deliver(world.rep, id)).status);
    expect(statuses).toEqual([428, 428, 428, 429, 429]);
    const refused = await deliver(world.rep, '104');
    expect(refused.result).toBe('otp-rate-limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500);
    expect(world.gateway.outbox.messages()).toHaveLength(3);
    world.gateway.clock.advance(HOUR_MS);
    expect((await deliver(world.rep, '104')).status).toBe(428);
    expect(world.gateway.outbox.messages()).toHaveLength(4);
  });

  it('and so many a day', async () => {
    const records = notes(4, () => 'ann@example.com');
    const world = await openWorld({ limits: { ...LIMITS, address: { hour: MANY, day: 2 } } }, { records });
    const statuses = [];
    for (const id of Object.keys(records)) {
      statuses.push((await deliver(world.rep, id)).status);
      world.gateway.clock.advance(2 * HOUR_MS);
    }
    expect(statuses).toEqual([428, 428, 429, 429]);
    world.gateway.clock.advance(20 * HOUR_MS);
    expect((await deliver(world.rep, '103')).status).toBe(428);
  });

  it('one caller may ask for so many codes an hour, and another caller is not kept waiting', async () => {
    const records = notes(4, (index) => `customer${index}@example.com`);
    const world = await openWorld({ limits: { ...LIMITS, caller: { hour: 2, wrong: MANY } } }, { records });
    const [ana, ben] = [repOf(world.url, 'Bearer ana'), repOf(world.url, 'Bearer ben')];
    expect((await deliver(ana, '100')).status).toBe(428);
    expect((await deliver(ana, '101')).status).toBe(428);
    expect((await deliver(ana, '102')).result).toBe('otp-rate-limited');
    expect((await deliver(ben, '102')).status).toBe(428);
  });

  it('everybody together gets so many codes a minute', async () => {
    const records = notes(3, (index) => `customer${index}@example.com`);
    const world = await openWorld({ limits: { ...LIMITS, total: { minute: 2 } } }, { records });
    const statuses = [];
    for (const id of Object.keys(records)) statuses.push((await deliver(world.rep, id)).status);
    expect(statuses).toEqual([428, 428, 429]);
    world.gateway.clock.advance(60_000);
    expect((await deliver(world.rep, '102')).status).toBe(428);
  });

  it('one caller may send so many wrong codes an hour over all records; right ones cost nothing', async () => {
    const records = notes(4, (index) => `customer${index}@example.com`);
    const world = await openWorld({ limits: { ...LIMITS, caller: { hour: MANY, wrong: 2 } } }, { records });
    for (const id of Object.keys(records)) await deliver(world.rep, id);
    const codeOf = (index: number) => world.gateway.lastCode(`customer${index}@example.com`) ?? '';
    expect((await deliver(world.rep, '100', codeOf(0))).status).toBe(200);
    expect((await deliver(world.rep, '101', wrongCode(codeOf(1)))).status).toBe(403);
    expect((await deliver(world.rep, '102', wrongCode(codeOf(2)))).status).toBe(403);
    const refused = await deliver(world.rep, '103', codeOf(3));
    expect([refused.status, refused.result]).toEqual([429, 'otp-rate-limited']);
    expect(refused.json.rules?.[0]?.attempts_remaining).toBe(3);
    expect(world.crm.saves).toHaveLength(1);
  });

  it.each<[string, Delivery, string]>([
    ['definitely failed gives its places back', { kind: 'refused', reason: 'a test' }, 'sent'],
    ['may have arrived keeps its places', { kind: 'unknown', reason: 'a test' }, 'otp-rate-limited'],
  ])('a send that %s', async (_, outcome, second) => {
    let delivery = outcome;
    const channel = { ...createOutbox({ addressKind: 'email' }), deliver: async () => delivery };
    const crm = await openCrm();
    const options = gatewayOptions(crm.url, {
      limits: { ...LIMITS, address: { hour: 1, day: MANY } },
      rules: [deliveryRule({ code: { cooldown: '0s' } })],
    });
    const { rep } = await openGateway(options, { channels: { email: channel } });
    expect((await rep.askForCode()).result).toBe('otp-delivery-failed');
    delivery = { kind: 'accepted' };
    expect((await rep.askForCode()).result).toBe(second);
  });
});
