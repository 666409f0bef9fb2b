import { expect, onTestFinished, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { CountersignError } from '../../src/core/fault.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { createTestGateway } from '../../src/testing.ts';
import { SECRET as WEBHOOK_SECRET, webhookReport } from '../channels/webhook-stand-in.ts';
import { after, onSaves } from '../harness/answers.ts';
import { STORED } from '../harness/crm.ts';
import { customerAt } from '../harness/customer.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { findingIn, openPayslips, PAYSLIP_MODULE, PEOPLE, payslipRule } from '../harness/payslips.ts';
import { type Rep, repOf, wrongCode } from '../harness/rep.ts';
import { startVtiger } from '../harness/vtiger-crm.ts';
import { SESSION } from '../harness/vtiger-seed.ts';
import { openCrm, openGateway } from '../harness/world.ts';
import { answersIn, CALLS, callOf, faultsOf } from './document.ts';

/** What was answered to calls of the control API: `sendCode 201`, `sendCode 429 otp-resend-limited`. */
const answered = new Set<string>();

/** A rep whose calls of the control API are held against the document. */
function watched(rep: Rep): Rep['call'] {
  return async (method, path, body, headers) => {
    const answer = await rep.call(method, path, body, headers);
    const call = callOf(method, path);
    if (!call) return answer;
    const { status, result, text } = answer;
    const isOurs = /problem|application\/json/.test(answer.headers.get('content-type') ?? '') || text === '';
    expect([`${method} ${path} ${status}`, isOurs]).toEqual([`${method} ${path} ${status}`, true]);
    const faults = faultsOf(call, status, text === '' ? undefined : JSON.parse(text));
    expect({ method, path, status, text, faults }).toMatchObject({ faults: [] });
    const slug = status >= 400 ? (result ?? '') : '';
    answered.add(`${call.operation.operationId} ${status} ${slug}`.trim());
    return answer;
  };
}

const RULE = '/_countersign/rules/9';
const P1 = `${RULE}/records/p1`;
/** The calls about a record. */
const ABOUT: readonly (readonly [string, string, unknown?])[] = [
  ['GET', ''],
  ['POST', '/code'],
  ['DELETE', '/code'],
  ['POST', '/override', { reason: 'nobody can be reached', values: { net: '1' } }],
  ['POST', '/grant', { code: '454415' }],
];
const IDENTIFY = ['POST', `${RULE}/identify`, { value: '4721' }] as const;
const reading = payslipRule({ on: ['read'], grant: { idle: '30m', absolute: '24h' } });

test('codes are sent, looked at, withdrawn, exchanged for grants, and grants are ended', async () => {
  const { rep, code, gateway } = await openPayslips({ rules: [reading] });
  const call = watched(rep);
  await call('GET', P1);
  await call('POST', `${P1}/code`);
  await call('POST', `${P1}/code`);
  await call('DELETE', `${P1}/code`);
  await call('POST', `${P1}/grant`, { code: code() });
  gateway.clock.advance(60_000);
  await call(...IDENTIFY);
  const first = code();
  await call('POST', `${P1}/grant`, { code: wrongCode(first) });
  gateway.clock.advance(60_000);
  await call(...IDENTIFY);
  await call('POST', `${P1}/grant`, { code: first });
  const { json } = await call('POST', `${P1}/grant`, { code: code() });
  await call('POST', `${P1}/grant`, { code: code() });
  await call('DELETE', '/_countersign/grants/current', undefined, {
    'OTPRULES-Grant': String(json['token']),
  });
  await call('DELETE', '/_countersign/grants/current');
  gateway.clock.advance(60_000);
  await call(...IDENTIFY);
  await call(...IDENTIFY);
  gateway.clock.advance(6 * 60_000);
  await call('POST', `${P1}/grant`, { code: code() });
  await call('POST', `${RULE}/code`, { records: ['p1', 'p2', 'p9'] });
});

test('wrong codes end in a wait', async () => {
  const { rep, code } = await openPayslips({ rules: [reading] });
  const call = watched(rep);
  await call('POST', `${P1}/code`);
  for (let nth = 1; nth <= 4; nth += 1) await call('POST', `${P1}/grant`, { code: wrongCode(code(), nth) });
  await call('POST', `${P1}/code`);
  await call(...IDENTIFY);
});

test('limits over all rules end in a wait', async () => {
  const limits = { ...NO_LIMITS, caller: { hour: 1, wrong: 1 } };
  const { rep, code, gateway } = await openPayslips({ rules: [reading], limits });
  const call = watched(rep);
  await call('POST', `${P1}/code`);
  for (let nth = 1; nth <= 2; nth += 1) await call('POST', `${P1}/grant`, { code: wrongCode(code(), nth) });
  gateway.clock.advance(60_000);
  await call('POST', `${P1}/code`);
  await call(...IDENTIFY);
});

test('where nobody has an address, and where nobody knows what is confirmed, nothing is sent', async () => {
  const rules = [payslipRule({ when: { changed: 'net' } })];
  const { rep } = await openPayslips({ rules });
  const call = watched(rep);
  await call('POST', `${P1}/code`);
  await call('POST', `${P1}/code`, { values: { net: '1' } });
  await call('POST', `${RULE}/records/p2/code`, { values: { net: '1' } });
});

test('while a save is under way with a code, none is sent and none withdrawn', async () => {
  const rules = [payslipRule({ when: { changed_to: ['net', '1'] } })];
  const { rep, code, crm, gateway } = await openPayslips({ rules });
  const call = watched(rep);
  const save = (headers = {}) => rep.call('PATCH', '/api/payslips/p1', { net: '1' }, headers);
  await save();
  const { promise: hold, resolve: go } = Promise.withResolvers<void>();
  const find = findingIn(crm);
  crm.answerWith((asked, ...rest) => (asked.method === 'GET' ? find : after(hold))(asked, ...rest));
  const saving = save({ 'OTPRULES-OTP-9': code() });
  while ((await call('GET', P1)).json.result === 'living');
  gateway.clock.advance(60_000);
  await call('POST', `${P1}/code`);
  await call('DELETE', `${P1}/code`);
  await call(...IDENTIFY);
  go();
  expect((await saving).status).toBe(200);
});

test('people answer: the customer on a page, and somebody who vouches for a save', async () => {
  const crm = await openCrm();
  const outbox = createOutbox({ addressKind: 'email' });
  const options = gatewayOptions(crm.url, {
    publicUrl: 'https://confirm.example.com',
    trustedProxies: ['127.0.0.1'],
    callers: [{ header: 'X-User', from: 'trustedProxies' }],
    limits: NO_LIMITS,
    rules: [deliveryRule({ confirm: 'page', code: { cooldown: '0s' }, override: { by: true, perDay: 2 } })],
  });
  const { rep, url } = await openGateway(options, { channels: { email: outbox } });
  const call = watched(rep);
  const record = '/_countersign/rules/7/records/45';
  const vouch = (user: string, body: object = {}) =>
    call(
      'POST',
      `${record}/override`,
      { reason: 'The phone is dead at the door', values: { status: 'Delivered' }, ...body },
      user ? { 'X-User': user } : {},
    );
  await vouch('');
  await vouch('mia', { reason: 'no' });
  await vouch('mia', { values: {} });
  await vouch('mia');
  await vouch('max');
  await call('DELETE', `${record}/code`);
  await vouch('mia');
  await call('DELETE', `${record}/code`);
  await vouch('mia');
  await rep.deliver();
  const { promise: hold, resolve: go } = Promise.withResolvers<void>();
  crm.answerWith(onSaves(after(hold)));
  const saving = rep.deliver(outbox.lastCode());
  while ((await call('GET', `${record}?wait=1`)).json.result === 'living');
  await vouch('max');
  go();
  await saving;
  crm.answerWith();
  crm.records.set('45', STORED);
  await call('POST', `${record}/code`);
  await customerAt(url, outbox.messages().at(-1)?.link ?? '').press('no');
  await vouch('max');
  await call('POST', `${record}/code`);
  const full = { write: () => Promise.reject(new Error('the disk is full')), close: async () => undefined };
  const unwritten = watched((await openGateway(options, { audit: full })).rep);
  const body = { reason: 'The phone is dead at the door', values: { status: 'Delivered' } };
  await unwritten('POST', `${record}/override`, body, { 'X-User': 'mia' });
});

test('what cannot be read, and what is not there, is refused', async () => {
  const { rep } = await openPayslips({ rules: [reading] });
  const call = watched(rep);
  for (const path of [`${P1}/code`, `${P1}/override`, `${P1}/grant`, `${RULE}/code`, `${RULE}/identify`])
    await call('POST', path, { other: 1 });
  for (const [method, below, body] of ABOUT)
    await call(method, `/_countersign/rules/none/records/p1${below}`, body);
  await call('POST', '/_countersign/rules/none/code', { records: ['p1'] });
  await call('POST', '/_countersign/rules/none/identify', { value: '4721' });
  await call('POST', `${RULE}/identify`, { value: '9999' });
  await call('POST', `${RULE}/identify`, { value: '4722' });
  await call('POST', '/_countersign/reports/none', {});
});

test('who is not known, and what the CRM cannot show now, is refused', async () => {
  const { rep, url, crm } = await openPayslips({ rules: [reading] });
  const nobody = watched(repOf(url, null));
  for (const [method, below, body] of ABOUT) await nobody(method, `${P1}${below}`, body);
  await nobody(...IDENTIFY);
  crm.answerWith((_, response) => void response.writeHead(500).end());
  const call = watched(rep);
  for (const [method, below, body] of ABOUT) await call(method, `${P1}${below}`, body);
  await call(...IDENTIFY);
});

test('a CRM that says with 200 that it shows no record is understood', async () => {
  const crm = await startVtiger({ positional: true });
  onTestFinished(crm.close);
  const gateway = createTestGateway({
    upstream: { url: crm.url },
    modules: { HelpDesk: { dialect: 'vtiger-webservice', path: '/webservice.php', idPrefix: '17' } },
    rules: [
      {
        id: 9,
        name: 'Ticket',
        module: 'HelpDesk',
        when: { changed_to: ['ticketstatus', 'Closed'] },
        send: { to: [{ channel: 'email', address: 'description' }] },
      },
    ],
  });
  const { url } = await gateway.listen();
  onTestFinished(gateway.close);
  const call = watched(repOf(url, null));
  for (const [method, below, body] of ABOUT)
    for (const id of ['17x99999', '12x4'])
      await call(method, `${RULE}/records/${id}${below}?sessionName=${SESSION}`, body);
});

test('where nobody may learn who is there, no id is known', async () => {
  const lookup = { ...PAYSLIP_MODULE.lookup, enumeration: 'hide' } as const;
  const modules = { Payslips: { ...PAYSLIP_MODULE, lookup } };
  const { rep } = await openPayslips({ modules, rules: [reading] });
  const call = watched(rep);
  for (const [method, below, body] of ABOUT) await call(method, `${P1}${below}`, body);
});

test('without a ledger, and without a channel, nothing is done', async () => {
  const crm = await openCrm({ collection: '/api/payslips', records: PEOPLE });
  crm.answerWith(findingIn(crm));
  const clock = createHandClock(Date.now());
  const memory = createMemoryStore(clock);
  const away = () => Promise.reject(new CountersignError('store-unavailable', 'away'));
  const gone: LedgerStore = { ...memory, find: away, replace: away };
  const options = gatewayOptions(crm.url, {
    modules: { Payslips: PAYSLIP_MODULE },
    channels: { whatsapp: { kind: 'outbox', address: 'phone' } },
    rules: [reading],
  });
  const withoutLedger = await openGateway(options, { store: gone });
  const call = watched(withoutLedger.rep);
  for (const [method, below, body] of ABOUT) await call(method, `${P1}${below}`, body);
  await call(...IDENTIFY);
  const full = createOutbox({ addressKind: 'phone' });
  const refusing = { ...full, deliver: async () => ({ kind: 'refused', reason: 'full' }) as const };
  const withoutChannel = await openGateway(options, { channels: { whatsapp: refusing } });
  const callInVain = watched(withoutChannel.rep);
  await callInVain('POST', `${P1}/code`);
  await callInVain(...IDENTIFY);
});

test('reports are taken where they are signed', async () => {
  const crm = await openCrm();
  const hook = { kind: 'webhook', url: 'http://127.0.0.1:9', secret: WEBHOOK_SECRET, reports: true } as const;
  const { rep } = await openGateway(
    gatewayOptions(crm.url, { channels: { email: { kind: 'outbox' }, hook } }),
  );
  const call = watched(rep);
  const event = { type: 'code.delivered', timestamp: new Date().toISOString(), data: { id: 'none' } };
  for (const told of [event, 'no report']) {
    const { headers, body } = webhookReport(told, Date.now());
    await call('POST', '/_countersign/reports/hook', body.toString(), Object.fromEntries(headers));
  }
  await call('POST', '/_countersign/reports/hook', event);
});

const PUBLIC = { publicUrl: 'https://confirm.example.com' };

/** Notes how a page was answered, which has to be in the document. */
function told(method: 'GET' | 'POST', { status, headers }: Pick<Response, 'status' | 'headers'>): void {
  const { operation } = callOf(method, '/_countersign/confirm/token') ?? {};
  expect([Object.keys(operation?.responses ?? {}), headers.get('content-type')]).toEqual([
    expect.arrayContaining([String(status)]),
    'text/html; charset=utf-8',
  ]);
  answered.add(`${operation?.operationId} ${status}`);
}

test('a page is looked at and answered, and what was declined is sent no more', async () => {
  const rules = [payslipRule({ when: { changed_to: ['net', '1'] }, confirm: 'page' })];
  const { rep, url, gateway } = await openPayslips({ rules, ...PUBLIC });
  const call = watched(rep);
  await call('POST', `${P1}/code`);
  await call('GET', `${P1}?wait=99`);
  const link = gateway.outbox.messages().at(-1)?.link ?? '';
  const [customer, nobody] = [customerAt(url, link), customerAt(url, `${link}x`)];
  told('GET', await customer.open());
  told('GET', await nobody.open());
  told('POST', await nobody.post({ answer: 'yes' }));
  told('POST', await customer.post({ answer: 'yes' }));
  told('POST', await customer.post('answer=yes&answer=no'));
  told('POST', await customer.press('no'));
  told('POST', await customer.press('no'));
  told('GET', await customer.open());
  gateway.clock.advance(60_000);
  await call('POST', `${P1}/code`);
  await call(...IDENTIFY);
  await call('GET', P1);
});

test('without a ledger no page is shown, and none answered', async () => {
  const crm = await openCrm();
  const clock = createHandClock(Date.now());
  const memory = createMemoryStore(clock);
  let isAway = false;
  const find: LedgerStore['find'] = async (key) => {
    if (isAway) throw new CountersignError('store-unavailable', 'away');
    return memory.find(key);
  };
  const outbox = createOutbox({ addressKind: 'email' });
  const rules = [deliveryRule({ confirm: 'page' })];
  const options = gatewayOptions(crm.url, { rules, ...PUBLIC });
  const { rep, url } = await openGateway(options, {
    clock,
    store: { ...memory, find },
    channels: { email: outbox },
  });
  await rep.deliver();
  const customer = customerAt(url, outbox.messages()[0]?.link ?? '');
  isAway = true;
  told('GET', await customer.open());
  told('POST', await customer.post({ answer: 'yes', page: 'x' }));
});

test('each answer of the document was given, and no other', () => {
  expect([...answered].sort()).toEqual(CALLS.flatMap(answersIn).sort());
});
