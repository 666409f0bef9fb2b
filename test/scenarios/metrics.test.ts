import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { CountersignError } from '../../src/core/fault.ts';
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts';
import type { Channel, LedgerStore } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { cutBeforeHeaders, hang, onSaves } from '../harness/answers.ts';
import { deliveryRule, gatewayOptions, PATIENCE } from '../harness/delivery.ts';
import { NOTE, type Rep, repOf } from '../harness/rep.ts';
import { openCrm } from '../harness/world.ts';

type Scene = {
  readonly rep: Rep;
  readonly adminUrl: string;
  readonly crm: Awaited<ReturnType<typeof openCrm>>;
  readonly options: ConfigInput;
  readonly gateway: Gateway;
  code(): string;
  /** The store fails such calls from now on. */
  breakStore(op: 'find' | 'replace'): void;
  refuseCodes(): void;
  /** The value of a metric, by its name and labels as they are written; 0 where it is not there. */
  metric(name: string): Promise<number>;
};

async function openScene(
  admin: { readonly token?: string } = {},
  changes: Partial<ConfigInput> = {},
): Promise<Scene> {
  const crm = await openCrm();
  let code = '';
  let takes = true;
  let broken: 'find' | 'replace' | undefined;
  const channel: Channel = {
    addressKind: 'email',
    async deliver(message) {
      code = message.code;
      return takes ? { kind: 'accepted' } : { kind: 'refused', reason: 'no' };
    },
    close: async () => undefined,
  };
  const memory = createMemoryStore(systemClock);
  const store: LedgerStore = {
    ...memory,
    async find(key) {
      if (broken === 'find') throw new CountersignError('store-unavailable', 'it is gone');
      return memory.find(key);
    },
    async replace(next, expected) {
      if (broken === 'replace') throw new CountersignError('store-unavailable', 'it is gone');
      return memory.replace(next, expected);
    },
  };
  const upstream = { ...(changes.upstream as object | undefined), url: crm.url };
  const options = gatewayOptions(crm.url, { admin: { port: 0, ...admin }, ...changes, upstream });
  const gateway = createGateway(options, { store, channels: { email: channel } });
  const { url, adminUrl = '' } = await gateway.listen();
  onTestFinished(gateway.close);
  return {
    rep: repOf(url),
    adminUrl,
    crm,
    options,
    gateway,
    code: () => code,
    breakStore: (op) => {
      broken = op;
    },
    refuseCodes: () => {
      takes = false;
    },
    async metric(name) {
      const text = await (await fetch(`${adminUrl}/metrics`)).text();
      const line = text.split('\n').find((each) => each.startsWith(`${name} `));
      return Number(line?.slice(name.length) ?? 0);
    },
  };
}

const decisions = (rule: string, verdict: string, mode = 'enforce') =>
  `countersign_decisions_total{rule="${rule}",verdict="${verdict}",mode="${mode}"}`;
const verifications = (result: string) => `countersign_verifications_total{rule="7",result="${result}"}`;
const sent = (result: string) => `countersign_codes_sent_total{channel="email",result="${result}"}`;

describe('metrics', () => {
  test('each decision and each presented code moves its counter, and no other', async () => {
    const { rep, code, metric } = await openScene();
    await rep.deliver();
    expect(await metric(decisions('7', 'refused'))).toBe(1);
    expect(await metric(sent('accepted'))).toBe(1);
    expect(await metric(verifications('otp-invalid'))).toBe(0);
    await rep.deliver(code() === '000000' ? '000001' : '000000');
    expect(await metric(decisions('7', 'refused'))).toBe(2);
    expect(await metric(verifications('otp-invalid'))).toBe(1);
    expect(await metric(verifications('verified'))).toBe(0);
    await rep.deliver(code());
    expect(await metric(decisions('7', 'countersigned'))).toBe(1);
    expect(await metric(verifications('verified'))).toBe(1);
    expect(await metric(decisions('', 'pass'))).toBe(0);
    await rep.call('PUT', NOTE, { note: 'no rule applies to this' });
    expect(await metric(decisions('', 'pass'))).toBe(1);
    expect(await metric('countersign_gate_duration_seconds_count')).toBe(4);
    expect(await metric(sent('accepted'))).toBe(1);
  });

  test('what a rule in shadow mode would have refused is counted beside what happened', async () => {
    const { rep, metric } = await openScene({}, { rules: [deliveryRule({ mode: 'shadow' })] });
    expect((await rep.deliver()).status).toBe(200);
    expect(await metric(decisions('7', 'refused', 'shadow'))).toBe(1);
    expect(await metric(decisions('7', 'refused'))).toBe(0);
    expect(await metric(decisions('', 'pass'))).toBe(1);
  });

  test('go on counting after a reload, and name the configuration in force', async () => {
    const { rep, gateway, options, adminUrl, metric } = await openScene();
    await rep.deliver();
    const reload = gateway.reload({ ...options, rules: [deliveryRule({ name: 'Another name' })] });
    await rep.call('PUT', NOTE, { note: 'no rule applies to this' });
    expect(await metric(decisions('7', 'refused'))).toBe(1);
    expect(await metric(decisions('', 'pass'))).toBe(1);
    const text = await (await fetch(`${adminUrl}/metrics`)).text();
    const revisions = [...text.matchAll(/^countersign_build_info\{.*revision="([0-9a-f]+)"/gm)];
    expect(revisions.map(([, revision]) => ({ ok: true, revision }))).toEqual([reload]);
  });

  test('say whether the configuration that was offered last is in force, and since when', async () => {
    const { gateway, options, metric } = await openScene();
    const taken = 'countersign_config_last_reload_success';
    const since = 'countersign_config_last_reload_success_timestamp_seconds';
    const started = await metric(since);
    expect([await metric(taken), started > Date.now() / 1000 - 600]).toEqual([1, true]);
    gateway.reload({ ...options, rules: [deliveryRule({ module: 'Nowhere' })] });
    expect([await metric(taken), await metric(since)]).toEqual([0, started]);
    gateway.reload({ ...options, rules: [] });
    expect([await metric(taken), (await metric(since)) > started]).toEqual([1, true]);
  });

  test('a code that no channel takes is counted as refused', async () => {
    const { rep, refuseCodes, metric } = await openScene();
    refuseCodes();
    await rep.deliver();
    expect(await metric(sent('refused'))).toBe(1);
    expect(await metric(sent('accepted'))).toBe(0);
  });

  test('the CRM is timed, and its failures are counted by kind', async () => {
    const { rep, crm, metric } = await openScene();
    await rep.call('PUT', NOTE, { note: 'x' });
    const timed = await metric('countersign_upstream_duration_seconds_count');
    expect(timed).toBeGreaterThanOrEqual(1);
    expect(await metric('countersign_upstream_errors_total{kind="unreached"}')).toBe(0);
    await crm.close();
    await rep.call('PUT', NOTE, { note: 'x' });
    expect(await metric('countersign_upstream_errors_total{kind="unreached"}')).toBe(1);
    expect(await metric('countersign_upstream_errors_total{kind="record"}')).toBe(0);
    await rep.deliver();
    expect(await metric('countersign_upstream_errors_total{kind="record"}')).toBe(1);
    expect(await metric('countersign_upstream_duration_seconds_count')).toBeGreaterThan(timed);
  });

  test('a CRM that is late and one that hangs up are told apart', async () => {
    const { rep, crm, metric } = await openScene({}, { upstream: { url: '', timeout: PATIENCE } });
    const failures = (kind: string) => metric(`countersign_upstream_errors_total{kind="${kind}"}`);
    crm.answerWith(onSaves(hang));
    expect((await rep.call('PUT', NOTE, { note: 'x' })).status).toBe(504);
    expect([await failures('timeout'), await failures('lost')]).toEqual([1, 0]);
    crm.answerWith(onSaves(cutBeforeHeaders));
    expect((await rep.call('PUT', NOTE, { note: 'x' })).status).toBe(502);
    expect([await failures('timeout'), await failures('lost')]).toEqual([1, 1]);
  });

  test.each(['find', 'replace'] as const)('failures of the store are counted as such of "%s"', async (op) => {
    const { rep, breakStore, metric } = await openScene();
    const failures = (asked: string) => metric(`countersign_store_errors_total{op="${asked}"}`);
    expect(await failures(op)).toBe(0);
    breakStore(op);
    expect((await rep.deliver()).status).toBe(503);
    expect(await failures(op)).toBeGreaterThanOrEqual(1);
    expect(await failures(op === 'find' ? 'replace' : 'find')).toBe(0);
  });

  test('say what runs, and neither a path, a record nor a user', async () => {
    const { rep, code, adminUrl } = await openScene();
    await rep.deliver();
    await rep.deliver(code());
    const text = await (await fetch(`${adminUrl}/metrics`)).text();
    expect(text).toMatch(
      /^countersign_build_info\{version="\d+\.\d+\.\d+",revision="[0-9a-f]{12}",node="24\./m,
    );
    expect(text).not.toMatch(/DeliveryNotes|"45"|paula|@/);
  });

  test('are for the bearer of the token only, where there is one; probes are for all', async () => {
    const { adminUrl } = await openScene({ token: 'scrape-me' });
    const ask = (path: string, authorization?: string) =>
      fetch(`${adminUrl}${path}`, { ...(authorization && { headers: { authorization } }) });
    expect((await ask('/metrics')).status).toBe(401);
    expect((await ask('/metrics', 'Bearer scrape-m')).status).toBe(401);
    expect((await ask('/metrics', 'Basic scrape-me')).status).toBe(401);
    expect((await ask('/metrics', 'Bearer scrape-me')).status).toBe(200);
    expect((await ask('/livez')).status).toBe(200);
    expect((await ask('/readyz')).status).toBe(200);
  });
});
