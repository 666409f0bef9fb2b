import { expect, test } from 'vitest';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import { after, onSaves } from '../harness/answers.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { repOf, wrongCode } from '../harness/rep.ts';
import { openCrm, openGateway, openWorld } from '../harness/world.ts';

const CODE = '/_countersign/rules/7/records/45/code';

test('a code that was taken back is dead, and everything that is counted stays as it is', async () => {
  const { crm, gateway, rep, code } = await openWorld();
  await rep.deliver();
  await rep.deliver(wrongCode(code()));
  const before = (await rep.standing()).json;
  expect(before).toMatchObject({ result: 'living', attempts_remaining: 2, resends_remaining: 3 });
  const taken = await rep.call('DELETE', CODE);
  expect([taken.status, taken.text]).toEqual([204, '']);
  const { result, attempts_remaining, resends_remaining, resend_after, sent_to } = (await rep.standing())
    .json;
  expect({ result, sent_to }).toEqual({ result: 'none', sent_to: undefined });
  expect({ attempts_remaining, resends_remaining, resend_after }).toEqual({
    attempts_remaining: before.attempts_remaining,
    resends_remaining: before.resends_remaining,
    resend_after: before.resend_after,
  });
  const late = await rep.deliver(code());
  expect([late.status, late.result]).toEqual([428, 'otp-required']);
  expect(crm.saves).toHaveLength(0);
  // The cool-down goes on: nothing was sent for the save without a code.
  expect([(await rep.deliver()).status, gateway.outbox.messages().length]).toEqual([429, 1]);
  gateway.clock.advance(30_000);
  expect((await rep.deliver()).result).toBe('otp-required');
  expect((await rep.standing()).json.resends_remaining).toBe(2);
  expect((await rep.deliver(code())).status).toBe(200);
});

test('where nothing is out, a withdrawal says the same and changes nothing', async () => {
  const { gateway, rep, code } = await openWorld();
  expect((await rep.call('DELETE', CODE)).status).toBe(204);
  expect((await rep.standing()).json.result).toBe('none');
  await rep.deliver();
  for (const nth of [1, 2, 3]) await rep.deliver(wrongCode(code(), nth));
  expect((await rep.call('DELETE', CODE)).status).toBe(204);
  expect((await rep.standing()).json).toMatchObject({ result: 'exhausted', attempts_remaining: 0 });
  gateway.clock.advance(15 * 60_000);
  await rep.deliver();
  await rep.deliver(code());
  expect((await rep.call('DELETE', CODE)).status).toBe(204);
  expect((await rep.standing()).json.result).toBe('used');
});

test('who does not see the record takes nothing back', async () => {
  const { rep, url, gateway } = await openWorld({}, { auth: true });
  await rep.deliver();
  const stranger = await repOf(url, null).call('DELETE', CODE);
  expect([stranger.status, stranger.result]).toEqual([401, 'not-authenticated']);
  expect((await rep.call('DELETE', CODE.replace('/7/', '/8/'))).status).toBe(404);
  expect((await rep.call('DELETE', CODE.replace('/45/', '/46/'))).status).toBe(404);
  expect((await rep.deliver(gateway.lastCode())).status).toBe(200);
});

test('a code that a save is spending is not taken back', async () => {
  const { crm, rep, code } = await openWorld();
  await rep.deliver();
  const { promise: hold, resolve: go } = Promise.withResolvers<void>();
  crm.answerWith(onSaves(after(hold)));
  const saving = rep.deliver(code());
  while ((await rep.standing()).json.result === 'living');
  const taken = await rep.call('DELETE', CODE);
  expect([taken.status, taken.result]).toEqual([409, 'otp-in-progress']);
  go();
  expect((await saving).code).toBe('used');
});

test('a code is taken back by one of many at once, and audit and metrics tell it once', async () => {
  const crm = await openCrm();
  const events: AuditEvent[] = [];
  const audit = { write: async (event: AuditEvent) => void events.push(event), close: async () => undefined };
  const options = gatewayOptions(crm.url, { admin: { port: 0 } });
  const { rep, adminUrl } = await openGateway(options, { audit });
  await rep.deliver();
  await Promise.all(Array.from({ length: 8 }, () => rep.call('DELETE', CODE)));
  expect(events.filter(({ event }) => event === 'code-withdrawn')).toMatchObject([
    { rule: '7', module: 'DeliveryNotes', record: '45' },
  ]);
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  expect(metrics).toContain('countersign_withdrawals_total{rule="7"} 1');
  expect((await rep.call('DELETE', CODE.replace('/7/', '/8/'))).status).toBe(404);
  expect(events.at(-1)).toMatchObject({ event: 'request-refused', reason: 'not-found' });
});
