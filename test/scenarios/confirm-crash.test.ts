import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Message } from '../../src/core/rule/message.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createSqliteStore } from '../../src/stores/sqlite/sqlite.ts';
import { openInbox } from '../channels/smtp-inbox.ts';
import { after, hang, onSaves } from '../harness/answers.ts';
import { customerAt } from '../harness/customer.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS, PATIENCE } from '../harness/delivery.ts';
import type { Answered, Rep } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder, openGateway } from '../harness/world.ts';
import { comeAfter, serve } from './gateway-process.ts';

const PUBLIC = 'https://confirm.example.com';
/** Applies to every save that ends as "Delivered", whatever is stored by then. */
const ALWAYS = { '==': [{ var: 'record.status' }, 'Delivered'] };

describe('an agreement outlives kill -9', () => {
  function options(folder: string, upstreamUrl: string): Omit<ConfigInput, 'secret'> {
    return {
      version: 1,
      listen: { port: 0 },
      admin: false,
      publicUrl: PUBLIC,
      upstream: { url: upstreamUrl, timeout: PATIENCE, connectTimeout: PATIENCE },
      store: { kind: 'sqlite', path: join(folder, 'ledger.db') },
      modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
      channels: { email: { kind: 'outbox', folder: join(folder, 'outbox') } },
      rules: [deliveryRule({ confirm: 'page', when: ALWAYS })],
    };
  }

  function linkIn(folder: string): string {
    const [newest = ''] = readdirSync(join(folder, 'outbox')).sort().reverse();
    return (JSON.parse(readFileSync(join(folder, 'outbox', newest), 'utf8')) as Message).link ?? '';
  }

  test('between the answer and the save: the save passes, once', async () => {
    const crm = await openCrm();
    const folder = openFolder();
    const first = await serve(folder, options(folder, crm.url));
    await first.rep.deliver();
    await first.kill();

    const second = await serve(folder, options(folder, crm.url));
    expect((await customerAt(second.url, linkIn(folder)).press('yes')).status).toBe(200);
    await second.kill();

    const third = await serve(folder, options(folder, crm.url));
    expect((await customerAt(third.url, linkIn(folder)).open()).status).toBe(410);
    expect((await third.rep.deliver()).code).toBe('used');
    await third.kill();

    const fourth = await comeAfter(options(folder, crm.url));
    expect((await fourth.rep.deliver()).result).not.toBe('verified');
    expect(crm.saves).toHaveLength(1);
  });

  test('between the save and its answer: it serves the identical save only', async () => {
    const crm = await openCrm();
    const folder = openFolder();
    const first = await serve(folder, options(folder, crm.url));
    await first.rep.deliver();
    await customerAt(first.url, linkIn(folder)).press('yes');
    crm.answerWith(onSaves(hang));
    first.rep.deliver().catch(() => undefined);
    await until(() => crm.saves.length === 1);
    await first.kill();
    crm.answerWith();

    const second = await comeAfter(options(folder, crm.url));
    while ((await second.rep.standing()).json.result === 'in-progress') await pause(100);
    expect((await second.rep.standing()).json.result).toBe('held');
    const same = await second.rep.deliver();
    expect([same.status, same.result, same.code]).toEqual([200, 'verified', 'used']);
    expect((await second.rep.deliver()).result).not.toBe('verified');
    expect(crm.saves).toHaveLength(2);
  });
});

describe('of 50 racers with one agreement', () => {
  const RACERS = 50;

  async function openRace(when: Record<string, unknown>, storesOf: () => readonly LedgerStore[]) {
    const crm = await openCrm();
    const outbox = createOutbox({ addressKind: 'email' });
    const options = gatewayOptions(crm.url, {
      publicUrl: PUBLIC,
      rules: [deliveryRule({ confirm: 'page', when })],
      limits: NO_LIMITS,
    });
    const gateways = await Promise.all(
      storesOf().map((store) => openGateway(options, { channels: { email: outbox }, store })),
    );
    const [first] = gateways;
    await first?.rep.deliver();
    await customerAt(first?.url ?? '', outbox.messages().at(-1)?.link ?? '').press('yes');
    const run = (count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, index) =>
          (gateways[index % gateways.length]?.rep as Rep).deliver(),
        ),
      );
    return { crm, outbox, run };
  }

  test('one saves, and the others are told so, though the rule no longer applies to them', async () => {
    let looks = 0;
    const memory = createMemoryStore({ now: Date.now });
    const counting = {
      ...memory,
      find(key: string) {
        looks++;
        return memory.find(key);
      },
    };
    const { crm, run } = await openRace({ changed_to: ['status', 'Delivered'] }, () => [counting]);
    const { promise: all, resolve } = Promise.withResolvers<void>();
    crm.answerWith(onSaves(after(all)));
    const first = run(1);
    await until(() => crm.saves.length === 1);
    looks = 0;
    const others = run(RACERS - 1);
    // Each looks at the ledger when it comes in, and waits for its turn.
    await until(() => looks === RACERS - 1);
    resolve();
    expect((await first).map(({ result }) => result)).toEqual(['verified']);
    expect((await others).map(({ result }) => result)).toEqual(Array(RACERS - 1).fill('otp-used'));
    expect(crm.saves).toHaveLength(1);
  });

  test('one saves, at two gateways on one file, where the rule goes on to apply', async () => {
    const path = join(openFolder(), 'ledger.db');
    const { crm, run } = await openRace(ALWAYS, () => [
      createSqliteStore({ path }),
      createSqliteStore({ path }),
    ]);
    const racers = await run(RACERS);
    expect(racers.filter(({ result }: Answered) => result === 'verified')).toHaveLength(1);
    expect(racers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(crm.saves).toHaveLength(1);
  });
});

test('the delivery story with a link, over SMTP: the mail has it as text and as a link, and nothing else is one', async () => {
  const inbox = await openInbox({ hideSTARTTLS: true });
  onTestFinished(inbox.close);
  const crm = await openCrm();
  const smtp = { kind: 'smtp', host: '127.0.0.1', port: inbox.port, from: 'codes@example.com' } as const;
  const { rep, url } = await openGateway(
    gatewayOptions(crm.url, {
      publicUrl: PUBLIC,
      channels: { email: smtp },
      rules: [deliveryRule({ confirm: 'page' })],
    }),
  );
  expect((await rep.deliver()).result).toBe('otp-required');
  const mail = await until(() => inbox.mails.at(-1));
  const [link = ''] = /https:\/\/confirm\.example\.com\/_countersign\/confirm\/[\w.-]+/.exec(mail.text) ?? [];
  expect(mail.html).toContain(`<a href="${link}">${link}</a>`);
  expect(mail.html.match(/<a /g)).toHaveLength(1);
  await customerAt(url, link).press('yes');
  expect((await rep.deliver()).result).toBe('verified');
  expect(crm.records.get('45')?.['status']).toBe('Delivered');
});
