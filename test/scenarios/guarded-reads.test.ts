import { describe, expect, test } from 'vitest';
import { openPayslips, PAYSLIP_MODULE, PAYSLIPS, payslipRule } from '../harness/payslips.ts';
import { openRaw, rawRequest, sendRaw } from '../harness/raw.ts';
import { repOf, wrongCode } from '../harness/rep.ts';
import type { World, WorldOptions } from '../harness/world.ts';

const P1 = `${PAYSLIPS}/p1`;
const HEADER = 'OTPRULES-OTP-9';

const open = (options: WorldOptions = {}, changes: Parameters<typeof payslipRule>[0] = {}) =>
  openPayslips({ rules: [payslipRule({ on: ['read'], ...changes })], ...options });

/** Nothing of the record's content may stand in it. */
const shows = (text: string) => text.includes('5210.40');

describe('a read of a guarded record', () => {
  test('is refused, sends the code, and is shown for it, once', async () => {
    const { crm, gateway, rep, code } = await open();
    const asked = await rep.call('GET', P1);
    expect([asked.status, asked.result]).toEqual([428, 'otp-required']);
    expect(asked.json.rules?.[0]?.sent_to).toBe('***78');
    expect(shows(asked.text)).toBe(false);
    const shown = await rep.call('GET', P1, undefined, { [HEADER]: code() });
    expect([shown.status, shown.result, shown.code]).toEqual([200, 'verified', 'used']);
    expect(shown.json).toMatchObject({ id: 'p1', net: '5210.40' });
    expect(shown.headers.get('cache-control')).toBe('no-store');
    const again = await rep.call('GET', P1, undefined, { [HEADER]: code() });
    expect([again.status, again.result, shows(again.text)]).toEqual([409, 'otp-used', false]);
    expect(gateway.outbox.messages()).toHaveLength(1);
    expect(crm.received.flatMap(({ headers }) => headers).join()).not.toContain(code());
  });

  test('shows the answer that was judged: the CRM is asked once', async () => {
    const { crm, rep, code } = await open();
    await rep.call('GET', P1);
    const before = crm.received.length;
    await rep.call('GET', P1, undefined, { [HEADER]: code() });
    expect(crm.received.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual([`GET ${P1}`]);
  });

  test('counts wrong codes down in words, and three end it', async () => {
    const { rep, code } = await open();
    await rep.call('GET', P1);
    const told: unknown[] = [];
    for (const nth of [1, 2, 3]) {
      const answer = await rep.call('GET', P1, undefined, { [HEADER]: wrongCode(code(), nth) });
      told.push([answer.status, String(answer.json.detail).split('. ').slice(0, 2).join('. ')]);
    }
    expect(told).toEqual([
      [403, 'Incorrect code. You have 2 attempts remaining.'],
      [403, 'Incorrect code. You have 1 attempt remaining.'],
      [403, 'Incorrect code. For security, this code was cancelled'],
    ]);
    const right = await rep.call('GET', P1, undefined, { [HEADER]: code() });
    expect([right.status, right.result, shows(right.text)]).toEqual([429, 'otp-attempts-exhausted', false]);
  });

  test('is about its own record: the code of one opens no other', async () => {
    const { crm, rep, code } = await open();
    crm.records.set('p3', { id: 'p3', phone: '+5511911111111', net: '9' });
    await rep.call('GET', P1);
    const codeOfP1 = code();
    await rep.call('GET', `${PAYSLIPS}/p3`);
    const other = await rep.call('GET', `${PAYSLIPS}/p3`, undefined, { [HEADER]: codeOfP1 });
    expect([other.status, other.result]).toEqual([403, 'otp-invalid']);
  });

  test('follows the criteria on the stored record', async () => {
    const { crm, gateway, rep } = await open({}, { when: { '==': [{ var: 'record.secret' }, true] } });
    expect((await rep.call('GET', P1)).json).toMatchObject({ net: '5210.40' });
    expect(gateway.outbox.messages()).toEqual([]);
    crm.records.set('p1', { ...crm.records.get('p1'), secret: true });
    expect((await rep.call('GET', P1)).status).toBe(428);
  });

  test('whom the CRM does not show it hears that from the CRM, and nothing is sent', async () => {
    const { gateway, url, rep } = await open();
    expect((await repOf(url, null).call('GET', P1)).status).toBe(401);
    expect((await rep.call('GET', `${PAYSLIPS}/p7`)).status).toBe(404);
    expect(gateway.outbox.messages()).toEqual([]);
  });

  test('of fifty at once with one code, one is shown', async () => {
    const { rep, code } = await open();
    await rep.call('GET', P1);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => rep.call('GET', P1, undefined, { [HEADER]: code() })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

describe('around the gate', () => {
  const doors: readonly (readonly [what: string, method: string, path: string, result: string])[] = [
    ['HEAD', 'HEAD', P1, 'otp-required'],
    ['a slash at the end', 'GET', `${P1}/`, 'otp-required'],
    ['another case', 'GET', '/API/PaySlips/p1', 'otp-required'],
    ['the list', 'GET', PAYSLIPS, 'unmapped-read'],
    ['the list with a slash', 'GET', `${PAYSLIPS}/`, 'unmapped-read'],
    ['the list with a filter', 'GET', `${PAYSLIPS}?employee_number=4721`, 'unmapped-read'],
    ['HEAD of the list', 'HEAD', PAYSLIPS, 'unmapped-read'],
    ['a search below the list', 'GET', `${PAYSLIPS}/search`, 'unmapped-read'],
    ['what lies below the record', 'GET', `${P1}/pdf`, 'unmapped-read'],
    ['the list by an ending', 'GET', `${PAYSLIPS}.json`, 'unmapped-read'],
    ['a key in brackets', 'GET', `${PAYSLIPS}('p1')`, 'unmapped-read'],
    ['a query', 'GET', `${P1}?include=all`, 'request-unreadable'],
    ['another id in the query', 'GET', `${PAYSLIPS}/p2?id=p1`, 'request-unreadable'],
    ['a method in the query', 'GET', `${P1}?_method=POST`, 'request-unreadable'],
    ['a code in the query', 'GET', `${P1}?OTPRULES_OTP_9=123456`, 'request-unreadable'],
    ['a token in the query', 'GET', `${P1}?OTPRULES-Grant=${'a'.repeat(43)}`, 'request-unreadable'],
    ['an encoded path', 'GET', '/api/%70ayslips/p1', 'request-unreadable'],
    ['a doubled slash', 'GET', '/api//payslips/p1', 'request-unreadable'],
    ['a parameter of the path', 'GET', '/api/payslips;v=1/p1', 'request-unreadable'],
  ];

  test.each(doors)('%s shows nothing', async (_what, method, path, result) => {
    const { rep } = await open();
    const answer = await rep.call(method, path);
    expect(answer.result).toBe(result);
    expect(shows(answer.text)).toBe(false);
  });

  test('dots in the path show nothing', async () => {
    const { url } = await open();
    const client = await openRaw(Number(new URL(url).port));
    client.close();
    const line = 'GET /api/x/../payslips/p1';
    const answer = await sendRaw(Number(new URL(url).port), rawRequest(line, ['Authorization: Bearer rep']));
    expect(answer.status).toBe(400);
  });

  test.each([
    ['PATCH', {}],
    ['PUT', { note: 'x' }],
    ['POST', { note: 'x' }],
    ['PATCH', { secret: false }],
  ])('%s with %j, whose answer would show it, needs the code too', async (method, body) => {
    const { crm, rep, code } = await open();
    const asked = await rep.call(method, P1, body);
    expect([asked.status, shows(asked.text), crm.saves]).toEqual([428, false, []]);
    const done = await rep.call(method, P1, body, { [HEADER]: code() });
    expect([done.status, done.code]).toEqual([200, 'used']);
  });

  test('a POST that says it is a GET is a save', async () => {
    const { crm, rep } = await open();
    const answer = await rep.call('POST', P1, {}, { 'X-HTTP-Method-Override': 'GET' });
    expect([answer.status, shows(answer.text), crm.saves]).toEqual([428, false, []]);
  });

  test('a GET that asks to be taken for a PATCH is a read', async () => {
    const { crm, rep, code } = await open();
    await rep.call('GET', P1);
    const headers = { 'X-HTTP-Method-Override': 'PATCH', [HEADER]: code() };
    expect((await rep.call('GET', P1, undefined, headers)).status).toBe(200);
    expect(crm.received.flatMap(({ headers }) => headers.map(([name]) => name.toLowerCase()))).not.toContain(
      'x-http-method-override',
    );
  });

  test('a code of the record in its other case opens nothing: the CRM names it by one id', async () => {
    const { crm, rep } = await open();
    crm.records.set('P1', { ...crm.records.get('p1') });
    const answer = await rep.call('GET', `${PAYSLIPS}/P1`);
    expect([answer.status, shows(answer.text)]).toEqual([400, false]);
  });

  test('the phone cannot be changed first: that needs a code from the old one', async () => {
    const { crm, gateway, rep, code } = await open();
    const asked = await rep.call('PATCH', P1, { phone: '+5511900000001' });
    expect([asked.status, crm.saves]).toEqual([428, []]);
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['+5511987654378']);
    const read = await rep.call('GET', P1, undefined, { [HEADER]: code() });
    expect([read.status, read.result]).toEqual([403, 'otp-binding-mismatch']);
  });

  test('a code for a read confirms no change of the phone', async () => {
    const { crm, rep, code } = await open();
    await rep.call('GET', P1);
    const headers = { [HEADER]: code() };
    const change = await rep.call('PATCH', P1, { phone: '+5511900000001' }, headers);
    expect([change.result, crm.saves]).toEqual(['otp-binding-mismatch', []]);
  });
});

describe('what is opened by the configuration', () => {
  const withModule = (changes: object): WorldOptions => ({
    modules: { Payslips: { ...PAYSLIP_MODULE, ...changes } },
  });
  const read = async ({ rep }: World, path: string) => (await rep.call('GET', path)).status;

  test('lists: allow opens lists, with their filters, and no record', async () => {
    const world = await open(withModule({ lists: 'allow' }));
    expect(await read(world, `${PAYSLIPS}?employee_number=4721`)).toBe(200);
    expect(await read(world, P1)).toBe(428);
    expect(await read(world, `${PAYSLIPS}/search`)).toBe(403);
  });

  test('ids: any makes every segment a record', async () => {
    expect(await read(await open(withModule({ ids: 'any' })), `${PAYSLIPS}/search`)).toBe(404);
  });

  test('passthrough opens what lies below a record', async () => {
    const world = await open({ passthrough: [`${PAYSLIPS}/*/logo`] });
    expect(await read(world, `${P1}/pdf`)).toBe(403);
    expect(await read(world, `${P1}/logo`)).toBe(404);
    expect(world.crm.received.map(({ path }) => path)).toEqual([`${P1}/logo`]);
  });

  test('a module without such a rule is read as before, with queries, lists and all', async () => {
    const world = await openPayslips();
    for (const path of [P1, `${P1}?fields=net`, PAYSLIPS, `${PAYSLIPS}?page=2`])
      expect(await read(world, path)).toBe(200);
    expect(await read(world, `${PAYSLIPS}.json`)).toBe(200);
    expect(world.gateway.outbox.messages()).toEqual([]);
  });

  test('a path that only begins alike is another one', async () => {
    expect(await read(await open(), `${PAYSLIPS}-archive`)).toBe(200);
  });

  test('a create passes: it shows nothing that was stored', async () => {
    const { rep } = await open();
    expect((await rep.call('POST', PAYSLIPS, { net: '1' })).status).toBe(201);
  });
});
