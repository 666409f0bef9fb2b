import { describe, expect, it } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import type { Delivery, Log } from '../../src/ports.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const ON_THE_WAY = { status: 'Out for delivery' };

const rule = deliveryRule({
  send: {
    auto: false,
    when: { changed_to: ['status', 'Out for delivery'] },
    to: [{ channel: 'email', address: 'email' }],
  },
});

/** A gateway whose rule sends by workflow only; record 45 is not on its way yet. */
async function openWorkflow(changes: Partial<ConfigInput> = {}, deliver?: () => Promise<Delivery>) {
  const outbox = createOutbox({ addressKind: 'email' });
  const channel = deliver ? { ...outbox, deliver } : outbox;
  const lines: string[] = [];
  const note = (_: object, message: string) => {
    lines.push(message);
  };
  const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note };
  const events: AuditEvent[] = [];
  const audit = {
    write: async (event: AuditEvent) => {
      events.push(event);
    },
    close: async () => {},
  };
  const stored = { id: '45', subject: 'Box', status: 'Created', email: 'ann@example.com' };
  const crm = await openCrm({ records: { '45': stored } });
  const options = gatewayOptions(crm.url, { rules: [rule], ...changes });
  const { rep, gateway } = await openGateway(options, { channels: { email: channel }, log, audit });
  return { crm, rep, gateway, outbox, lines, events };
}

describe('a save that matches send.when', () => {
  it('sends the code once it went through, and the code confirms the save that the rule is about', async () => {
    const { rep, outbox, events } = await openWorkflow();
    expect((await rep.deliver()).status).toBe(428);
    expect(outbox.messages()).toEqual([]);
    const passed = await rep.call('PATCH', NOTE, ON_THE_WAY);
    expect([passed.status, passed.result]).toEqual([200, null]);
    expect(JSON.parse(passed.text)).toMatchObject(ON_THE_WAY);
    const code = await until(() => outbox.lastCode('ann@example.com'));
    expect((await rep.deliver(code)).result).toBe('verified');
    expect(events.map(({ event }) => event)).toContain('code-sent');
  });

  it('sends nothing where the CRM did not save', async () => {
    const { crm, rep, gateway, outbox } = await openWorkflow();
    crm.answerWith(({ method }, response, proceed) => {
      if (method === 'PATCH') response.writeHead(422).end();
      else proceed();
    });
    expect((await rep.call('PATCH', NOTE, ON_THE_WAY)).status).toBe(422);
    await gateway.close();
    expect(outbox.messages()).toEqual([]);
  });

  it('sends nothing where nothing changes, and no second code while one lives', async () => {
    const { crm, rep, gateway, outbox } = await openWorkflow();
    await rep.call('PATCH', NOTE, ON_THE_WAY);
    await until(() => outbox.lastCode());
    expect((await rep.call('PATCH', NOTE, ON_THE_WAY)).status).toBe(200);
    crm.records.set('45', { ...crm.records.get('45'), status: 'Created' });
    expect((await rep.call('PATCH', NOTE, ON_THE_WAY)).status).toBe(200);
    await gateway.close();
    expect(outbox.messages()).toHaveLength(1);
  });

  it('keeps neither its caller nor the next save of the record waiting for the channel', async () => {
    const started = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<Delivery>();
    const { rep, lines } = await openWorkflow({}, () => {
      started.resolve();
      return taken.promise;
    });
    expect((await rep.call('PATCH', NOTE, ON_THE_WAY)).status).toBe(200);
    await started.promise;
    expect((await rep.call('PATCH', NOTE, { status: 'Created' })).status).toBe(200);
    expect((await rep.deliver()).status).toBe(428);
    taken.resolve({ kind: 'refused', reason: 'a test' });
    await until(() => lines.includes('no code was sent after a save'));
  });

  it('passes though its code cannot be delivered, and that is logged and audited', async () => {
    const refused = async (): Promise<Delivery> => ({ kind: 'refused', reason: 'a test' });
    const { rep, lines, events, gateway } = await openWorkflow({}, refused);
    expect((await rep.call('PATCH', NOTE, ON_THE_WAY)).status).toBe(200);
    await gateway.close();
    expect(lines).toContain('no code was sent after a save');
    expect(events).toMatchObject([
      { event: 'code-send-failed', rule: '7', record: '45', reason: 'otp-delivery-failed' },
    ]);
  });

  it('passes though its record cannot be read, and sends nothing', async () => {
    const { crm, rep, gateway, outbox, lines } = await openWorkflow();
    crm.answerWith(({ method }, response, proceed) => {
      if (method === 'GET') response.writeHead(500).end();
      else proceed();
    });
    expect((await rep.call('PATCH', NOTE, ON_THE_WAY)).status).toBe(200);
    await gateway.close();
    expect(outbox.messages()).toEqual([]);
    expect(lines).toContain('no code is sent after a save: its record cannot be read');
  });

  it('sends the code to the address that is stored after it', async () => {
    const { crm, rep, outbox } = await openWorkflow();
    crm.records.set('45', { ...crm.records.get('45'), email: '' });
    await rep.call('PATCH', NOTE, { ...ON_THE_WAY, email: 'bea@example.com' });
    await until(() => outbox.lastCode('bea@example.com'));
  });

  it('sends nothing in shadow mode', async () => {
    const { rep, gateway, outbox } = await openWorkflow({ mode: 'shadow' });
    expect((await rep.call('PATCH', NOTE, ON_THE_WAY)).status).toBe(200);
    await gateway.close();
    expect(outbox.messages()).toEqual([]);
  });
});

describe('a create that matches send.when', () => {
  const created = { ...ON_THE_WAY, email: 'bea@example.com' };

  it("sends a code for the record that the CRM's answer names", async () => {
    const { rep, outbox } = await openWorkflow();
    const answer = await rep.call('POST', '/api/DeliveryNotes', created);
    expect(answer.status).toBe(201);
    const code = await until(() => outbox.lastCode('bea@example.com'));
    const path = `/api/DeliveryNotes/${JSON.parse(answer.text).id}`;
    const save = await rep.call('PATCH', path, { status: 'Delivered' }, { 'OTPRULES-OTP-7': code });
    expect(save.result).toBe('verified');
  });

  it('sends none where the answer names no record, and says so', async () => {
    const { crm, rep, gateway, outbox, lines } = await openWorkflow();
    crm.answerWith((_received, response) => response.writeHead(201).end());
    expect((await rep.call('POST', '/api/DeliveryNotes', created)).status).toBe(201);
    await gateway.close();
    expect(outbox.messages()).toEqual([]);
    expect(lines).toContain(
      "no code was sent after a save: the CRM's answer does not tell the new record's id",
    );
  });
});
