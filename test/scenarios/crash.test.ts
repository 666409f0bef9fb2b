import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Message } from '../../src/core/rule/message.ts';
import { hang, onSaves } from '../harness/answers.ts';
import { deliveryRule, PATIENCE } from '../harness/delivery.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { comeAfter, serve } from './gateway-process.ts';

/** What an operator's file would say; the outbox leaves its messages in a folder. */
function options(folder: string, upstreamUrl: string): Omit<ConfigInput, 'secret'> {
  return {
    version: 1,
    listen: { port: 0 },
    admin: false,
    upstream: { url: upstreamUrl, timeout: PATIENCE, connectTimeout: PATIENCE },
    store: { kind: 'sqlite', path: join(folder, 'ledger.db') },
    audit: { kind: 'file', path: join(folder, 'audit.jsonl') },
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
    channels: { email: { kind: 'outbox', folder: join(folder, 'outbox') } },
    // Speaks about every save that ends as "Delivered", whatever is stored by then.
    rules: [deliveryRule({ when: { '==': [{ var: 'record.status' }, 'Delivered'] } })],
  };
}

function codeIn(folder: string): string {
  const [newest = ''] = readdirSync(join(folder, 'outbox')).sort().reverse();
  return (JSON.parse(readFileSync(join(folder, 'outbox', newest), 'utf8')) as Message).code;
}

test('a code that was out when the gateway was killed works after a restart, once', async () => {
  const crm = await openCrm();
  const folder = openFolder();
  const first = await serve(folder, options(folder, crm.url));
  expect((await first.rep.deliver()).result).toBe('otp-required');
  await first.kill();

  const second = await serve(folder, options(folder, crm.url));
  const saved = await second.rep.deliver(codeIn(folder));
  expect([saved.status, saved.code]).toEqual([200, 'used']);
  await second.kill();

  const third = await comeAfter(options(folder, crm.url));
  const again = await third.rep.deliver(codeIn(folder));
  expect([again.status, again.result]).toEqual([409, 'otp-used']);
  expect(crm.saves).toHaveLength(1);
});

test('wrong codes still count after the gateway was killed', async () => {
  const crm = await openCrm();
  const folder = openFolder();
  const first = await serve(folder, options(folder, crm.url));
  await first.rep.deliver();
  const wrong = codeIn(folder) === '000000' ? '111111' : '000000';
  expect((await first.rep.deliver(wrong)).json.rules?.[0]?.attempts_remaining).toBe(2);
  await first.kill();

  const second = await comeAfter(options(folder, crm.url));
  expect((await second.rep.deliver(wrong)).json.rules?.[0]?.attempts_remaining).toBe(1);
  expect(crm.saves).toHaveLength(0);
});

test('a code whose save was under way when the gateway was killed serves no other save', async () => {
  const crm = await openCrm();
  const folder = openFolder();
  const first = await serve(folder, options(folder, crm.url));
  await first.rep.deliver();
  const code = codeIn(folder);
  crm.answerWith(onSaves(hang));
  const lost = first.rep.deliver(code).catch(() => 'lost');
  await until(() => crm.saves.length === 1);
  await first.kill();
  expect(await lost).toBe('lost');
  crm.answerWith();

  const { rep } = await comeAfter(options(folder, crm.url));
  // Nobody knows yet that the answer will never come: neither save may go.
  const other = await rep.deliver(code, { signature: 'Ann' });
  expect([other.status, other.result]).toEqual([409, 'otp-in-progress']);
  let same = await rep.deliver(code);
  expect([same.status, same.result]).toEqual([409, 'otp-in-progress']);
  expect(crm.saves).toHaveLength(1);

  // When the claim has run out, the code is held for the identical save.
  while ((await rep.standing()).json.result === 'in-progress') await pause(100);
  const stillOther = await rep.deliver(code, { signature: 'Ann' });
  expect([stillOther.status, stillOther.result]).toEqual([403, 'otp-binding-mismatch']);
  expect(crm.saves).toHaveLength(1);
  same = await rep.deliver(code);
  expect([same.status, same.code]).toEqual([200, 'used']);
  expect(crm.saves.map(({ body }) => body.toString())).toEqual([
    '{"status":"Delivered"}',
    '{"status":"Delivered"}',
  ]);
});
