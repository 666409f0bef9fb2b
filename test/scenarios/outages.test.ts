import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { CodeHasher } from '../../src/ports.ts';
import { createCodeHasher } from '../../src/system/hasher.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS, SECRET } from '../harness/delivery.ts';
import { type Answered, NOTE } from '../harness/rep.ts';
import { openCrm, openFolder, openGateway } from '../harness/world.ts';

test('while the ledger is locked, guarded saves are refused and the others do not notice; then all is well', async () => {
  const crm = await openCrm();
  const path = join(openFolder(), 'ledger.db');
  const outbox = createOutbox({ addressKind: 'email' });
  const { rep } = await openGateway(
    gatewayOptions(crm.url, { store: { kind: 'sqlite', path, busyTimeout: '200ms' } }),
    { channels: { email: outbox } },
  );
  await rep.deliver();
  const code = outbox.lastCode() ?? '';
  const intruder = new DatabaseSync(path);
  onTestFinished(() => intruder.close());
  intruder.exec('BEGIN EXCLUSIVE');
  for (const refused of [await rep.deliver(code), await rep.deliver(code, { note: 'x' })]) {
    expect([refused.status, refused.result]).toEqual([503, 'otp-unavailable']);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.text).not.toContain(path);
  }
  expect(crm.saves).toHaveLength(0);
  expect((await rep.call('PATCH', NOTE, { weight: 3 })).status).toBe(200);
  expect((await rep.call('GET', NOTE)).status).toBe(200);

  intruder.exec('ROLLBACK');
  const saved = await rep.deliver(code);
  expect([saved.status, saved.code]).toEqual([200, 'used']);
});

test('a flood of 400 codes is answered in part with 503 at no cost, and other traffic does not wait for it', {
  timeout: 240_000,
}, async () => {
  const ids = Array.from({ length: 40 }, (_, index) => String(index + 1));
  const stored = (id: string) => [id, { id, status: 'Created', email: `c${id}@example.com` }] as const;
  const crm = await openCrm({ records: Object.fromEntries(ids.map(stored)) });
  // With codes compared at their real price. What was compared is answered after the other traffic.
  const real = createCodeHasher({ secrets: [SECRET], concurrency: 1, queue: 4 });
  const cheap = createCodeHasher({ secrets: [SECRET], timeCost: 1, memoryKiB: 64 });
  const otherIsOver = Promise.withResolvers<void>();
  const hasher: CodeHasher = {
    hash: cheap.hash,
    async matches(...words) {
      const found = await real.matches(...words);
      await otherIsOver.promise;
      return found;
    },
  };
  const { rep } = await openGateway(
    gatewayOptions(crm.url, { limits: NO_LIMITS, rules: [deliveryRule({ code: { maxAttempts: 10 } })] }),
    { hasher },
  );
  const save = (id: string, code?: string) =>
    rep.call(
      'PATCH',
      `/api/DeliveryNotes/${id}`,
      { status: 'Delivered' },
      code === undefined ? {} : { 'OTPRULES-OTP-7': code },
    );
  for (const id of ids) expect((await save(id)).status).toBe(428);

  const answers: Answered[] = [];
  const flood = Array.from({ length: 400 }, (_, index) =>
    save(ids[index % ids.length] ?? '', String(index).padStart(6, '0')).then((answer) =>
      answers.push(answer),
    ),
  );
  const other = await rep.call('GET', '/elsewhere');
  const answeredBefore = answers.length;
  otherIsOver.resolve();
  await Promise.all(flood);
  expect(other.status).toBe(200);
  expect(answeredBefore).toBeLessThan(400);

  const compared = answers.filter(({ status }) => status === 403);
  const sentAway = answers.filter(({ status }) => status === 503);
  expect(compared.length + sentAway.length).toBe(400);
  expect(sentAway.length).toBeGreaterThan(0);
  expect(sentAway.every(({ headers }) => headers.get('retry-after') !== null)).toBe(true);
  const left = await Promise.all(ids.map((id) => rep.call('GET', `/_countersign/rules/7/records/${id}`)));
  const paid = left.map(({ json }) => 10 - (json.attempts_remaining ?? 0)).reduce((sum, one) => sum + one, 0);
  expect(paid).toBe(compared.length);
  expect(crm.saves).toHaveLength(0);
});
