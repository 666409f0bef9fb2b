import { describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { gatewayOptions, SECRET } from '../harness/delivery.ts';
import {
  findingIn,
  openPayslips,
  PAYSLIP_MODULE,
  PAYSLIPS,
  PEOPLE,
  payslipRule,
  RULE,
} from '../harness/payslips.ts';
import { type Rep, repOf, wrongCode } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const P1 = `${PAYSLIPS}/p1`;
const P3 = `${PAYSLIPS}/p3`;
const GRANT = `${RULE}/records/p1/grant`;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const rules = [
  payslipRule({ on: ['read'], grant: { idle: '30m', absolute: '24h' } }),
  payslipRule({
    id: 10,
    name: 'Other',
    on: ['read'],
    when: { '==': [{ var: 'record.secret' }, true] },
    grant: {},
  }),
];

async function open() {
  const world = await openPayslips({ rules });
  const { gateway, rep } = world;
  world.crm.records.set('p3', {
    id: 'p3',
    employee_number: '4723',
    phone: '+5511911111111',
    net: '7',
    secret: false,
  });
  const grant = async (): Promise<string> => {
    await rep.call('POST', `${RULE}/records/p1/code`);
    const opened = await rep.call('POST', GRANT, { code: world.code() });
    return String(opened.json.token);
  };
  const look = async (token: string, path = P1) => (await read(rep, token, path)).status;
  return { ...world, clock: gateway.clock, grant, look };
}

const read = (rep: Rep, token: string, path = P1) =>
  rep.call('GET', path, undefined, { 'OTPRULES-Grant': token });

describe('a grant', () => {
  test('is given for the code, once, and opens reads of its record without one', async () => {
    const { crm, gateway, rep, code, clock, look } = await open();
    await rep.call('POST', `${RULE}/identify`, { value: '4721' });
    const opened = await rep.call('POST', GRANT, { code: code() });
    expect([opened.status, opened.headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(opened.json).toEqual({
      token: expect.stringMatching(/^[\w-]{43}$/),
      expires_at: new Date(clock.now() + 24 * HOUR).toISOString(),
      idle_seconds: 1800,
    });
    const token = String(opened.json.token);
    for (let nth = 0; nth < 3; nth++) expect(await look(token)).toBe(200);
    expect((await rep.call('POST', GRANT, { code: code() })).result).toBe('otp-used');
    expect(gateway.outbox.messages()).toHaveLength(1);
    expect(crm.received.flatMap(({ headers }) => headers).join()).not.toContain(token);
  });

  test('ends after 30 idle minutes; each use begins them anew, and then the code is asked for again', async () => {
    const { gateway, clock, grant, look } = await open();
    const token = await grant();
    for (let nth = 0; nth < 4; nth++) {
      clock.advance(30 * MINUTE - 1);
      expect(await look(token)).toBe(200);
    }
    clock.advance(30 * MINUTE);
    expect(await look(token)).toBe(428);
    expect(gateway.outbox.messages()).toHaveLength(2);
    expect(await look(token)).toBe(428);
  });

  test('ends after 24 hours however busy it is', async () => {
    const { clock, grant, look } = await open();
    const token = await grant();
    for (let nth = 0; nth < 71; nth++) {
      clock.advance(20 * MINUTE);
      await look(token);
    }
    clock.advance(20 * MINUTE - 1);
    expect(await look(token)).toBe(200);
    clock.advance(1);
    expect(await look(token)).toBe(428);
    expect(await look(token)).toBe(428);
  });

  test('can be ended, and is as good as ended then: twice, or unknown, says the same', async () => {
    const { rep, grant, look } = await open();
    const token = await grant();
    const end = (header: string) =>
      rep.call('DELETE', '/_countersign/grants/current', undefined, { 'OTPRULES-Grant': header });
    expect(await look(token)).toBe(200);
    for (const header of [token, token, 'x'.repeat(43), 'x']) expect((await end(header)).status).toBe(204);
    expect(await look(token)).toBe(428);
    expect((await rep.call('DELETE', '/_countersign/grants/current')).status).toBe(400);
  });

  test('opens saves as far as they would show the record, and no change of the phone', async () => {
    const { crm, rep, grant } = await open();
    const headers = { 'OTPRULES-Grant': await grant() };
    expect((await rep.call('PATCH', P1, { note: 'x' }, headers)).status).toBe(200);
    const change = await rep.call('PATCH', P1, { phone: '+5511900000001' }, headers);
    expect([change.status, crm.saves.length]).toEqual([428, 1]);
  });

  test('does not replace the credentials: a caller to whom the CRM does not show the record does not see it', async () => {
    const { url, grant } = await open();
    expect((await read(repOf(url, null), await grant())).status).toBe(401);
  });
});

describe('a grant opens nothing', () => {
  test('of another record', async () => {
    const { grant, look } = await open();
    expect(await look(await grant(), P3)).toBe(428);
  });

  test('of another rule, which asks for its own', async () => {
    const { crm, rep, grant } = await open();
    const token = await grant();
    crm.records.set('p1', { ...crm.records.get('p1'), secret: true });
    const answer = await read(rep, token);
    expect(answer.json.rules).toHaveLength(1);
    expect(answer.json.rules).toMatchObject([{ rule: '10' }]);
  });

  test('where the header stands twice, is changed or is cut', async () => {
    const { grant, look } = await open();
    const token = await grant();
    const last = token.endsWith('A') ? 'B' : 'A';
    for (const forged of [`${token},${token}`, token.slice(0, -1) + last, token.slice(1), `${token} x`, ''])
      expect(await look(forged), forged).toBe(428);
  });

  test('in the address or in a body', async () => {
    const { rep, grant } = await open();
    const token = await grant();
    expect((await rep.call('GET', `${P1}?OTPRULES-Grant=${token}`)).status).toBe(400);
    expect((await rep.call('PATCH', P1, { 'OTPRULES-Grant': token })).status).toBe(428);
  });

  test('around the gate: lists and what lies below the record stay shut', async () => {
    const { grant, look } = await open();
    const token = await grant();
    expect(await look(token, PAYSLIPS)).toBe(403);
    expect(await look(token, `${P1}/pdf`)).toBe(403);
  });
});

describe('who wants one', () => {
  test('by guessing is told how many attempts are left, until there are none', async () => {
    const { rep, code, clock } = await open();
    await rep.call('POST', `${RULE}/records/p1/code`);
    const told: unknown[] = [];
    for (const guess of [wrongCode(code(), 1), wrongCode(code(), 2), wrongCode(code(), 3), code()]) {
      const { status, result, json } = await rep.call('POST', GRANT, { code: guess });
      told.push([status, result, json.rules?.[0]?.attempts_remaining]);
    }
    expect(told).toEqual([
      [403, 'otp-invalid', 2],
      [403, 'otp-invalid', 1],
      [403, 'otp-invalid', 0],
      [429, 'otp-attempts-exhausted', 0],
    ]);
    clock.advance(15 * MINUTE);
    expect((await rep.call('POST', GRANT, { code: code() })).result).toBe('otp-expired');
  });

  test('with an expired code does not get it, nor without one that was sent', async () => {
    const { rep, code, clock } = await open();
    expect((await rep.call('POST', GRANT, { code: '123456' })).result).toBe('otp-required');
    await rep.call('POST', `${RULE}/records/p1/code`);
    clock.advance(5 * MINUTE);
    expect((await rep.call('POST', GRANT, { code: code() })).result).toBe('otp-expired');
  });

  test('with the code of another record does not get it', async () => {
    const { rep, code } = await open();
    await rep.call('POST', `${RULE}/records/p3/code`);
    const stolen = code();
    await rep.call('POST', `${RULE}/records/p1/code`);
    expect((await rep.call('POST', GRANT, { code: stolen })).result).toBe('otp-invalid');
  });

  test('twenty times at once with one code gets one', async () => {
    const { rep, code } = await open();
    await rep.call('POST', `${RULE}/records/p1/code`);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => rep.call('POST', GRANT, { code: code() })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  test.each([
    [{}],
    [{ code: '1', token: '2' }],
    [[]],
    [{ values: {} }],
  ])('by %j is told what to send', async (body) => {
    const { rep } = await open();
    expect((await rep.call('POST', GRANT, body)).status).toBe(400);
  });

  test('of a rule that gives none is told so', async () => {
    const { rep } = await openPayslips({ rules: [payslipRule({ on: ['read'] })] });
    expect((await rep.call('POST', GRANT, { code: '123456' })).status).toBe(404);
  });

  test('without credentials hears it from the CRM', async () => {
    const { url, rep, code } = await open();
    await rep.call('POST', `${RULE}/records/p1/code`);
    expect((await repOf(url, null).call('POST', GRANT, { code: code() })).status).toBe(401);
  });
});

test('the store has neither the token nor the record of a grant', async () => {
  const crm = await openCrm({ collection: PAYSLIPS, records: PEOPLE });
  crm.answerWith(findingIn(crm));
  const clock = createHandClock(Date.now());
  const memory = createMemoryStore(clock);
  const rows: string[] = [];
  const store: typeof memory = {
    ...memory,
    replace: (next, expected) => {
      rows.push(JSON.stringify(next));
      return memory.replace(next, expected);
    },
  };
  const codes: string[] = [];
  const whatsapp = {
    addressKind: 'phone',
    deliver: async ({ code }: { readonly code: string }) => {
      codes.push(code);
      return { kind: 'accepted' } as const;
    },
    close: async () => undefined,
  } as const;
  const options = gatewayOptions(crm.url, {
    modules: { Payslips: PAYSLIP_MODULE },
    channels: { whatsapp: { kind: 'outbox', address: 'phone' } },
    rules,
  });
  const { rep } = await openGateway(options, { clock, store, channels: { whatsapp } });
  await rep.call('POST', `${RULE}/records/p1/code`);
  const opened = await rep.call('POST', GRANT, { code: codes[0] });
  const token = String(opened.json.token);
  expect((await read(rep, token)).status).toBe(200);
  expect(rows.some((row) => row.includes('"grant"'))).toBe(true);
  for (const secret of [token, '"p1"', codes[0] ?? '-']) expect(rows.join('\n')).not.toContain(secret);
});

test('a grant outlives its gateway, and a secret that is being rotated out', async () => {
  const crm = await openCrm({ collection: PAYSLIPS, records: PEOPLE });
  const clock = createHandClock(Date.now());
  const store = createMemoryStore(clock);
  const shared = { ...store, close: async () => undefined };
  const whatsapp = createOutbox({ addressKind: 'phone' });
  const [older, newer] = [SECRET, 'the next secret, which is as long as it has to be'];
  const openWith = (secret: ConfigInput['secret']) => {
    const changes = { modules: { Payslips: PAYSLIP_MODULE }, rules, secret };
    const channels = { whatsapp: { kind: 'outbox', address: 'phone' } } as const;
    const options = gatewayOptions(crm.url, { ...changes, channels });
    return openGateway(options, { clock, store: shared, channels: { whatsapp } });
  };
  const first = await openWith(older);
  await first.rep.call('POST', `${RULE}/records/p1/code`);
  const opened = await first.rep.call('POST', GRANT, { code: whatsapp.lastCode() });
  const token = String(opened.json.token);
  expect((await read((await openWith([newer, older])).rep, token)).status).toBe(200);
  expect((await read((await openWith(newer)).rep, token)).status).toBe(428);
});
