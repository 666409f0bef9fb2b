import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { run } from '../cli/run.ts';
import { onSaves, refuse } from '../harness/answers.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { HOOK_KEY, openReceiver } from '../harness/hook-receiver.ts';
import { until } from '../harness/until.ts';
import { ask, type ConsoleStage, openConsole, startConsole, TOKEN } from './stage.ts';

const PATIENT = { timeout: 60_000 };
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };
const folder = mkdtempSync(join(tmpdir(), 'countersign-console-'));
const path = join(folder, 'audit.jsonl');
let stage: ConsoleStage;
let code = '';
beforeAll(async () => {
  stage = await startConsole({}, { audit: { kind: 'file', path } });
  await stage.rep.deliver();
  code = stage.gateway.lastCode() ?? '';
  await stage.rep.deliver('000000');
  await stage.rep.deliver(code);
});
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

const get = (address: string) => ask(`${stage.adminUrl}/console/api/${address}`, AUTHORIZATION);

it('a decision is listed with verdict, rules, module, method and why, newest first, and found by its filters', async () => {
  const { decisions } = (await stage.api('decisions')) as { decisions: Record<string, unknown>[] };
  expect(decisions.map(({ verdict }) => verdict)).toEqual(['countersigned', 'otp-invalid', 'otp-required']);
  expect(decisions[0]).toMatchObject({
    user: '',
    method: 'PATCH',
    modules: ['DeliveryNotes'],
    rules: ['7'],
    why: [{ rule: '7', about: 'criteria', clauses: ['changed_to status Delivered'] }],
  });
  const lengthOf = async (query: string) =>
    ((await stage.api(`decisions?${query}`)) as { decisions: unknown[] }).decisions.length;
  expect(await lengthOf('verdict=otp-invalid')).toBe(1);
  expect(await lengthOf('rule=7')).toBe(3);
  expect(await lengthOf('rule=8')).toBe(0);
  expect(await lengthOf('caller=paula')).toBe(0);
  expect(await lengthOf('limit=2')).toBe(2);
});

it('why tells clauses, the names of fields, times, and what the audit was told', async () => {
  const { decisions } = (await stage.api('decisions')) as { decisions: { decision: string }[] };
  const story = await stage.api(`decisions/${decisions[0]?.decision}`);
  expect(story).toMatchObject({
    why: [{ rule: '7', clauses: ['changed_to status Delivered'] }],
    facts: ['status'],
    steps: [{ event: 'save-countersigned' }, { event: 'save-settled', outcome: 'saved' }],
    gateMs: expect.any(Number),
    ms: expect.any(Number),
  });
  expect((await get('decisions/nobody')).status).toBe(404);
});

it('no code, no address and no value that the log does not have is in any answer', async () => {
  const { decisions } = (await stage.api('decisions')) as { decisions: { decision: string }[] };
  const stories = decisions.map(({ decision }) => `decisions/${decision}`);
  for (const address of ['decisions', ...stories, 'audit', 'radar', 'rules', 'session']) {
    const { text } = await get(address);
    for (const secret of [
      code,
      '000000',
      'ann@example.com',
      'Out for delivery',
      'Two boxes',
      TOKEN,
      'Bearer rep',
    ])
      expect([address, text.includes(secret)]).toEqual([address, false]);
  }
});

it('the stream tells each decision as it happens, and nothing before', async () => {
  const ended = new AbortController();
  const response = await fetch(`${stage.adminUrl}/console/api/decisions/stream`, {
    headers: AUTHORIZATION,
    signal: ended.signal,
  });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  await stage.rep.call('PUT', '/api/DeliveryNotes/45', { note: 'streamed' });
  let text = '';
  for await (const piece of response.body ?? []) {
    text += Buffer.from(piece).toString();
    if (text.includes('\n\n')) break;
  }
  ended.abort();
  expect(text).toMatch(/^event: decision\ndata: \{.*"verdict":"pass".*\}\n\n$/);
});

it('the audit is searched, its chain is judged, and a proof of it holds', async () => {
  const { events } = (await stage.api('audit?record=45&module=DeliveryNotes')) as {
    events: { event: string; save?: string }[];
  };
  expect(events.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['code-sent', 'save-refused', 'save-countersigned', 'save-settled']),
  );
  expect((await stage.api('audit?record=46'))['events']).toEqual([]);
  expect((await stage.api('audit?from=2100-01-01'))['events']).toEqual([]);
  expect(await stage.api('audit/chain')).toMatchObject({ state: 'whole', faults: [] });
  const save = events.find(({ event }) => event === 'save-countersigned')?.save ?? '';
  const { headers, text } = await get(`audit/proof?save=${encodeURIComponent(save)}`);
  expect(headers['content-disposition']).toMatch(/^attachment/);
  const file = join(folder, 'proof.json');
  writeFileSync(file, text);
  expect(run(['audit', 'check', file])).toMatchObject({ code: 0 });
  expect((await get('audit/proof?save=nobody')).status).toBe(404);
  const lines = readFileSync(path, 'utf8');
  writeFileSync(path, lines.replace('"otp-invalid"', '"otp-expired"'));
  expect(await stage.api('audit/chain')).toMatchObject({
    state: 'broken',
    faults: [{ line: expect.any(Number), message: 'it was changed' }],
  });
  expect((await get(`audit/proof?save=${encodeURIComponent(save)}`)).status).toBe(404);
  writeFileSync(path, lines);
});

it('what the radar finds is in the metrics, too', async () => {
  const own = await openConsole();
  await own.rep.deliver();
  await own.rep.deliver(own.gateway.lastCode());
  expect((await own.api('radar'))['callers']).toEqual([
    expect.objectContaining({ asked: 1, entered: 1, fast: 1, flags: ['entered-too-fast'] }),
  ]);
  const { text } = await ask(`${own.adminUrl}/metrics`, AUTHORIZATION);
  expect(text).toContain('countersign_radar_flags_total{flag="entered-too-fast",about="caller"} 1');
});

it('what the radar finds is signed and told to receivers, and in the audit', async () => {
  const receiver = await openReceiver();
  const own = await openConsole(
    { radar: { records: 2 } },
    {
      callers: [{ header: 'X-User', from: 'trustedProxies' }],
      trustedProxies: ['127.0.0.1'],
      audit: { kind: 'file', path: join(folder, 'flags.jsonl') },
      events: [{ url: receiver.url, secret: HOOK_KEY, on: ['radar-flagged'] }],
    },
  );
  const call = (path: string, fields: object, headers = {}) =>
    own.rep.call('PATCH', path, fields, { 'X-User': 'paula', ...headers });
  const confirm = async (id: string, isOwn: boolean) => {
    const note = `/api/DeliveryNotes/${id}`;
    own.crm.records.set(id, { ...own.crm.records.get('45'), id, email: isOwn ? '' : 'ann@example.com' });
    const [before, saves] = [own.gateway.outbox.messages().length, own.crm.saves.length];
    if (isOwn) {
      expect((await call(note, { email: 'paula.own@example.net' })).status).toBe(200);
      // It is told after the answer.
      const told = async () => (await own.api(`audit?record=${id}`))['events'];
      await expect.poll(told, PATIENT).toHaveLength(1);
    }
    expect((await call(note, { status: 'Delivered' })).status).toBe(428);
    expect(own.gateway.outbox.messages()).toHaveLength(before + 1);
    own.gateway.clock.advance(60_000);
    const saved = await call(
      note,
      { status: 'Delivered' },
      { 'OTPRULES-OTP-7': own.gateway.lastCode() ?? '' },
    );
    expect([saved.status, own.crm.saves.length]).toEqual([200, saves + (isOwn ? 2 : 1)]);
  };
  // The honest twin: the address had been there.
  await confirm('51', false);
  expect((await own.api('radar'))['addresses']).toEqual([]);
  await confirm('52', true);
  await confirm('53', true);
  await until(() => receiver.told.length === 3);
  const told = receiver.told.map(({ type, data }) => [type, data['flag'], data['about'], data['threshold']]);
  expect(told).toEqual(
    expect.arrayContaining([
      ['radar-flagged', 'address-filled-in-before', 'address', 1],
      ['radar-flagged', 'address-filled-in-before', 'caller', 2],
      ['radar-flagged', 'one-address-many-records', 'address', 2],
    ]),
  );
  expect(JSON.stringify(receiver.told)).not.toContain('example.net');
  expect(receiver.told.find(({ data }) => data['about'] === 'caller')?.data['of']).toBe('paula');
  const { events } = (await own.api('audit')) as { events: Record<string, unknown>[] };
  expect(events.filter(({ event }) => event === 'radar-flagged')).toHaveLength(3);
  expect(events.filter(({ event }) => event === 'address-filled-in')).toEqual([
    expect.objectContaining({ record: '52', rules: ['7'], user: 'paula' }),
    expect.objectContaining({ record: '53', rules: ['7'], user: 'paula' }),
  ]);
  expect(await own.api('radar')).toMatchObject({
    callers: [{ caller: 'paula', flags: ['address-filled-in-before'] }],
    addresses: [{ records: 2, flags: ['one-address-many-records', 'address-filled-in-before'] }],
  });
  const { text } = await ask(`${own.adminUrl}/metrics`, AUTHORIZATION);
  expect(text).toContain('countersign_radar_flags_total{flag="address-filled-in-before",about="caller"} 1');
  expect(text).toContain('countersign_radar_threshold{threshold="records"} 2');
});

it('an address that was not saved was not filled in', async () => {
  const own = await openConsole({}, { audit: { kind: 'file', path: join(folder, 'unsaved.jsonl') } });
  own.crm.records.set('61', { ...own.crm.records.get('45'), id: '61', email: '' });
  own.crm.answerWith(onSaves(refuse(422)));
  expect((await own.rep.call('PATCH', '/api/DeliveryNotes/61', { email: 'a@example.net' })).status).toBe(422);
  // No file is written yet: nothing is told, and that is whole.
  expect((await own.api('audit'))['events']).toEqual([]);
  expect(await own.api('audit/chain')).toEqual({ state: 'whole', lines: 0, faults: [] });
  own.crm.answerWith();
  expect((await own.rep.call('PATCH', '/api/DeliveryNotes/61', { email: 'a@example.net' })).status).toBe(200);
  await expect.poll(async () => (await own.api('audit'))['events'], PATIENT).toHaveLength(1);
});

it('the rules are those in force, with what shadow counted and what a reload changed', async () => {
  const rules = [deliveryRule({ mode: 'shadow' })];
  const own = await openConsole({}, { rules });
  await own.rep.deliver();
  expect(await own.api('rules')).toMatchObject({
    rules: [{ id: '7', mode: 'shadow', shadow: 1, reads: ['status'], on: ['update'] }],
    diff: [],
  });
});

it('the bench gives the verdict and the clauses that simulate gives, and asks nobody', async () => {
  const request = 'PUT /api/DeliveryNotes/45\nContent-Type: application/json\n\n{"status":"Delivered"}\n';
  const before = { status: 'Created', email: 'ann@example.com' };
  const [received, messages] = [stage.crm.received.length, stage.gateway.outbox.messages().length];
  const { csrf } = (await stage.api('session')) as { csrf: string };
  const response = await fetch(`${stage.adminUrl}/console/api/bench`, {
    method: 'POST',
    headers: { ...AUTHORIZATION, 'content-type': 'application/json', 'x-csrf-token': csrf },
    body: JSON.stringify({ request, before, related: {} }),
  });
  expect(await response.json()).toMatchObject({
    verdict: 'otp-required',
    status: 428,
    why: [{ rule: '7', clauses: ['changed_to status Delivered'] }],
  });
  expect([stage.crm.received.length, stage.gateway.outbox.messages().length]).toEqual([received, messages]);
  writeFileSync(join(folder, 'request.http'), request);
  writeFileSync(join(folder, 'before.json'), JSON.stringify(before));
  writeFileSync(
    join(folder, 'countersign.yaml'),
    stringify({ ...gatewayOptions('http://127.0.0.1:1'), secret: { env: 'COUNTERSIGN_SECRET' } }),
  );
  const said = run(['simulate', '--request', 'request.http', '--before', 'before.json'], folder);
  expect(said.out).toContain('otp-required: 428');
  expect(said.out).toContain('changed_to status Delivered');
});

it('the bench tells no receiver of events, and a save does', async () => {
  const receiver = await openReceiver();
  const own = await openConsole({}, { events: [{ url: receiver.url, secret: HOOK_KEY }] });
  const { csrf } = (await own.api('session')) as { csrf: string };
  const judge = async () => {
    const judged = await fetch(`${own.adminUrl}/console/api/bench`, {
      method: 'POST',
      headers: { ...AUTHORIZATION, 'content-type': 'application/json', 'x-csrf-token': csrf },
      body: JSON.stringify({
        request: 'PUT /api/DeliveryNotes/99\nContent-Type: application/json\n\n{"status":"Delivered"}\n',
        before: { status: 'Created', email: 'ann@example.com' },
      }),
    });
    expect(await judged.json()).toMatchObject({ verdict: 'otp-required' });
  };
  for (let times = 0; times < 3; times++) await judge();
  expect((await own.rep.deliver()).status).toBe(428);
  await until(() => receiver.told.some(({ data }) => data['record'] === '45'));
  expect(receiver.told.filter(({ data }) => data['record'] === '99')).toEqual([]);
});

it('a console that nobody could be let in to is a fault of the configuration', () => {
  writeFileSync(
    join(folder, 'closed.yaml'),
    stringify({
      ...gatewayOptions('http://127.0.0.1:1'),
      admin: { console: true },
      secret: { env: 'COUNTERSIGN_SECRET' },
    }),
  );
  const { code: exitCode, out, err } = run(['check', '-c', 'closed.yaml'], folder);
  expect([exitCode, `${out}${err}`]).toEqual([3, expect.stringContaining('admin.token')]);
});
