import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { Delivery } from '../../src/ports.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { openCrm, openFolder, openGateway } from '../harness/world.ts';
import { serve } from '../scenarios/gateway-process.ts';
import { witness as here, metricsMade } from './here.ts';
import { hearMetrics } from './overhear.ts';
import { createWitness } from './witness.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe('a witness', () => {
  const told = (text: string) => {
    const witness = createWitness();
    witness.heard('log', text);
    witness.saw({ code: '454415', address: 'ann@example.com' });
    witness.saw({ code: 'KMNPQR', address: '+5511987654378' });
    witness.saw({ code: '4545', address: 'x' });
    return witness.findings();
  };

  test.each([
    'code 454415',
    '{"code":"454415"}',
    '{"code":454415}',
    'OTPRULES_OTP_7=454415',
    '454415.',
    '7/45=454415, 8=1',
    'kmnpqr was wrong',
    'to Ann@Example.com',
    '<ann@example.com>:',
    'tel:+5511987654378',
    '"5511987654378"',
  ])('finds what stands in %j', (text) => {
    const [finding = ''] = told(text);
    expect(finding).toMatch(/^log: .*•/s);
    expect(finding).not.toMatch(/454415|kmnpqr|ann@example|5511987/i);
  });

  test.each([
    '1454415',
    '4544150',
    '{"at":1454415123}',
    '0.454415',
    '454415.7',
    'a454415b',
    '45-454415',
    '{"pid":454415}',
    '4545',
    'a***@***.com, ***78',
    'joann@example.com',
    'x',
  ])('finds nothing in %j', (text) => {
    expect(told(text)).toEqual([]);
  });

  test("finds what stands at the end of a link, and an address on a page is the customer's own", () => {
    const token = `abcd_123.${'Ab-_9'.repeat(30)}x`;
    const witness = createWitness();
    witness.saw({
      code: '454415',
      link: `https://confirm.example.com/_countersign/confirm/${token}`,
      address: 'a@b.cc',
    });
    for (const text of [`GET /_countersign/confirm/${token} 200`, `{"link":"${token}"}`]) {
      witness.heard('log', text);
      const [finding = ''] = witness.findings();
      expect(finding).toMatch(/^log: .*•/s);
      expect(finding).not.toContain(token);
    }
    witness.heard('log', `${token.slice(0, -1)}y`);
    witness.heard('page', 'a@b.cc');
    expect(witness.findings()).toEqual([]);
    witness.heard('page', 'code 454415');
    expect(witness.findings()).toHaveLength(1);
  });

  test('tells each finding once, and forgets no secret', () => {
    const witness = createWitness();
    witness.saw({ code: '454415', address: 'ann@example.com' });
    witness.heard('audit', '454415');
    expect(witness.findings()).toHaveLength(1);
    expect(witness.findings()).toEqual([]);
    witness.heard('audit', '454415');
    expect(witness.findings()).toHaveLength(1);
  });
});

// What is found here is taken, so that these tests do not fail by it as others would.
describe('the witness of this suite', () => {
  const taken = () => here.findings().map((finding) => finding.split(':')[0]);

  test('stands at every place of a gateway, also where it logs and audits nothing', async () => {
    const crm = await openCrm();
    const outbox = createOutbox({ addressKind: 'email' });
    const before = structuredClone(here.counts);
    const { rep } = await openGateway(gatewayOptions(crm.url), { channels: { email: outbox } });
    await rep.deliver();
    expect(await rep.deliver(outbox.lastCode())).toMatchObject({ code: 'used' });
    const { messages, places } = here.counts;
    expect(messages).toBe(before.messages + 1);
    for (const place of ['log', 'audit', 'answer'])
      expect(places[place]).toBeGreaterThan(before.places[place] ?? 0);
    expect(taken()).toEqual([]);
  });

  test('finds a code that a channel puts into its reason', async () => {
    const crm = await openCrm();
    const deliver = async ({ code }: { readonly code: string }): Promise<Delivery> => ({
      kind: 'refused',
      reason: `the provider did not like ${code}`,
    });
    const channel = { ...createOutbox({ addressKind: 'email' }), deliver };
    const { rep } = await openGateway(gatewayOptions(crm.url), { channels: { email: channel } });
    expect(await rep.deliver()).toMatchObject({ status: 503 });
    expect(taken()).toContain('log');
  });

  test('finds a number to which a code goes, where records, rules and channels are called by it', async () => {
    const number = '5511987654378';
    const crm = await openCrm({ records: { [number]: { ...STORED, id: number, phone: `+${number}` } } });
    const { rep } = await openGateway(
      gatewayOptions(crm.url, {
        channels: { [number]: { kind: 'outbox', address: 'phone' } },
        rules: [deliveryRule({ name: number, send: { to: [{ channel: number, address: 'phone' }] } })],
      }),
    );
    const save = { status: 'Delivered' };
    expect(await rep.call('PATCH', `/api/DeliveryNotes/${number}`, save)).toMatchObject({ status: 428 });
    await hearMetrics(metricsMade, here);
    expect(new Set(taken())).toEqual(new Set(['audit', 'answer', 'metrics']));
  });

  test('hears what the console shows', async () => {
    const number = '5511987654378';
    const { rep, adminUrl } = await openGateway(
      gatewayOptions((await openCrm({ records: { 45: { ...STORED, phone: `+${number}` } } })).url, {
        admin: { port: 0, console: true, token: 'x'.repeat(40) },
        channels: { sms: { kind: 'outbox', address: 'phone' } },
        rules: [deliveryRule({ name: number, send: { to: [{ channel: 'sms', address: 'phone' }] } })],
      }),
    );
    await rep.deliver();
    taken();
    const headers = { Authorization: `Bearer ${'x'.repeat(40)}` };
    expect(await (await fetch(`${adminUrl}/console/api/rules`, { headers })).text()).toContain(number);
    expect(taken()).toEqual(['answer']);
    await hearMetrics(metricsMade, here);
    taken();
  });

  test('hears every answer of our own, because the two files that write them are heard, and the console as a whole', () => {
    const folder = join(ROOT, 'src', 'http');
    const heard = ['answer/respond.ts', 'page/send-page.ts'];
    // What probes and metrics answer names neither a record nor a user; metrics are asked for.
    const others = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) =>
        name.endsWith('.ts') &&
        !name.startsWith('console/') &&
        ![...heard, 'admin/admin.ts', 'admin/metrics.ts'].includes(name),
    );
    expect(others.length).toBeGreaterThan(20);
    const writing = (text: string) => /\bresponse\.(?:end|write|send|json)\((?!\))/.test(text);
    expect(heard.filter((name) => writing(readFileSync(join(folder, name), 'utf8')))).toEqual(heard);
    expect(others.filter((name) => writing(readFileSync(join(folder, name), 'utf8')))).toEqual([]);
  });

  test('hears processes, those that are waited for and others', async () => {
    here.saw({ code: '454415', address: '' });
    const program = ['-e', 'process.stdout.write("code 454415"); process.stderr.write("code 454415")'];
    expect(spawnSync(process.execPath, program, { encoding: 'utf8' }).stdout).toBe('code 454415');
    expect(taken()).toEqual(['process']);
    execFileSync(process.execPath, program, { stdio: ['ignore', 'pipe', 'ignore'] });
    expect(taken()).toEqual(['process']);
    const child = spawn(process.execPath, program);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.resume();
    await once(child, 'close');
    expect(Buffer.concat(chunks).toString()).toBe('code 454415');
    expect(taken()).toEqual(['process', 'process']);
  });

  test('sees what a gateway in a process of its own sends, and hears its audit', async () => {
    const crm = await openCrm();
    const folder = openFolder();
    const { secret: _, ...options } = gatewayOptions(crm.url, {
      audit: { kind: 'file', path: join(folder, 'audit.jsonl') },
      channels: { email: { kind: 'outbox', folder: join(folder, 'outbox') } },
      log: { level: 'info' },
    });
    const before = structuredClone(here.counts);
    const { rep, stop } = await serve(folder, options);
    expect(await rep.deliver()).toMatchObject({ status: 428 });
    expect(await stop()).toBe(0);
    expect(here.counts.messages).toBe(before.messages + 1);
    expect(here.counts.places['audit']).toBeGreaterThan(before.places['audit'] ?? 0);
    expect(here.counts.places['process']).toBeGreaterThan(before.places['process'] ?? 0);
  });

  const failedBy: string[] = [];
  test.fails('a test may say nothing that is not so, and its gateway may put out a code', async ({
    onTestFailed,
  }) => {
    onTestFailed(({ task }) => {
      failedBy.push(...(task.result?.errors ?? []).map(({ message }) => message));
    });
    const crm = await openCrm();
    const leaking = {
      ...createOutbox({ addressKind: 'email' }),
      deliver: async ({ code }: { readonly code: string }) => ({
        kind: 'refused' as const,
        reason: `bad ${code}`,
      }),
    };
    const { rep } = await openGateway(gatewayOptions(crm.url), { channels: { email: leaking } });
    expect(await rep.deliver()).toMatchObject({ status: 503 });
  });

  test('fails the test whose gateway puts out a code', () => {
    expect(failedBy).toEqual([
      expect.stringMatching(/^a code or an address stands where it may not:\nlog: .*bad •{6}/s),
    ]);
  });
});
