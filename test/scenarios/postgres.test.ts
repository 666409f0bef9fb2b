import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { customerAt } from '../harness/customer.ts';
import { deliveryOptions, deliveryRule, gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { HOOK_KEY, openReceiver } from '../harness/hook-receiver.ts';
import { type PostgresServer, startPostgres } from '../harness/postgres-server.ts';
import { holds } from '../harness/redis-groups.ts';
import { NOTE, wrongCode } from '../harness/rep.ts';
import { atOnce, deliver, notes, openSite } from '../harness/sites.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder, openGateway } from '../harness/world.ts';
import { serve } from './gateway-process.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 300_000);
afterAll(() => server.stop());

let schemas = 0;
const onPostgres = (): Extract<ConfigInput['store'], { kind: 'postgres' }> => ({
  kind: 'postgres',
  url: server.url,
  username: 'gate',
  schema: `site_${schemas++}`,
  commandTimeout: '5s',
});
const emailOf = (id: string) => `customer${id}@example.com`;

const open = (changes: Partial<ConfigInput> = {}, count = 1) =>
  openSite({
    store: onPostgres(),
    // Applies to every save that ends as "Delivered", whatever is stored by then.
    rules: [deliveryRule({ when: { '==': [{ var: 'record.status' }, 'Delivered'] } })],
    limits: NO_LIMITS,
    hashing: { queue: 1000 },
    crm: { records: notes(count, emailOf) },
    ...changes,
  });

describe('two gateways on one Postgres', () => {
  test('take a code that the other one sent, once', async () => {
    const { crm, reps, code } = await open();
    const [one, other = one] = reps;
    expect((await deliver(one, '1')).result).toBe('otp-required');
    expect((await deliver(other, '1', wrongCode(code()))).json.rules?.[0]?.attempts_remaining).toBe(2);
    expect((await deliver(other, '1', code())).code).toBe('used');
    for (const rep of reps) expect((await deliver(rep, '1', code())).result).toBe('otp-used');
    expect(crm.saves).toHaveLength(1);
  });

  test('let exactly one of 50 saves with the right code reach the CRM', async () => {
    const site = await open();
    await deliver(site.reps[0], '1');
    const code = site.code();
    const answers = await atOnce(site, 50, (rep) => deliver(rep, '1', code));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(site.crm.saves).toHaveLength(1);
  }, 240_000);

  test('compare exactly three of 100 wrong codes', async () => {
    const site = await open();
    await deliver(site.reps[0], '1');
    const code = site.code();
    const answers = await atOnce(site, 100, (rep, index) => deliver(rep, '1', wrongCode(code, index + 1)));
    expect(answers.filter(({ result }) => result === 'otp-invalid')).toHaveLength(3);
    expect(site.crm.saves).toHaveLength(0);
  }, 240_000);

  test('take what the customer answered at the other one, once', async () => {
    const crm = await openCrm({ records: notes(1, emailOf) });
    const outbox = createOutbox({ addressKind: 'email' });
    const options = gatewayOptions(crm.url, {
      store: onPostgres(),
      publicUrl: 'https://confirm.example.com',
      limits: NO_LIMITS,
      rules: [deliveryRule({ confirm: 'page', when: { '==': [{ var: 'record.status' }, 'Delivered'] } })],
    });
    const one = await openGateway(options, { channels: { email: outbox } });
    const other = await openGateway(options, { channels: { email: outbox } });
    await deliver(one.rep, '1');
    const link = outbox.messages().at(-1)?.link ?? '';
    expect((await customerAt(other.url, link).press('yes')).status).toBe(200);
    expect((await customerAt(one.url, link).open()).status).toBe(410);
    const racers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => deliver((index % 2 === 0 ? one : other).rep, '1')),
    );
    expect(racers.filter(({ result }) => result === 'verified')).toHaveLength(1);
    expect(crm.saves).toHaveLength(1);
  });

  test('tell a receiver each happening once and in order, whichever of them it was at', async () => {
    const receiver = await openReceiver();
    const { reps, code } = await open({ events: [{ url: receiver.url, secret: HOOK_KEY }] });
    const [one, other = one] = reps;
    await deliver(one, '1');
    await deliver(other, '1', code());
    await until(() => receiver.told.length === 3);
    expect(receiver.kinds()).toEqual(['code-sent', 'save-countersigned', 'save-settled']);
  });

  test('send as many of 20 codes to one address as its cap allows', async () => {
    const limits = { ...NO_LIMITS, address: { hour: 3, day: 1000 } };
    const same = await openSite({
      store: onPostgres(),
      limits,
      hashing: { queue: 1000 },
      rules: [deliveryRule()],
      crm: { records: notes(20, () => 'ann@example.com') },
    });
    const answers = await atOnce(same, 20, (rep, index) => deliver(rep, String(index + 1)));
    expect(answers.filter(({ result }) => result === 'otp-required')).toHaveLength(3);
    expect(answers.filter(({ result }) => result === 'otp-rate-limited')).toHaveLength(17);
    expect(same.outbox.messages()).toHaveLength(3);
  }, 240_000);
});

test('while Postgres is gone, guarded saves are refused and the others do not notice; then all is well without a restart', async () => {
  const site = await openSite({ store: onPostgres() });
  const [rep] = site.reps;
  await rep.deliver();
  const code = site.code();
  await server.kill();
  try {
    for (const refused of [await rep.deliver(code), await rep.deliver(), await rep.standing()]) {
      expect([refused.status, refused.result]).toEqual([503, 'otp-unavailable']);
      expect(refused.text).not.toMatch(/postgres|127\.0\.0\.1/i);
    }
    expect((await rep.call('PATCH', NOTE, { weight: 3 })).status).toBe(200);
    expect((await rep.call('GET', NOTE)).status).toBe(200);
  } finally {
    await server.start();
  }
  await holds(async () => (await rep.standing()).status === 200);
  expect((await rep.deliver(code)).code).toBe('used');
}, 240_000);

test('a stolen Postgres says no code, no address and no id of a record', async () => {
  const store = onPostgres();
  const site = await open({ store, rules: [deliveryRule({ code: { length: 4, resend: 'same' } })] }, 1);
  await deliver(site.reps[0], '1');
  const code = site.code();
  const rows = await server.in('countersign', `SELECT key, row FROM ${store.schema}.ledger`);
  const loot = JSON.stringify(rows);
  expect(rows.length).toBeGreaterThan(1);
  for (const text of [emailOf('1'), 'customer1', 'DeliveryNotes', `"${code}"`])
    expect(loot).not.toContain(text);
  const digests = ['sha256', 'sha1', 'md5'].flatMap((name) =>
    (['hex', 'base64', 'base64url'] as const).map((form) => createHash(name).update(code).digest(form)),
  );
  for (const digest of digests) expect(loot).not.toContain(digest.replace(/=+$/, ''));
});

describe('`serve` with a Postgres that would lose rows', () => {
  test.each([1, 2])('ends with 3 and the setting to change, with %d workers', async (workers) => {
    const crm = await openCrm();
    const folder = openFolder();
    await server.sql("ALTER ROLE gate SET synchronous_commit = 'off'");
    try {
      const starting = serve(folder, {
        ...deliveryOptions(crm.url),
        version: 1,
        workers,
        store: onPostgres(),
        channels: { email: { kind: 'outbox', folder: join(folder, 'outbox') } },
      });
      await expect(starting).rejects.toThrow(/ended with 3:.*synchronous_commit is off/s);
    } finally {
      await server.sql('ALTER ROLE gate RESET synchronous_commit');
    }
  }, 180_000);
});
